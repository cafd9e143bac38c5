"""GraphQL over HTTP: media types, status codes, caches and limits, with the real engine on a real database."""

import asyncio
import gc
import io
import json
import logging
import shutil
import sqlite3
import sys
import threading
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from time import process_time

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from auth.caller import Acr, Holder
from models.organisation import CallerKind
from tsumugi import endpoint
from tsumugi.app import make_app
from tsumugi.clock import DEMO_STARTS_AT, DomainClock, parse_moment, real_now
from tsumugi.founding import OFFICE
from tsumugi.keyring import Keyring
from tsumugi.log import Log, route_libraries
from tsumugi.pki.office import Office
from tsumugi.settings import read_settings

URL = "http://127.0.0.1:8000"
JSON, GRAPHQL = "application/json", "application/graphql-response+json"
PLANTED = "planted-secret"
TODAY = "{ today { date holiday } }"
HOLIDAY = {"data": {"today": {"date": "2026-11-23", "holiday": "勤労感謝の日"}}}
SOMEBODY = "102016-R" + "0" * 26
BUDGET_S = 0.020


@pytest.fixture(scope="module")
def data(tmp_path_factory, sqlite_template):
    """A demo's data folder without a town: tables, secrets, authority, clock."""
    folder = tmp_path_factory.mktemp("endpoint") / "data"
    folder.mkdir()
    shutil.copyfile(sqlite_template, folder / "tsumugi.db")
    Keyring.create(folder / "secrets")
    Office.open(folder / OFFICE, folder / "anchors", real_now())
    DomainClock(folder).set(parse_moment(DEMO_STARTS_AT))
    return folder


@pytest.fixture
def settings(data):
    return read_settings({"TSUMUGI_ENV": "demo", "TSUMUGI_DATA": str(data)})


@pytest.fixture
def written():
    """What the log says."""
    return io.StringIO()


@pytest.fixture
async def app(settings, written):
    made: Starlette = make_app(settings, Log(written, real_now))
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture
async def client(app):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as opened:
        yield opened


@pytest.fixture
def bearer(settings):
    """`bearer(kind)`: the header of a caller of that kind."""
    tokens = Keyring.load(settings.secrets, demo=True).tokens(settings.origin[0], settings.origin[0] + "/graphql")

    def header(kind=CallerKind.RESIDENT):
        return {"authorization": f"Bearer {tokens.issue(Holder(SOMEBODY, kind, Acr.CARD_PIN), real_now())}"}

    return header


def body(query, **members):
    return {"query": query, **members}


def codes(answer):
    return [error["extensions"]["code"] for error in answer.json()["errors"]]


def lines(written):
    return [json.loads(line) for line in written.getvalue().splitlines()]


async def test_before_the_first_answer_a_worker_has_settled_and_says_how(app, written):
    [started] = lines(written)

    assert (started["event"], isinstance(started["large_pages"], int)) == ("started", True)
    assert gc.get_freeze_count() > len(gc.get_objects())


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


async def test_a_charset_of_utf_8_may_be_named(client):
    headers = {"content-type": 'Application/JSON ; charset="UTF-8"'}
    assert (await client.post("/graphql", content=json.dumps(body(TODAY)), headers=headers)).json() == HOLIDAY


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


async def test_a_second_token_never_hides_behind_the_first(client, bearer):
    given = [*bearer().items(), ("authorization", "Bearer x")]
    assert (await client.post("/graphql", json=body(TODAY), headers=given)).status_code == 401


async def test_the_log_knows_why_a_token_does_not_count(client, written):
    await client.post("/graphql", json=body(TODAY), headers={"authorization": "Bearer x.y.z"})
    assert lines(written)[-1]["code"].startswith("JWS_")


async def test_a_token_counts_in_its_header_only(client, bearer):
    token = bearer()["authorization"].removeprefix("Bearer ")
    client.cookies.set("authorization", token)
    answer = await client.get("/graphql", params={"query": "{ viewer { kind } }", "access_token": token})
    assert answer.json() == {"data": {"viewer": None}}


async def test_a_caller_with_a_token_is_known(client, bearer):
    answer = await client.post("/graphql", json=body("{ viewer { kind } }"), headers=bearer(CallerKind.CLINIC))
    assert answer.json() == {"data": {"viewer": {"kind": "CLINIC"}}}


@pytest.mark.parametrize("purpose", ["x", "CHK", "NONE:1", "CHK:2026-0142, CHK:2026-0143"])
async def test_a_bad_purpose_is_refused(client, bearer, purpose):
    headers = bearer(CallerKind.STAFF_HEALTH) | {"tsumugi-purpose": purpose}
    assert codes(await client.post("/graphql", json=body(TODAY), headers=headers)) == ["PURPOSE_INVALID"]


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


async def test_a_request_that_takes_too_long_is_given_up(app, client, monkeypatch):
    async def dribbling():
        yield b"{"
        await asyncio.sleep(60)

    hasty = replace(app._graph.endpoint, deadline_s=0.05)
    monkeypatch.setattr(app, "_graph", app._graph._replace(endpoint=hasty))
    answer = await client.post("/graphql", content=dribbling(), headers={"content-type": JSON})
    assert (answer.status_code, codes(answer)) == (503, ["DEADLINE_EXCEEDED"])


