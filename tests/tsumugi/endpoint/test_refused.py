"""What is no request, or none that counts, is refused with a code, and for little CPU."""

import json
from time import process_time

import pytest

from models.organisation import CallerKind
from tests.tsumugi.endpoint.wire import GRAPHQL, JSON, TODAY, body, codes

BUDGET_S = 0.020


MALFORMED = {
    "malformed JSON": (b'{"query": ', "BAD_USER_INPUT"),
    "nothing": (b"", "BAD_USER_INPUT"),
    "a scalar": (b"5", "BAD_USER_INPUT"),
    "null": (b"null", "BAD_USER_INPUT"),
    "an array of requests": (json.dumps([body(TODAY)]).encode(), "BAD_USER_INPUT"),
    "no query": (b"{}", "BAD_USER_INPUT"),
    "a query that is no text": (b'{"query": 1}', "BAD_USER_INPUT"),
    "an operation name that is no text": (json.dumps(body(TODAY, operationName=1)).encode(), "BAD_USER_INPUT"),
    "variables that are no object": (json.dumps(body(TODAY, variables=[])).encode(), "BAD_USER_INPUT"),
    "extensions that are no object": (json.dumps(body(TODAY, extensions=1)).encode(), "BAD_USER_INPUT"),
    "half a character": (b'{"query": "\xe3\x81"}', "BAD_USER_INPUT"),
    "half a pair": (b'{"query": "\\ud800"}', "BAD_USER_INPUT"),
    "100,000 brackets": (b"[" * 100_000 + b"]" * 100_000, "BODY_TOO_LARGE"),
    "brackets that fit": (b"[" * 16_000 + b"]" * 16_000, "BAD_USER_INPUT"),
    "33 KB": (json.dumps(body(TODAY, variables={"a": "x" * 33_000})).encode(), "BODY_TOO_LARGE"),
    "1,001 tokens": (json.dumps(body("{" + " a" * 999 + "}")).encode(), "OPERATION_TOO_COSTLY"),
    "a deep document": (json.dumps(body("{a" * 60)).encode(), "OPERATION_TOO_COSTLY"),
    "escapes": (json.dumps(body('{a(x:"' + "\\n" * 7_000 + '")}')).encode(), "OPERATION_TOO_COSTLY"),
}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothingOfTheKind }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($date: Date!) { today(date: $date) { date } }", "BAD_USER_INPUT"),
    ],
)
async def test_a_request_error_is_400_in_the_newer_type_and_200_in_json(client, query, code):
    newer = await client.post("/graphql", json=body(query), headers={"accept": GRAPHQL})
    plain = await client.post("/graphql", json=body(query), headers={"accept": JSON})
    assert (newer.status_code, codes(newer)) == (400, [code])
    assert (plain.status_code, codes(plain)) == (200, [code])


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
@pytest.mark.parametrize(("raw", "code"), MALFORMED.values(), ids=MALFORMED.keys())
async def test_what_is_no_request_is_400_in_either_type(client, raw, code, accept):
    answer = await client.post("/graphql", content=raw, headers={"content-type": JSON, "accept": accept})
    assert (answer.status_code, codes(answer)) == (400, [code])
    assert answer.headers["content-type"].startswith(accept)


async def least_s(client, **asked):
    """CPU of one request: the least of three, since the first may find something unprepared."""
    spent = []
    for _ in range(3):
        started = process_time()
        await client.post("/graphql", **asked)
        spent.append(process_time() - started)
    return min(spent)


@pytest.mark.parametrize(("raw", "code"), MALFORMED.values(), ids=MALFORMED.keys())
async def test_bad_input_costs_less_than_20_ms_of_cpu(client, raw, code):
    assert await least_s(client, content=raw, headers={"content-type": JSON}) < BUDGET_S


@pytest.mark.parametrize("token", ["x", "a.b.c", "a" * 4_000, "a." * 2_000, "é"])
async def test_a_bad_token_costs_less_than_20_ms_of_cpu(client, token):
    asked = {"json": body(TODAY), "headers": {"authorization": f"Bearer {token}".encode()}}

    assert (await client.post("/graphql", **asked)).status_code == 401
    assert await least_s(client, **asked) < BUDGET_S


