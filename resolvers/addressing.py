"""Writes notices, each once, with the event that tells of it and the mails that are wanted, in one transaction."""

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, insert, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from auth import relations
from auth.access import Access, Caller
from auth.caller import Acr, Holder
from auth.groups import NOTICES
from models.child import Child
from models.columns import table_of
from models.grant import Grant
from models.guardianship import Guardianship
from models.ids import RANDOM_BYTES, Letter, mint
from models.mailbox import Mailbox
from models.notice import Notice, NoticeEvent, NoticeKind
from models.organisation import CallerKind
from models.outbox import MessageKind, Outbox
from models.pregnancy import Pregnancy
from models.relation import relation_of
from models.subject import Noun
from models.wall import Opening
from resolvers.context import today

READS_NOTICES = Access((NOTICES,))
# What a worker reaches: to whom what is to be told, of nobody's findings.
WORKER = Opening(dict.fromkeys((Noun.CHILD, Noun.PREGNANCY, Noun.NOTICE, Noun.PERSON, Noun.APPLICATION)))
CHANNEL = "tsumugi_notices"
_notice, _outbox, _mailbox = (table_of(each) for each in (Notice, Outbox, Mailbox))
_edge, _child, _grant, _pregnancy = (relation_of(each) for each in (Guardianship, Child, Grant, Pregnancy))


class New(NamedTuple):
    """A notice to be written. One of `child_id` and `pregnancy_id` is there."""

    kind: NoticeKind
    key: str
    child_id: str | None = None
    pregnancy_id: str | None = None
    announcement_id: str | None = None

    @property
    def subject_id(self) -> str:
        """What it is about."""
        return self.child_id or self.pregnancy_id or ""


class Letterbox(NamedTuple):
    """A confirmed mailbox of somebody who may be told of a subject."""

    subject_id: str
    resident_id: str
    mailbox_id: str
    kinds: str


async def write(connection: AsyncConnection, wanted: Sequence[New], code: str, now: datetime) -> int:
    """Write those that are not there yet; how many. The transaction is opened for a WORKER."""
    new = await _not_there(connection, wanted)
    if not new:
        return 0
    ids = {each: _id(code, Letter.NOTICE) for each in new}
    rows = [
        {**each._asdict(), "id": id, "subject_id": each.subject_id, "published_at": now} for each, id in ids.items()
    ]
    await connection.execute(insert(_notice), rows)
    await connection.execute(
        insert(table_of(NoticeEvent)), [{"row_id": id, "subject_id": each.subject_id} for each, id in ids.items()]
    )
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"NOTIFY {CHANNEL}"))
    mails = await _mails(connection, ids, code, now)
    if mails:
        await connection.execute(insert(_outbox), mails)
    return len(new)


async def _not_there(connection: AsyncConnection, wanted: Sequence[New]) -> list[New]:
    subjects = {each.subject_id for each in wanted}
    known = select(_notice.c.subject_id, _notice.c.key).where(_notice.c.subject_id.in_(subjects))
    there = {(row.subject_id, row.key) for row in await connection.execute(known)}
    return list(dict.fromkeys(each for each in wanted if (each.subject_id, each.key) not in there))


async def _mails(connection: AsyncConnection, ids: dict[New, str], code: str, now: datetime) -> list[dict[str, Any]]:
    """One mail for each mailbox that wants the kind, of whoever may read the notice; of an announcement only one."""
    boxes: defaultdict[str, list[Letterbox]] = defaultdict(list)
    for each in await _letterboxes(connection, {new.subject_id for new in ids}):
        boxes[each.subject_id].append(each)
    readable = await _readable(connection, {each.resident_id for group in boxes.values() for each in group}, now)
    told = await _told(connection, {each.announcement_id for each in ids if each.announcement_id})
    mails = []
    for new, id in ids.items():
        for box in boxes[new.subject_id]:
            is_told = (new.announcement_id, box.mailbox_id) in told
            if is_told or new.kind.name not in box.kinds.split() or new.subject_id not in readable[box.resident_id]:
                continue
            if new.announcement_id:
                told.add((new.announcement_id, box.mailbox_id))
            mails.append(_mail(_id(code, Letter.LOG), box, id, now))
    return mails


def _mail(id: str, box: Letterbox, notice_id: str, now: datetime) -> dict[str, Any]:
    return {
        "id": id,
        "kind": MessageKind.NOTICE,
        "recipient_id": box.resident_id,
        "mailbox_id": box.mailbox_id,
        "about_id": notice_id,
        "created_at": now,
        "due_at": now,
        "attempts": 0,
    }


def parties(subjects: Collection[str]) -> CompoundSelect[Any]:
    """Who may have to do with these subjects, as far as the register says; five times as many binds as subjects."""
    return union_all(
        select(_edge.c.child_id.label("subject_id"), _edge.c.holder_id.label("resident_id")).where(
            _edge.c.child_id.in_(subjects)
        ),
        select(_child.c.id, _child.c.resident_id).where(_child.c.id.in_(subjects)),
        select(_pregnancy.c.id, _pregnancy.c.mother_id).where(_pregnancy.c.id.in_(subjects)),
        select(_grant.c.child_id, _grant.c.grantee_id).where(_grant.c.child_id.in_(subjects)),
        select(_grant.c.pregnancy_id, _grant.c.grantee_id).where(_grant.c.pregnancy_id.in_(subjects)),
    )


async def _letterboxes(connection: AsyncConnection, subjects: Collection[str]) -> list[Letterbox]:
    """Mailboxes of whoever may have to do with these subjects; whether they may read is decided afterwards."""
    people = parties(subjects).subquery()
    wanted = (
        select(people.c.subject_id, _mailbox.c.resident_id, _mailbox.c.id, _mailbox.c.kinds)
        .join_from(people, _mailbox, people.c.resident_id == _mailbox.c.resident_id)
        .where(_mailbox.c.confirmed_at.is_not(None), _mailbox.c.removed_at.is_(None))
        .distinct()
        .order_by(people.c.subject_id, _mailbox.c.id)
    )
    return [Letterbox(*row) for row in await connection.execute(wanted)]


async def _readable(connection: AsyncConnection, residents: Iterable[str], now: datetime) -> dict[str, frozenset[str]]:
    """For each resident the subjects whose notices they may read, by the same decision as when they ask."""
    return {
        each: (await as_resident(connection, each, now)).reach(READS_NOTICES, Noun.NOTICE, has_supplier=True).ids
        for each in sorted(residents)
    }


async def as_resident(connection: AsyncConnection, resident_id: str, now: datetime) -> Caller:
    """A resident as if they asked now."""
    holder = Holder(resident_id, CallerKind.RESIDENT, Acr.CARD_PIN)
    return Caller.of(holder, None, await relations.load(connection, holder, today(now)))


async def _told(connection: AsyncConnection, announcements: Collection[str]) -> set[tuple[str | None, str]]:
    """Which mailboxes have a mail of which announcement already, for whichever child."""
    if not announcements:
        return set()
    rows = (
        select(_notice.c.announcement_id, _outbox.c.mailbox_id)
        .join_from(_outbox, _notice, _outbox.c.about_id == _notice.c.id)
        .where(_notice.c.announcement_id.in_(announcements))
    )
    return {(row.announcement_id, row.mailbox_id) for row in await connection.execute(rows)}


def _id(code: str, letter: Letter) -> str:
    return mint(code, letter, secrets.token_bytes(RANDOM_BYTES))
