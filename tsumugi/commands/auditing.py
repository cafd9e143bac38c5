"""`tsumugi audit`: the access log as a file that anybody can check, the keys to check it with, and the check."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.chain import END, AuditKey, PublicKeys, canonical, moment, plain
from auth.proof import Broken, proven
from models import wall
from models.access_log import AccessEntry, AuditHead, AuditTail
from models.columns import table_of
from models.store import Store
from resolvers.inscription import WHOLE_LOG
from tsumugi.halt import Halt
from tsumugi.keyring import DEMO, Keyring
from tsumugi.place import refuse_unopenable, sqlite_file
from tsumugi.settings import Settings

ENTRIES, HEADS, TAIL = (table_of(each) for each in (AccessEntry, AuditHead, AuditTail))
ROWS_AT_ONCE = 1_000


def export(settings: Settings, now: datetime, say: Callable[[str], None]) -> None:
    """Print the whole log, one line an entry or head, and a signed closing line."""
    key = _held(settings)[0]
    file = sqlite_file(settings.database_url)
    if file is not None:
        if not file.is_file():
            raise Halt(f"There is no database at {file}: check TSUMUGI_DATABASE_URL.")
        refuse_unopenable(file)
    try:
        asyncio.run(_exported(settings, key, now, say))
    except (SQLAlchemyError, OSError):
        raise Halt("The database cannot be read: check TSUMUGI_DATABASE_URL.") from None


def keys(settings: Settings) -> str:
    """The public keys of the log as a JWKS."""
    return orjson.dumps({"keys": [each.public_jwk for each in _held(settings)]}, option=orjson.OPT_INDENT_2).decode()


def verify(file: Path, keys_file: Path) -> str:
    """What an export proves; raises Halt with the first broken link. Needs neither database nor settings."""
    try:
        public = PublicKeys.read(orjson.loads(keys_file.read_bytes()))
    except (OSError, ValueError):
        raise Halt(f"There are no public keys in {keys_file}.") from None
    try:
        with file.open("rb") as lines:
            found = proven(lines, public)
    except OSError:
        raise Halt(f"The file {file} cannot be read.") from None
    if isinstance(found, Broken):
        raise Halt(f"Broken at line {found.line}, entry {found.seq}: {found.why}.")
    signers = ", ".join(found.key_ids)
    return (
        f"{found.entries} entries, chain intact up to {found.hash}, exported {found.exported_at}, signed by {signers}."
    )


def _held(settings: Settings) -> tuple[AuditKey, ...]:
    """The keys of the server, a demo's or not: reading its log needs no claim to be one or the other."""
    return Keyring.load(settings.secrets, demo=(settings.secrets / DEMO).exists()).audit


async def _exported(settings: Settings, key: AuditKey, now: datetime, say: Callable[[str], None]) -> None:
    store = Store(settings.database_url, pooled=False)
    try:
        async with store.reading() as connection:
            await wall.open_to(connection, WHOLE_LOG)
            async for kind, values in _lines(connection):
                say(_line(kind, values))
            last = (await connection.execute(select(TAIL.c.hash, TAIL.c.seq))).one()
    finally:
        await store.close()
    closing = {"entries": last.seq, "hash": last.hash, "exported_at": moment(now)}
    say(_line("end", key.signed(END, closing)))


async def _lines(connection: AsyncConnection) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Entries in order, each head behind the last of its entries; a part of the log at a time."""
    seq = 0
    while True:
        heads = {row.seq: row for row in await _part(connection, HEADS, seq)}
        entries = await _part(connection, ENTRIES, seq)
        for row in entries:
            yield "entry", plain(row._mapping)  # noqa: SLF001 - SQLAlchemy's name for a row's values
            if row.seq in heads:
                yield "head", plain(heads[row.seq]._mapping)  # noqa: SLF001 - likewise
        if not entries:
            return
        seq = entries[-1].seq


async def _part(connection: AsyncConnection, table: Any, seq: int) -> Any:
    """At most ROWS_AT_ONCE rows behind an entry; of heads those of the entries that are read with them."""
    part = select(table).where(table.c.seq > seq).order_by(table.c.seq).limit(ROWS_AT_ONCE)
    return (await connection.execute(part)).all()


def _line(kind: str, values: dict[str, Any]) -> str:
    return canonical({kind: values}).decode() + "\n"
