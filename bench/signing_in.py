"""What a login costs: checks of a card's answer and of an access token beside a bare signature check; and all of it."""

import asyncio
import json
import secrets
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from auth import revocation, webeid
from auth.anchor import Anchor
from auth.caller import Acr, Holder
from auth.credential import Authenticated
from auth.login import CardReader
from auth.pepper import Pepper, Peppers
from auth.profile import Purpose
from auth.strict import json_object
from auth.token import Tokens
from auth.trust import Trust
from bench.client import ask
from bench.floors import LOGIN_MS, TOKEN_MS
from bench.servers import Server
from bench.site import Site
from bench.towns.families import CODE
from bench.towns.town import GUARDIAN
from models.organisation import CallerKind
from models.resident import Sex
from tsumugi import card
from tsumugi.anchors import LISTS
from tsumugi.app import GRAPH
from tsumugi.card import CARDS, SoftCard
from tsumugi.clock import real_now
from tsumugi.keyring import Keyring
from tsumugi.pki.authority import SERIAL_BITS
from tsumugi.pki.bearer import Bearer
from tsumugi.pki.office import KeyKind, Office
from tsumugi.signin import CHALLENGE, LOGIN

ROUNDS, TIMES, LOGINS = 9, 100, 100
LISTED = 50_000  # serials on the revocation list: a large city's
NONCE_BYTES, PEPPER_BYTES = 32, 32
ORIGIN = "https://kosodate.example.jp"
KINDS = {"RS256": KeyKind.RSA, "ES256": KeyKind.P256}
BEARER = Bearer("見本 花子", "見本市一丁目一番", date(1990, 4, 1), Sex.FEMALE, CODE)


class Cost(NamedTuple):
    """CPU milliseconds of one check, of a bare check of its signature, and what it may take."""

    what: str
    cpu_ms: float
    bare_ms: float
    most_ms: float

    @property
    def is_within(self) -> bool:
        """Whether it stays within what it may take."""
        return self.cpu_ms <= self.most_ms


class SigningIn(NamedTuple):
    """The checks; and a challenge with its login over HTTP, with both transactions, as the server's process pays it."""

    checks: tuple[Cost, ...]
    whole_ms: float

    @property
    def is_within(self) -> bool:
        """Whether every check stays within what it may take."""
        return all(each.is_within for each in self.checks)


def signing_in(site: Site) -> SigningIn:
    """Checks in this process, whole logins at the product of that site."""
    with TemporaryDirectory() as folder:
        cards = asyncio.run(_cards(Path(folder), real_now()))
    return SigningIn((*cards, _token(Keyring.load(site.settings.secrets, demo=True), real_now())), _whole(site))


async def _cards(folder: Path, now: datetime) -> list[Cost]:
    office = Office.open(folder / "office", folder / "anchors", now)
    held = {algorithm: office.issue(BEARER, now, kind, signature=False) for algorithm, kind in KINDS.items()}
    office.publish(now)
    trust = _trust(office)
    reader = CardReader(Peppers((Pepper(1, secrets.token_bytes(PEPPER_BYTES)),)), (ORIGIN,))
    return [await _card(reader, trust, each, now) for each in held.values()]


def _trust(office: Office) -> Trust:
    """The office's authority and its list, on which many others stand."""
    anchor = Anchor.of(office.authorities[Purpose.USER_AUTHENTICATION].certificate)
    (path,) = (office.anchors / LISTS).glob(f"{Purpose.USER_AUTHENTICATION.value}-*.crl")
    found = revocation.read(path.read_bytes(), [anchor])
    assert isinstance(found, revocation.RevocationList), found
    listed = found._replace(serials=frozenset(secrets.randbits(SERIAL_BITS) for _ in range(LISTED)))
    return Trust({Purpose.USER_AUTHENTICATION: (anchor,)}, {listed.scope: listed})