async def test_a_client_that_hangs_up_is_no_failure(app, written):
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        raise AssertionError(message)

    before = written.getvalue()
    await app(scope, receive, send)
    assert written.getvalue() == before


@pytest.fixture
async def broken(data, written, tmp_path):
    """A client of a server whose database lost a table."""
    file = tmp_path / "broken.db"
    shutil.copyfile(data / "tsumugi.db", file)
    with closing(sqlite3.connect(file)) as database:
        database.execute("DROP TABLE municipality")
    async with opened(data, file, written) as client:
        yield client


@asynccontextmanager
async def opened(data, file, written):
    """A client of a server with another database."""
    url = {"TSUMUGI_ENV": "demo", "TSUMUGI_DATA": str(data), "TSUMUGI_DATABASE_URL": f"sqlite:///{file}"}
    made = make_app(read_settings(url), Log(written, real_now))
    async with (
        made.router.lifespan_context(made),
        httpx.AsyncClient(transport=httpx.ASGITransport(made), base_url=URL) as client,
    ):
        yield client


async def test_a_fault_of_ours_is_a_reference_and_nothing_else(broken, written):
    answer = await broken.post("/graphql", json=body("{ viewer { kind } }", variables={"a": PLANTED}))
    [error] = answer.json()["errors"]
    assert (answer.status_code, set(error)) == (500, {"message", "extensions"})
    [failure] = [line for line in lines(written) if line["event"] == "failure"]
    assert failure["reference"] == error["extensions"]["reference"]
    assert "OperationalError" in failure["exception"]
    assert "municipality" not in answer.text + written.getvalue()


async def test_a_damaged_database_is_unavailable_and_the_log_says_by_what_word(data, written, tmp_path):
    file = tmp_path / "damaged.db"
    shutil.copyfile(data / "tsumugi.db", file)
    async with opened(data, file, written) as client:
        file.write_bytes(b"\xff" * file.stat().st_size)
        answer = await client.post("/graphql", json=body("{ viewer { kind } }"))
    [error] = answer.json()["errors"]
    [failure] = [line for line in lines(written) if line["event"] == "failure"]
    [request] = [line for line in lines(written) if line["event"] == "graphql"]

    assert (answer.status_code, error["extensions"]["code"]) == (503, "UNAVAILABLE")
    assert failure["reference"] == error["extensions"]["reference"]
    assert failure["exception"].split(",")[-1] in {"DatabaseError:SQLITE_NOTADB", "DatabaseError:SQLITE_CORRUPT"}
    assert [request["code"], failure["code"], request["status"]] == ["UNAVAILABLE", "UNAVAILABLE", 503]


@pytest.fixture
def libraries(monkeypatch, written):
    """The libraries' loggers routed to the log, and put back after the test."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", root.handlers[:])
    monkeypatch.setattr(root, "level", root.level)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    route_libraries(Log(written, real_now))
    yield
    logging.captureWarnings(capture=False)


async def test_nothing_that_was_sent_gets_into_the_log(client, bearer, written, libraries):
    token = bearer()["authorization"]
    for query in (
        f'{{ today {{ date }} node(id: "{PLANTED}") {{ id }} }}',
        f"{{ {PLANTED.replace('-', '_')} }}",
        f"{{ {PLANTED} ",
        f'{{ node(id: "{PLANTED}", {PLANTED.replace("-", "_")}: 1) {{ id }} }}',
    ):
        for headers in ({"authorization": token}, {"tsumugi-purpose": PLANTED}, {"authorization": PLANTED}):
            sent = body(query, variables={"a": PLANTED}, operationName=None)
            await client.post("/graphql", json=sent, headers=headers | {"user-agent": PLANTED, "x-other": PLANTED})
            await client.get(f"/{PLANTED}", params={"query": query}, headers=headers)
    text = written.getvalue().lower()
    assert len(lines(written)) > 10
    assert not [
        secret for secret in ("planted", token.removeprefix("Bearer ").lower(), SOMEBODY.lower()) if secret in text
    ]


async def test_every_request_has_one_line(client, bearer, written):
    await client.post("/graphql", json=body(TODAY), headers=bearer())
    line = lines(written)[-1]
    told = [line[key] for key in ("event", "method", "route", "status", "kind")]
    assert told == ["graphql", "POST", "/graphql", 200, "resident"]
    assert line["duration_ms"] >= 0


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


async def test_a_process_that_lives_says_so(client):
    answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


async def test_a_server_whose_database_has_the_right_tables_is_ready(client):
    assert [(await client.get("/readyz")).json() for _ in range(2)] == [{"status": "ready"}] * 2


async def test_a_server_whose_database_has_other_tables_is_not_ready(data, tmp_path, written):
    async with opened(data, tmp_path / "other.db", written) as client:
        ready, alive = await client.get("/readyz"), await client.get("/healthz")
    assert (ready.status_code, ready.json(), alive.status_code) == (503, {"status": "unavailable"}, 200)
