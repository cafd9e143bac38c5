"""A whole login in this process: a challenge and its answer through the application, on both databases, no network."""

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, NamedTuple

import uvloop
from starlette.types import ASGIApp, Message

from auth import credential
from auth.pepper import Peppers
from bench.signing_in import BEARER, KINDS, ROUNDS, TIMES, bare_ms
from bench.towns.postgresql import postgresql
from bench.towns.town import Town, settings_of
from models.store import Store
from tsumugi.app import make_app
from tsumugi.card import SoftCard
from tsumugi.clock import real_now
from tsumugi.founding import OFFICE
from tsumugi.keyring import Keyring
from tsumugi.log import Log
from tsumugi.pki.office import Office
from tsumugi.settings import Settings
from tsumugi.signin import CHALLENGE, LOGIN

FAMILIES = 20
SCOPE = {
    "type": "http",
    "http_version": "1.1",
    "method": "POST",
    "scheme": "http",
    "root_path": "",
    "query_string": b"",
}
Send = Callable[[str, bytes], Awaitable[dict[str, Any]]]


class Login(NamedTuple):
    """CPU milliseconds of this process, all threads; `bare_ms`: of a bare check of the card's signature."""

    database: str
    algorithm: str
    challenge_ms: float
    login_ms: float
    bare_ms: float

    @property
    def whole_ms(self) -> float:
        """Of both requests."""
        return self.challenge_ms + self.login_ms


def logins() -> list[Login]:
    """On SQLite and on PostgreSQL, with an RSA key and with one of P-256."""
    with TemporaryDirectory() as folder, postgresql() as there:
        places = [settings_of(Path(folder) / "sqlite"), settings_of(Path(folder) / "postgresql", 8000, **there)]
        return [each for settings in places for each in _measured(settings)]


def _measured(settings: Settings) -> list[Login]:
    town = Town.made(settings, FAMILIES)
    office = Office.open(settings.data / OFFICE, settings.anchors, real_now())
    held = {name: office.issue(BEARER, real_now(), kind, signature=False) for name, kind in KINDS.items()}
    office.publish(real_now())

    async def measured() -> list[Login]:
        await _enrolled(settings, office, list(held.values()), town.guardian_id)
        app = make_app(settings, Log(io.StringIO(), real_now))
        async with app.router.lifespan_context(app):
            return [await _login(_sender(app), settings, card) for card in held.values()]

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(measured())


async def _enrolled(settings: Settings, office: Office, cards: list[SoftCard], resident_id: str) -> None:
    peppers = Peppers(Keyring.load(settings.secrets, demo=True).peppers)
    owner = Store(settings.migration_url, pooled=False)
    async with owner.writing() as session:
        for card in cards:
            credential.enrol(session, peppers, resident_id, office.verified(card), real_now())
    await owner.close()


async def _login(send: Send, settings: Settings, card: SoftCard) -> Login:
    origin, challenges, answers = settings.origin[0], [], []
    for _ in range(ROUNDS):
        began = process_time()
        nonces = [(await send(CHALLENGE, b""))["nonce"] for _ in range(TIMES)]
        challenges.append(process_time() - began)
        bodies = [json.dumps({"nonce": each, "token": card.sign_login(origin, each)}).encode() for each in nonces]
        began = process_time()
        found = [await send(LOGIN, each) for each in bodies]
        answers.append(process_time() - began)
        assert all("access_token" in each for each in found), found
    challenge_ms, login_ms = (1000 * median(each) / TIMES for each in (challenges, answers))
    database = "SQLite" if settings.is_sqlite else "PostgreSQL"
    return Login(database, card.authentication.algorithm, challenge_ms, login_ms, bare_ms(card))


def _sender(app: ASGIApp) -> Send:
    """Posts a body to the application and reads what it answers."""

    async def send(path: str, body: bytes) -> dict[str, Any]:
        told: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def tell(message: Message) -> None:
            told.append(message)

        headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")]
        await app({**SCOPE, "path": path, "raw_path": path.encode(), "headers": headers}, receive, tell)
        found: dict[str, Any] = json.loads(b"".join(each.get("body", b"") for each in told))
        return found

    return send
