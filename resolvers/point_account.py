"""Deeds about an account: a My Key ID, codes to spend with, assignment; the staff's grants and reversals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import orjson
import sqlalchemy as sa
import strawberry
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from models.columns import table_of
from models.ids import Letter
from models.ledger import PointPosting, SpendCode
from models.municipality import Municipality
from models.point import EntryKind, PointAccount, PointEntry, ReversalReason
from models.refusal import RefusalCode, Refused
from models.relation import relation_of
from resolvers.checked import bad_label
from resolvers.deed import Task
from resolvers.ledger import Draft, Ledger
from resolvers.point_jobs import assign
from resolvers.point_sale import bad_points
from rules import ledger as accounts
from rules.ledger import Posting
from rules.linking import code_hash, code_of
from rules.points import Rate, converted, last_valid_day

_entry, _posting, _known = table_of(PointEntry), table_of(PointPosting), relation_of(PointAccount)
PROGRAMME_LONGEST = 40  # it is a part of an account's code
REVERSIBLE = {EntryKind.CONVERTED, EntryKind.GRANTED, EntryKind.SPENT, EntryKind.ASSIGNED}


@dataclass(kw_only=True)
class LinkMyKey:
    """The caller's My Key ID, and the municipality to which reserved points go after 14 days."""

    my_key_id: str
    basic_municipality_code: str | None = None
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class ChooseMunicipality:
    """To which municipality reserved points go after 14 days."""

    account_id: strawberry.ID
    municipality_code: str
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class IssueSpendCode:
    """For one purchase of at most so many points, within a minute."""

    account_id: strawberry.ID
    most_points: int
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class AssignPoints:
    """Reserved points, all where none are named, to a municipality. They do not come back."""

    account_id: strawberry.ID
    municipality_code: str
    points: int | None = None
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class GrantPoints:
    """Points of a programme for an event, once for each account: volunteer work, a class."""

    account_id: strawberry.ID
    programme: str
    event: str
    points: int
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class ReversePoints:
    """An entry that is taken back by its opposite, once."""

    entry_id: strawberry.ID
    reason: ReversalReason
    idempotency_key: strawberry.ID


class IssuedSpendCode(NamedTuple):
    """A code that waits for a minute; told to its holder and kept nowhere."""

    code_id: str
    most_points: int
    expires_at: datetime
    spend_code: str = ""
    looks: Sequence[tuple[str, str]] = ()

    def told(self, key: str) -> "IssuedSpendCode":
        """With the code, which the client's key gives again."""
        return self._replace(spend_code=code_of(key, self.code_id))

    def packed(self) -> str:
        """As JSON text, without the code."""
        return orjson.dumps([self.code_id, self.most_points, self.expires_at]).decode()

    @classmethod
    def unpacked(cls, text: str) -> "IssuedSpendCode":
        """Back from the text."""
        code_id, most_points, expires_at = orjson.loads(text)
        return cls(code_id, most_points, datetime.fromisoformat(expires_at))


class Purchase(NamedTuple):
    """What a provider says that it has taken from its customer, under a number of its own."""

    provider: str
    transaction_id: str
    units: int


async def link(task: Task, given: LinkMyKey) -> str | Refused:
    """The account, opened if there was none."""
    refused = bad_label(given, "my_key_id")
    if refused is not None:
        return refused
    me = task.context.caller.holder.id
    return await linked(Ledger.of(task), me, given.my_key_id.strip(), given.basic_municipality_code)


