"""`tsumugi pki`: the demo's authority by hand. It founds, issues, renews, revokes, publishes and answers questions."""

import re
from collections.abc import Callable
from datetime import date, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import NamedTuple

from auth import ocsp
from auth.age import OWN_SIGNATURE_YEARS, birthday
from auth.attributes import attributes_of
from auth.profile import Purpose
from models.resident import Sex
from tsumugi import card
from tsumugi.card import KeyPair, SoftCard
from tsumugi.clock import real_now
from tsumugi.commands.asking import card_file, card_path
from tsumugi.founding import OFFICE
from tsumugi.halt import Halt
from tsumugi.pki.bearer import BIRTHDAYS, JST, Bearer
from tsumugi.pki.office import REGISTER, KeyKind, Office
from tsumugi.pki.responding import answered
from tsumugi.responder import ADDRESS, ANSWERS
from tsumugi.settings import Settings

LOOPBACK = "127.0.0.1"
CODE = re.compile(r"[0-9]{6}")
CODE_LENGTH = 6  # with which the common name of a login certificate begins
PORTS = range(65_536)


class Wish(NamedTuple):
    """A card as the command line asks for it."""

    name: str
    holder: str
    address: str
    born: str
    sex: str
    code: str
    key: str


def found(settings: Settings, now: datetime) -> str:
    """Make an authority for each purpose; raises Halt where there is one."""
    if (settings.data / OFFICE / REGISTER).exists():
        raise Halt(f"There is an authority in {settings.data / OFFICE} already.")
    Office.open(settings.data / OFFICE, settings.anchors, now)
    return f"Two authorities are founded; a server that trusts {settings.anchors} takes their cards."


def issue(settings: Settings, wish: Wish, now: datetime) -> str:
    """A new card in a file of its own; nobody is enrolled by it."""
    path, office = card_path(settings, wish.name), _office(settings, now)
    if path.exists():
        raise Halt(f"There is a card called {wish.name} already: renew it, or choose another name.")
    _made(office, _bearer(wish, now), KeyKind(wish.key), now).save(path)
    return f"The card is {path}."


def renew(settings: Settings, name: str, now: datetime) -> str:
    """The next card of the same person, with new keys and serials; this one is put aside and revoked."""
    path, office = card_file(settings, name), _office(settings, now)
    old = _card(settings, name)
    aside = next(each for number in count(1) if not (each := card_path(settings, f"{name}-{number}")).exists())
    new = _made(office, _same(old), _kind(old.authentication), now)
    old.save(aside)
    new.save(path)
    _revoke(office, old, now)
    return f"The next card is {path}; the one before is revoked, and kept as {aside.stem}."


def revoke(settings: Settings, name: str, now: datetime) -> str:
    """Revoke every certificate of a card and publish; servers notice within a second."""
    office = _office(settings, now)
    _revoke(office, _card(settings, name), now)
    return f"The certificates of {name} are revoked and listed."


def publish(settings: Settings, now: datetime) -> str:
    """New revocation lists, with the next number, for every municipality in which there is a card."""
    office = _office(settings, now)
    office.publish(now)
    return f"The lists with number {office.register.number} are in {settings.anchors}."


def respond(settings: Settings, port: int, say: Callable[[str], None]) -> None:
    """Answer OCSP questions about the authorities' certificates, on this machine only, until told to stop."""
    if port not in PORTS:
        raise Halt("The port is a number from 0 to 65535.")
    office = _office(settings, real_now())
    try:
        server = Responding((LOOPBACK, port), office)
    except OSError:
        raise Halt(f"Port {port} is in use: choose another with --port.") from None
    with server:
        for purpose in Purpose:
            say(f"http://{LOOPBACK}:{server.server_port}/{purpose.value}")
        file = settings.anchors / Purpose.USER_AUTHENTICATION.value / ADDRESS
        say(f"Put the first into {file} before a server starts.")
        server.serve_forever()


class Responding(ThreadingHTTPServer):
    """One path for each purpose."""

    def __init__(self, address: tuple[str, int], office: Office) -> None:
        super().__init__(address, _Question)
        self.office = office

    def answer(self, purpose: Purpose, question: bytes) -> bytes:
        """What the office knows now."""
        self.office.look()
        return answered(self.office.authorities[purpose], self.office.revoked(), question, real_now())


class _Question(BaseHTTPRequestHandler):
    server: Responding

    def do_POST(self) -> None:
        """One question."""
        purposes = {f"/{purpose.value}": purpose for purpose in Purpose}
        length = self.headers.get("content-length", "")
        if self.path not in purposes or not length.isdecimal() or int(length) > ocsp.MAX_BYTES:
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        answer = self.server.answer(purposes[self.path], self.rfile.read(int(length)))
        self.send_response(HTTPStatus.OK)
        self.send_header("content-type", ANSWERS)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Nothing: a question names a serial."""


def _office(settings: Settings, now: datetime) -> Office:
    if not (settings.data / OFFICE / REGISTER).exists():
        raise Halt(f"There is no authority in {settings.data / OFFICE}: make one with `tsumugi pki found`.")
    return Office.open(settings.data / OFFICE, settings.anchors, now)


def _bearer(wish: Wish, now: datetime) -> Bearer:
    try:
        born = date.fromisoformat(wish.born)
    except ValueError:
        raise Halt("--born is a date, such as 1990-04-01.") from None
    if born > now.astimezone(JST).date():
        raise Halt("--born lies in the future.")
    if not CODE.fullmatch(wish.code):
        raise Halt("--municipality has six digits.")
    if not wish.holder or not wish.address:
        raise Halt("--holder and --address must say something.")
    return Bearer(wish.holder, wish.address, born, Sex[wish.sex.upper()], wish.code)


def _made(office: Office, bearer: Bearer, kind: KeyKind, now: datetime) -> SoftCard:
    """A card that works: the list of its municipality is published. Who is under 15 gets no signature certificate."""
    signs = birthday(bearer.birth_date, OWN_SIGNATURE_YEARS) <= now.astimezone(JST).date()
    made = office.issue(bearer, now, kind, signature=signs)
    office.publish(now)
    return made


def _card(settings: Settings, name: str) -> SoftCard:
    held = card.load(card_file(settings, name))
    if not isinstance(held, SoftCard):
        raise Halt(f"{name} is a key of a machine or of staff, and no card.")
    return held


def _same(old: SoftCard) -> Bearer:
    """Whose card it is; a child's has no more than its municipality and, as its last day, a birthday."""
    login = old.authentication.certificate
    code = login.subject.rfc4514_string().partition("CN=")[2][:CODE_LENGTH]
    signer = None if old.signature is None else attributes_of(old.signature.certificate)
    if signer is None or signer.birth.month is None or signer.birth.day is None:
        last = login.not_valid_after_utc.astimezone(JST).date()
        return Bearer("", "", birthday(last, -BIRTHDAYS), Sex.UNKNOWN, code)
    return Bearer(
        signer.name, signer.address, date(signer.birth.year, signer.birth.month, signer.birth.day), signer.sex, code
    )


def _kind(pair: KeyPair) -> KeyKind:
    return {"RS256": KeyKind.RSA, "ES256": KeyKind.P256, "ES384": KeyKind.P384}[pair.algorithm]


def _revoke(office: Office, old: SoftCard, now: datetime) -> None:
    for pair in (old.authentication, old.signature):
        if pair is not None:
            office.revoke(pair.certificate, now)