async def test_a_body_without_length_is_read_up_to_the_limit_only(client):
    sent = []

    async def endless():
        for _ in range(1_000):
            sent.append(1)
            yield b" " * 1_000

    answer = await client.post("/graphql", content=endless(), headers={"content-type": JSON})
    assert (answer.status_code, codes(answer)) == (400, ["BODY_TOO_LARGE"])
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (CallerKind.CLINIC, 200),
        (CallerKind.SCHOOL, 200),
        (CallerKind.TAXI_OPERATOR, 200),
        (CallerKind.SHOP, 200),
        (CallerKind.PARTNER_MUNICIPALITY, 200),
        (CallerKind.RESIDENT, 400),
        (CallerKind.STAFF_HEALTH, 400),
    ],
)
async def test_machines_may_send_a_megabyte(client, bearer, kind, status):
    large = body(TODAY, variables={"a": "x" * 900_000})
    answer = await client.post("/graphql", json=large, headers=bearer(kind))
    assert answer.status_code == status


async def test_a_machine_may_not_send_more_than_a_megabyte(client, bearer):
    large = body(TODAY, variables={"a": "x" * 1_048_576})
    assert codes(await client.post("/graphql", json=large, headers=bearer(CallerKind.CLINIC))) == ["BODY_TOO_LARGE"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/graphql"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": f"{JSON}; charset=shift_jis"},
        {"content-type": JSON, "content-encoding": "gzip"},
    ],
    ids=str,
)
async def test_another_media_type_of_a_body_is_415(client, headers):
    answer = await client.post("/graphql", content=json.dumps(body(TODAY)), headers=headers)
    assert (answer.status_code, codes(answer)) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


async def test_what_cannot_be_answered_is_406(client):
    answer = await client.post("/graphql", json=body(TODAY), headers={"accept": "text/html"})
    assert (answer.status_code, codes(answer)) == (406, ["NOT_ACCEPTABLE"])


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "PLANTED"])
async def test_another_method_is_405_and_says_which(client, written, method):
    answer = await client.request(method, "/graphql")
    assert (answer.status_code, answer.headers["allow"], codes(answer)) == (405, "GET, POST", ["METHOD_NOT_ALLOWED"])
    assert method not in written.getvalue()


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_a_mutation_by_get_is_405(client, accept):
    answer = await client.get("/graphql", params={"query": "mutation { __typename }"}, headers={"accept": accept})
    assert (answer.status_code, answer.headers["allow"], codes(answer)) == (405, "POST", ["METHOD_NOT_ALLOWED"])


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "BAD_USER_INPUT"),
        ({"query": TODAY, "variables": "[]"}, "BAD_USER_INPUT"),
        ({"query": TODAY, "variables": "{"}, "BAD_USER_INPUT"),
        ({"query": TODAY, "extensions": "1"}, "BAD_USER_INPUT"),
        ({"query": [TODAY, TODAY]}, "BAD_USER_INPUT"),
        ({"query": TODAY, "variables": "[" * 5_000}, "BAD_USER_INPUT"),
        ({"query": " " * 33_000}, "BODY_TOO_LARGE"),
    ],
    ids=str,
)
async def test_a_url_that_is_no_request_is_400(client, params, code):
    answer = await client.get("/graphql", params=params)
    assert (answer.status_code, codes(answer)) == (400, [code])


@pytest.mark.parametrize(
    "authorization", ["Bearer", "Bearer ", "Bearer x", "Basic eDp5", "x", "", "Bearer " + "a" * 9_000]
)
async def test_credentials_that_do_not_count_are_one_generic_401(client, authorization):
    answer = await client.post("/graphql", json=body(TODAY), headers={"authorization": authorization})
    assert (answer.status_code, codes(answer)) == (401, ["UNAUTHENTICATED"])
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("purpose", ["x", "CHK", "NONE:1", "CHK:2026-0142, CHK:2026-0143"])
async def test_a_bad_purpose_is_refused(client, bearer, purpose):
    headers = bearer(CallerKind.STAFF_HEALTH) | {"tsumugi-purpose": purpose}
    assert codes(await client.post("/graphql", json=body(TODAY), headers=headers)) == ["PURPOSE_INVALID"]
