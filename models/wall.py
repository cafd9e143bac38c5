"""The second wall: on PostgreSQL the database itself hides every row that the caller's relations do not reach.

Row-level security compares the subject of each row with settings of the transaction (migrations/versions/). A
transaction that says nothing reaches nothing, so whoever forgets a check, or this, gets no rows. docs/decisions/0007.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, func, literal_column, select, text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.expression import bindparam
from sqlalchemy.types import String

from models.subject import Noun

WHOLE_TOWN = "*"
SUPPLIER = "supplier"
NAMES = (*(noun.value for noun in Noun), SUPPLIER)
SET = select(
    *(
        func.set_config(literal_column(f"'tsumugi.{name}'"), bindparam(name, type_=String), literal_column("true"))
        for name in NAMES
    )
)
# Whoever is or may become a superuser, a role with BYPASSRLS or the owner of a table walks round every policy.
BYPASSES = text("""
    SELECT EXISTS (
        SELECT FROM pg_roles role
        WHERE pg_has_role(current_user, role.oid, 'MEMBER') AND (
            role.rolsuper OR role.rolbypassrls OR role.oid IN (
                SELECT relowner FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
            )
        )
    )
""")


class Opening(NamedTuple):
    """What a transaction may reach: per noun the subjects, None for the whole town; and whose supplied rows."""

    subjects: Mapping[Noun, frozenset[str] | None] = MappingProxyType({})
    supplier_id: str = ""


NOTHING = Opening()


async def open_to(connection: AsyncConnection, opening: Opening) -> None:
    """Let the transaction reach this much and no more, whatever it reached before; its end takes everything back."""
    if connection.dialect.name == "postgresql":
        await connection.execute(SET, settings(opening))


async def open_to_found(connection: AsyncConnection, noun: Noun, found: ScalarSelect[Any]) -> None:
    """Let the transaction reach the one subject that a query finds, in the same trip; what else it reaches stays."""
    if connection.dialect.name == "postgresql":
        name: ColumnElement[Any] = literal_column(f"'tsumugi.{noun.value}'")
        id = func.coalesce(found, literal_column("''"))
        await connection.execute(select(func.set_config(name, id, literal_column("true"))))


def said(dialect: Dialect) -> tuple[Any, ...]:
    """What opens the wall as columns of a statement, which binds `settings`; nothing where there is no wall.

    For a transaction whose first statement reads what is behind no wall.
    """
    return tuple(SET.selected_columns) if dialect.name == "postgresql" else ()


async def is_bypassed(connection: AsyncConnection) -> bool:
    """Whether the role of this connection could walk round the wall; SQLite has none."""
    return connection.dialect.name == "postgresql" and bool(await connection.scalar(BYPASSES))


def settings(opening: Opening) -> dict[str, str]:
    """The words of a transaction's settings, by name."""
    reached = {noun: opening.subjects.get(noun, frozenset()) for noun in Noun}
    words = {noun.value: WHOLE_TOWN if ids is None else ",".join(sorted(ids)) for noun, ids in reached.items()}
    return words | {SUPPLIER: opening.supplier_id}
