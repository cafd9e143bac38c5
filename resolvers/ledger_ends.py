"""The ends of every account's chain are signed, and signed anew while those of before still stand."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.chain import AuditKey, PublicKeys, moment, plain
from auth.ledger_seal import HEAD, HEAD_SIGNED, End, hash_of
from models.columns import table_of
from models.ledger import LedgerHead, PointEnd
from resolvers.ledger import ENDS, stands

_end, _head = table_of(PointEnd), table_of(LedgerHead)
THE_HEAD = 1  # the id of its one row
AT_ONCE = 5_000  # rows of one statement
NEVER = "its ends were never signed"
CUT = "an entry that was signed is missing"


class Signed(NamedTuple):
    """The ends as they were signed, by account, and when."""

    signed_at: datetime
    ends: dict[str, End]


async def signed(connection: AsyncConnection, keys: PublicKeys) -> Signed | str:
    """What was signed last, or why it does not count."""
    head: Any = (await connection.execute(sa.select(_head))).one_or_none()
    if head is None:
        return NEVER
    ends = [End(*row) for row in await connection.execute(sa.select(*_end.c))]
    if not keys.has_signed(HEAD, HEAD_SIGNED, plain(head._mapping)):  # noqa: SLF001 - a row's values by name
        return "its ends are signed by none of the keys"
    if (head.accounts, head.hash) != (len(ends), hash_of(ends)):
        return "its ends are not those that were signed"
    return Signed(head.signed_at, {each.account_id: each for each in ends})


async def sign(connection: AsyncConnection, key: AuditKey, now: datetime) -> int:
    """Sign where every account ends now, whatever was signed before; how many accounts."""
    ends = [End(*row) for row in await connection.execute(ENDS)]
    head: dict[str, Any] = key.signed(HEAD, {"accounts": len(ends), "hash": hash_of(ends), "signed_at": moment(now)})
    for table in (_end, _head):
        await connection.execute(sa.delete(table))
    for start in range(0, len(ends), AT_ONCE):
        await connection.execute(sa.insert(_end), [each._asdict() for each in ends[start : start + AT_ONCE]])
    await connection.execute(sa.insert(_head), head | {"id": THE_HEAD, "signed_at": now})
    return len(ends)


async def signed_anew(connection: AsyncConnection, key: AuditKey, keys: PublicKeys, now: datetime) -> str | None:
    """Sign what was added; None, or why nothing is signed: never over what was cut off, nor for the first time."""
    before = await signed(connection, keys)
    if isinstance(before, str):
        return before
    gone = sa.select(_end.c.account_id).where(~stands(_end.c.account_id, _end.c.number, _end.c.hash))
    if (await connection.execute(gone.limit(1))).first() is not None:
        return CUT
    if {row.account_id: End(*row) for row in await connection.execute(ENDS)} != before.ends:
        await sign(connection, key, now)
    return None
