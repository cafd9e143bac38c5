"""One subscription: for each event the operation is answered anew, as the caller stands at that moment."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import orjson

from engine.answer import Answer, Engine
from engine.question import Asked, Question
from tsumugi.clock import Clock
from tsumugi.stream.hub import Hub

OVERRUN = "The subscription fell behind; ask again what there is, and begin anew."


Still = Callable[[], Awaitable[bool]]  # whether the token counts at this moment


class Overrun(Exception):
    """More events than a subscription may be behind by."""


class Ended(Exception):
    """The session has ended."""


class Telling:
    """What every subscription of a process needs; `today` is the domain's clock."""

    def __init__(self, engine: Engine, hub: Hub, today: Clock) -> None:
        self._engine = engine
        self._hub = hub
        self._today = today

    def refused(self, question: Question) -> Answer | None:
        """Why an operation cannot be subscribed to; None when it can."""
        asked = self._engine.asked(question)
        return asked if isinstance(asked, Answer) else None

    async def answers(self, question: Question, still: Still) -> AsyncIterator[Answer]:
        """An answer for each event that the caller may know of; without end. Raises Overrun, Ended."""
        holder = question.holder
        line = await self._hub.join(None if self._reads_all(question) else holder.id, holder.client_id)
        try:
            while True:
                events = await line.next()
                if line.is_overrun:
                    raise Overrun
                if not await still():
                    raise Ended
                now = question._replace(now=self._today())
                subjects = {each.subject_id for each in events if not each.is_of_ride}
                concerned = await self._engine.concerned(self._asked(now), subjects)
                for event in events:
                    if not (event.is_of_ride or event.subject_id in concerned):
                        continue
                    answer = await self._engine.answer(now._replace(event=event.row_id))
                    if _tells(answer):
                        yield answer
        finally:
            self._hub.leave(line)

    def _reads_all(self, question: Question) -> bool:
        return self._engine.reads_all_notices(self._asked(question))

    def _asked(self, question: Question) -> Asked:
        asked = self._engine.asked(question)
        assert not isinstance(asked, Answer), "it was asked before it began"
        return asked


def _tells(answer: Answer) -> bool:
    """Whether an answer has anything of the row: of what the caller may not know of, not even that it happened."""
    body: dict[str, Any] = orjson.loads(answer.body)
    data = body.get("data") or {}
    return any(isinstance(each, dict) for each in data.values()) or bool(answer.failures)
