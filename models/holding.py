"""Declared view: what says that another city has a part of a child's record. Kept in code, not in the database.

Each row is one of three: the child moved between that city and this (`moved_on`), a guardian lets it hand records in
(`issued_at`), or it handed one in (`received_at`).
"""

from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, cast, null, select, union_all

from models.columns import Instant, table_of
from models.link import RecordLink
from models.organisation import Bond, CallerKind, Care, Organisation
from models.record import RecordSource

_care, _link, _source, _city = (table_of(each) for each in (Care, RecordLink, RecordSource, Organisation))
_LINKED = ("issued_at", "expires_at", "linked_at", "revoked_at")
_NONE: dict[str, Any] = {
    "moved_on": cast(null(), Date),
    **dict.fromkeys((*_LINKED, "received_at"), cast(null(), Instant)),
    "own_child_id": cast(null(), String),
}


def _rows(table: Any, said: dict[str, Any], *where: ColumnElement[bool]) -> Select[Any]:
    """One of the three kinds of row, of partner cities alone."""
    is_city = _city.c.kind == CallerKind.PARTNER_MUNICIPALITY
    return (
        select(
            table.c.id,
            table.c.child_id,
            table.c.organisation_id,
            _city.c.name.label("organisation"),
            _city.c.municipality_code,
            *(value.label(name) for name, value in (_NONE | said).items()),
        )
        .join_from(table, _city, table.c.organisation_id == _city.c.id)
        .where(is_city, *where)
    )


Holding = union_all(
    _rows(_care, {"moved_on": _care.c.valid_from}, _care.c.bond == Bond.MOVED, _care.c.child_id.is_not(None)),
    _rows(
        _link,
        {name: _link.c[name] for name in (*_LINKED, "own_child_id")},
        _link.c.issued_by_kind == CallerKind.RESIDENT,
    ),
    _rows(_source, {"received_at": _source.c.received_at}, _source.c.number == 1),
).subquery("holding")
