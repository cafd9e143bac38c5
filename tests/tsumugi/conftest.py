"""An authority and secrets for all tests that sign in; making them is slow, so they are made once. What a log takes."""

import logging
import sys
import threading

import pytest
from joserfc.jwk import RSAKey

from tests.tsumugi.counter import BEARER, NOW, Counter
from tests.tsumugi.mock_provider import MockProvider
from tsumugi.keyring import Keyring
from tsumugi.log import route_libraries
from tsumugi.pki.office import KeyKind, Office


@pytest.fixture(scope="session")
def keyring(tmp_path_factory):
    return Keyring.create(tmp_path_factory.mktemp("data") / "secrets")


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    """The authority of every counter; who revokes founds one of their own."""
    folder = tmp_path_factory.mktemp("office")
    opened = Office.open(folder / "authority", folder / "anchors", NOW)
    opened.issue(BEARER, NOW, KeyKind.P256, signature=False)
    opened.publish(NOW)
    return opened


@pytest.fixture(scope="session")
def cards(office):
    """One card for each kind of chip."""
    return {kind: office.issue(BEARER, NOW, kind, signature=False) for kind in KeyKind}


@pytest.fixture
def card(cards):
    return cards[KeyKind.P256]


@pytest.fixture
async def counter(store, office, keyring, cards):
    """Open, with every card enrolled."""
    opened = Counter(store, office, keyring)
    await opened.admit(*cards.values())
    yield opened
    await opened.http.aclose()


@pytest.fixture(scope="session")
def client_key():
    return RSAKey.generate_key(2048, private=True)


@pytest.fixture(scope="session")
def mock(client_key):
    """One server for all tests; each sets its clock and its lies."""
    made = MockProvider(RSAKey.import_key(client_key.as_pem(private=False)), None)
    yield made
    made.close()


@pytest.fixture
def routed(monkeypatch):
    """`routed(log)`: what libraries log goes there, and where it went before as soon as the test is over."""
    root, access = logging.getLogger(), logging.getLogger("uvicorn.access")
    monkeypatch.setattr(root, "handlers", root.handlers[:])
    monkeypatch.setattr(root, "level", root.level)
    monkeypatch.setattr(access, "disabled", access.disabled)
    monkeypatch.setattr(access, "propagate", access.propagate)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    yield route_libraries
    logging.captureWarnings(capture=False)
