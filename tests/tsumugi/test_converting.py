"""Providers of points: whatever they answer, however late or often, what was taken is entered once or not at all."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.columns import table_of
from models.point_order import OrderState, PointOrder, Provider
from resolvers.ledger import Ledger
from resolvers.point_jobs import EVERY_ACCOUNT
from resolvers.point_orders import Declined, Taken, Waiting, answered
from rules.points import Rate
from tests.asking import fill
from tests.databases import Door
from tests.hanamori import CODE, NOW
from tests.pointing import MINE, left, proved
from tests.sharing import done
from tests.simulated_provider import (
    BROKEN,
    DECLINED,
    GARBLED,
    HONEST,
    MORE,
    OTHER,
    PATIENCE_S,
    REPEATED,
    SLOW,
    SimulatedProvider,
)
from tsumugi.cli import main
from tsumugi.converting import ByFiles, Converter, Over, agreed
from tsumugi.halt import Halt

ACCOUNT = "__typename ... on PointAccount { id conversions { provider units state } linkedProviders }"
REFUSED = "... on Refused { code field }"
LINK = f"mutation ($input: LinkProviderInput!) {{ done: linkProvider(input: $input) {{ {ACCOUNT} {REFUSED} }} }}"
UNLINK = f"mutation ($input: UnlinkProviderInput!) {{ done: unlinkProvider(input: $input) {{ {ACCOUNT} {REFUSED} }} }}"
CONVERT = f"mutation ($input: ConvertPointsInput!) {{ done: convertPoints(input: $input) {{ {ACCOUNT} {REFUSED} }} }}"
RATE = Rate(points=2, units=1, least_units=1)
E, R, C = OrderState.ENTERED, OrderState.REFUSED, OrderState.CONTRADICTED
BECOMES = {HONEST: E, SLOW: E, BROKEN: E, MORE: C, OTHER: C, REPEATED: C, DECLINED: R, GARBLED: E}


async def linked(act, provider="JAL", key="link-0001"):
    given = {"accountId": MINE, "provider": provider, "token": "a token", "idempotencyKey": key}
    return await done(act, "mother", LINK, given)


async def ordered(act, units, provider="JAL", **more):
    given = {"accountId": MINE, "provider": provider, "units": units, "idempotencyKey": f"order-{units:06}"} | more
    return await done(act, "mother", CONVERT, given)


async def orders(store):
    async with store.owner.reading() as connection:
        return (await connection.execute(select(table_of(PointOrder)))).all()


@pytest.fixture
def provider():
    started = SimulatedProvider()
    yield started
    started.stop()


async def test_a_provider_that_stumbles_and_lies_changes_the_ledger_once_or_not_at_all(act, provider):
    await linked(act)
    converter = Converter(act.store, {Provider.JAL: (Over(provider.address, patience_s=PATIENCE_S), RATE)})
    await ordered(act, HONEST)
    await converter.convert(CODE, NOW)
    for units in sorted(BECOMES)[1:]:
        await ordered(act, units)
    for hours in range(3):
        await converter.convert(CODE, NOW + timedelta(hours=hours))
    found = {row.units: row for row in await orders(act.store)}
    honest = sum(units for units, state in BECOMES.items() if state is E)
    again = Waiting(found[HONEST].id, MINE, Provider.JAL, HONEST, "")

    async def hear(session):
        return await answered(Ledger(session, NOW, CODE), again, Taken(again.id, "T-new", HONEST), RATE)

    assert await act.store.transact(hear, serialised=False, opening=EVERY_ACCOUNT) is E
    assert {units: row.state for units, row in found.items()} == BECOMES
    assert {row.token for row in found.values()} == {None}
    assert {units: provider.asked[row.id] for units, row in found.items() if units in {SLOW, BROKEN, GARBLED}} == {
        SLOW: 2,
        BROKEN: 2,
        GARBLED: 2,
    }
    assert await left(act) == (680 + 2 * honest, 680)
    assert (await proved(act.store)).fault is None


async def test_points_come_by_link_or_by_coupon_as_the_provider_has_it(act):
    found = [
        await ordered(act, 1),
        await linked(act, "ANA", "link-0002"),
        await ordered(act, 2, "ANA"),
        await ordered(act, 3, "ANA", couponCode="C-1"),
        await ordered(act, 0, "ANA", couponCode="C-1"),
        await linked(act),
    ]
    gone = {"accountId": MINE, "provider": "JAL", "idempotencyKey": "unlink-01"}
    found += [await done(act, "mother", UNLINK, gone)]
    found += [await done(act, "mother", UNLINK, gone | {"idempotencyKey": "unlink-02"})]

    assert [each.get("code") for each in found] == [
        "NOT_FOUND",
        "VALUE_UNKNOWN",
        "VALUE_MISSING",
        None,
        "VALUE_OUT_OF_RANGE",
        None,
        None,
        "NOT_FOUND",
    ]
    assert [each["linkedProviders"] for each in (found[5], found[6])] == [["JAL"], []]
    assert found[5]["conversions"] == [{"provider": "ANA", "units": 3, "state": "WAITING"}]


async def test_a_provider_by_files_is_sent_each_order_once_and_answers_when_it_likes(tmp_path):
    adapter, orders = ByFiles(tmp_path), [Waiting(id, MINE, Provider.ANA, 5, "c") for id in ("a", "b", "c")]
    before = [await adapter.take(each) for each in (*orders, *orders)]
    (tmp_path / "answers.csv").write_text("a,T-1,5\nb,,0\n")

    assert before == [None] * 6
    assert (tmp_path / "orders.csv").read_text().split() == ["a,c,5", "b,c,5", "c,c,5"]
    assert [await adapter.take(each) for each in orders] == [Taken("a", "T-1", 5), Declined(), None]


@pytest.mark.parametrize(
    "said", [b"a", b"a,T-1", b"a,T-1,five", b"a,T-1,-5", b"a,,5", b"a,T-1," + b"9" * 5_000, b"\xff"]
)
async def test_a_table_of_answers_that_says_nothing_clear_is_looked_for_again(tmp_path, said):
    (tmp_path / "answers.csv").write_bytes(said)

    assert await ByFiles(tmp_path).take(Waiting("a", MINE, Provider.ANA, 5, "c")) is None


async def test_nobody_answers_and_nobody_is_asked_without_an_agreement(act, tmp_path):
    silent = Converter(act.store, {Provider.JAL: (Over("http://127.0.0.1:1/", patience_s=0.5), RATE)})
    await linked(act)
    await ordered(act, 1)

    assert await Converter(act.store, agreed(tmp_path / "none.toml")).convert(CODE, NOW) == []
    assert await silent.convert(CODE, NOW) == [None]
    assert await silent.convert(CODE, NOW) == []  # the pause is not over


def test_what_was_agreed_is_read_from_a_file_and_what_is_unclear_is_one_sentence(tmp_path):
    file = tmp_path / "point-providers.toml"
    terms = 'points = 1\nunits = 2\nleast_units = 3000\naddress = "{}"\n'
    file.write_text("[JAL]\n" + terms.format("https://jal.example.jp/p") + "[ANA]\n" + terms.format(tmp_path))
    found = agreed(file)

    assert {name: (type(adapter), rate) for name, (adapter, rate) in found.items()} == {
        Provider.JAL: (Over, Rate(1, 2, 3000)),
        Provider.ANA: (ByFiles, Rate(1, 2, 3000)),
    }
    for text in ("[", "[NOBODY]\n", "[JAL]\npoints = 1\n", "[JAL]\n" + terms.format("x").replace("2", "0")):
        file.write_text(text)
        with pytest.raises(Halt):
            agreed(file)


async def _entered(url):
    store = Door(url)
    await fill(store)
    about = {"account_id": MINE, "provider": Provider.JAL, "ordered_at": NOW, "due_at": NOW, "state": E}
    async with store.owner.writing() as session:
        session.add_all(
            PointOrder(id=f"o{units}", units=units, transaction_id=f"T-{units}", **about) for units in (1, 2, 3)
        )
    await store.close()


def test_a_statement_is_compared_with_what_was_entered(tmp_path, sqlite_template, monkeypatch, capsys):
    (tmp_path / "tsumugi.db").write_bytes(sqlite_template.read_bytes())
    asyncio.run(_entered(f"sqlite+aiosqlite:///{tmp_path / 'tsumugi.db'}"))
    statement = tmp_path / "statement.csv"
    statement.write_text("transaction,units\nT-1,1\nT-2,9\nT-4,4\n")
    monkeypatch.setenv("TSUMUGI_DATA", str(tmp_path))

    assert main(["ledger", "reconcile", "JAL", str(statement)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"agreed": 1, "only_there": ["T-4"], "only_here": ["T-3"], "different": ["T-2"]}
    statement.write_text("transaction,units\nT-1\n")
    assert main(["ledger", "reconcile", "JAL", str(statement)]) == 1
    assert main(["ledger", "reconcile", "NOBODY", str(statement)]) == 1
