"""How alembic runs a step: on the connection that migrations/__init__.py opened, never on one of its own."""

from typing import Any

from alembic import context

from models.columns import is_kept_by
from models.tables import METADATA

given = context.config.attributes
dialect = given["connection"].dialect.name


def is_compared(item: Any, _name: str | None, _kind: str, is_found: bool, _other: Any) -> bool:  # noqa: FBT001 - alembic's
    """Whether what the models have is to be in this database."""
    return is_found or is_kept_by(dialect, item)


context.configure(
    connection=given["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    include_object=is_compared,
    render_item=given.get("render_item"),  # only scripts/migration writes steps
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
