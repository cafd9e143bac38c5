"""Break-glass: the first look in an emergency is told to those who may read the child's log and to supervisors."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, or_, select

from auth.access import Access, Caller
from auth.caller import Acr, Holder
from auth.groups import ACCESS_LOG
from auth.purpose import EMERGENCY, Stated
from models.ask import Asked, Do, Put, Rows, rows_of
from models.breakglass import BreakGlass
from models.child import Child
from models.columns import table_of
from models.guardianship import Guardianship
from models.ids import RANDOM_BYTES, Letter, mint
from models.organisation import CallerKind, StaffMember
from models.outbox import MessageKind, Outbox
from models.prepared import prepare_insert
from models.relation import relation_of
from models.subject import Noun
from resolvers.context import today
from resolvers.straight import relations_of
from resolvers.texts import Texts

OPENED, STAFF, MESSAGES = (table_of(each) for each in (BreakGlass, StaffMember, Outbox))
CHILDREN, EDGES = relation_of(Child), relation_of(Guardianship)
READS_THE_LOG = Access((ACCESS_LOG,))
ABOUT, ACTOR, CASE = (bindparam(name, type_=String) for name in ("about", "actor", "case"))
KNOWN = select(OPENED.c.child_id).where(OPENED.c.actor_id == ACTOR, OPENED.c.case_reference == CASE)
NEW = select(CHILDREN.c.id, CHILDREN.c.resident_id).where(
    or_(CHILDREN.c.id == ABOUT, CHILDREN.c.family_id == ABOUT), CHILDREN.c.id.not_in(KNOWN)
)
HOLDERS = select(EDGES.c.holder_id).where(EDGES.c.child_id == ABOUT).distinct()
SUPERVISORS = select(STAFF.c.id).where(STAFF.c.kind == CallerKind.SUPERVISOR).order_by(STAFF.c.id)


async def told(texts: Texts, actor_id: str, stated: Stated | None, now: datetime, subjects: list[str]) -> None:
    """Keep and announce each child whose record, or whose family's, this actor saw for the first time in this case.

    A work of the journal (models/journal.py), in the transaction of the access log, whose writers take turns.
    """
    if stated is None or stated.purpose is not EMERGENCY:
        return
    ours = {"actor": actor_id, "case": stated.case}
    found = [row for each in subjects for row in await _rows(texts, NEW, about=each, **ours)]
    opened, messages = [], []
    for child_id, resident_id in dict.fromkeys(map(tuple, found)):
        opening = {"actor_id": actor_id, "child_id": child_id, "case_reference": stated.case, "opened_at": now}
        id = _minted(child_id, Letter.LOG)
        opened.append({"id": id, **opening})
        recipients = [*await _guardians(texts, child_id, resident_id, now), *await _supervisors(texts)]
        messages += [_message(id, each, now) for each in recipients]
    if opened:
        await Do(_put(texts, OPENED, opened), _put(texts, MESSAGES, messages))


async def _rows(texts: Texts, statement: Any, **binds: str) -> Rows:
    prepared = texts.constant(statement)
    return await rows_of(Asked(prepared, prepared.values(binds)))


def _put(texts: Texts, table: Any, rows: list[dict[str, Any]]) -> Put:
    prepared = prepare_insert(table, texts.dialect)
    nothing = dict.fromkeys(table.columns.keys())
    return Put(prepared, [prepared.values({**nothing, **each}) for each in rows])


async def _guardians(texts: Texts, child_id: str, resident_id: str | None, now: datetime) -> list[str]:
    """Residents who may read the child's access log today: by the same decision as when they ask."""
    candidates = {*_firsts(await _rows(texts, HOLDERS, about=child_id)), *([resident_id] if resident_id else [])}
    return [each for each in sorted(candidates) if await _reads_the_log(texts, each, child_id, now)]


async def _reads_the_log(texts: Texts, resident_id: str, child_id: str, now: datetime) -> bool:
    holder = Holder(resident_id, CallerKind.RESIDENT, Acr.CARD_PIN)
    caller = Caller.of(holder, None, await relations_of(texts, holder, today(now)))
    return child_id in caller.reach(READS_THE_LOG, Noun.LOOK, has_supplier=False).ids


async def _supervisors(texts: Texts) -> list[str]:
    return _firsts(await _rows(texts, SUPERVISORS))


def _firsts(rows: Rows) -> list[Any]:
    return [row[0] for row in rows]


def _message(about_id: str, recipient_id: str, now: datetime) -> dict[str, Any]:
    return {
        "id": _minted(about_id, Letter.NOTICE),
        "kind": MessageKind.EMERGENCY_LOOK,
        "recipient_id": recipient_id,
        "about_id": about_id,
        "created_at": now,
        "due_at": now,
        "attempts": 0,
    }


def _minted(like: str, letter: Letter) -> str:
    """A new id of the municipality that issued another one."""
    return mint(like.partition("-")[0], letter, secrets.token_bytes(RANDOM_BYTES))
