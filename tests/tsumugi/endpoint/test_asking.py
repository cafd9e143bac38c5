"""GraphQL over HTTP: media types, caches, tokens and pages, with the real engine on a real database."""

import json

import httpx
import pytest
from starlette.routing import Route

from models.organisation import CallerKind
from tests.tsumugi.endpoint.wire import GRAPHQL, HOLIDAY, JSON, TODAY, URL, body, codes
from tsumugi import endpoint


async def test_a_post_is_answered_as_json_by_default(client):
    answer = await client.post("/graphql", json=body(TODAY))
    assert (answer.status_code, answer.json()) == (200, HOLIDAY)
    assert answer.headers["content-type"] == f"{JSON}; charset=utf-8"


async def test_the_newer_media_type_is_answered_when_it_is_accepted(client):
    answer = await client.post("/graphql", json=body(TODAY), headers={"accept": f"{GRAPHQL}, {JSON}"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, f"{GRAPHQL}; charset=utf-8")


async def test_a_get_asks_by_its_url(client):
    query = "query A($date: Date) { today(date: $date) { date } } query B { today { date } }"
    asked = {"query": query, "operationName": "A", "variables": '{"date":"2027-01-01"}', "extensions": "{}"}
    answer = await client.get("/graphql", params=asked)
    assert answer.json() == {"data": {"today": {"date": "2027-01-01"}}}


async def test_a_post_names_its_operation_and_variables(client):
    query = "query A($date: Date) { today(date: $date) { date } } query B { today { holiday } }"
    both = body(query, operationName="A", variables={"date": "2027-01-01"}, extensions={"ours": 1}, unknown=2)
    answer = await client.post("/graphql", json=both)
    assert answer.json() == {"data": {"today": {"date": "2027-01-01"}}}


async def test_a_charset_of_utf_8_may_be_named(client):
    headers = {"content-type": 'Application/JSON ; charset="UTF-8"'}
    assert (await client.post("/graphql", content=json.dumps(body(TODAY)), headers=headers)).json() == HOLIDAY


async def test_a_second_token_never_hides_behind_the_first(client, bearer):
    given = [*bearer().items(), ("authorization", "Bearer x")]
    assert (await client.post("/graphql", json=body(TODAY), headers=given)).status_code == 401


async def test_a_token_counts_in_its_header_only(client, bearer):
    token = bearer()["authorization"].removeprefix("Bearer ")
    client.cookies.set("authorization", token)
    answer = await client.get("/graphql", params={"query": "{ viewer { kind } }", "access_token": token})
    assert answer.json() == {"data": {"viewer": None}}


async def test_a_caller_with_a_token_is_known(client, bearer):
    answer = await client.post("/graphql", json=body("{ viewer { kind } }"), headers=bearer(CallerKind.CLINIC))
    assert answer.json() == {"data": {"viewer": {"kind": "CLINIC"}}}


async def test_a_public_answer_may_be_kept_and_is_not_sent_twice(client):
    first = await client.get("/graphql", params={"query": TODAY})
    again = await client.get(
        "/graphql", params={"query": TODAY}, headers={"if-none-match": f'"x", W/{first.headers["etag"]}'}
    )
    assert first.headers["cache-control"] == again.headers["cache-control"] == "public, max-age=300"
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert "Authorization" in first.headers["vary"]


@pytest.mark.parametrize("tag", ['"x"', "", "x"])
async def test_another_tag_gets_the_answer(client, tag):
    answer = await client.get("/graphql", params={"query": TODAY}, headers={"if-none-match": tag})
    assert answer.json() == HOLIDAY


async def test_a_personal_answer_is_never_kept(client, bearer):
    mine = await client.get("/graphql", params={"query": "{ viewer { kind } }"}, headers=bearer())
    posted = await client.post("/graphql", json=body(TODAY))
    refused = await client.get("/graphql", params={"query": "{"})
    assert {answer.headers["cache-control"] for answer in (mine, posted, refused)} == {"private, no-store"}
    assert not any("etag" in answer.headers for answer in (mine, posted, refused))


async def test_the_demo_has_a_page_that_needs_no_internet(client):
    answer = await client.get("/graphql", headers={"accept": "text/html,*/*;q=0.8"})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "//" not in answer.text.replace("<!doctype html>", "")


async def test_there_is_no_page_outside_the_demo(app):
    [route] = [route for route in app.routes if route.path == "/graphql" and isinstance(route, Route)]
    without = endpoint.Endpoint(*(getattr(route.endpoint, name) for name in ("engine", "bearers", "today", "log")))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(without), base_url=URL) as client:
        answer = await client.get("/graphql", headers={"accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, codes(answer)) == (400, ["BAD_USER_INPUT"])


@pytest.mark.parametrize("path", ["/graphql/", "/graphql/x", "/", "/docs"])
async def test_there_is_one_door_and_no_redirect_to_it(client, path):
    assert (await client.post(path, json=body(TODAY))).status_code == 404
