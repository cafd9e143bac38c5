"""Break-glass: the first look in an emergency is told to those who may read the child's log and to supervisors."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from auth import relations
from auth.access import Access, Caller
from auth.caller import Acr, Holder
from auth.groups import ACCESS_LOG
from auth.purpose import EMERGENCY, Stated
from models.breakglass import BreakGlass
from models.child import Child
from models.columns import table_of
from models.guardianship import Guardianship
from models.ids import RANDOM_BYTES, Letter, mint
from models.organisation import CallerKind, StaffMember
from models.outbox import MessageKind, Outbox
from models.relation import relation_of
from models.subject import Noun
from resolvers.context import today

OPENED, STAFF, MESSAGES = (table_of(each) for each in (BreakGlass, StaffMember, Outbox))
CHILDREN, EDGES = relation_of(Child), relation_of(Guardianship)
READS_THE_LOG = Access((ACCESS_LOG,))


async def told(
    connection: AsyncConnection, actor_id: str, stated: Stated | None, now: datetime, subjects: list[str]
) -> None:
    """Keep and announce each child whose record, or whose family's, this actor saw for the first time in this case.

    Runs in the transaction of the access log, whose writers take turns.
    """
    if stated is None or stated.purpose is not EMERGENCY:
        return
    ours = (OPENED.c.actor_id == actor_id, OPENED.c.case_reference == stated.case)
    known = select(OPENED.c.child_id).where(*ours)
    new = select(CHILDREN.c.id, CHILDREN.c.resident_id).where(
        or_(CHILDREN.c.id.in_(subjects), CHILDREN.c.family_id.in_(subjects)), CHILDREN.c.id.not_in(known)
    )
    for child in (await connection.execute(new)).all():
        opening = {"actor_id": actor_id, "child_id": child.id, "case_reference": stated.case, "opened_at": now}
        id = _minted(child.id, Letter.LOG)
        await connection.execute(insert(OPENED).values(id=id, **opening))
        recipients = [*await _guardians(connection, child, now), *await _supervisors(connection)]
        if recipients:
            await connection.execute(insert(MESSAGES), [_message(id, each, now) for each in recipients])


async def _guardians(connection: AsyncConnection, child: Any, now: datetime) -> list[str]:
    """Residents who may read the child's access log today: by the same decision as when they ask."""
    edges = select(EDGES.c.holder_id).where(EDGES.c.child_id == child.id).distinct()
    candidates = {*(await connection.scalars(edges)), *([child.resident_id] if child.resident_id else [])}
    return [each for each in sorted(candidates) if await _reads_the_log(connection, each, child.id, now)]


async def _reads_the_log(connection: AsyncConnection, resident_id: str, child_id: str, now: datetime) -> bool:
    holder = Holder(resident_id, CallerKind.RESIDENT, Acr.CARD_PIN)
    caller = Caller.of(holder, None, await relations.load(connection, holder, today(now)))
    return child_id in caller.reach(READS_THE_LOG, Noun.LOOK, has_supplier=False).ids


async def _supervisors(connection: AsyncConnection) -> list[str]:
    staff = select(STAFF.c.id).where(STAFF.c.kind == CallerKind.SUPERVISOR).order_by(STAFF.c.id)
    return list(await connection.scalars(staff))


def _message(about_id: str, recipient_id: str, now: datetime) -> dict[str, Any]:
    return {
        "id": _minted(about_id, Letter.NOTICE),
        "kind": MessageKind.EMERGENCY_LOOK,
        "recipient_id": recipient_id,
        "about_id": about_id,
        "created_at": now,
    }


def _minted(like: str, letter: Letter) -> str:
    """A new id of the municipality that issued another one."""
    return mint(like.partition("-")[0], letter, secrets.token_bytes(RANDOM_BYTES))