async def _card(reader: CardReader, trust: Trust, held: SoftCard, now: datetime) -> Cost:
    """From the body to the proved credential: token, certificate, path, possession, revocation, lookup key."""
    algorithm, costs = held.authentication.algorithm, []
    for _ in range(ROUNDS):
        nonces = [secrets.token_urlsafe(NONCE_BYTES) for _ in range(TIMES)]
        bodies = [(nonce, json.dumps(held.sign_login(ORIGIN, nonce)).encode()) for nonce in nonces]
        began = process_time()
        for nonce, body in bodies:
            found = await reader.authenticate(trust, json_object(body) or {}, nonce, now)
            assert isinstance(found, Authenticated), found
        costs.append(process_time() - began)
    bare_ms = _median_ms(_spent(_bare(held)) for _ in range(ROUNDS))
    return Cost(f"a card's answer, {algorithm}", _median_ms(costs), bare_ms, LOGIN_MS)


def _bare(held: SoftCard) -> Callable[[], None]:
    """A check of the card's signature and nothing else."""
    key, message = held.authentication.key, webeid.signed_bytes(held.authentication.algorithm, ORIGIN, "nonce")
    if isinstance(key, rsa.RSAPrivateKey):
        public, pkcs1 = key.public_key(), padding.PKCS1v15()
        signed = key.sign(message, pkcs1, hashes.SHA256())
        return lambda: public.verify(signed, message, pkcs1, hashes.SHA256())
    return _bare_es256(key, message)


def _bare_es256(key: ec.EllipticCurvePrivateKey, message: bytes) -> Callable[[], None]:
    public, algorithm = key.public_key(), ec.ECDSA(hashes.SHA256())
    signed = key.sign(message, algorithm)
    return lambda: public.verify(signed, message, algorithm)


def _token(keyring: Keyring, now: datetime) -> Cost:
    """An access token that was never seen before; one that was is known by its digest."""
    tokens: Tokens = keyring.tokens(ORIGIN, ORIGIN + GRAPH)
    holder, costs = Holder(f"{CODE}-R{'0' * 26}", CallerKind.RESIDENT, Acr.CARD_PIN), []
    for _ in range(ROUNDS):
        issued = [tokens.issue(holder, now) for _ in range(TIMES)]
        began = process_time()
        read = [tokens.read(each, now) for each in issued]
        costs.append(process_time() - began)
        assert read == [holder] * TIMES
    bare = _bare_es256(ec.generate_private_key(ec.SECP256R1()), b"an access token")
    return Cost("an access token, ES256", _median_ms(costs), _median_ms(_spent(bare) for _ in range(ROUNDS)), TOKEN_MS)


def _whole(site: Site) -> float:
    """Challenge and login over HTTP, by the server's own clock of CPU, which ticks a hundred times a second."""
    server, held = site.servers[0], card.load(site.settings.data / CARDS / f"{GUARDIAN}.json")
    assert isinstance(held, SoftCard), "the bench's guardian has a card"
    costs = []
    for _ in range(ROUNDS // 3):
        began = server.cpu_s()
        for _ in range(LOGINS):
            _log_in(server, held)
        costs.append(server.cpu_s() - began)
    return 1000 * median(costs) / LOGINS


def _log_in(server: Server, held: SoftCard) -> None:
    nonce = json.loads(ask(server.port, _post(CHALLENGE, b"")))["nonce"]
    body = {"nonce": nonce, "token": held.sign_login(f"http://127.0.0.1:{server.port}", nonce)}
    assert "access_token" in json.loads(ask(server.port, _post(LOGIN, json.dumps(body).encode())))


def _post(path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


def _spent(work: Callable[[], None]) -> float:
    """Seconds of CPU for doing it as often as everything here is done."""
    began = process_time()
    for _ in range(TIMES):
        work()
    return process_time() - began


def _median_ms(costs: Iterable[float]) -> float:
    return 1000 * median(costs) / TIMES
