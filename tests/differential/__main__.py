"""A long comparison of both paths: `python -m tests.differential 20000 --seed 7 --database postgresql`."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

import migrations
from tests.asking import fill
from tests.databases import DIALECTS, Cluster, Door, as_application
from tests.differential.running import compared
from tests.differential.town import crowded
from tests.seeds import FRESH


def main():
    parser = argparse.ArgumentParser(prog="scripts/differential", description=__doc__)
    parser.add_argument("operations", type=int)
    parser.add_argument("--seed", type=int, default=FRESH)
    parser.add_argument("--database", choices=DIALECTS, default=DIALECTS[0])
    given = parser.parse_args()
    tell(f"{given.operations} operations on {given.database}, seed {given.seed}")
    with tempfile.TemporaryDirectory(prefix="tsumugi-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        folder.chmod(0o755)  # PostgreSQL runs as a user of its own
        tally = on_postgresql(folder, given) if given.database == "postgresql" else on_sqlite(folder, given)
    tell(tally)
    sys.exit(1 if tally.faults else 0)


def on_sqlite(folder, given):
    migrations.upgrade(f"sqlite:///{folder / 'town.db'}")
    return asyncio.run(run(f"sqlite+aiosqlite:///{folder / 'town.db'}", given))


def on_postgresql(folder, given):
    cluster = Cluster(folder / "cluster")
    try:
        url = cluster.create("differential")
        migrations.upgrade(url)
        migrations.admit(url, as_application(url))
        return asyncio.run(run(url, given))
    finally:
        cluster.stop()


async def run(url, given):
    store = Door(url)
    try:
        await fill(store, crowded())
        return await compared(store, given.operations, given.seed, heard=tell)
    finally:
        await store.close()


def tell(what):
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
