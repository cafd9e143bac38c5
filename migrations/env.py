"""How alembic runs a step: on the connection that migrations/__init__.py opened, never on one of its own."""

from alembic import context

from models.tables import METADATA

given = context.config.attributes
context.configure(
    connection=given["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    render_item=given.get("render_item"),  # only scripts/migration writes steps
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
