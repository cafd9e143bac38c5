"""What a purchase costs: a hold and its capture beside bare inserts in the same database, and how many statements."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel.ext.asyncio.session import AsyncSession

import migrations
from bench.towns.postgresql import postgresql
from models.ids import Letter, mint
from models.ledger import SpendCode
from models.municipality import Municipality
from models.organisation import CallerKind, Organisation
from models.point import PointAccount
from models.refusal import Refused
from models.resident import Resident, Sex
from models.store import Store
from models.wall import Opening
from resolvers.ledger import Ledger
from resolvers.point_account import granted
from resolvers.point_jobs import EVERY_ACCOUNT
from resolvers.point_sale import Held, captured, held
from rules.linking import code_hash

CODE = "102016"
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
PURCHASES, LOTS = 200, 10
STATEMENTS_MOST = 3  # of a hold and of a capture each, once the wall is open
UNCOUNTED = ("BEGIN", "SELECT set_config")  # what brings no rows


class Purchases(NamedTuple):
    """Of one database: statements of a hold and of a capture, purchases a second, and the share of bare inserts."""

    database: str
    hold_statements: int
    capture_statements: int
    per_second: float
    ratio: float

    @property
    def is_within(self) -> bool:
        """Whether no act takes more statements than it may."""
        return max(self.hold_statements, self.capture_statements) <= STATEMENTS_MOST


def purchases(count: int = PURCHASES) -> list[Purchases]:
    """On SQLite and on PostgreSQL."""
    with TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/tsumugi.db"
        migrations.upgrade(url)
        found = [asyncio.run(_measured(url, url, count))]
    with postgresql() as settings:
        owner, application = settings["TSUMUGI_MIGRATION_URL"], settings["TSUMUGI_DATABASE_URL"]
        migrations.upgrade(owner)
        migrations.admit(owner, application)
        owner, application = (each.replace("ql:", "ql+asyncpg:") for each in (owner, application))
        found.append(asyncio.run(_measured(owner, application, count)))
    return found


async def _measured(owner_url: str, url: str, count: int) -> Purchases:
    owner, store = Store(owner_url), Store(url)
    try:
        shop_id, account_id = await _founded(owner)
        codes = [secrets.token_hex(8) for _ in range(count)]
        await _given(store, account_id, codes)
        statements = _counted(store)
        most_of_hold = most_of_capture = 0
        began = perf_counter()
        for code in codes:
            del statements[:]
            hold_id = await _held(store, shop_id, code)
            most_of_hold = max(most_of_hold, len(statements))
            del statements[:]
            await _captured(store, shop_id, hold_id)
            most_of_capture = max(most_of_capture, len(statements))
        spent = perf_counter() - began
        bare = await _bare(owner, 2 * count)
    finally:
        await store.close()
        await owner.close()
    return Purchases(store.dialect, most_of_hold, most_of_capture, count / spent, bare / spent)


async def _founded(owner: Store) -> tuple[str, str]:
    """A city, a shop and an account of somebody."""
    ids = [
        mint(CODE, letter, secrets.token_bytes(16)) for letter in (Letter.ORGANISATION, Letter.RESIDENT, Letter.ACCOUNT)
    ]
    names: dict[str, Any] = {"name": "m", "name_kana": "m", "name_en": "m", "prefecture": "m"}
    born = date(1990, 1, 1)
    async with owner.writing() as session:
        session.add(Municipality(code=CODE, **names, valid_from=born, is_ours=True))
        await session.flush()
        session.add(Organisation(id=ids[0], kind=CallerKind.SHOP, name="shop", municipality_code=CODE))
        session.add(Resident(id=ids[1], name="n", name_kana="n", birth_date=born, sex=Sex.FEMALE))
        await session.flush()
        session.add(PointAccount(id=ids[2], resident_id=ids[1], municipality_code=CODE, opened_on=born))
    return ids[0], ids[2]


async def _held(store: Store, shop_id: str, code: str) -> str:
    async def work(ledger: Ledger) -> Held | Refused:
        return await held(ledger, shop_id, code, 1)

    found = await _act(store, shop_id, work)
    assert isinstance(found, Held), found
    return found.hold_id


async def _captured(store: Store, shop_id: str, hold_id: str) -> None:
    async def work(ledger: Ledger) -> str | Refused:
        return await captured(ledger, shop_id, hold_id, 1)

    found = await _act(store, shop_id, work)
    assert isinstance(found, str), found


async def _given(store: Store, account_id: str, codes: list[str]) -> None:
    """Points in several lots, and the codes to spend them with."""
    for number in range(LOTS):
        await _act(store, "", partial(granted, account_id=account_id, occasion=("bench", str(number)), points=1_000))
    about = {"account_id": account_id, "most_points": 1, "issued_at": NOW, "expires_at": NOW + timedelta(minutes=1)}
    rows: list[dict[str, Any]] = [about | {"code_hash": code_hash(code)} for code in codes]
    await _act(store, "", partial(Ledger.write, model=SpendCode, rows=rows))


async def _act(store: Store, shop_id: str, work: Callable[[Ledger], Awaitable[Any]]) -> Any:
    async def all_of_it(session: AsyncSession) -> Any:
        return await work(Ledger(session, NOW, CODE))

    opening = Opening({}, shop_id) if shop_id else EVERY_ACCOUNT
    return await store.transact(all_of_it, serialised=False, opening=opening)


async def _bare(owner: Store, count: int) -> float:
    """Seconds of so many transactions that insert one row of two columns."""
    bare = sa.Table(
        "bare", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("points", sa.Integer)
    )
    async with owner.writing() as session:
        await (await session.connection()).run_sync(bare.create)
    began = perf_counter()
    for number in range(count):
        async with owner.writing(serialised=False) as session:
            await (await session.connection()).execute(bare.insert(), {"id": number, "points": 1})
    return perf_counter() - began


def _counted(store: Store) -> list[str]:
    """Where each statement that brings or writes rows is noted from now on."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(UNCOUNTED):
            found.append(statement)

    event.listen(store.writers.sync_engine, "before_cursor_execute", note)
    return found
