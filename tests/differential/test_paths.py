"""A plan and graphql-core answer with equal bytes, say the same to the access log; plans answer nearly everything."""

import shutil
import sys

import pytest

from tests.asking import fill
from tests.databases import DIALECTS, Door
from tests.differential.running import compared
from tests.differential.town import crowded

pytestmark = pytest.mark.usefixtures("unmeasured")


@pytest.fixture(params=DIALECTS)
async def crowded_town(request, tmp_path):
    """The crowded town, for one test alone."""
    if request.param == "postgresql":
        opened = Door(request.getfixturevalue("postgresql_own_town"))
    else:
        shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "town.db")
        opened = Door(f"sqlite+aiosqlite:///{tmp_path / 'town.db'}")
    await fill(opened, crowded())
    yield opened
    await opened.close()


async def test_both_paths_answer_with_equal_bytes_whatever_is_asked(crowded_town, size, seed, capsys):
    database = "SQLite" if crowded_town.is_sqlite else "PostgreSQL"
    tally = await compared(crowded_town, size(f"operations asked on both paths, {database}"), seed)

    with capsys.disabled():
        sys.stdout.write(f"\n{database}, seed {seed}: {tally}\n")
    assert tally.faults == [], tally
    assert tally.showing > tally.asked // 4
    assert tally.noted > tally.asked // 4
