"""Subscriptions over WebSocket: who is told what as they stand at the event, and connections that keep the rules."""

import asyncio
from datetime import timedelta

import pytest

from models.child import Child
from models.grant import Grant
from models.guardianship import Guardianship, ProtectionMeasure
from models.notice import NoticeKind
from resolvers import events
from resolvers.addressing import New
from tests.hanamori import HOLDERS, NOW, TODAY, child, family, resident
from tests.sharing import changed as change
from tests.streaming import ORIGIN, SUBSCRIBE
from tests.telling import write_now
from tsumugi.stream import hub as hubs
from tsumugi.stream import socket

READ = "{ viewer { kind } }"


def told(message):
    """The subject that a message tells of."""
    assert message["type"] == "next", message
    return message["payload"]["data"]["notices"]["subjectId"]


async def test_a_notice_is_told_as_soon_as_it_is_written_to_those_who_may_read_it(streaming):
    mother, father = await streaming.listening("mother"), await streaming.listening("father")
    others = [await streaming.listening(who) for who in ("counterparty", "stranger", "natsu")]

    await streaming.write("aki")

    assert [told(await each.hear()) for each in (mother, father)] == [child("aki")] * 2
    assert [await each.hears_nothing() for each in others] == [True] * 3


async def test_an_answer_is_the_same_as_if_it_were_asked(streaming):
    mother = await streaming.listening("mother")

    await streaming.write("aki")

    payload = (await mother.hear())["payload"]
    assert payload["data"]["notices"]["message"] == {"titleEn": "A vaccination can be given"}
    assert set(payload) == {"data"}


CHANGES = {
    "custody": (Guardianship, {"valid_to": TODAY}, {"holder_id": resident("father")}, "father"),
    "a measure": (
        ProtectionMeasure,
        {"family_id": family("hill"), "counterparty_id": resident("father")},
        {"family_id": family("shelter")},
        "father",
    ),
    "majority": (Child, {"birth_date": TODAY.replace(year=2008)}, {"id": child("aki")}, "father"),
    "death": (Child, {"died_on": TODAY}, {"id": child("aki")}, "father"),
    "a revoked grant": (Grant, {"revoked_at": NOW}, {"grantee_id": resident("grandmother")}, "grandmother"),
}


@pytest.mark.parametrize("what", CHANGES)
async def test_what_ends_a_right_ends_it_for_an_open_subscription_at_the_next_event(streaming, what):
    await change(streaming.act, Grant, {"field_groups": "IDENTITY NOTICES"}, grantee_id=resident("grandmother"))
    model, values, where, who = CHANGES[what]
    client = await streaming.listening(who)
    await streaming.write("aki", 1)
    before = told(await client.hear())

    await change(streaming.act, model, values, **where)
    await streaming.write("aki", 2)

    assert before == child("aki")
    assert await client.hears_nothing()


async def test_a_parent_who_lives_apart_is_told_of_no_place(streaming):
    ex = await streaming.listening("ex", "subscription { notices { subjectId announcementId shownTo } }")

    await streaming.write("haru")

    assert (await ex.hear())["payload"]["data"]["notices"]["announcementId"] is None


async def test_staff_state_a_purpose_when_they_begin(streaming):
    nurse = await streaming.listening("staff_health", purpose="CHK:2026-1")
    other = await streaming.listening("staff_health")

    await streaming.write("aki")

    assert told(await nurse.hear()) == child("aki")
    assert await other.hears_nothing()


async def test_it_ends_when_the_token_does(streaming):
    old = streaming.tokens.issue(HOLDERS["mother"], streaming.at - timedelta(minutes=5) + timedelta(seconds=1))
    client = streaming.client()

    assert await client.begin(old) == {"type": "connection_ack"}
    assert await client.hear() == socket.UNAUTHORIZED


async def test_it_ends_at_the_next_event_when_the_token_counts_no_more(streaming):
    client = await streaming.listening("mother")
    streaming.at += timedelta(minutes=6)

    await streaming.write("aki")

    message = await client.hear()
    assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "UNAUTHENTICATED")


async def test_who_brings_no_good_token_is_closed(streaming):
    for token in ("", "x", "x" * 5_000):
        assert await streaming.client().begin(token) == socket.FORBIDDEN


async def test_a_caller_has_five_connections_and_gets_one_back_when_one_goes(streaming):
    token = streaming.token("mother")
    clients = [streaming.client() for _ in range(6)]
    heard = [await each.begin(token) for each in clients]
    await clients[0].go()

    assert heard == [{"type": "connection_ack"}] * 5 + [socket.TOO_MANY]
    assert await streaming.client().begin(token) == {"type": "connection_ack"}


async def test_a_connection_has_ten_operations(streaming):
    client = await streaming.listening("mother")
    for number in range(2, 11):
        client.say({"type": "subscribe", "id": str(number), "payload": {"query": SUBSCRIBE}})
    client.say({"type": "subscribe", "id": "11", "payload": {"query": SUBSCRIBE}})

    refused = await client.hear()

    assert (refused["id"], refused["payload"][0]["extensions"]["code"]) == ("11", "TOO_MANY_REQUESTS")


NO_SUBSCRIPTIONS = [
    (READ, "BAD_USER_INPUT"),
    ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
    ("subscription { notices { id } other: notices { id } }", "GRAPHQL_VALIDATION_FAILED"),
    ("subscription { __typename }", "GRAPHQL_VALIDATION_FAILED"),
    ("subscription {", "GRAPHQL_PARSE_FAILED"),
]


