"""`tsumugi migrate` and `tsumugi seed`: the tables, and a town written by hand."""

import asyncio
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

import migrations
from tsumugi.halt import Halt
from tsumugi.settings import Settings


def migrate(settings: Settings) -> str:
    """Bring the database to the step that this program needs; says which that is."""
    if settings.migration_url.startswith("sqlite"):
        file = Path(make_url(settings.migration_url).database or "")
        file.parent.mkdir(parents=True, exist_ok=True)
    try:
        before = migrations.current(settings.migration_url)
        migrations.upgrade(settings.migration_url)
    except (SQLAlchemyError, OSError):
        raise Halt("The database cannot be migrated: check TSUMUGI_MIGRATION_URL and that its role owns the tables.") from None
    after = migrations.head()
    return f"The database was at step {after} already." if before == after else f"The database is at step {after} now."
