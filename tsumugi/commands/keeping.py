"""`tsumugi migrate` and `tsumugi seed`: the tables, and a town written by hand."""

from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

import migrations
from tsumugi import founding
from tsumugi.clock import DEMO_STARTS_AT, DomainClock, parse_moment, real_now
from tsumugi.halt import Halt
from tsumugi.place import make_folder, refuse_unopenable, sqlite_file
from tsumugi.settings import Settings
from tsumugi.town.read import read_town


def migrate(settings: Settings) -> str:
    """Bring the database to the step that this program needs; says which that is."""
    file = sqlite_file(settings.migration_url)
    if file is not None:
        make_folder(file.parent)
        refuse_unopenable(file)
    try:
        before = migrations.current(settings.migration_url)
        founding.migrate(settings)
    except (SQLAlchemyError, OSError):
        raise Halt(
            "The database cannot be migrated: check that the role of TSUMUGI_MIGRATION_URL owns the tables"
            " and that the role of TSUMUGI_DATABASE_URL exists."
        ) from None
    after = migrations.head()
    return f"The database was at step {after} already." if before == after else f"The database is at step {after} now."


def seed(settings: Settings, path: Path) -> str:
    """Load a town written by hand into an empty database; every fault is told by file, line and key."""
    town = read_town(path)
    if isinstance(town, list):
        raise Halt("\n".join(str(fault) for fault in town) + "\nNothing was loaded.")
    make_folder(settings.data)
    try:
        founding.found(settings, town, real_now())
    except (SQLAlchemyError, OSError):
        raise Halt("The database cannot be reached: check TSUMUGI_MIGRATION_URL.") from None
    DomainClock(settings.data).set(parse_moment(DEMO_STARTS_AT))
    names = ", ".join(sorted({**town.cards, **town.clients})) or "nobody"
    return f"The town of {path.name} is loaded; cards and keys for {names}."
