"""Deeds: a code is issued with which an organisation's patient number comes to stand for a child; redeemed; revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import orjson
import sqlalchemy as sa
import strawberry
from sqlmodel import col, select

from auth import links
from auth.supplying import SUPPLIERS, may_supply
from models.columns import table_of
from models.ids import Letter, parsed
from models.link import RecordLink
from models.organisation import CallerKind, Organisation
from models.refusal import RefusalCode, Refused
from resolvers.checked import bad_label
from resolvers.deed import Task
from resolvers.sharing import tries
from rules.linking import WAITING_MOST, code_ends, code_hash, code_of, number_hashes
from rules.sharing import TRIES_MOST

SCHOOLS = frozenset({CallerKind.SCHOOL})  # for which the education board issues codes


@dataclass(kw_only=True)
class IssueLinkCode:
    """For one child and one clinic, school or partner city. The code works once, within three days."""

    child_id: strawberry.ID
    organisation_id: strawberry.ID
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class RedeemLinkCode:
    """The code as the guardian has it, and the organisation's own number of the patient or pupil.

    A partner city with a graph of its own adds the id that the child has there.
    """

    code: str
    patient_number: str
    idempotency_key: strawberry.ID
    own_child_id: strawberry.ID | None = None


@dataclass(kw_only=True)
class RevokeLink:
    """The id of a link, whether its code was redeemed or not."""

    id: strawberry.ID
    idempotency_key: strawberry.ID


class LinkCode(NamedTuple):
    """A link that waits, with the code that is told to its issuer and kept nowhere."""

    link_id: str
    child_id: str
    expires_at: datetime
    link_code: str = ""

    @property
    def looks(self) -> Sequence[tuple[str, str]]:
        """Who issued a code is on record with the child."""
        return (("Mutation.issueLinkCode", self.child_id),)

    def told(self, key: str) -> "LinkCode":
        """With the code, which the client's key gives again."""
        return self._replace(link_code=code_of(key, self.link_id))

    def packed(self) -> str:
        """As JSON text, without the code."""
        return orjson.dumps([self.link_id, self.child_id, self.expires_at]).decode()

    @classmethod
    def unpacked(cls, text: str) -> "LinkCode":
        """Back from the text."""
        link_id, child_id, expires_at = orjson.loads(text)
        return cls(link_id, child_id, datetime.fromisoformat(expires_at))


class Linked(NamedTuple):
    """That a number stands for somebody from now on; for whom is not told."""

    linked_at: datetime
    looks: Sequence[tuple[str, str]] = ()

    def packed(self) -> str:
        """As JSON text."""
        return orjson.dumps([*self]).decode()

    @classmethod
    def unpacked(cls, text: str) -> "Linked":
        """Back from the text."""
        linked_at, looks = orjson.loads(text)
        return cls(datetime.fromisoformat(linked_at), [(of, id) for of, id in looks])


async def issue(task: Task, given: IssueLinkCode) -> LinkCode | Refused:
    """The code, or why not. It is a guardian's word, or the city's, and so ends with the right to give it."""
    is_id = parsed(given.organisation_id) is not None
    organisation = await task.session.get(Organisation, str(given.organisation_id)) if is_id else None
    is_of_board = task.context.caller.holder.kind is CallerKind.STAFF_EDUCATION
    if organisation is None or organisation.kind not in (SCHOOLS if is_of_board else SUPPLIERS):
        return Refused(RefusalCode.NOT_FOUND, "organisationId")
    if await _waiting(task) >= WAITING_MOST:
        return Refused(RefusalCode.LINK_CODES_TOO_MANY)
    holder = task.context.caller.holder
    id = task.new_id(Letter.LINK)
    row = RecordLink(
        id=id,
        child_id=task.child.id,
        organisation_id=organisation.id,
        issued_by_id=holder.id,
        issued_by_kind=holder.kind,
        code_hash=code_hash(code_of(str(given.idempotency_key), id)),
        issued_at=task.context.now,
        expires_at=code_ends(task.context.today),
    )
    task.session.add(row)
    return LinkCode(row.id, row.child_id, row.expires_at)


async def redeem(task: Task, given: RedeemLinkCode) -> Linked | Refused:
    """The moment from which the number stands, or why not. Whatever is wrong with a code, the answer is one."""
    if not may_supply(task.context.caller, SUPPLIERS):
        return Refused(RefusalCode.NOT_PERMITTED)
    refused = bad_label(given, "patient_number") or await _bad_own_id(task, given.own_child_id)
    if refused is not None:
        return refused
    me, now, today = task.context.caller.holder.id, task.context.now, task.context.today
    if await tries(task, RefusalCode.LINK_CODE_INVALID) >= TRIES_MOST:
        return Refused(RefusalCode.TRIES_TOO_MANY)
    connection = await task.session.connection()
    waiting = await links.by_code(connection, me, code_hash(given.code), now, today)
    if waiting is None:
        return Refused(RefusalCode.LINK_CODE_INVALID, "code")
    numbers = number_hashes(me, given.patient_number)
    standing = await links.by_numbers(connection, me, numbers, today)
    if any(each.child_id != waiting.child_id for each in standing.values()):
        return Refused(RefusalCode.NUMBER_TAKEN, "patientNumber")
    await _freed(task, numbers)
    row = await task.session.get_one(RecordLink, waiting.id)
    row.number_hash, row.linked_at, row.own_child_id = numbers[0], now, given.own_child_id
    task.session.add(row)
    return Linked(now, [("Mutation.redeemLinkCode", waiting.child_id)])


async def revoke(task: Task, given: RevokeLink) -> str:
    """The link, whose number stands for nobody from the next request on."""
    row = await task.session.get_one(RecordLink, str(task.about.id))
    if row.revoked_at is None:
        row.revoked_at = task.context.now
        task.session.add(row)
    return str(given.id)


async def _bad_own_id(task: Task, id: str | None) -> Refused | None:
    """What is no id of a child in the city's own graph; nobody but a partner city has one."""
    if id is None:
        return None
    holder, parts = task.context.caller.holder, parsed(id)
    if holder.kind is not CallerKind.PARTNER_MUNICIPALITY:
        return Refused(RefusalCode.NOT_PERMITTED, "ownChildId")
    city = await task.session.get_one(Organisation, holder.id)
    is_own = parts is not None and (parts.code, parts.letter) == (city.municipality_code, Letter.CHILD)
    return None if is_own else Refused(RefusalCode.VALUE_UNKNOWN, "ownChildId")


async def _waiting(task: Task) -> int:
    """How many codes of the caller's own for this child could still be redeemed; others' are not theirs to know of."""
    rows = table_of(RecordLink).c
    is_open = (rows.linked_at.is_(None), rows.revoked_at.is_(None), rows.expires_at > task.context.now)
    is_mine = rows.issued_by_id == task.context.caller.holder.id
    statement = sa.select(sa.func.count()).where(rows.child_id == task.child.id, is_mine, *is_open)
    return int((await (await task.session.connection()).execute(statement)).scalar_one())


async def _freed(task: Task, numbers: Sequence[str]) -> None:
    """Earlier links of the number, however it was kept, which stand for nobody or for the same child, give way."""
    mine = col(RecordLink.organisation_id) == task.context.caller.holder.id
    is_number = col(RecordLink.number_hash).in_(numbers)
    earlier = select(RecordLink).where(mine, is_number, col(RecordLink.revoked_at).is_(None))
    for each in (await task.session.exec(earlier)).all():
        each.revoked_at = task.context.now
        task.session.add(each)
    await task.session.flush()
