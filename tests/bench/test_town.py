"""The bench: its town is the same each time, and the real server answers each operation as hand-written REST does."""

import io
import sqlite3
from contextlib import asynccontextmanager, closing

import httpx
import orjson
import pytest

from auth.caller import Acr, Holder
from bench.equal import SAID
from bench.floors import FLOORS, verdicts
from bench.operations import ENTITIES, FAMILY_PAGE, OPERATIONS, STAFF_LIST
from bench.rest.app import make_app as make_rest
from bench.rounds import Figures, Key
from bench.towns.families import CODE, families
from bench.towns.load import IN_TEXT
from bench.towns.offices import NURSE
from bench.towns.town import GUARDIAN, Town, set_clock, settings_of
from models.ids import parsed
from models.organisation import CallerKind
from tsumugi.app import GRAPH, make_app
from tsumugi.clock import real_now
from tsumugi.keyring import Keyring
from tsumugi.log import Log

FAMILIES = 80
HOST = "http://localhost"
CLINICS = ("first", "second", "third")
VALUES = {FAMILY_PAGE: 270, STAFF_LIST: 2_500, ENTITIES: 3_000}  # shown at least


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """A town of a few families, as the bench makes it."""
    made = settings_of(tmp_path_factory.mktemp("bench") / "data")
    Town.made(made, FAMILIES)
    set_clock(made)
    return made


class Asking:
    """Asks one server in this process; `caller` is the operation whose caller asks, by default the same."""

    def __init__(self, client, settings, town):
        self._client, self.town = client, town
        self._tokens = Keyring.load(settings.secrets, demo=True).tokens(settings.origin[0], settings.origin[0] + GRAPH)

    async def graph(self, operation):
        body = {"query": operation.document, "variables": operation.variables(self.town)}
        return await self._client.post(f"{HOST}{GRAPH}", json=body, headers=self._headers(operation))

    async def rest(self, operation, caller=None):
        method, path = operation.endpoint
        content = orjson.dumps({"ids": self.town.child_ids})
        return await self._client.request(
            method, HOST + path, content=content, headers=self._headers(caller or operation)
        )

    def _headers(self, operation):
        holders = {
            GUARDIAN: Holder(self.town.guardian_id, CallerKind.RESIDENT, Acr.CARD_PIN),
            NURSE: Holder(self.town.nurse_id, CallerKind.STAFF_HEALTH, Acr.KEY),
        }
        stated = {"tsumugi-purpose": operation.purpose} if operation.purpose else {}
        return {"authorization": f"Bearer {self._tokens.issue(holders[operation.caller], real_now())}", **stated}


@asynccontextmanager
async def served(app, settings):
    town = Town.made(settings, FAMILIES)  # the same one: it is there already
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        yield Asking(client, settings, town)


@pytest.fixture
async def product(settings):
    async with served(make_app(settings, Log(io.StringIO(), real_now)), settings) as asking:
        yield asking


@pytest.fixture
async def by_hand(settings):
    async with served(make_rest(settings, Log(io.StringIO(), real_now)), settings) as asking:
        yield asking


def entries(settings, seq=0):
    with closing(sqlite3.connect(settings.data / "tsumugi.db")) as database:
        return database.execute(SAID, (seq,)).fetchall()


def values(answer):
    if isinstance(answer, dict | list):
        return sum(map(values, answer.values() if isinstance(answer, dict) else answer))
    return answer is not None


def rows(count):
    return [(table, chunk[table]) for chunk in families(count, CLINICS, IN_TEXT) for table in chunk]


def test_a_town_is_drawn_the_same_each_time():
    assert rows(FAMILIES) == rows(FAMILIES)


def test_a_larger_town_begins_with_the_same_families():
    small, large = (dict(rows(count)) for count in (FAMILIES, 2 * FAMILIES))

    assert all(large[table][: len(drawn)] == drawn for table, drawn in small.items())


def test_every_id_of_a_town_is_well_formed_and_its_own():
    ids = [row[0] for _, drawn in rows(FAMILIES) for row in drawn]

    assert all(parsed(id).code == CODE for id in ids)
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
async def test_the_real_server_answers_each_operation_with_plenty(product, operation):
    answer = (await product.graph(operation)).json()

    assert answer.keys() == {"data"}
    assert values(answer) >= VALUES[operation]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
async def test_hand_written_rest_answers_the_same(product, by_hand, operation):
    wanted = await product.graph(operation)

    assert (await by_hand.rest(operation)).json() == wanted.json()


@pytest.mark.parametrize("operation", [STAFF_LIST, ENTITIES], ids=lambda operation: operation.name)
async def test_hand_written_rest_leaves_the_same_looks(settings, product, by_hand, operation):
    before = len(entries(settings))
    await product.graph(operation)
    wanted = entries(settings, before)
    await by_hand.rest(operation)

    assert wanted
    assert entries(settings, before + len(wanted)) == wanted


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
async def test_hand_written_rest_refuses_whoever_asks_for_what_is_not_theirs(by_hand, operation):
    other = STAFF_LIST if operation is FAMILY_PAGE else FAMILY_PAGE

    assert (await by_hand.rest(operation, caller=other)).status_code == 403


def test_a_floor_is_missed_when_the_product_costs_more_than_it_allows():
    twice = {"Tsumugi": Figures(cpu_ms=2, per_second=1, p99_ms=1)}
    once = Figures(cpu_ms=1, per_second=1, p99_ms=1)
    names = {(floor.site, floor.operation, "Tsumugi") for floor in FLOORS}
    names |= {(floor.against[0], floor.operation, floor.against[1]) for floor in FLOORS}
    figures = {Key(*name): twice.get(name[2], once) for name in names}

    assert {each.ratio for each in verdicts(figures) if each.floor.against[1] != "Tsumugi"} == {0.5}
    assert not any(each.is_reached for each in verdicts(figures) if each.floor.least > 0.5 and each.ratio == 0.5)
