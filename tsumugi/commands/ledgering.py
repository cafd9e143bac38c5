"""`tsumugi ledger`: the proof of the ledger of points and its export, what a day is settled with, where points are."""

import asyncio
import csv
import hashlib
import io
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import orjson
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from auth.chain import AuditKey, PublicKeys, moment
from models import wall
from models.point_order import Provider
from models.store import Store
from resolvers.ledger_check import NO_ENDS, Proof, proof
from resolvers.ledger_ends import NEVER, Signed, signed, signed_anew
from resolvers.ledger_ends import sign as first_signed
from resolvers.ledger_export import Broken, exported, proven
from resolvers.ledger_report import Settled, circulating, settled
from resolvers.point_jobs import EVERY_ACCOUNT
from resolvers.point_orders import reconciled
from tsumugi.halt import Halt
from tsumugi.keyring import DEMO, Keyring
from tsumugi.place import refuse_unopenable, sqlite_file
from tsumugi.settings import Settings
from tsumugi.transacting import transacted

T = TypeVar("T")
HEAD = ("day", "municipality_code", "shop_id", "shop", "taken_points", "given_back_points", "net_yen")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


def verify(settings: Settings) -> str:
    """What is proved; raises Halt with the first fault."""
    keys = PublicKeys.of(_held(settings))
    found, ends = _read(settings, lambda connection: _proved(connection, keys))
    _halt_at(found)
    if isinstance(ends, str):
        raise Halt(f"Fault in the ledger: {ends}.")
    return f"{_told(found)} The ends were signed at {moment(ends.signed_at)}."


def verify_export(file: Path, keys_file: Path) -> str:
    """What an export proves; raises Halt with the first fault. Needs neither database nor settings."""
    try:
        keys = PublicKeys.read(orjson.loads(keys_file.read_bytes()))
    except (OSError, ValueError):
        raise Halt(f"There are no public keys in {keys_file}.") from None
    try:
        with file.open("rb") as lines:
            found = proven(lines, keys)
    except OSError:
        raise Halt(f"The file {file} cannot be read.") from None
    if isinstance(found, Broken):
        raise Halt(f"Broken at line {found.line}, which {found.why}.")
    _halt_at(found)
    return _told(found)


def export(settings: Settings, now: datetime, say: Callable[[str], None]) -> None:
    """Print the whole ledger, an account a line, and a signed closing line."""
    key = _held(settings)[0]

    async def lines(connection: AsyncConnection) -> None:
        async for line in exported(connection, key, now):
            say(line.decode())

    _read(settings, lines)


def sign(settings: Settings, now: datetime) -> str:
    """Sign where the chains end, for the first time, or as the worker does; raises Halt where that cannot be."""
    held = _held(settings)

    async def work(session: AsyncSession) -> str | None:
        connection = await session.connection()
        why = await signed_anew(connection, held[0], PublicKeys.of(held), now)
        if why == NEVER:
            await first_signed(connection, held[0], now)
        return None if why == NEVER else why

    why = transacted(settings, work, serialised=True, opening=EVERY_ACCOUNT)
    if why is not None:
        raise Halt(f"Nothing is signed: {why}. `tsumugi ledger verify` names it.")
    return "The ends of the ledger are signed."


def _halt_at(found: Proof) -> None:
    if found.fault is not None:
        raise Halt(f"Fault in account {found.fault.account_id}: entry {found.fault.number} {found.fault.why}.")


def _told(found: Proof) -> str:
    return f"{found.accounts} accounts, {found.entries} entries, {found.postings} postings: the sum is {found.sum}."


async def _proved(connection: AsyncConnection, keys: PublicKeys) -> tuple[Proof, Signed | str]:
    ends = await signed(connection, keys)
    return await proof(connection, NO_ENDS if isinstance(ends, str) else ends.ends), ends


def _held(settings: Settings) -> tuple[AuditKey, ...]:
    """The keys of the server, a demo's or not: reading its ledger needs no claim to be one or the other."""
    return Keyring.load(settings.secrets, demo=(settings.secrets / DEMO).exists()).audit


def settle(settings: Settings, day: date, folder: Path) -> str:
    """Write the day's settlement as a table with its SHA-256 beside it; answers the file and the sum."""
    rows = _read(settings, lambda connection: settled(connection, day))
    text = _table(day, rows).encode()
    file = folder / f"settlement-{day.isoformat()}.csv"
    digest = hashlib.sha256(text).hexdigest()
    try:
        file.write_bytes(text)
        file.with_suffix(".csv.sha256").write_text(f"{digest}  {file.name}\n", encoding="utf-8")
    except OSError:
        raise Halt(f"The folder {folder} cannot be written to.") from None
    return f"{file}: {len(rows)} shops, {sum(row.net_yen for row in rows)} yen, SHA-256 {digest}."


def circulation(settings: Settings) -> str:
    """How many points are where, as JSON."""
    found = _read(settings, circulating)
    return orjson.dumps(found._asdict(), option=orjson.OPT_INDENT_2).decode()


def reconcile(settings: Settings, name: str, file: Path) -> str:
    """What a provider's statement (a table of transaction and units) and the ledger do not agree on, as JSON."""
    if name not in Provider.__members__:
        raise Halt(f"There is no provider {name}.")
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            statement = {row["transaction"]: int(row["units"]) for row in csv.DictReader(lines, strict=True)}
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        raise Halt(f"The file {file} is no table of transaction and units.") from None
    found = _read(settings, lambda connection: reconciled(connection, Provider[name], statement))
    return orjson.dumps(found._asdict(), option=orjson.OPT_INDENT_2).decode()


def _table(day: date, rows: list[Settled]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEAD)
    for row in rows:
        code, id, name, *points = row
        writer.writerow([day.isoformat(), code, id, f"'{name}" if name.startswith(FORMULA) else name, *points])
    return text.getvalue()


def _read(settings: Settings, question: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    file = sqlite_file(settings.database_url)
    if file is not None:
        if not file.is_file():
            raise Halt(f"There is no database at {file}: check TSUMUGI_DATABASE_URL.")
        refuse_unopenable(file)
    try:
        return asyncio.run(_asked(settings, question))
    except (SQLAlchemyError, OSError):
        raise Halt("The database cannot be read: check TSUMUGI_DATABASE_URL.") from None


async def _asked(settings: Settings, question: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    store = Store(settings.database_url, pooled=False)
    try:
        async with store.reading() as connection:
            await wall.open_to(connection, EVERY_ACCOUNT)
            return await question(connection)
    finally:
        await store.close()