async def linked(ledger: Ledger, resident_id: str, my_key_id: str, city: str | None) -> str | Refused:
    """Link a My Key ID, which is one person's for good, and say where reserved points go."""
    refused = None if city is None else await _bad_city(ledger, city, "basicMunicipalityCode")
    if refused is not None:
        return refused
    hashed = accounts.key_hash("my key", my_key_id)
    own = await ledger.first(sa.select(_known.c.id).where(_known.c.resident_id == resident_id))
    id = ledger.new_id(Letter.ACCOUNT) if own is None else str(own.id)
    await ledger.reach(id)
    row = await ledger.session.get(PointAccount, id)
    row = row or PointAccount(id=id, resident_id=resident_id, municipality_code=ledger.code, opened_on=ledger.today)
    if row.my_key_hash not in {None, hashed}:
        return Refused(RefusalCode.ALREADY_RECORDED, "myKeyId")
    said = {"my_key_hash": hashed, "basic_municipality_code": city or row.basic_municipality_code}
    return id if await _is_first(ledger, row, said) else Refused(RefusalCode.ALREADY_RECORDED, "myKeyId")


async def _is_first(ledger: Ledger, row: PointAccount, said: Mapping[str, str | None]) -> bool:
    """Write what is said of an account; False, and nothing written, where the My Key ID is another's, out of reach."""
    try:
        async with ledger.session.begin_nested():  # which first writes what waits, so nothing may wait yet
            ledger.session.add(row)
            for name, value in said.items():
                setattr(row, name, value)
    except IntegrityError as why:
        if "my_key_hash" not in str(why.orig):
            raise
        return False
    return True


async def choose(task: Task, given: ChooseMunicipality) -> str | Refused:
    """The account, whose reserved points go there from now on."""
    refused = await _bad_city(Ledger.of(task), given.municipality_code, "municipalityCode")
    if refused is not None:
        return refused
    row = await task.session.get_one(PointAccount, str(task.about.id))
    row.basic_municipality_code = given.municipality_code
    task.session.add(row)
    return str(given.account_id)


async def issue(task: Task, given: IssueSpendCode) -> IssuedSpendCode | Refused:
    """The code, or why not."""
    ledger = Ledger.of(task)
    refused = bad_points(ledger, given.most_points, "mostPoints")
    if refused is not None:
        return refused
    code_id = ledger.new_id(Letter.LOG)
    row = SpendCode(
        code_hash=code_hash(code_of(str(given.idempotency_key), code_id)),
        account_id=task.about.id,
        most_points=given.most_points,
        issued_at=ledger.now,
        expires_at=ledger.now + timedelta(seconds=ledger.terms.code_seconds),
    )
    task.session.add(row)
    return IssuedSpendCode(code_id, row.most_points, row.expires_at)


async def assign_points(task: Task, given: AssignPoints) -> str | Refused:
    """The entry that assigns them, the lots that end first before others."""
    ledger = Ledger.of(task)
    refused = None if given.points is None else bad_points(ledger, given.points)
    refused = refused or await _bad_city(Ledger.of(task), given.municipality_code, "municipalityCode")
    if refused is not None:
        return refused
    entry_id = await assign(ledger, task.about.id, given.municipality_code, given.points)
    return entry_id or Refused(RefusalCode.POINTS_INSUFFICIENT, "points")


async def grant(task: Task, given: GrantPoints) -> str | Refused:
    """The entry that gives them, valid from today on."""
    ledger, account_id = Ledger.of(task), str(task.about.id)
    refused = bad_label(given, "programme") or bad_label(given, "event") or bad_points(ledger, given.points)
    if refused is not None:
        return refused
    if len(given.programme) > PROGRAMME_LONGEST:
        return Refused(RefusalCode.TEXT_TOO_LONG, "programme")
    return await granted(ledger, account_id, (given.programme.strip(), given.event.strip()), given.points)


async def granted(ledger: Ledger, account_id: str, occasion: tuple[str, str], points: int) -> str | Refused:
    """Give points of a programme for an event, once."""
    hashed = accounts.key_hash("grant", *occasion, account_id)
    tail = await ledger.tail(account_id)
    if await ledger.first(sa.select(_entry.c.id).where(_entry.c.key_hash == hashed)):
        return Refused(RefusalCode.ALREADY_RECORDED, "event")
    if await ledger.is_frozen(account_id):
        return Refused(RefusalCode.ACCOUNT_FROZEN, "accountId")
    lot = ledger.opened(accounts.held(ledger.code, account_id), last_valid_day(ledger.terms, ledger.today))
    posting = Posting(accounts.grant(ledger.code, occasion[0]), lot.code, points, to_lot=lot.id)
    about = {"account_id": account_id, "kind": EntryKind.GRANTED, "key_hash": hashed}
    return await ledger.enter(Draft(**about, postings=[posting], lots=[lot]), tail)  # type: ignore[arg-type]


