"""Subscriptions as server-sent events: told as by WebSocket, within the same limits, to those who accept events."""

import asyncio
import json
from datetime import timedelta

from tests.hanamori import HOLDERS, child, resident
from tsumugi.stream import hub as hubs
from tsumugi.stream import sent

COMPLETE = b"event: complete\ndata:\n\n"


def code_of(piece):
    """The code of an error that is the last event, or a plain answer."""
    body = piece.removeprefix(b"event: next\ndata: ").removesuffix(COMPLETE)
    return json.loads(body)["errors"][0]["extensions"]["code"]


async def test_a_notice_is_told_in_events_of_lf_alone_to_those_who_may_read_it(streaming):
    mother, father = await streaming.listener().begun(), await streaming.listener("father", method="GET").begun()
    others = [await streaming.listener(who).begun() for who in ("counterparty", "stranger")]
    await streaming.write("aki")

    heard = [await each.hear() for each in (mother, father)]
    head, data = heard[0].split(b"\n", 1)
    assert (head, data[-2:], b"\r" in heard[0]) == (b"event: next", b"\n\n", False)
    assert [json.loads(each[18:])["data"]["notices"]["subjectId"] for each in heard] == [child("aki")] * 2
    assert (mother.status, mother.headers[b"content-type"]) == (200, b"text/event-stream; charset=utf-8")
    assert [await each.hears_nothing() for each in others] == [True] * 2


async def test_staff_state_a_purpose_in_the_header(streaming):
    nurse = await streaming.listener("staff_health", **{"tsumugi-purpose": "CHK:2026-1"}).begun()
    other = await streaming.listener("staff_health").begun()
    await streaming.write("aki")

    assert b"event: next" in await nurse.hear()
    assert await other.hears_nothing()


REFUSED = (
    ({"who": None}, 401, "UNAUTHENTICATED"),
    ({"who": "x" * 5_000}, 401, "UNAUTHENTICATED"),
    ({"method": "PUT"}, 405, "METHOD_NOT_ALLOWED"),
    ({"body": b"{"}, 400, "BAD_USER_INPUT"),
    ({"content-type": "text/plain"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
)


async def test_what_is_no_request_is_answered_before_any_event(streaming):
    for words, status, code in REFUSED:
        client = streaming.listener(**words)
        assert (code_of(await client.hear()), client.status) == (code, status)


async def test_what_is_no_subscription_is_one_event_with_an_error(streaming):
    for query, code in (("{ viewer { kind } }", "BAD_USER_INPUT"), ("subscription {", "GRAPHQL_PARSE_FAILED")):
        client = streaming.listener("mother", query)
        heard = await client.hear()
        assert (code_of(heard), client.status, heard.endswith(COMPLETE)) == (code, 200, True)


async def test_connections_of_both_kinds_count_together_and_one_comes_back(streaming):
    sockets = [await streaming.listening("mother") for _ in range(4)]
    last = await streaming.listener().begun()
    refused = streaming.listener()
    assert (code_of(await refused.hear()), refused.status) == ("TOO_MANY_REQUESTS", 429)
    await last.go()

    again = await streaming.listener().begun()
    await streaming.write("aki")
    assert b"event: next" in await again.hear()
    assert len(streaming.hub._lines) == len(sockets) + 1


async def test_it_ends_with_the_token_or_at_the_next_event_once_it_counts_no_more(streaming):
    soon = streaming.tokens.issue(HOLDERS["mother"], streaming.at - timedelta(minutes=5) + timedelta(seconds=1))
    assert code_of(await streaming.listener(soon).hear()) == "UNAUTHENTICATED"

    client = await streaming.listener().begun()
    streaming.at += timedelta(minutes=6)
    await streaming.write("aki")
    heard = await client.hear()
    assert (code_of(heard), heard.endswith(COMPLETE)) == ("UNAUTHENTICATED", True)


async def test_one_that_falls_behind_is_ended_and_a_fault_is_ours_alone(streaming, monkeypatch):
    monkeypatch.setattr(hubs, "WAITING_MOST", 1)
    client = await streaming.listener().begun()
    [line] = streaming.hub._lines
    for _ in range(2):
        line.put(hubs.Event(1, "n", child("aki"), frozenset([resident("mother")])))
    assert code_of(await client.hear()) == "TOO_MANY_REQUESTS"

    monkeypatch.setattr(hubs.Line, "next", None)
    assert code_of(await streaming.listener().hear()) == "INTERNAL"
    assert child("aki") not in streaming.log.getvalue()


async def test_a_quiet_connection_beats_and_one_that_is_gone_holds_nothing(streaming, monkeypatch):
    monkeypatch.setattr(sent, "BEAT_S", 0.01)
    client = streaming.listener()
    assert await client.hear() == b":\n\n"

    await client.go()
    assert (streaming.hub._lines, +streaming.streams.connections) == (set(), {})


async def test_a_body_that_does_not_come_is_not_waited_for(streaming, monkeypatch):
    monkeypatch.setattr(sent, "BODY_S", 0.01)
    client = streaming.listener(body=b"", **{"content-length": "10"})
    client._in.get_nowait()

    assert code_of(await client.hear()) == "DEADLINE_EXCEEDED"
    gone = streaming.listener()
    gone._in.get_nowait()
    await asyncio.wait_for(gone.go(), 5)
    assert gone.status is None
