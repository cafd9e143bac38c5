"""Killed at any moment: what was acknowledged is there, and what is sent again with its key counts once."""

import json
import threading
import time
from collections import Counter
from datetime import date, timedelta

import httpx
import pytest

from tests.taxis import OPERATOR, TAP, certificate, kept, open_rides, ride, tap

pytestmark = pytest.mark.usefixtures("unmeasured")

RECORD = """mutation ($input: RecordGrowthInput!) { recordGrowth(input: $input) {
  __typename ... on Growth { id weightG } ... on Refused { code } } }"""
GROWTH = """query ($id: ID!, $after: String) { node(id: $id) { ... on Child { growth(first: 100, after: $after) {
  totalCount pageInfo { hasNextPage endCursor } edges { node { id weightG } } } } } }"""
WARDS = "{ viewer { wards { edges { node { id } } } } }"


@pytest.fixture(params=["sqlite", "postgresql"])
def stream(request):
    """A running demo town to write to; on PostgreSQL with two workers."""
    if request.param == "sqlite":
        return request.getfixturevalue("town").start("demo")
    return request.getfixturevalue("two_workers")


def grown(town, child):
    """Every growth entry of the child, by id."""
    found, after = {}, None
    while True:
        page = town.ask("mother", GROWTH, id=child, after=after)["node"]["growth"]
        found |= {edge["node"]["id"]: edge["node"]["weightG"] for edge in page["edges"]}
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            assert page["totalCount"] == len(found)
            return found


def recorder(town, child, sent, acknowledged):
    """Records until the server is gone."""
    while True:
        number = len(sent)
        given = {
            "childId": child,
            "measuredOn": "2026-11-20",
            "weightG": 8_000 + number,
            "idempotencyKey": f"crash-{number:06}",
        }
        sent.append(given)
        try:
            answer = town.post({"query": RECORD, "variables": {"input": given}}, "mother").json()
        except (httpx.HTTPError, ValueError):
            return
        acknowledged[given["idempotencyKey"]] = answer["data"]["recordGrowth"]["id"]


def test_an_acknowledged_deed_survives_a_kill_and_a_retry_counts_once(stream, size):
    town = stream
    child = town.ask("mother", WARDS)["viewer"]["wards"]["edges"][2]["node"]["id"]
    before, sent, acknowledged = grown(town, child), [], {}
    for _ in range(size("kills during a stream of deeds")):
        since = len(sent)
        writer = threading.Thread(target=recorder, args=(town, child, sent, acknowledged))
        writer.start()
        time.sleep(0.7)
        town.kill()
        writer.join()
        town.start("demo")

        for given in sent[since:]:
            again = town.ask("mother", RECORD, input=given)["recordGrowth"]
            assert acknowledged.setdefault(given["idempotencyKey"], again["id"]) == again["id"]

    new = {id_: weight for id_, weight in grown(town, child).items() if id_ not in before}
    assert sorted(new) == sorted(acknowledged.values())
    assert sorted(new.values()) == [given["weightG"] for given in sent]
    assert len(sent) > size("kills during a stream of deeds")


RIDES = """query ($after: String) { rides(first: 100, after: $after) { pageInfo { hasNextPage endCursor }
  edges { node { id seats { edges { node { isCounted } } } } } } }"""
FIRST = date(2027, 4, 1)
TAPS_MOST = 100  # between two kills, each over a connection of its own


def day_of(number):
    """A day for each ride, 70 of every fiscal year: each of the mother's taps counts."""
    return FIRST.replace(year=FIRST.year + number // 70) + timedelta(days=number % 70)


def tapped(town, certificate, number):
    """The answer to the mother's tap in the ride with that number."""
    body = {"query": TAP, "variables": {"input": tap(certificate, number)}}
    return town.post(body, OPERATOR).json()["data"]["done"]


def rider(town, certificate, sent, acknowledged):
    """Taps in one ride after the other until the server is gone."""
    while True:
        sent.append(len(sent))
        try:
            acknowledged[sent[-1]] = tapped(town, certificate, sent[-1])
        except (httpx.HTTPError, ValueError):
            return


def counted(town):
    """By ride whether its seats count, of every ride of the company."""
    found, after = {}, None
    while True:
        page = town.ask(OPERATOR, RIDES, after=after)["rides"]
        for edge in page["edges"]:
            seats = edge["node"]["seats"]["edges"]
            found[edge["node"]["id"]] = [each["node"]["isCounted"] for each in seats]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


@pytest.mark.full
def test_an_acknowledged_tap_survives_a_kill_and_a_retry_counts_once(stream, size):
    town, sent, acknowledged = stream, [], {}
    kills, read = size("kills during a stream of taps"), certificate(town)
    open_rides(town, map(day_of, range(kills * TAPS_MOST)))
    for _ in range(kills):
        before = len(sent)
        town.token(OPERATOR)
        taxi = threading.Thread(target=rider, args=(town, read, sent, acknowledged))
        taxi.start()
        time.sleep(0.7)
        town.kill()
        taxi.join()
        town.start("demo")
        for number in sent[before:]:
            again = tapped(town, read, number)
            assert acknowledged.setdefault(number, again) == again

    seats = counted(town)
    assert [seats[ride(number)] for number in sent] == [[True]] * len(sent)
    assert all(each["isAccepted"] for each in acknowledged.values())
    assert kept(town, FIRST) == (len(sent), len(sent), 0)
    assert len(sent) > kills


NAMES = "{ children(first: 20) { edges { node { name } } } }"
READERS = 4  # whose looks wait for the disk together


def reader(town, number, shown):
    """Looks, each time for a case of its own, until the server is gone."""
    for look in range(10_000):
        case = f"{number}-{look}"
        try:
            answer = town.post({"query": NAMES}, "nurse", f"CHK:{case}").json()
        except (httpx.HTTPError, ValueError):
            return
        shown[case] = len(answer["data"]["children"]["edges"])


def test_what_was_shown_is_on_record_after_a_kill_and_the_chain_holds(stream):
    town, shown = stream, {}
    readers = [threading.Thread(target=reader, args=(town, number, shown)) for number in range(READERS)]
    town.token("nurse")
    for each in readers:
        each.start()
    time.sleep(1.5)
    town.kill()
    for each in readers:
        each.join()
    town.start("demo")
    exported, keys = town.data.parent / "log.jsonl", town.data.parent / "keys.json"
    exported.write_text(town.run("audit", "export").stdout, encoding="utf-8")
    keys.write_text(town.run("audit", "keys").stdout, encoding="utf-8")
    lines = map(json.loads, exported.read_text(encoding="utf-8").splitlines())
    entries = [line["entry"] for line in lines if "entry" in line]
    written = Counter(each["case_reference"] for each in entries)

    assert "chain intact" in town.run("audit", "verify", exported, "--keys", keys).stdout
    assert len(shown) > READERS
    assert {case: written[case] for case in shown} == shown
