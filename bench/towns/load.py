"""Families into the tables, as fast as each driver takes them: one long INSERT on SQLite, COPY on PostgreSQL."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from functools import cache
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from bench.towns.families import COLUMNS, Rows, Spelling, families

CACHE_KIB = 1_000_000  # of pages: rows come in no order of their keys
CARELESS = (
    "journal_mode=OFF",
    "synchronous=OFF",
    "foreign_keys=OFF",
    "ignore_check_constraints=ON",
)  # until it is full
IN_TEXT = Spelling(cache(date.isoformat), cache(datetime.isoformat))
AS_THEY_ARE = Spelling(lambda day: day, lambda moment: moment)
INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?"


def load_sqlite(file: Path, count: int, clinic_ids: tuple[str, ...]) -> Rows:
    """Fill a migrated file; answers the first rows. Indexes are made last, from sorted rows."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        for pragma in (*CARELESS, f"cache_size=-{CACHE_KIB}"):
            database.execute(f"PRAGMA {pragma}")
        indexes = [row for table in COLUMNS for row in database.execute(INDEXES, (table,)).fetchall()]
        database.execute("BEGIN")
        for name, _ in indexes:
            database.execute(f"DROP INDEX {name}")
        first = _insert(database, families(count, clinic_ids, IN_TEXT))
        for _, made in indexes:
            database.execute(made)
        database.execute("COMMIT")
        database.execute("ANALYZE")
        database.execute("PRAGMA journal_mode=WAL")
    return first


def _insert(database: sqlite3.Connection, chunks: Iterator[Rows]) -> Rows:
    first: Rows = {}
    for rows in chunks:
        first = first or rows
        for table, names in COLUMNS.items():
            marks = ", ".join("?" * len(names))
            database.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows[table])  # noqa: S608
    return first


def load_postgresql(url: str, count: int, clinic_ids: tuple[str, ...]) -> Rows:
    """Fill a migrated database as its owner; answers the first rows."""
    return asyncio.run(_copied(url, families(count, clinic_ids, AS_THEY_ARE)))


async def _copied(url: str, chunks: Iterator[Rows]) -> Rows:
    first: Rows = {}
    connection = await asyncpg.connect(
        dsn=make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    )
    try:
        for rows in chunks:
            first = first or rows
            for table, names in COLUMNS.items():
                await connection.copy_records_to_table(table, columns=names, records=rows[table])
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
    return first
