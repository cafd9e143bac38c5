"""One account at many tills, and power cuts: never below zero, what was acknowledged is there, and counts once."""

import asyncio
import threading
import time
from collections import Counter
from uuid import uuid4

import httpx
import pytest

from tests.databases import both_roles
from tests.pointing import CAPTURE, CODE, GRANT, HOLD, REFUND
from tests.running import FEWEST_FAMILIES, PATIENCE_S, Tsumugi, answered

pytestmark = pytest.mark.usefixtures("unmeasured")
AT_ONCE = 40
LAVISH = {"TSUMUGI_BUDGET": str(10**9)}
OWN = "{ viewer { pointAccount { id balance available } } }"
SALES = """query ($after: String) { pointEntries(first: 100, after: $after) {
  pageInfo { hasNextPage endCursor } edges { node { id kind points } } } }"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.full)])
def till(request, tmp_path):
    """A running demo town; on PostgreSQL with two server processes."""
    if request.param == "sqlite":
        server = request.getfixturevalue("town")
        server.environ |= LAVISH
        server.start("demo")
    else:
        url = request.getfixturevalue("postgresql").create(f"till_{uuid4().hex}")
        server = Tsumugi(tmp_path / "till", TSUMUGI_WORKERS="2", **LAVISH, **both_roles(url))
        server.start("demo", "--families", FEWEST_FAMILIES)
    yield server
    server.end()


def own(town):
    return town.ask("mother", OWN)["viewer"]["pointAccount"]


def granted(town, points):
    given = {"accountId": own(town)["id"], "programme": "class", "event": "a long one", "points": points}
    done = town.ask("points-desk", GRANT, "PTS:1", input=given | {"idempotencyKey": "grant-once"})["done"]
    assert done.get("points") == points, done


def sales(town):
    """The shop's entries by id."""
    found, after = {}, None
    while True:
        page = town.ask("shop", SALES, after=after)["pointEntries"]
        found |= {edge["node"]["id"]: edge["node"] for edge in page["edges"]}
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


class Crowd:
    """Forty who ask at once, each over a connection of its own."""

    def __init__(self, town):
        self.town, self.number = town, 0

    async def rounds(self, before, count):
        """What each round came to."""
        return [await self.round(before["id"], before["available"] // winners(number)) for number in range(count)]

    async def all_of(self, who, document, inputs):
        headers = {"authorization": f"Bearer {self.town.token(who)}"}
        limits = httpx.Limits(max_connections=AT_ONCE)
        async with httpx.AsyncClient(
            base_url=self.town.url, limits=limits, headers=headers, timeout=PATIENCE_S
        ) as client:

            async def one(given):
                self.number += 1
                body = {"query": document, "variables": {"input": given | {"idempotencyKey": f"till-{self.number:07}"}}}
                return (await answered(client, body)).json()["data"]["done"]

            return await asyncio.gather(*(one(given) for given in inputs))

    async def round(self, account, points):
        """Everybody holds so many points of one account, and takes and gives back what is held."""
        asked = [{"accountId": account, "mostPoints": points}] * AT_ONCE
        codes = [each["spendCode"] for each in await self.all_of("mother", CODE, asked)]
        held = await self.all_of("shop", HOLD, [{"code": code, "points": points} for code in codes])
        holds = [each["holdId"] for each in held if each["__typename"] == "HeldPoints"]
        refused = Counter(each["code"] for each in held if each["__typename"] == "Refused")
        during = own(self.town)["available"]
        sold = await self.all_of("shop", CAPTURE, [{"holdId": hold} for hold in holds])
        back = await self.all_of("shop", REFUND, [{"entryId": each["id"], "points": points} for each in sold])
        return refused, during, [each["id"] for each in (*sold, *back)]


def winners(number):
    """How many of the forty there is enough for in a round."""
    return number % 30 + 1


def test_forty_at_once_take_no_more_than_there_is_and_each_purchase_is_there_once(till, size):
    granted(till, 10_000)
    before, known = own(till), sales(till)
    rounds = asyncio.run(Crowd(till).rounds(before, size("rounds of 40 at one account")))

    for number, (refused, during, _) in enumerate(rounds):
        assert refused == {"POINTS_INSUFFICIENT": AT_ONCE - winners(number)}
        assert during == before["available"] % winners(number)
    assert own(till) == before
    assert sorted(set(sales(till)) - set(known)) == sorted(id for _, _, accepted in rounds for id in accepted)
    assert {line["worker"] for line in till.lines() if line["event"] == "graphql"} == till.workers()
    assert "the sum is 0" in till.run("ledger", "verify").stdout


def customer(town, account, spent, acknowledged):
    """Spends one point after the other until the server is gone."""
    while True:
        number = len(spent)
        said = {}
        spent.append(said)
        try:
            buy(town, account, number, said)
        except (httpx.HTTPError, ValueError):
            return
        acknowledged[number] = said["entry"]


def buy(town, account, number, said):
    """One point, by three deeds with keys of their own; what was said before is said again."""

    def told(who, document, act, given):
        body = {"query": document, "variables": {"input": given | {"idempotencyKey": f"{act}-{number:06}"}}}
        return town.post(body, who).json()["data"]["done"]

    said.setdefault("code", told("mother", CODE, "code", {"accountId": account, "mostPoints": 1})["spendCode"])
    said.setdefault("hold", told("shop", HOLD, "hold", {"code": said["code"], "points": 1})["holdId"])
    said["entry"] = told("shop", CAPTURE, "take", {"holdId": said["hold"]})["id"]


def test_after_a_kill_no_purchase_is_lost_and_none_is_there_twice(till, size):
    granted(till, 10_000)
    before, known, spent, acknowledged = own(till), sales(till), [], {}
    for _ in range(size("kills at the till")):
        buyer = threading.Thread(target=customer, args=(till, before["id"], spent, acknowledged))
        till.token("mother"), till.token("shop")
        buyer.start()
        time.sleep(0.7)
        till.kill()
        buyer.join()
        till.start("demo")
        for number, said in enumerate(spent):
            if acknowledged.get(number) is None or number > len(spent) - 10:
                buy(till, before["id"], number, said)
                assert acknowledged.setdefault(number, said["entry"]) == said["entry"]

    new = {id_: each for id_, each in sales(till).items() if id_ not in known}
    assert sorted(new) == sorted(acknowledged.values())
    assert {each["points"] for each in new.values()} == {-1}
    assert own(till)["balance"] == before["balance"] - len(spent)
    assert len(spent) >= size("kills at the till")
    assert "the sum is 0" in till.run("ledger", "verify").stdout
