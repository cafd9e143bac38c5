"""Both paths over one store: what each answers, and how the two differ."""

from typing import NamedTuple

from engine.answer import Answer, Engine
from engine.mode import Plans
from engine.question import Question
from tests.asking import CURSOR_KEY
from tests.hanamori import AUDIT_KEY, NOW


class Seen(NamedTuple):
    """What the client and the access log get of an answer, and how it was found."""

    body: bytes
    status: int
    public: bool
    drafts: list
    path: str = ""
    gave_up: str = ""
    suspect: str = ""
    has_errors: bool = False

    @property
    def told(self):
        """What must not depend on the path."""
        return self.body, self.status, self.public, self.drafts

    def is_like(self, reference):
        """Whether both are the same.

        Field by field an error ends what runs beside it, so what was seen until then is a matter of luck.
        """
        if self.path == reference.path == "fields" and self.has_errors and reference.has_errors:
            return self.told[:3] == reference.told[:3]
        return self.told == reference.told


def question(asker, text, variables):
    """As it comes out of HTTP."""
    usual = {"operation_name": None, "language": "ja", "only_queries": False, "now": NOW}
    return Question(text, variables=variables, holder=asker.holder, purpose=asker.purpose, **usual)


async def seen(engine, asked):
    """What an engine makes of a question, before anything is written down."""
    ready = engine.asked(asked)
    answer, drafts = (ready, []) if isinstance(ready, Answer) else await engine.outcome(ready)
    has_errors = answer.has_errors or isinstance(ready, Answer)
    return Seen(
        answer.body, answer.status, answer.public, drafts, answer.path, answer.gave_up, answer.suspect, has_errors
    )


class Paths:
    """Two engines that share nothing but the store."""

    def __init__(self, store):
        self.plan = Engine(store, CURSOR_KEY, AUDIT_KEY, Plans.ON)
        self.fields = Engine(store, CURSOR_KEY, AUDIT_KEY, Plans.OFF)

    async def both(self, asker, text, variables):
        """The plan's answer and the one field by field."""
        asked = question(asker, text, variables)
        return await seen(self.plan, asked), await seen(self.fields, asked)

    async def differ(self, asker, text, variables):
        """Whether the two answers are not the same."""
        planned, reference = await self.both(asker, text, variables)
        return not planned.is_like(reference)
