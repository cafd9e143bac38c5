"""The statements that write the access log: where the chain ends, and entries, head and new end behind it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Select, String, bindparam, func, select
from sqlalchemy.engine import Dialect

from models import wall
from models.access_log import AccessEntry, AuditHead, AuditTail
from models.ask import Asked, Put, Step
from models.columns import table_of
from models.organisation import Organisation, StaffMember
from models.prepared import Prepared, into, prepare
from models.subject import Noun
from models.wall import Opening

ENTRIES, HEADS, TAIL = (table_of(each) for each in (AccessEntry, AuditHead, AuditTail))
STAFF, OFFICES = table_of(StaffMember), table_of(Organisation)
WHOLE_LOG = Opening({Noun.LOOK: None})  # of the log all, of records nothing
OPENED = wall.settings(WHOLE_LOG)
THE_TAIL = 1  # the id of its one row
# What differs between the entries of one operation; the other columns are the operation's.
OWN = ("seq", "id", "noun", "subject_id", "fields", "cells", "is_denied", "previous_hash", "hash")
SHARED = tuple(column.key for column in ENTRIES.columns if column.key not in OWN)
SIGNED = tuple(column.key for column in HEADS.columns)
MOVED = f"UPDATE audittail SET seq = {{}}, hash = {{}} WHERE id = {THE_TAIL}"  # noqa: S608 - a number of ours
TYPES = {int: "bigint", bool: "boolean", datetime: "timestamptz"}  # on PostgreSQL; the rest is text
Values = Mapping[str, Any]
Lines = Sequence[tuple[Any, ...]]  # each the values of OWN


class Inscription:
    """The statements for one database, made once. Moments are given as datetimes, all else as the driver takes it."""

    def __init__(self, dialect: Dialect) -> None:
        self._tail = prepare(_tail(dialect), dialect)
        self._moment = into(HEADS.c.signed_at.type, dialect)
        self._is_sqlite = dialect.name == "sqlite"
        self._texts = [_of(text) for text in (_sqlite() if self._is_sqlite else _postgresql())]

    def tail(self, actor_id: str) -> Asked:
        """Of a row: the last number, the last hash, the caller's office and its name; it stays locked."""
        return Asked(self._tail, self._tail.values({**OPENED, "actor": actor_id}))

    def written(self, shared: Values, lines: Lines, head: Values) -> tuple[Step, ...]:
        """Entries in order, the head that signs them, and where the chain ends now."""
        alike, signed = self._values(shared, SHARED), self._values(head, SIGNED)
        end = head["seq"], head["hash"]
        if self._is_sqlite:
            rows = ([(*line, *alike) for line in lines], [signed], [end])
            return tuple(Put(text, each) for text, each in zip(self._texts, rows, strict=True))
        return (Asked(self._texts[0], (*map(list, zip(*lines, strict=True)), *alike, *signed, *end)),)

    def _values(self, values: Values, names: Sequence[str]) -> tuple[Any, ...]:
        found = [values[name] for name in names]
        return tuple([self._moment(each) if self._moment and isinstance(each, datetime) else each for each in found])


def _tail(dialect: Dialect) -> Select[Any]:
    """The end of the chain, held until this transaction ends, and the office of the caller, if there is one."""
    me = bindparam("actor", type_=String)
    of_staff = select(STAFF.c.organisation_id).where(STAFF.c.id == me).scalar_subquery()
    office = OFFICES.c.id == func.coalesce(of_staff, me)
    columns = (TAIL.c.seq, TAIL.c.hash, OFFICES.c.id, OFFICES.c.name, *wall.said(dialect))
    found = select(*columns).select_from(TAIL.outerjoin(OFFICES, office)).where(TAIL.c.id == THE_TAIL)
    return found.with_for_update(of=TAIL)


def _of(text: str) -> Prepared:
    return Prepared(text, (), (), ())


def _sqlite() -> tuple[str, ...]:
    return _insertion("accessentry", (*OWN, *SHARED)), _insertion("audithead", SIGNED), MOVED.format("?", "?")


def _insertion(table: str, names: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - our names


def _postgresql() -> tuple[str, ...]:
    """All of it in one statement: what differs as arrays."""
    own = [f"${at}::{_type(ENTRIES.c[name])}[]" for at, name in enumerate(OWN, start=1)]
    shared = [f"${at}::{_type(ENTRIES.c[name])}" for at, name in enumerate(SHARED, start=len(OWN) + 1)]
    after = len(OWN) + len(SHARED)
    signed = [f"${after + at}" for at in range(1, len(SIGNED) + 1)]
    end = [f"${after + len(SIGNED) + at}" for at in (1, 2)]
    entered = (
        f"INSERT INTO accessentry ({', '.join((*OWN, *SHARED))})"  # noqa: S608 - our names
        f" SELECT own.*, {', '.join(shared)} FROM unnest({', '.join(own)}) AS own"
    )
    headed = f"INSERT INTO audithead ({', '.join(SIGNED)}) VALUES ({', '.join(signed)})"  # noqa: S608 - likewise
    return (f"WITH entered AS ({entered}), headed AS ({headed}) {MOVED.format(*end)}",)


def _type(column: Column[Any]) -> str:
    return TYPES.get(column.type.python_type, "text")
