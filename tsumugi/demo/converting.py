"""What the demo's mother has of an airline: a link, points that are reserved, and an order that waits."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from sqlmodel.ext.asyncio.session import AsyncSession

from models.ids import Letter
from models.point_order import Provider
from models.store import Store
from resolvers.ledger import Ledger
from resolvers.point_jobs import EVERY_ACCOUNT
from resolvers.point_orders import ConvertPoints, Taken, Waiting, answered, linked, ordered
from rules.points import Rate
from tsumugi.demo.draw import told_id
from tsumugi.town.rows import Town

RATE = Rate(points=1, units=2, least_units=1_000)
TAKEN_AGO, WAITING_AGO = timedelta(days=3), timedelta(hours=1)
TAKEN_UNITS, WAITING_UNITS = 2_400, 3_000


@dataclass(frozen=True, slots=True)
class _Told(Ledger):
    """A ledger whose ids are the same in every run, as all ids of the demo."""

    numbers: "count[int]" = field(default_factory=count)

    def new_id(self, letter: Letter) -> str:
        """The next of them."""
        return told_id(self.code, letter, f"points {next(self.numbers)}")


async def convert(store: Store, town: Town, now: datetime) -> None:
    """Link, order twice, and hear of the first; `store` is the owner's."""
    mother = town.cards["mother"]
    account_id = next(each.id for each in town.point_accounts if each.resident_id == mother)

    async def work(session: AsyncSession) -> None:
        ledger = _Told(session, now - TAKEN_AGO, town.code)
        await linked(ledger, account_id, Provider.JAL, "a token of the demo")
        order_id = await ordered(ledger, account_id, _wish(account_id, TAKEN_UNITS))
        await session.flush()
        waiting = Waiting(str(order_id), account_id, Provider.JAL, TAKEN_UNITS, "")
        await answered(ledger, waiting, Taken(waiting.id, "JAL-1", TAKEN_UNITS), RATE)
        later = _Told(session, now - WAITING_AGO, town.code, ledger.numbers)
        await ordered(later, account_id, _wish(account_id, WAITING_UNITS))

    await store.transact(work, serialised=False, opening=EVERY_ACCOUNT)


def _wish(account_id: str, units: int) -> ConvertPoints:
    return ConvertPoints(account_id=account_id, provider=Provider.JAL, units=units, idempotency_key="")  # type: ignore[arg-type]
