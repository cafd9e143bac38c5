"""Nothing that a person typed, sent or is gets into the log."""

import io
import json
import logging
import sqlite3
import sys
import threading
import warnings
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from tsumugi.log import Log

PLANTED = "planted-secret"
MOMENT = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def stream():
    return io.StringIO()


@pytest.fixture
def log(stream):
    return Log(stream, lambda: MOMENT, version="1.0")


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def raised(act):
    with pytest.raises(Exception) as found:  # noqa: PT011 - any will do
        act()
    return found.value


def test_a_line_is_one_json_object_of_allowed_keys(log, stream):
    log.event("graphql", status=200, duration_ms=1.5, kind="resident", name="Hanako", variables=PLANTED)
    line = {"at": "2026-11-23T00:00:00.000+00:00", "event": "graphql", "version": "1.0"}
    assert lines(stream) == [line | {"status": 200, "duration_ms": 1.5, "kind": "resident"}]


@pytest.mark.parametrize("value", ["two words", "花子", "a\nb", 'quo"te', "x" * 401, ""])
def test_even_an_allowed_key_takes_code_words_only(log, stream, value):
    log.event("graphql", code=value)
    assert "code" not in lines(stream)[0]


def test_a_databases_fault_has_its_word_and_not_its_message(log, stream):
    def fail():
        sqlite3.connect(":memory:").execute(f'SELECT 1 FROM "{PLANTED}"')

    log.failure("failure", raised(fail))
    assert lines(stream)[0]["exception"] == "OperationalError:SQLITE_ERROR"
    assert PLANTED not in stream.getvalue()


def test_an_exception_is_its_types_and_places(log, stream):
    def fail():
        try:
            int(PLANTED)
        except ValueError as why:
            raise RuntimeError(PLANTED) from why

    log.failure("failure", raised(fail), reference="abc123")
    line = lines(stream)[0]
    assert PLANTED not in stream.getvalue()
    assert (line["exception"], line["reference"]) == ("RuntimeError,ValueError", "abc123")
    assert line["where"].startswith("tests/tsumugi/test_log.py:")


def test_the_first_of_a_group_stands_for_it(log, stream):
    log.failure("failure", ExceptionGroup(PLANTED, [KeyError(PLANTED)]))
    assert lines(stream)[0]["exception"] == "ExceptionGroup,KeyError"
    assert PLANTED not in stream.getvalue()


def test_what_libraries_say_is_dropped(log, stream, routed):
    routed(log)
    logging.getLogger("uvicorn.error").warning("Invalid request: %s", PLANTED)
    logging.getLogger("strawberry.execution").error(PLANTED, exc_info=raised(lambda: int(PLANTED)))
    logging.getLogger("uvicorn.access").error(PLANTED)
    logging.getLogger("sqlalchemy").info(PLANTED)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.getLogger("py.warnings").warning(PLANTED)
    assert PLANTED not in stream.getvalue()
    assert [(line["library"], line.get("exception")) for line in lines(stream)] == [
        ("uvicorn.error", None),
        ("strawberry.execution", "ValueError"),
        ("py.warnings", None),
    ]


def test_the_servers_own_lines_of_requests_are_not_even_worded(log, routed):
    routed(log)
    assert not logging.getLogger("uvicorn.access").hasHandlers()


def test_an_exception_that_nobody_caught_is_its_types_and_places(log, stream, routed):
    routed(log)
    thread = threading.Thread(target=int, args=(PLANTED,))
    thread.start()
    thread.join()
    sys.unraisablehook(SimpleNamespace(exc_value=ValueError(PLANTED)))
    assert [(line["event"], line["exception"]) for line in lines(stream)] == [("lost", "ValueError")] * 2
    assert PLANTED not in stream.getvalue()
