"""After the whole cast has logged in, nothing of their certificates is left anywhere, and no twelve-digit number."""

import base64
import json
import re
import sqlite3
from contextlib import closing

import pytest

from tests.tracing import traces
from tsumugi import card
from tsumugi.card import SoftCard
from tsumugi.clock import real_now
from tsumugi.visit import access_token

TWELVE_DIGITS = re.compile(r"(?<![0-9A-Za-z])[0-9]{12}(?![0-9A-Za-z])")


@pytest.fixture(scope="module")
def held(demo):
    """The card or key of everybody in the town."""
    return [card.load(path) for path in sorted((demo.data / "cards").glob("*.json"))]


def certificates(held):
    """Both of every card."""
    pairs = [pair for each in held if isinstance(each, SoftCard) for pair in (each.authentication, each.signature)]
    return [pair.certificate for pair in pairs if pair is not None]


def login_of(demo, bearer):
    """A fresh token, and its claims as text."""
    token = access_token(demo.url, bearer, real_now())
    return token, base64.urlsafe_b64decode(token.split(".")[1] + "==")


def kept(demo):
    """Database, its log of writes and index, and what the server has logged; byte for byte."""
    files = [*demo.data.glob("tsumugi.db*"), demo.log]
    return {path.name: path.read_bytes() for path in files}


def dumped(demo):
    """Every row as text: in the file itself columns stand without anything between them."""
    with closing(sqlite3.connect(demo.data / "tsumugi.db")) as database:
        return "\n".join(database.iterdump())


def test_no_trace_of_any_certificate_is_left_after_the_whole_cast_has_logged_in(demo, held):
    logins = [login_of(demo, each) for each in held]
    found = kept(demo)
    rows = dumped(demo)
    tokens = b"\n".join(part for token, claims in logins for part in (token.encode(), claims))
    everywhere = found | {"tokens": tokens, "rows": rows.encode()}
    wanted = [trace for certificate in certificates(held) for trace in traces(certificate)]

    assert {"tsumugi.db", "tsumugi.db-wal"} <= found.keys()
    assert b"jpki-auth" in found["tsumugi.db"] + found["tsumugi.db-wal"]  # the credentials are among what is searched
    assert len(logins) >= 20
    assert len(wanted) >= 500
    assert [(place, trace) for place, text in everywhere.items() for trace in wanted if trace in text] == []
    assert [token for token, _ in logins for text in found.values() if token.encode() in text] == []
    assert {place: TWELVE_DIGITS.findall(text) for place, text in searched(demo, rows, tokens).items()} == {
        "rows": [],
        "log": [],
        "tokens": [],
    }


def searched(demo, rows, tokens):
    """Where a twelve-digit number would be seen as one."""
    return {"rows": rows, "log": demo.log.read_text(encoding="utf-8"), "tokens": tokens.decode("utf-8", "replace")}


def test_what_is_searched_for_would_be_found(held):
    certificate = certificates(held)[0]
    planted = json.dumps({"serial": certificate.serial_number, "number": "123456789018"})

    assert [trace for trace in traces(certificate) if trace in planted.encode()] != []
    assert TWELVE_DIGITS.findall(planted) == ["123456789018"]
