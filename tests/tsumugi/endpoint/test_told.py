"""What a server tells its operator and nobody else: its log, its faults, whether it is ready."""

import asyncio
import gc
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy.exc import OperationalError

from tests.databases import both_roles
from tests.tsumugi.counter import BEARER
from tests.tsumugi.endpoint.wire import JSON, SOMEBODY, TODAY, body, codes, lines, opened
from tsumugi.anchors import AnchorFolder
from tsumugi.clock import real_now
from tsumugi.founding import OFFICE
from tsumugi.health import REMEMBERED_S
from tsumugi.log import Log
from tsumugi.pki.office import KeyKind, Office

PLANTED = "planted-secret"


async def test_before_the_first_answer_a_worker_has_settled_and_says_how(app, written):
    [started] = lines(written)

    assert (started["event"], isinstance(started["large_pages"], int)) == ("started", True)
    assert gc.get_freeze_count() > len(gc.get_objects())


async def test_the_log_knows_why_a_token_does_not_count(client, written):
    await client.post("/graphql", json=body(TODAY), headers={"authorization": "Bearer x.y.z"})
    assert lines(written)[-1]["code"].startswith("JWS_")


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


async def test_nothing_that_was_sent_gets_into_the_log(client, bearer, written, routed):
    routed(Log(written, real_now))
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


async def test_a_process_that_lives_says_so(client):
    answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


async def test_a_server_whose_database_has_the_right_tables_is_ready(client):
    assert [(await client.get("/readyz")).json() for _ in range(2)] == [{"status": "ready"}] * 2


async def test_a_server_whose_database_has_other_tables_is_not_ready(data, tmp_path, written):
    async with opened(data, tmp_path / "other.db", written) as client:
        ready, alive = await client.get("/readyz"), await client.get("/healthz")
    assert (ready.status_code, ready.json(), alive.status_code) == (503, {"status": "unavailable"}, 200)


@pytest.fixture
def with_a_list(data, tmp_path):
    """A folder like that one in which somebody has a card, so that there is a revocation list to take into force."""
    folder = shutil.copytree(data, tmp_path / "data")
    office = Office.open(folder / OFFICE, folder / "anchors", real_now())
    office.issue(BEARER, real_now(), KeyKind.P256, signature=False)
    office.publish(real_now())
    return folder


async def test_a_worker_begins_while_the_database_is_away_and_is_ready_when_it_is_back(
    with_a_list, written, postgresql, postgresql_template
):
    name = f"away_{uuid4().hex}"
    database = both_roles(postgresql.create(name, postgresql_template))
    postgresql.sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    async with opened(with_a_list, database, written) as client:
        away = [(await client.get(path)).status_code for path in ("/readyz", "/healthz")]
        postgresql.sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await asyncio.sleep(REMEMBERED_S)
        back = (await client.get("/readyz")).status_code

    postgresql.drop(name)
    assert (away, back) == ([503, 200], 200)
    assert [line["event"] for line in lines(written)] == ["begun_without_database", "started", "stopped"]


async def test_a_worker_whose_database_is_back_as_soon_as_it_was_away_takes_the_lists(
    with_a_list, written, monkeypatch
):
    taken = []

    async def refresh(folder):
        taken.append(folder)
        if len(taken) == 1:
            raise ConnectionResetError
        await whole(folder)

    whole = AnchorFolder.refresh
    monkeypatch.setattr(AnchorFolder, "refresh", refresh)
    async with opened(with_a_list, with_a_list / "tsumugi.db", written) as client:
        assert (await client.get("/readyz")).status_code == 200

    assert len(taken) == 2
    assert [line["event"] for line in lines(written)] == ["started", "stopped"]


async def test_a_worker_that_cannot_take_a_list_although_the_database_is_there_does_not_begin(with_a_list, written):
    file = with_a_list / "tsumugi.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("ALTER TABLE revocationnumber RENAME TO gone")

    with pytest.raises(OperationalError):
        async with opened(with_a_list, file, written):
            pass
