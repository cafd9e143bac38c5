"""Claims of the demo town: each taxi company's months were closed by transport staff on the fifth of the next."""

from datetime import date, timedelta

import strawberry

from auth.access import Caller, Relations
from auth.caller import Acr, Holder
from auth.purpose import PURPOSES
from models.organisation import CallerKind
from models.refusal import Refused
from models.store import Store
from resolvers.claim import CloseClaims, close
from resolvers.context import Context
from resolvers.cursor import Cursors
from resolvers.deed import Task
from resolvers.reader import Reader
from rules.claims import month_of, next_month
from rules.rides import service_day
from tsumugi.demo.draw import at
from tsumugi.town.rows import Town

DAYS_AFTER = timedelta(days=4)


async def close_months(store: Store, town: Town) -> None:
    """By the deed itself, as the owner of the tables, all in one transaction."""
    desk = Holder(town.clients["taxi-desk"], CallerKind.STAFF_TAXI, Acr.MFA)
    caller = Caller.of(desk, PURPOSES["CLM"], Relations())
    async with store.writing() as session:
        reader = Reader(await session.connection(), caller, Cursors(b"", desk.id))
        for operator_id, month, day in _over(town):
            task = Task(session, Context(caller, reader, store, at(day, 10), town.code))
            given = CloseClaims(
                organisation_id=strawberry.ID(operator_id), month=month, idempotency_key=strawberry.ID("")
            )
            claim = await close(task, given)
            assert not isinstance(claim, Refused), "the month is over, and nobody rides in it any more"
            session.add(claim)
            await session.flush()


def _over(town: Town) -> list[tuple[str, date, date]]:
    """Each company's months that are over, the first one first, with the day of closing."""
    ridden = sorted({(each.organisation_id, month_of(service_day(each.boarded_at))) for each in town.rides})
    closed = [(operator_id, month, next_month(month) + DAYS_AFTER) for operator_id, month in ridden]
    return [each for each in closed if each[2] < town.as_of]
