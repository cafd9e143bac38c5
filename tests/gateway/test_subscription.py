"""A notice reaches a client of the router as an event, and is the city's to tell or not."""

import asyncio
import json
import threading
from datetime import UTC, datetime

import pytest

from models.notice import NoticeKind
from models.store import Store
from resolvers.addressing import New
from tests.running import CLIENT
from tests.telling import write_now

pytestmark = pytest.mark.usefixtures("unmeasured")
SUBSCRIBE = "subscription { notices { subjectId message { titleEn } } }"
WARDS = "{ viewer { wards { edges { node { id } } } } }"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
DAYS = range(10, 28)


async def _write(url, child, day):
    store = Store(url, pooled=False)
    await write_now(store, New(NoticeKind.VACCINATION_DUE, f"VACCINATION_DUE:2026-11-{day}", child), now=NOW)
    await store.close()


def test_a_notice_comes_through_the_router_as_an_event(graph):
    child = graph.town.ask("mother", WARDS)["viewer"]["wards"]["edges"][1]["node"]["id"]
    url, heard = f"sqlite+aiosqlite:///{graph.town.data / 'tsumugi.db'}", threading.Event()

    def write_until_heard():
        """Whoever writes cannot know when the ear is open."""
        for day in DAYS:
            asyncio.run(_write(url, child, day))
            if heard.wait(1):
                return

    headers = {"authorization": f"Bearer {graph.town.token('mother')}", "accept": "text/event-stream"}
    writing = threading.Thread(target=write_until_heard)
    with CLIENT.stream("POST", graph.url, json={"query": SUBSCRIBE}, headers=headers) as response:
        writing.start()
        told = next(line for line in response.iter_lines() if line.startswith("data: {"))
        heard.set()
    writing.join()

    assert json.loads(told.removeprefix("data: ")) == {
        "data": {"notices": {"subjectId": child, "message": {"titleEn": "A vaccination can be given"}}}
    }


def test_nobody_subscribes_without_a_login(graph):
    headers = {"accept": "text/event-stream"}
    answer = CLIENT.post(graph.url, json={"query": SUBSCRIBE}, headers=headers)

    assert answer.status_code == 401
    assert '"extensions":{"code":"UNAUTHENTICATED"}' in answer.text
