"""Posts what waits in the outbox: each message is asked about, written, carried and settled, one after the other."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from models.outbox import EndReason
from resolvers.mailing import Addressed, Directory
from resolvers.outbox import Claimed, Queue
from rules.delivery import is_given_up, pause
from tsumugi.clock import Clock
from tsumugi.log import Log
from tsumugi.mail.carrier import Carrier, Fate, Relay
from tsumugi.mail.writing import Office

Stops = Callable[[], bool]


@dataclass(frozen=True)
class Postman:
    """`now` is the domain's clock, `clock` the real one."""

    queue: Queue
    directory: Directory
    relay: Relay
    office: Office
    now: Clock
    clock: Clock
    log: Log

    async def post(self, is_stopping: Stops) -> int:
        """Post what is due, a batch at most; how many messages there were. What was begun is finished."""
        claimed = await self.queue.claim(self.now(), self.clock())
        waiting = list(claimed)
        try:
            async with Carrier(self.relay) as carrier:
                while waiting and not is_stopping():
                    if not await self._posted(carrier, waiting.pop(0)):
                        break  # no server: whatever else is in hand need not be tried
        finally:
            await self.queue.released([each.id for each in waiting])
        return len(claimed)

    async def _posted(self, carrier: Carrier, message: Claimed) -> bool:
        """Whether there is a server to try the next one with."""
        now = self.now()
        where = await self.directory.addressed(message, now)
        if isinstance(where, datetime):
            await self.queue.again(message.id, where, message.attempts)
            return True
        if isinstance(where, EndReason):
            await self._ended(message, where, now)
            return True
        fate = await self._carried(carrier, message, where)
        self.log.event("mail", code=fate.name)
        await self._settled(message, fate)
        return fate is not Fate.AWAY

    async def _carried(self, carrier: Carrier, message: Claimed, where: Addressed) -> Fate:
        mail = self.office.written(message, where.address, where.language, self.clock())

        async def hand_over() -> bool:
            return await self.queue.hand_over(message.id, self.clock())

        return await carrier.carry(mail, self.office.sender, hand_over)

    async def _settled(self, message: Claimed, fate: Fate) -> None:
        now = self.now()
        if fate is Fate.SENT:
            await self.queue.sent(message.id, now)
        elif fate is Fate.REFUSED:
            await self._ended(message, EndReason.REFUSED, now)
        elif fate is Fate.UNCERTAIN:
            await self._ended(message, EndReason.UNCERTAIN, now)
        elif fate is not Fate.TAKEN:
            await self._again(message, now)

    async def _again(self, message: Claimed, now: datetime) -> None:
        attempts = message.attempts + 1
        if is_given_up(message.created_at, now, attempts):
            await self._ended(message, EndReason.GIVEN_UP, now)
            return
        due_at = now + pause(attempts, random.random())  # noqa: S311 - spreads retries, hides nothing
        await self.queue.again(message.id, due_at, attempts)

    async def _ended(self, message: Claimed, reason: EndReason, now: datetime) -> None:
        self.log.event("mail", code=reason.name)
        await self.queue.ended(message.id, reason, now)
