"""Open subscriptions on two workers: a custody change takes effect at the next event, whichever worker it is at."""

import asyncio
import json
import os
import signal
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from websockets.sync.client import connect

from models.notice import NoticeKind
from models.store import Store
from resolvers.addressing import New
from tests.running import FEWEST_FAMILIES, PATIENCE_S
from tests.telling import write_now
from tsumugi.demo.town import make_town

pytestmark = pytest.mark.usefixtures("unmeasured")

SUBSCRIBE = "subscription { notices { subjectId message { titleEn } } }"
WARDS = "{ viewer { wards { edges { node { id } } } } }"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
DECIDE = """mutation ($i: DecideAuthorityInput!) { done: decideAuthority(input: $i) {
  ... on RegisterChange { isPreview } ... on Refused { code field } } }"""


@pytest.fixture
def town(two_workers):
    return two_workers


def subscribed(town, name, worker, opened):
    """A subscription of somebody, at that worker."""
    token, others = town.token(name), town.workers() - {worker}
    for other in others:
        os.kill(other, signal.SIGSTOP)
    try:
        url = f"ws://127.0.0.1:{town.port}/graphql"
        client = opened.enter_context(connect(url, subprotocols=["graphql-transport-ws"], open_timeout=PATIENCE_S))
        client.send(json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}))
        assert json.loads(client.recv(PATIENCE_S)) == {"type": "connection_ack"}
        client.send(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": SUBSCRIBE}}))
        client.send(json.dumps({"type": "ping"}))
        assert json.loads(client.recv(PATIENCE_S)) == {"type": "pong"}
    finally:
        for other in others:
            os.kill(other, signal.SIGCONT)
    return client


def write(town, child_id, day):
    async def written():
        store = Store(town.database_url, pooled=False)
        await write_now(store, New(NoticeKind.VACCINATION_DUE, f"VACCINATION_DUE:2026-11-{day}", child_id), now=NOW)
        await store.close()

    asyncio.run(written())


def told(client):
    message = json.loads(client.recv(PATIENCE_S))
    return message["payload"]["data"]["notices"]["subjectId"]


def test_a_custody_change_takes_effect_at_the_next_event_on_every_worker(town):
    _, middle, youngest = (edge["node"]["id"] for edge in town.ask("mother", WARDS)["viewer"]["wards"]["edges"])
    resident = make_town(families=int(FEWEST_FAMILIES)).cards["mother"]
    change = {"childId": middle, "holderIds": [resident], "decidedOn": "2026-11-23", "evidence": "審判書"}
    with ExitStack() as opened:
        mothers, fathers, kept_away = (
            [subscribed(town, name, worker, opened) for worker in sorted(town.workers())]
            for name in ("mother", "father", "counterparty")
        )
        write(town, middle, 21)
        before = [told(each) for each in (*mothers, *fathers)]

        town.ask("registry-desk", DECIDE, "REG:2026-77", i=change | {"idempotencyKey": "decide-001"})
        write(town, middle, 22)
        write(town, youngest, 23)

        assert before == [middle] * 4
        assert [told(each) for each in fathers] == [youngest] * 2  # and nothing of the middle one before
        assert [[told(each), told(each)] for each in mothers] == [[middle, youngest]] * 2
        for each in kept_away:
            with pytest.raises(TimeoutError):
                each.recv(0.2)
