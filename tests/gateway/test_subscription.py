"""A notice reaches a client of the router as an event, and is the city's to tell or not."""

import asyncio
import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from models.notice import NoticeKind
from models.store import Store
from resolvers.addressing import New
from tests.gateway.conftest import passes, until
from tests.running import CLIENT
from tests.telling import write_now

pytestmark = pytest.mark.usefixtures("unmeasured")
SUBSCRIBE = "subscription { notices { subjectId message { titleEn } } }"
TOLD = {"message": {"titleEn": "A vaccination can be given"}}
WARDS = "{ viewer { wards { edges { node { id } } } } }"
WAITED = '{ __type(name: "Subscription") { description } }'
NOW = datetime(2026, 11, 23, tzinfo=UTC)
DAYS = range(10, 28)


def test_the_reader_of_events_keeps_them_whole_and_says_where_they_break_off():
    passes("streams.mjs")


@contextmanager
def subscribed(graph, token=None):
    """The events that a client of the router hears: the mother, or whose token this is."""
    headers = {"authorization": f"Bearer {token or graph.town.token('mother')}", "accept": "text/event-stream"}
    with CLIENT.stream("POST", graph.url, json={"query": SUBSCRIBE}, headers=headers) as response:
        lines = response.iter_lines()
        yield (json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: {"))


@contextmanager
def writing(town, place):
    """Notices about the mother's child at this place, one a second: whoever writes cannot know when the ear is open."""
    child = town.ask("mother", WARDS)["viewer"]["wards"]["edges"][place]["node"]["id"]
    url, is_over = f"sqlite+aiosqlite:///{town.data / 'tsumugi.db'}", threading.Event()

    def write():
        for day in DAYS:
            asyncio.run(_write(url, child, day))
            if is_over.wait(1):
                return

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield child
    finally:
        is_over.set()
        thread.join()


async def _write(url, child, day):
    store = Store(url, pooled=False)
    await write_now(store, New(NoticeKind.VACCINATION_DUE, f"VACCINATION_DUE:2026-11-{day}", child), now=NOW)
    await store.close()


def test_a_notice_comes_through_the_router_as_an_event(graph):
    with subscribed(graph) as told, writing(graph.town, 1) as child:
        assert next(told) == {"data": {"notices": TOLD | {"subjectId": child}}}


def test_a_subscription_outlives_a_new_graph_and_another_begins_on_it(graph):
    file = graph.folder / "supergraph.graphql"
    old = file.read_text()
    with subscribed(graph) as before:
        file.write_text(old.replace("What can be waited for", "What is waited for"))
        until(lambda: "What is waited for" in graph.post(WAITED, "mother").text)
        with subscribed(graph) as after, writing(graph.town, 0) as child:
            heard = [next(before), next(after)]
    file.write_text(old)

    assert heard == [{"data": {"notices": TOLD | {"subjectId": child}}}] * 2


def test_nobody_subscribes_without_a_login(graph):
    headers = {"accept": "text/event-stream"}
    answer = CLIENT.post(graph.url, json={"query": SUBSCRIBE}, headers=headers)

    assert answer.status_code == 401
    assert '"extensions":{"code":"UNAUTHENTICATED"}' in answer.text
