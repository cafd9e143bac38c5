"""The daily run: what is to be told today by week of pregnancy and by age, and what has become due; each once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, func, insert, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from models.checkup import Checkup
from models.child import Child
from models.columns import standing, table_of
from models.ids import CODE_LENGTH
from models.notice import DailyRun, NoticeEvent, NoticeKind
from models.pregnancy import Pregnancy
from models.relation import relation_of
from models.resident import Resident
from models.store import Store
from resolvers.addressing import WORKER, New, write
from resolvers.context import today
from resolvers.serving import applied_for
from resolvers.vaccinated import told_of
from rules.checkup_plan import Life
from rules.due import checkup_days, vaccination_days
from rules.immunisation.telling import Child as Told
from rules.information import after_birth, before_birth, due_key, months_after
from rules.service import is_told

BATCH = 100
LEASE = timedelta(minutes=10)  # begun anew with each batch
EVENTS_KEPT = 100_000  # far more than anybody looks back, see resolvers/events.py
ADULT_MONTHS = 18 * 12
_child, _pregnancy, _checkup, _run, _event = (
    table_of(each) for each in (Child, Pregnancy, Checkup, DailyRun, NoticeEvent)
)
_resident = relation_of(Resident)


class Place(NamedTuple):
    """How far the run of a day has come: the last id of each list that was looked at."""

    child_id: str = ""
    pregnancy_id: str = ""


async def begun(store: Store, now: datetime, clock: datetime) -> bool:
    """Whether the run of this day is ours to do; leases go by the real `clock`."""
    day = today(now)
    async with store.reading() as connection:
        found = (await connection.execute(select(_run).where(_run.c.day == day))).first()
    if found is not None and (found.done_at is not None or found.leased_until > clock):
        return False

    async def work(session: AsyncSession) -> bool:
        connection = await session.connection()
        until = clock + LEASE
        row = (await connection.execute(select(_run).where(_run.c.day == day).with_for_update())).first()
        if row is None:
            await connection.execute(insert(_run).values(day=day, leased_until=until))
            return True
        is_free = row.done_at is None and row.leased_until <= clock
        if is_free:
            await connection.execute(update(_run).where(_run.c.day == day).values(leased_until=until))
        return is_free

    return await store.transact(work, serialised=False)


async def step(store: Store, place: Place, code: str, now: datetime, clock: datetime) -> Place | None:
    """Look at the next children and pregnancies and write what there is to tell; None when the day is done."""

    async def work(session: AsyncSession) -> Place | None:
        return await _step(session, place, code, (now, clock))

    return await store.transact(work, serialised=False, opening=WORKER)


async def _step(session: AsyncSession, place: Place, code: str, at: tuple[datetime, datetime]) -> Place | None:
    connection, (now, clock) = await session.connection(), at
    day = today(now)
    children = (await connection.execute(_children(day, place.child_id))).all()
    pregnancies = (await connection.execute(_pregnancies(day, place.pregnancy_id))).all()
    applied = await applied_for(connection, [each.id for each in (*children, *pregnancies)])
    served = {id for id, states in applied.items() if is_told(states)}
    ids = [each.id for each in children if each.id in served]
    records = await told_of(connection, ids)
    held = select(_checkup.c.child_id, _checkup.c.kind, _checkup.c.checked_on).where(standing(Checkup))
    checkups: defaultdict[str, list[Any]] = defaultdict(list)
    for row in await connection.execute(held.where(_checkup.c.child_id.in_(ids))):
        checkups[row.child_id].append(row)
    new = [each for id in ids for each in _of_child(id, records[id], checkups[id], day)]
    new += [each for pregnancy in pregnancies if pregnancy.id in served for each in _of_pregnancy(pregnancy, day)]
    await write(connection, new, code, now)
    is_done = len(children) < BATCH and len(pregnancies) < BATCH
    if is_done:
        oldest = select(func.max(_event.c.seq) - EVENTS_KEPT).scalar_subquery()
        await connection.execute(delete(_event).where(_event.c.seq <= oldest))
    values = {"done_at": now} if is_done else {"leased_until": clock + LEASE}
    await connection.execute(update(_run).where(_run.c.day == day).values(values))
    if is_done:
        return None
    last = [rows[-1].id if rows else was for rows, was in ((children, place.child_id), (pregnancies, place[1]))]
    return Place(*last)


def _children(day: date, after: str) -> Any:
    """Minors who live and are here."""
    return (
        select(_child.c.id)
        .where(
            _child.c.id > after,
            or_(_child.c.died_on.is_(None), _child.c.died_on > day),
            or_(_child.c.moved_out_on.is_(None), _child.c.moved_out_on > day),
            _child.c.birth_date <= day,
            _child.c.birth_date > months_after(day, -ADULT_MONTHS),
        )
        .order_by(_child.c.id)
        .limit(BATCH)
    )


def _pregnancies(day: date, after: str) -> Any:
    """Those that go on, of mothers who live and are here."""
    mother = select(_resident.c.id).where(
        or_(_resident.c.died_on.is_(None), _resident.c.died_on > day),
        or_(_resident.c.moved_out_on.is_(None), _resident.c.moved_out_on > day),
    )
    return (
        select(_pregnancy)
        .where(
            _pregnancy.c.id > after,
            _pregnancy.c.notified_on <= day,
            or_(_pregnancy.c.ended_on.is_(None), _pregnancy.c.ended_on > day),
            _pregnancy.c.mother_id.in_(mother),
        )
        .order_by(_pregnancy.c.id)
        .limit(BATCH)
    )


def _of_child(id: str, record: Told, checkups: Sequence[Any], day: date) -> Iterator[New]:
    for item in after_birth(day, record.birth_date, record.sex):
        yield New(item.kind, item.key, child_id=id)
    for due in vaccination_days(day, record):
        yield New(NoticeKind.VACCINATION_DUE, due_key(NoticeKind.VACCINATION_DUE, due), child_id=id)
    life, done = Life(id[:CODE_LENGTH], record.birth_date), [(each.kind, each.checked_on) for each in checkups]
    for due in checkup_days(day, life, done):
        yield New(NoticeKind.CHECKUP_DUE, due_key(NoticeKind.CHECKUP_DUE, due), child_id=id)


def _of_pregnancy(pregnancy: Any, day: date) -> Iterator[New]:
    for item in before_birth(day, pregnancy.due_on):
        yield New(item.kind, item.key, pregnancy_id=pregnancy.id)