async def taken_in(ledger: Ledger, account_id: str, purchase: Purchase, rate: Rate) -> str | Refused:
    """Convert what a provider took, at the rate of now, into reserved points; the same purchase again changes nothing.

    The same number with other units, or of another customer, is refused.
    """
    hashed = accounts.key_hash("convert", purchase.provider, purchase.transaction_id)
    tail = await ledger.tail(account_id)
    same = sa.select(_entry.c.id, _entry.c.account_id, _entry.c.facility).where(_entry.c.key_hash == hashed)
    known = await ledger.first(same)
    said = f"{purchase.provider} {purchase.units}"
    if known is not None:
        is_same = (known.account_id, known.facility) == (account_id, said)
        return str(known.id) if is_same else Refused(RefusalCode.KEY_REUSED, "transactionId")
    if await ledger.is_frozen(account_id):
        return Refused(RefusalCode.ACCOUNT_FROZEN, "accountId")
    found = converted(rate, purchase.units)
    if found is None or found.points > ledger.terms.most_points:
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "units")
    lot = ledger.opened(accounts.reserved(account_id), last_valid_day(ledger.terms, ledger.today))
    posting = Posting(accounts.issuer(purchase.provider), lot.code, found.points, to_lot=lot.id)
    about = {"account_id": account_id, "kind": EntryKind.CONVERTED, "key_hash": hashed, "facility": said}
    return await ledger.enter(Draft(**about, postings=[posting], lots=[lot]), tail)  # type: ignore[arg-type]


async def reverse(task: Task, given: ReversePoints) -> str | Refused:
    """The opposite entry."""
    return await reversed_(Ledger.of(task), str(task.about.account_id), str(given.entry_id), given.reason)


async def reversed_(ledger: Ledger, account_id: str, entry_id: str, reason: ReversalReason) -> str | Refused:
    """Take an entry back by its opposite, once; where its points are gone already, it stands."""
    tail = await ledger.tail(account_id)
    entry = await ledger.first(sa.select(_entry.c.kind, _entry.c.organisation_id).where(_entry.c.id == entry_id))
    is_later = sa.or_(_entry.c.reverses_id == entry_id, _entry.c.refunds_id == entry_id)
    if await ledger.first(sa.select(_entry.c.id).where(is_later)):
        return Refused(RefusalCode.ENTRY_REPLACED, "entryId")
    if entry.kind not in REVERSIBLE:
        return Refused(RefusalCode.ENTRY_ENDED, "entryId")
    rows = await ledger.rows(sa.select(_posting).where(_posting.c.entry_id == entry_id).order_by(_posting.c.line))
    postings = [Posting(row.debit, row.credit, row.points, row.from_lot_id, row.to_lot_id).turned() for row in rows]
    left = {lot.id: lot.points for lot in await ledger.lots(account_id)}
    if any(each.from_lot is not None and left.get(each.from_lot, 0) < each.points for each in postings):
        return Refused(RefusalCode.POINTS_INSUFFICIENT, "entryId")
    about = {"account_id": account_id, "kind": EntryKind.REVERSED, "reverses_id": entry_id, "reason": reason}
    draft = Draft(**about, organisation_id=entry.organisation_id, postings=postings)  # type: ignore[arg-type]
    return await ledger.enter(draft, tail)


async def _bad_city(ledger: Ledger, code: str, name: str) -> Refused | None:
    row = (await ledger.session.exec(select(Municipality).where(col(Municipality.code) == code))).one_or_none()
    day = ledger.today
    is_there = row is not None and row.valid_from <= day and (row.valid_to is None or day < row.valid_to)
    return None if is_there else Refused(RefusalCode.NOT_FOUND, name)
