"""Orders to convert what providers hold: given by deeds, put to providers by the worker, answered once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
import strawberry
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import table_of
from models.ids import Letter
from models.point_order import OrderState, PointLink, PointOrder, Provider
from models.refusal import RefusalCode, Refused
from resolvers.checked import bad_label
from resolvers.deed import Task
from resolvers.ledger import Ledger
from resolvers.point_account import Purchase, taken_in
from resolvers.point_sale import bad_points
from rules.delivery import pause
from rules.point_providers import OFFERS, Way
from rules.points import Rate

AT_ONCE = 20
_order = table_of(PointOrder)


@dataclass(kw_only=True)
class LinkProvider:
    """An account with a provider that links accounts; `token` is what the provider gave for it."""

    account_id: strawberry.ID
    provider: Provider
    token: str
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class UnlinkProvider:
    """The link with a provider ends, and its token is forgotten."""

    account_id: strawberry.ID
    provider: Provider
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class ConvertPoints:
    """So many units of a provider; with its coupon's code, where it gives such. They do not come back."""

    account_id: strawberry.ID
    provider: Provider
    units: int
    coupon_code: str | None = None
    idempotency_key: strawberry.ID


class Waiting(NamedTuple):
    """An order that is put to its provider now."""

    id: str
    account_id: str
    provider: Provider
    units: int
    token: str


class Taken(NamedTuple):
    """The provider says that it took so many units for an order, under a number of its own."""

    order_id: str
    transaction_id: str
    units: int


class Declined(NamedTuple):
    """The provider says that it took nothing and will not."""


class Reconciled(NamedTuple):
    """What a provider's statement and the ledger do not agree on, by its transactions."""

    agreed: int
    only_there: list[str]
    only_here: list[str]
    different: list[str]


async def link(task: Task, given: LinkProvider) -> str | Refused:
    """The account; an earlier link with the same provider gives way."""
    if OFFERS[given.provider].way is not Way.ACCOUNT_LINK:
        return Refused(RefusalCode.VALUE_UNKNOWN, "provider")
    refused = bad_label(given, "token")
    if refused is not None:
        return refused
    await linked(Ledger.of(task), str(task.about.id), given.provider, given.token)
    return str(given.account_id)


async def linked(ledger: Ledger, account_id: str, provider: Provider, token: str) -> None:
    """Link an account with a provider."""
    await unlinked(ledger, account_id, provider)
    id = ledger.new_id(Letter.LOG)
    row = PointLink(id=id, account_id=account_id, provider=provider, token=token, linked_at=ledger.now)
    ledger.session.add(row)


async def unlink(task: Task, given: UnlinkProvider) -> str | Refused:
    """The account."""
    is_there = await unlinked(Ledger.of(task), str(task.about.id), given.provider)
    return str(given.account_id) if is_there else Refused(RefusalCode.NOT_FOUND, "provider")


async def unlinked(ledger: Ledger, account_id: str, provider: Provider) -> bool:
    """End the link with a provider; whether there was one."""
    links = await _open_links(ledger, account_id, provider)
    for each in links:
        each.ended_at, each.token = ledger.now, None
        ledger.session.add(each)
    return bool(links)


async def convert(task: Task, given: ConvertPoints) -> str | Refused:
    """The account, with an order that waits for its provider."""
    refused = bad_label(given, "coupon_code") if given.coupon_code else None
    found = refused or await ordered(Ledger.of(task), str(task.about.id), given)
    return found if isinstance(found, Refused) else str(given.account_id)


async def ordered(ledger: Ledger, account_id: str, given: ConvertPoints) -> str | Refused:
    """The order, which waits for its provider."""
    refused = bad_points(ledger, given.units, "units")
    token = refused or await _token(ledger, account_id, given)
    if isinstance(token, Refused):
        return token
    row = PointOrder(
        id=ledger.new_id(Letter.LOG),
        account_id=account_id,
        provider=given.provider,
        units=given.units,
        token=token,
        state=OrderState.WAITING,
        ordered_at=ledger.now,
        due_at=ledger.now,
    )
    ledger.session.add(row)
    return row.id


