"""Writes the next migration: what the models have and a database at the newest step has not."""

import sys
from typing import Any, Literal

from alembic import command
from sqlalchemy import Connection

import migrations
from models.columns import Instant

INSTANT = 'sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")'


def rendered(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """A step is history: it spells our own column types out, so that a later change of them cannot rewrite it."""
    if kind == "type" and isinstance(item, Instant):
        return INSTANT
    if kind == "type" and type(item).__module__.startswith("sqlmodel"):
        return f"sa.String({item.length or ''})"
    return False


def draft(connection: Connection, message: str) -> None:
    """Write the step beside the others, under the next number."""
    config = migrations.config(connection)
    config.attributes["render_item"] = rendered
    command.revision(config, message, autogenerate=True, rev_id=f"{int(migrations.head()) + 1:04}")


def main() -> None:
    """Take the URL of an empty database and what the step does."""
    url, message = sys.argv[1:]
    migrations.upgrade(url)
    migrations.on(url, lambda connection: draft(connection, message))


if __name__ == "__main__":
    main()
