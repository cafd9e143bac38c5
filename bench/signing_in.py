"""What the checks of a login cost: a card's answer and an access token, beside a bare check of their signature."""

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
from bench.floors import LOGIN_MS, TOKEN_MS
from bench.towns.families import CODE
from models.organisation import CallerKind
from models.resident import Sex
from tsumugi.anchors import LISTS
from tsumugi.app import GRAPH
from tsumugi.card import SoftCard
from tsumugi.clock import real_now
from tsumugi.keyring import Keyring
from tsumugi.pki.authority import SERIAL_BITS
from tsumugi.pki.bearer import Bearer
from tsumugi.pki.office import KeyKind, Office

ROUNDS, TIMES = 9, 100
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


def checks() -> list[Cost]:
    """Those of a card's answer and of an access token."""
    with TemporaryDirectory() as folder:
        cards = asyncio.run(_cards(Path(folder), real_now()))
        return [*cards, _token(Keyring.create(Path(folder) / "secrets"), real_now())]


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
    return Cost(f"a card's answer, {algorithm}", _median_ms(costs), bare_ms(held), LOGIN_MS)


def bare_ms(held: SoftCard) -> float:
    """Of a check of the card's signature and nothing else."""
    return _median_ms(_spent(_bare(held)) for _ in range(ROUNDS))


def _bare(held: SoftCard) -> Callable[[], None]:
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


def _spent(work: Callable[[], None]) -> float:
    """Seconds of CPU for doing it as often as everything here is done."""
    began = process_time()
    for _ in range(TIMES):
        work()
    return process_time() - began


def _median_ms(costs: Iterable[float]) -> float:
    return 1000 * median(costs) / TIMES