async def _token(ledger: Ledger, account_id: str, given: ConvertPoints) -> str | Refused:
    """By what the provider knows whose units are meant."""
    if OFFERS[given.provider].way is Way.COUPON_CODE:
        return given.coupon_code or Refused(RefusalCode.VALUE_MISSING, "couponCode")
    links = await _open_links(ledger, account_id, given.provider)
    token = links[0].token if links else None
    return token or Refused(RefusalCode.NOT_FOUND, "provider")


async def _open_links(ledger: Ledger, account_id: str, provider: Provider) -> Sequence[PointLink]:
    mine = (PointLink.account_id == account_id, PointLink.provider == provider, col(PointLink.ended_at).is_(None))
    return (await ledger.session.exec(select(PointLink).where(*mine))).all()


async def claimed(session: AsyncSession, providers: Sequence[Provider], now: datetime, chance: float) -> list[Waiting]:
    """Orders that are due, to one of these providers; due again after a pause that grows with each try."""
    is_due = (col(PointOrder.state) == OrderState.WAITING, col(PointOrder.due_at) <= now)
    wanted = select(PointOrder).where(*is_due, col(PointOrder.provider).in_(providers))
    found = await session.exec(wanted.order_by(PointOrder.due_at).limit(AT_ONCE).with_for_update(skip_locked=True))  # type: ignore[arg-type]
    rows = found.all()
    for row in rows:
        row.tries += 1
        row.due_at = now + pause(row.tries, chance)
        session.add(row)
    return [Waiting(row.id, row.account_id, row.provider, row.units, row.token or "") for row in rows]


async def answered(ledger: Ledger, order: Waiting, answer: Taken | Declined, rate: Rate) -> OrderState:
    """What becomes of an order: its points in the ledger, once; a contradiction enters nothing."""
    row = (await ledger.session.exec(select(PointOrder).where(PointOrder.id == order.id).with_for_update())).one()
    if row.state is not OrderState.WAITING:
        return row.state
    row.state = OrderState.REFUSED
    if isinstance(answer, Taken):
        row.transaction_id = answer.transaction_id
        row.state = await _entered(ledger, row, answer, rate)
    row.token, row.settled_at = None, ledger.now
    ledger.session.add(row)
    return row.state


async def _entered(ledger: Ledger, row: PointOrder, answer: Taken, rate: Rate) -> OrderState:
    if (answer.order_id, answer.units) != (row.id, row.units):
        return OrderState.CONTRADICTED
    same = (_order.c.provider == row.provider, _order.c.transaction_id == answer.transaction_id, _order.c.id != row.id)
    if await ledger.first(sa.select(_order.c.id).where(*same)):
        return OrderState.CONTRADICTED
    purchase = Purchase(row.provider.name.lower(), answer.transaction_id, answer.units)
    found = await taken_in(ledger, row.account_id, purchase, rate)
    if isinstance(found, Refused):
        return OrderState.CONTRADICTED if found.code is RefusalCode.KEY_REUSED else OrderState.REFUSED
    row.entry_id = found
    return OrderState.ENTERED


async def reconciled(connection: AsyncConnection, provider: Provider, statement: dict[str, int]) -> Reconciled:
    """A provider's statement, units by transaction, beside what was entered."""
    mine = (_order.c.provider == provider, _order.c.state == OrderState.ENTERED)
    rows: Any = await connection.execute(sa.select(_order.c.transaction_id, _order.c.units).where(*mine))
    here = {row.transaction_id: row.units for row in rows}
    both = statement.keys() & here.keys()
    different = sorted(each for each in both if statement[each] != here[each])
    only_there, only_here = sorted(statement.keys() - here.keys()), sorted(here.keys() - statement.keys())
    return Reconciled(len(both) - len(different), only_there, only_here, different)
