"""Killed at any moment: what was acknowledged is there, and what is sent again with its key counts once."""

import base64
import json
import threading
import time
from collections import Counter

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from models.ids import Letter, mint
from tsumugi import card

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


def kept(town, child):
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
    before, sent, acknowledged = kept(town, child), [], {}
    for _ in range(size("kills during a stream of deeds")):
        writer = threading.Thread(target=recorder, args=(town, child, sent, acknowledged))
        writer.start()
        time.sleep(0.7)
        town.kill()
        writer.join()
        town.start("demo")

        for given in sent:
            again = town.ask("mother", RECORD, input=given)["recordGrowth"]
            assert acknowledged.setdefault(given["idempotencyKey"], again["id"]) == again["id"]

    new = {id_: weight for id_, weight in kept(town, child).items() if id_ not in before}
    assert sorted(new) == sorted(acknowledged.values())
    assert sorted(new.values()) == [given["weightG"] for given in sent]
    assert len(sent) > size("kills during a stream of deeds")


OPEN = "mutation ($input: OpenRideInput!) { openRide(input: $input) { __typename } }"
TAP = """mutation ($input: TapCardInput!) { tapCard(input: $input) {
  __typename ... on Tapped { isAccepted remainingToday } } }"""
SEATS = "query ($id: ID!) { node(id: $id) { ... on Ride { seats { edges { node { isCounted } } } } } }"
OPERATOR, CITY = "taxi-operator", "102016"


def ridden(town, certificate, number):
    """A ride of the mother's, opened and tapped by keys of its own: the answer to the tap."""
    ride = {"rideId": mint(CITY, Letter.RIDE, number.to_bytes(16))}
    where = {"pickUp": "まゆ玉駅", "pickUpMunicipality": CITY, "dropOffMunicipality": CITY}
    when = {"toldAt": "2026-11-23T09:00:00+09:00", "sequence": number}
    opened = {"input": {**ride, **where, **when, "idempotencyKey": f"open-{number:06}"}}
    tapped = {"input": {**ride, "certificate": certificate, "idempotencyKey": f"tap-{number:06}"}}
    town.post({"query": OPEN, "variables": opened}, OPERATOR).raise_for_status()
    return ride["rideId"], town.post({"query": TAP, "variables": tapped}, OPERATOR).json()["data"]["tapCard"]


def rider(town, certificate, sent, acknowledged):
    """Rides until the server is gone."""
    while True:
        sent.append(len(sent))
        try:
            id_, answer = ridden(town, certificate, sent[-1])
        except (httpx.HTTPError, ValueError):
            return
        acknowledged[id_] = answer


@pytest.mark.full
def test_an_acknowledged_tap_survives_a_kill_and_a_retry_counts_once(stream, size):
    town, sent, acknowledged = stream, [], {}
    held = card.load(town.data / "cards" / "mother.json").authentication.certificate
    certificate = base64.b64encode(held.public_bytes(Encoding.DER)).decode()
    for _ in range(size("kills during a stream of taps")):
        taxi = threading.Thread(target=rider, args=(town, certificate, sent, acknowledged))
        taxi.start()
        time.sleep(0.7)
        town.kill()
        taxi.join()
        town.start("demo")
        for id_, answer in (ridden(town, certificate, number) for number in sent):
            assert acknowledged.setdefault(id_, answer) == answer

    seats = [town.ask(OPERATOR, SEATS, id=id_)["node"]["seats"]["edges"] for id_ in acknowledged]
    assert [len(each) for each in seats] == [1] * len(sent)
    counted = sum(edge["node"]["isCounted"] for each in seats for edge in each)
    assert 1 <= counted == sum(each["isAccepted"] for each in acknowledged.values()) <= 2 < len(sent)


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