async def test_what_is_no_subscription_is_answered_with_an_error_for_that_one_alone(streaming):
    client = await streaming.listening("mother")
    for query, code in NO_SUBSCRIPTIONS:
        client.say({"type": "subscribe", "id": "2", "payload": {"query": query}})
        refused = await client.hear()
        assert (refused["id"], refused["type"], refused["payload"][0]["extensions"]["code"]) == ("2", "error", code)

    client.say({"type": "ping"})
    assert await client.hear() == {"type": "pong"}


@pytest.mark.parametrize("document", [SUBSCRIBE, "subscription { notices { __typename } }"])
async def test_who_may_not_know_of_an_event_is_not_told_that_there_was_one(streaming, document):
    stranger = await streaming.listening("stranger", document)

    await streaming.write("aki")

    assert await stranger.hears_nothing()


async def test_a_subscription_that_is_completed_is_told_nothing_more(streaming):
    client = await streaming.listening("mother")
    client.say({"type": "complete", "id": "1"}, {"type": "complete", "id": "unknown"}, {"type": "pong"})

    await streaming.write("aki")

    assert await client.hears_nothing()
    assert streaming.hub._lines == set()


async def test_one_that_falls_behind_is_ended_and_not_fed_on(streaming, monkeypatch):
    monkeypatch.setattr(hubs, "WAITING_MOST", 1)
    client = await streaming.listening("mother")
    [line] = streaming.hub._lines
    event = hubs.Event(1, "n", child("aki"), frozenset([resident("mother")]))
    line.put(event)
    line.put(event)

    refused = await client.hear()

    assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "TOO_MANY_REQUESTS")


async def test_what_is_written_about_others_does_not_count_as_falling_behind(streaming, monkeypatch):
    monkeypatch.setattr(hubs, "WAITING_MOST", 1)
    monkeypatch.setattr(events, "SUBJECTS_MOST", 2)
    mother = await streaming.listening("mother")
    nurse = await streaming.listening("staff_health", purpose="CHK:2026-1")
    new = [New(NoticeKind.AGE, "AGE:1", child_id=child(each)) for each in ("fuyu", "yuki", "aki")]

    await write_now(streaming.store, *new)

    assert told(await mother.hear()) == child("aki")
    assert await mother.hears_nothing()
    assert (await nurse.hear())["type"] == "error"


ONE = {"type": "subscribe", "id": "1", "payload": {"query": SUBSCRIBE}}
BREACHES = [
    ("{", socket.BAD_REQUEST),
    ("[]", socket.BAD_REQUEST),
    ("[" * 100, socket.BAD_REQUEST),
    ('{"type": 1}', socket.BAD_REQUEST),
    ({"type": "unheard_of"}, socket.BAD_REQUEST),
    ({"type": "connection_init"}, socket.TOO_MANY),
    ({**ONE, "id": ""}, socket.BAD_REQUEST),
    ({**ONE, "payload": {"query": 5}}, socket.BAD_REQUEST),
    ({**ONE, "payload": {"query": SUBSCRIBE, "variables": 5}}, socket.BAD_REQUEST),
]
BEGINNINGS = [
    (ONE, socket.UNAUTHORIZED),
    ({"type": "connection_init", "payload": [1]}, socket.BAD_REQUEST),
    ({"type": "connection_init"}, socket.FORBIDDEN),
]


async def test_who_breaks_the_protocol_is_closed_with_its_code(streaming):
    for breach, code in BREACHES:
        client = streaming.client()
        await client.begin(streaming.token("mother"))
        client.say(breach)
        assert await client.hear() == code, breach
    again = await streaming.listening("mother")
    again.say(ONE)
    assert await again.hear() == socket.ALREADY_THERE


async def test_the_first_message_says_who_it_is(streaming):
    for first, code in BEGINNINGS:
        client = streaming.client()
        client.say(first)
        assert [await client.hear(), await client.hear()] == ["websocket.accept", code]


async def test_who_says_nothing_is_closed_soon(streaming, monkeypatch):
    monkeypatch.setattr(socket, "INIT_S", 0.05)
    client = streaming.client()

    assert [await client.hear(), await client.hear()] == ["websocket.accept", socket.INIT_TIMEOUT]


async def test_another_origin_and_an_older_protocol_are_not_even_accepted(streaming):
    for words in ({"origin": "https://evil.example"}, {"protocols": ("graphql-ws",)}, {"protocols": ()}):
        assert await streaming.client(**words).hear() == socket.NO_PROTOCOL


async def test_our_own_pages_are_welcome(streaming):
    assert await streaming.client(origin=ORIGIN).begin(streaming.token("mother")) == {"type": "connection_ack"}


async def test_a_database_that_was_away_is_asked_again(streaming, monkeypatch):
    monkeypatch.setattr(hubs, "AGAIN_S", 0.01)
    client = await streaming.listening("mother")
    asked = hubs.Reading.new
    failures = iter([OSError("away")])

    async def failing(self):
        for why in failures:
            raise why
        return await asked(self)

    monkeypatch.setattr(hubs.Reading, "new", failing)
    await streaming.write("aki")

    assert told(await client.hear()) == child("aki")
    assert "events_failed" in streaming.log.getvalue()


async def test_no_id_and_no_text_gets_into_the_log(streaming):
    client = await streaming.listening("mother")
    await streaming.write("aki")
    await client.hear()
    await client.go()
    await asyncio.sleep(0)

    assert '"event":"stream"' in streaming.log.getvalue()
    assert child("aki") not in streaming.log.getvalue()
    assert "notices" not in streaming.log.getvalue()
