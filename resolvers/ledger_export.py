"""The whole ledger as lines that public keys prove: an account a line, then where each of them ends, signed."""

import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from types import SimpleNamespace
from typing import Any, NamedTuple

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.chain import AuditKey, PublicKeys, canonical, moment, plain
from auth.ledger_seal import EXPORT, EXPORT_SIGNED, End, hash_of
from resolvers.ledger_check import CUT_OFF, TABLES, Fault, Own, Proof, Tally, accounts

ENTRIES = TABLES[0]
END_NAMES = frozenset({*EXPORT_SIGNED, "signature", "ends"})


class Broken(NamedTuple):
    """The first line that is not as it was exported."""

    line: int
    why: str


async def exported(connection: AsyncConnection, key: AuditKey, now: datetime) -> AsyncIterator[bytes]:
    """The lines."""
    ends, whole = [], hashlib.sha256()
    async for account_id, own in accounts(connection):
        rows = [[plain(row._mapping) for row in own[table]] for table in TABLES]  # noqa: SLF001 - values by name
        line = canonical({"account": [account_id, *rows]}) + b"\n"
        whole.update(line)
        ends += _ended(account_id, own)
        yield line
    said = {"exported_at": moment(now), "hash": hash_of(ends), "lines_hash": whole.hexdigest()}
    yield canonical({"end": key.signed(EXPORT, said) | {"ends": [[*each] for each in ends]}}) + b"\n"


def proven(lines: Iterable[bytes], keys: PublicKeys) -> Proof | Broken:
    """What the lines prove, with the first fault of an account; or the first line that does not hold."""
    tally, whole, found, number = Tally(), hashlib.sha256(), set[End](), 0
    for number, line in enumerate(lines, start=1):
        try:
            ((kind, values),) = orjson.loads(line).items()
            if kind == "end":
                fault, why = _missing(values, found), _unsigned(values, keys, whole.hexdigest())
                return Broken(number, why) if why is not None and fault is None else tally.proof(fault)
            account_id, own = values[0], _rows(values[1:])
        except (ValueError, TypeError, KeyError, AttributeError, IndexError):
            return Broken(number, "is not as it was exported")
        whole.update(line)
        found |= {*_ended(account_id, own)}
        fault = tally.fault(account_id, own)
        if fault is not None:
            return tally.proof(fault)
    return Broken(number + 1, "is missing: the export was cut off")


def _unsigned(values: Mapping[str, Any], keys: PublicKeys, lines_hash: str) -> str | None:
    """Why the closing line does not close the lines before it."""
    ends = [End(*each) for each in values["ends"]]
    if hash_of(ends) != values["hash"] or not keys.has_signed(EXPORT, EXPORT_SIGNED, values):
        return "is not signed by one of the keys"
    return None if lines_hash == values["lines_hash"] else "was signed for other lines than those before it"


def _missing(values: Mapping[str, Any], found: set[End]) -> Fault | None:
    """The first account that does not end as it did when the export was made."""
    gone = next((End(*each) for each in values["ends"] if End(*each) not in found), None)
    return gone and Fault(gone.account_id, gone.number, CUT_OFF)


def _ended(account_id: str, own: Own) -> list[End]:
    return [End(account_id, row.number, row.hash) for row in own[ENTRIES][-1:]]


def _rows(read: list[list[dict[str, Any]]]) -> Own:
    return {
        table: [SimpleNamespace(**{column.key: _read(column, row[column.key]) for column in table.c}) for row in rows]
        for table, rows in zip(TABLES, read, strict=True)
    }


def _read(column: Any, value: Any) -> Any:
    """A value as it was in the database."""
    kind = column.type.python_type
    if value is None or not issubclass(kind, Enum | date):
        return value
    return kind[value] if issubclass(kind, Enum) else kind.fromisoformat(value)
