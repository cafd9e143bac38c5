"""What the calendar does to points: lots expire, reserved points are assigned, holds run out."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import table_of
from models.ledger import PointHold, PointLot
from models.point import EntryKind, PointAccount
from models.store import Store
from models.subject import Noun
from models.wall import Opening
from resolvers.ledger import LEFT, Draft, Ledger, pending
from rules import ledger as accounts
from rules.ledger import NewLot, Posting
from rules.points import Lot, Part, due_before, is_expired, taken

EVERY_ACCOUNT = Opening({Noun.ACCOUNT: None})
AT_ONCE = 100  # accounts of one round
_lot, _hold, _account = table_of(PointLot), table_of(PointHold), table_of(PointAccount)
IS_RESERVED = _lot.c.code.startswith("reserved:")


async def time_out(ledger: Ledger, account_id: str) -> int:
    """Release the account's holds that ran out; how many."""
    is_over = (_hold.c.account_id == account_id, _hold.c.expires_at <= ledger.now, pending(_hold.c.id))
    tail = await ledger.tail(account_id)
    found = await ledger.rows(sa.select(_hold.c.id, _hold.c.organisation_id).where(*is_over).order_by(_hold.c.id))
    for hold in found:
        about = {"account_id": account_id, "organisation_id": hold.organisation_id}
        await ledger.enter(Draft(**about, kind=EntryKind.RELEASED, hold_id=hold.id), tail)
        tail = await ledger.tail(account_id)
    return len(found)


async def expire(ledger: Ledger, account_id: str) -> int:
    """Let go of what is over and not held; how many points."""
    tail = await ledger.tail(account_id)
    over = [lot for lot in await ledger.lots(account_id) if is_expired(ledger.today, lot.expires_on)]
    postings = [
        Posting(lot.code, _fallen_to(ledger, lot), lot.points, from_lot=lot.id) for lot in over if lot.points > 0
    ]
    if postings:
        await ledger.enter(Draft(account_id=account_id, kind=EntryKind.EXPIRED, postings=postings), tail)
    return sum(each.points for each in postings)


def _fallen_to(ledger: Ledger, lot: Lot) -> str:
    return accounts.expired(accounts.municipality_of(lot.code) or ledger.code)


async def assign(ledger: Ledger, account_id: str, municipality_code: str, points: int | None) -> str | None:
    """Assign so many reserved points, or all, to a municipality; None where there are less, or none."""
    tail = await ledger.tail(account_id)
    lots = [lot for lot in await ledger.lots(account_id, accounts.reserved(account_id)) if not _is_over(ledger, lot)]
    wanted = sum(lot.points for lot in lots) if points is None else points
    parts = taken(lots, wanted)
    if not parts:
        return None
    return await ledger.enter(_assigned(ledger, account_id, municipality_code, lots, parts), tail)


def _is_over(ledger: Ledger, lot: Lot) -> bool:
    return is_expired(ledger.today, lot.expires_on)


def _assigned(ledger: Ledger, account_id: str, city: str, lots: Sequence[Lot], parts: Sequence[Part]) -> Draft:
    """Each part goes into a lot of its own, as old and as long valid as the one that it came from."""
    by_id = {lot.id: lot for lot in lots}
    opened: list[NewLot] = []
    postings: list[Posting] = []
    for part in parts:
        source = by_id[part.lot_id]
        target = ledger.opened(accounts.held(city, account_id), source.expires_on, source.created_at)
        opened.append(target)
        postings.append(Posting(source.code, target.code, part.points, from_lot=source.id, to_lot=target.id))
    return Draft(account_id=account_id, kind=EntryKind.ASSIGNED, postings=postings, lots=opened)


async def assign_due(ledger: Ledger, account_id: str) -> int:
    """Assign what has waited its days to the basic municipality, where there is one; how many points."""
    city = (await ledger.first(sa.select(_account.c.basic_municipality_code).where(_account.c.id == account_id)))[0]
    if city is None:
        return 0
    tail = await ledger.tail(account_id)
    lots = await ledger.lots(account_id, accounts.reserved(account_id))
    longest = due_before(ledger.today, ledger.terms)
    due = [lot for lot in lots if not _is_over(ledger, lot) and lot.created_at < longest]
    if due:
        parts = [Part(lot.id, lot.points) for lot in due]
        await ledger.enter(_assigned(ledger, account_id, city, due, parts), tail)
    return sum(lot.points for lot in due)


async def waiting(ledger: Ledger) -> dict[str, Sequence[Any]]:
    """Accounts for which the calendar has something to do, each with the jobs, in their order.

    What a hold gives back may be due or over itself.
    """
    found: defaultdict[str, list[Any]] = defaultdict(list)
    longest = due_before(ledger.today, ledger.terms)
    is_left = LEFT > 0
    questions = (
        (time_out, sa.select(_hold.c.account_id).where(_hold.c.expires_at <= ledger.now, pending(_hold.c.id))),
        (
            assign_due,
            sa.select(_lot.c.account_id)
            .join_from(_lot, _account, _lot.c.account_id == _account.c.id)
            .where(IS_RESERVED, _lot.c.created_at < longest, _account.c.basic_municipality_code.is_not(None), is_left),
        ),
        (expire, sa.select(_lot.c.account_id).where(_lot.c.expires_on < ledger.today, is_left)),
    )
    for job, question in questions:
        for row in await ledger.rows(question.distinct().order_by("account_id").limit(AT_ONCE)):
            found[row.account_id].append(job)
    every = [job for job, _ in questions]
    return {account_id: every if time_out in jobs else jobs for account_id, jobs in found.items()}


async def kept_up(store: Store, code: str, now: datetime) -> int:
    """Do what the calendar asks for, each account in a transaction of its own; how many accounts there were."""

    async def look(session: AsyncSession) -> dict[str, Sequence[Any]]:
        return await waiting(Ledger(session, now, code))

    found = await store.transact(look, serialised=False, opening=EVERY_ACCOUNT)
    for account_id, jobs in found.items():

        async def work(session: AsyncSession, account_id: str = account_id, jobs: Sequence[Any] = jobs) -> None:
            for job in jobs:
                await job(Ledger(session, now, code), account_id)

        await store.transact(work, serialised=False, opening=EVERY_ACCOUNT)
    return len(found)
