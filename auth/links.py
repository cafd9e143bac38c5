"""Links: for which child an organisation's patient number stands today, by the relations of whoever issued the link."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, CompoundSelect, bindparam, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.age import is_of_age
from auth.guardians import guarding
from auth.register import CODE_HASH, ME, NOW, Fact, fact
from auth.relations import Register
from models.link import RecordLink
from models.organisation import STAFF_KINDS
from models.relation import relation_of

STAFF = frozenset(kind.name for kind in STAFF_KINDS)
ln = relation_of(RecordLink)
HASHES: BindParameter[Any] = bindparam("hashes", expanding=True)


class Standing(NamedTuple):
    """A link that stands: the key by which it was asked for, and the child."""

    id: str
    key: str
    child_id: str
    issued_by_kind: str


def _statement(key: Any, *where: ColumnElement[bool]) -> CompoundSelect[Any]:
    """The links, their children, everybody's edges to these, and the measures for their families."""
    links = select(ln.c.id, key.label("key"), ln.c.child_id, ln.c.issued_by_id, ln.c.issued_by_kind)
    found = links.where(ln.c.organisation_id == ME, ln.c.revoked_at.is_(None), *where).cte("links")
    standing = fact("link", found.c.id, found.c.key, found.c.child_id, found.c.issued_by_id, found.c.issued_by_kind)
    return union_all(standing, *guarding(select(found.c.child_id)))


BY_NUMBER = _statement(ln.c.number_hash, ln.c.number_hash.in_(HASHES))
BY_CODE = _statement(ln.c.code_hash, ln.c.code_hash == CODE_HASH, ln.c.linked_at.is_(None), ln.c.expires_at > NOW)


async def by_numbers(
    connection: AsyncConnection, organisation_id: str, hashes: Collection[str], today: date
) -> dict[str, Standing]:
    """By the hash of a number, the link by which it stands for a child today; numbers that stand for none left out."""
    binds = {"me": organisation_id, "today": today, "hashes": sorted(hashes)}
    return {each.key: each for each in _standing(await connection.execute(BY_NUMBER, binds), today)}


async def by_code(
    connection: AsyncConnection, organisation_id: str, code_hash: str, now: datetime, today: date
) -> Standing | None:
    """The link that waits with this code for this organisation, if it would stand once redeemed."""
    binds = {"me": organisation_id, "today": today, "now": now, "code_hash": code_hash}
    return next(iter(_standing(await connection.execute(BY_CODE, binds), today)), None)


def _standing(rows: Iterable[Iterable[str]], today: date) -> list[Standing]:
    register = Register([Fact(*row) for row in rows], today)
    links = [(Standing(each.a, each.b, each.c, each.e), each.d) for each in register["link"]]
    return [link for link, issuer_id in links if _stands(register, link, issuer_id)]


def _stands(register: Register, link: Standing, issuer_id: str) -> bool:
    """The record is open, and a guardian issued the link who may still share it; or staff, and the child is a minor."""
    child = register.children[link.child_id]
    if child.is_closed(register.today):
        return False
    if link.issued_by_kind in STAFF:
        return not is_of_age(child.birth_date, register.today)
    return bool(register.shares(child, issuer_id))
