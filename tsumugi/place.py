"""Where a server keeps its files: a folder that can be made, an SQLite file that can be opened."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from tsumugi.halt import Halt


def make_folder(folder: Path) -> None:
    """Make a folder, its owner's alone, if it is not there; raises Halt when it cannot be one."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise Halt(f"The folder {folder} cannot be made: check TSUMUGI_DATA.") from None


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite database; None for another kind."""
    address = make_url(url)
    return Path(address.database or "") if address.get_backend_name() == "sqlite" else None


def refuse_unopenable(file: Path) -> None:
    """Open a file as SQLite would; raises Halt when that fails, before a driver's thread is left hanging over it."""
    try:
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA schema_version")
    except sqlite3.Error:
        raise Halt(
            f"The database {file} cannot be opened: check TSUMUGI_DATABASE_URL and who may write there."
        ) from None
