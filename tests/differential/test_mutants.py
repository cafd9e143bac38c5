"""The comparison is tried itself: of the faults planted in the engine it finds every one, in few operations."""

import asyncio
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from schema.graph import core
from tests.asking import fill
from tests.databases import Door
from tests.differential.askers import ASKERS
from tests.differential.drawing import drawing_from
from tests.differential.mutants import DIRECTED, PLANTED, plant
from tests.differential.paths import Paths, question, seen
from tests.differential.places import Places
from tests.differential.town import crowded
from tests.seeds import FIXED

pytestmark = pytest.mark.usefixtures("unmeasured")

DRAWN = 250  # operations, and after them those that are meant for faults hard to meet


@pytest.fixture(scope="session")
def drawn_town(sqlite_template, tmp_path_factory):
    """The address of a crowded town, and operations with what the fields answer: the first ones of test_paths.py."""
    path = tmp_path_factory.mktemp("mutants") / "town.db"
    shutil.copyfile(sqlite_template, path)
    url = f"sqlite+aiosqlite:///{path}"
    with ThreadPoolExecutor(max_workers=1) as thread:
        return url, thread.submit(asyncio.run, _answered(url)).result()


async def _answered(url):
    store = Door(url)
    await fill(store, crowded())
    draw, fields = drawing_from(core, Random(FIXED), await Places.of(store)), Paths(store).fields
    drawn = [draw() for _ in range(DRAWN)]
    every = [(asker, each.text, variables) for each in drawn for asker, variables in each.asked()]
    every += [(ASKERS[name], text, {}) for name, text in DIRECTED]
    found = [(asked, await seen(fields, question(*asked))) for asked in every]
    await store.close()
    return found, fields._documents


@pytest.fixture
async def operations(drawn_town):
    """A store to ask, and the operations."""
    url, (operations, documents) = drawn_town
    store = Door(url)
    paths = Paths(store)
    paths.plan._documents = documents  # to read them again for every fault would take most of the time
    yield paths, operations
    await store.close()


async def first_fault(paths, operations):
    """The number of the first operation at which the paths differ, or a plan gives up for nothing."""
    for number, (asked, expected) in enumerate(operations, 1):
        planned = await seen(paths.plan, question(*asked))
        if not planned.is_like(expected) or planned.suspect:
            again, reference = await paths.both(*asked)  # both with the fault
            if not again.is_like(reference) or again.suspect:
                return number
    return None


@pytest.mark.parametrize("what", PLANTED)
async def test_a_planted_fault_is_found(drawn_town, operations, monkeypatch, capsys, what):
    plant(what, monkeypatch)

    found = await first_fault(*operations)

    with capsys.disabled():
        sys.stdout.write(f"\n{what}: operation {found} of {len(operations[1])}\n")
    assert found is not None
