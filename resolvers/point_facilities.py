"""Where points can be spent. Public."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from models.columns import table_of
from models.organisation import CallerKind, Organisation
from resolvers.context import Context

_rows = table_of(Organisation).c
SHOPS = select(_rows.name, _rows.municipality_code).where(_rows.kind == CallerKind.SHOP).order_by(_rows.name, _rows.id)


async def every(context: Context) -> Sequence[Any]:
    """Every shop and facility, by name."""
    rows: Sequence[Any] = await context.reader.public(SHOPS, {})
    return rows
