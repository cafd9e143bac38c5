"""Announcements find their audience: day by day, whoever is in it and was not told yet."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, String, and_, literal, null, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from models.child import Child
from models.columns import table_of
from models.notice import Announcement, Audience, Notice, NoticeKind
from models.organisation import Bond, Care
from models.pregnancy import Pregnancy
from models.relation import relation_of
from models.resident import Resident
from models.store import Store
from resolvers.addressing import WORKER, New, write
from resolvers.context import today
from rules.information import months_after
from rules.notices import AGE_MOST, entering_school, expected_in

BATCH = 200
_announcement, _notice, _care, _expected = (table_of(each) for each in (Announcement, Notice, Care, Pregnancy))
_child, _pregnancy, _resident = (relation_of(each) for each in (Child, Pregnancy, Resident))


async def address(store: Store, code: str, now: datetime) -> int:
    """Write the next notices of what is published, a batch at most; how many. None are left when it is 0."""
    if await _is_idle(store, today(now)):
        return 0

    async def work(session: AsyncSession) -> int:
        return await _addressed(session, code, now)

    return await store.transact(work, serialised=False, opening=WORKER)


def _waiting(day: date) -> Select[Any]:
    is_open = (
        _announcement.c.shown_from <= day,
        _announcement.c.shown_to > day,
        _announcement.c.retracted_at.is_(None),
    )
    is_new = or_(_announcement.c.addressed_on.is_(None), _announcement.c.addressed_on < day)
    return select(_announcement).where(*is_open, is_new).order_by(_announcement.c.published_at, _announcement.c.id)


async def _is_idle(store: Store, day: date) -> bool:
    async with store.reading() as connection:
        return (await connection.execute(_waiting(day).limit(1))).first() is None


async def _addressed(session: AsyncSession, code: str, now: datetime) -> int:
    """One announcement at a time is in one worker's hands, so that nobody is told twice."""
    connection, day = await session.connection(), today(now)
    found = (await connection.execute(_waiting(day).limit(1).with_for_update(skip_locked=True))).first()
    if found is None:
        return 0
    rows = (await connection.execute(_candidates(found, day).limit(BATCH))).all()
    new = [
        New(NoticeKind.ANNOUNCEMENT, found.id, row.child_id, row.pregnancy_id, announcement_id=found.id) for row in rows
    ]
    await write(connection, new, code, now)
    if len(new) < BATCH:
        done = update(_announcement).where(_announcement.c.id == found.id)
        await connection.execute(done.values(addressed_on=day))
    return max(len(new), 1)


def _candidates(found: Any, day: date) -> Select[Any]:
    """Who is in the audience on that day and has no notice of it: children, or pregnancies."""
    if found.audience in {Audience.PREGNANT, Audience.PREGNANT_BY_WEEK}:
        wanted = _expecting(found, day)
        subject = _pregnancy.c.id
    else:
        wanted, subject = _children(found, day), _child.c.id
    told = select(_notice.c.id).where(_notice.c.subject_id == subject, _notice.c.key == literal(found.id))
    return wanted.where(~told.exists()).order_by(subject)


def _expecting(found: Any, day: date) -> Select[Any]:
    """Who is pregnant and here; in which weeks, where that is said."""
    is_here = and_(_is_to_come(_resident.c.died_on, day), _is_to_come(_resident.c.moved_out_on, day))
    wanted = (
        select(null().cast(String).label("child_id"), _pregnancy.c.id.label("pregnancy_id"))
        .join_from(_pregnancy, _resident, _pregnancy.c.mother_id == _resident.c.id)
        .where(_pregnancy.c.notified_on <= day, _is_to_come(_pregnancy.c.ended_on, day), is_here)
    )
    if found.audience is not Audience.PREGNANT_BY_WEEK:
        return wanted
    due = _expected.c.due_on.between(*expected_in(day, found.week_from, found.week_to))
    return wanted.where(_pregnancy.c.id.in_(select(_expected.c.id).where(due)))


def _children(found: Any, day: date) -> Select[Any]:
    """Minors who live and are here; of which ages and at which school, where that is said."""
    oldest = AGE_MOST - 1 if found.age_to is None else found.age_to
    wanted = select(_child.c.id.label("child_id"), null().cast(String).label("pregnancy_id")).where(
        _is_to_come(_child.c.died_on, day),
        _is_to_come(_child.c.moved_out_on, day),
        _child.c.birth_date <= months_after(day, -(found.age_from or 0)),
        _child.c.birth_date > months_after(day, -(oldest + 1)),
    )
    if found.audience is Audience.ENTERING_SCHOOL:
        return wanted.where(_child.c.birth_date.between(*entering_school(day)))
    if found.audience is not Audience.PUPILS:
        return wanted
    pupils = select(_care.c.child_id).where(
        _care.c.organisation_id == found.school_id,
        _care.c.bond == Bond.PUPIL,
        _care.c.valid_from <= day,
        _is_to_come(_care.c.valid_to, day),
    )
    return wanted.where(_child.c.id.in_(pupils))


def _is_to_come(column: Any, day: date) -> Any:
    return or_(column.is_(None), column > day)
