"""A counter at which to sign in: the routes over a fresh database, with an authority, keys and a clock to move."""

import asyncio
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import httpx
from sqlmodel import select
from starlette.applications import Starlette

from auth import assertion, credential
from auth.pepper import Peppers
from models.mailbox import Mailbox, MailLanguage
from models.municipality import Municipality
from models.organisation import CallerKind, Organisation, StaffMember
from models.outbox import Outbox
from models.resident import Resident, Sex
from tsumugi.anchors import AnchorFolder
from tsumugi.card import SoftKey
from tsumugi.desk import Desk
from tsumugi.log import Log
from tsumugi.pki.bearer import Bearer
from tsumugi.signin import CHALLENGE, LOGIN, TOKEN, signin_routes

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DOMAIN = NOW - timedelta(days=100)  # as a demo's own clock may stand
CODE = "131016"
HERE, ALSO_HERE = "http://localhost:8000", "http://127.0.0.1:8000"
ASSERTED = {
    "grant_type": "client_credentials",
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
}
JSON = {"content-type": "application/json"}
BEARER = Bearer("見本 花子", "見本市一丁目一番", date(1990, 4, 1), Sex.FEMALE, CODE)


def id_of(number):
    return f"{CODE}-R{number:026}"


class Counter:
    """`log` is what was logged; `now` can be moved."""

    def __init__(self, store, office, keyring):
        self.now = NOW
        self.written = io.StringIO()
        self.log = log = Log(self.written, lambda: self.now)
        self.office = office
        self.anchors = AnchorFolder(office.anchors, store, log, demo=True)
        tokens = keyring.tokens(HERE, f"{HERE}/graphql")
        clock = lambda: self.now  # noqa: E731 - the desk's clock is this counter's
        peppers, domain = Peppers(keyring.peppers), lambda: DOMAIN
        self.desk = Desk(store, self.anchors.trust, tokens, peppers, (HERE, ALSO_HERE), clock, log, domain=domain)
        self.nurse = SoftKey.make(f"{CODE}-O{'N' * 26}")
        self.clinic = SoftKey.make(f"{CODE}-O{'C' * 26}")
        self._open()

    def _open(self):
        transport = httpx.ASGITransport(Starlette(routes=signin_routes(self.desk)))
        self.http = httpx.AsyncClient(transport=transport, base_url=HERE)

    def with_desk(self, **changes):
        self.desk = replace(self.desk, **changes)
        self._open()

    async def admit(self, *cards):
        """Write a town with one resident for each card, and a nurse and a clinic with their keys."""
        office, clinic = f"{CODE}-O{'0' * 26}", self.clinic.client_id
        names = {"name": "町", "name_kana": "まち", "name_en": "Town", "prefecture": "県"}
        async with self.desk.store.owner.writing() as session:
            session.add(Municipality(code=CODE, valid_from=date(1970, 4, 1), **names))
            await session.flush()
            for id, kind in ((office, CallerKind.STAFF_HEALTH), (clinic, CallerKind.CLINIC)):
                session.add(Organisation(id=id, kind=kind, name="A place", municipality_code=CODE))
            for number in range(len(cards)):
                person = {"name": f"Resident {number}", "name_kana": "カナ", "birth_date": date(1990, 4, 1)}
                session.add(Resident(id=id_of(number), sex=Sex.UNKNOWN, **person))
            await session.flush()
            nurse = self.nurse.client_id
            session.add(StaffMember(id=nurse, organisation_id=office, kind=CallerKind.STAFF_HEALTH, name="Nurse"))
            for number, card in enumerate(cards):
                verified = self.office.verified(card)
                credential.enrol(session, self.desk.peppers, id_of(number), verified, self.now)
            for key in (self.nurse, self.clinic):
                await assertion.register(session, key.client_id, key.public_jwk(), self.now)

    async def mailbox(self, resident_id, number=0, **other):
        """A confirmed mailbox that wants no kind of notice; its address."""
        address = f"{resident_id[-4:]}-{number}@mail.example"
        about = {"id": f"{CODE}-M{number:05}{resident_id[-21:]}", "resident_id": resident_id, "address": address}
        moments = {"added_at": DOMAIN, "code_expires_at": DOMAIN, "confirmed_at": DOMAIN}
        async with self.desk.store.owner.writing() as session:
            session.add(Mailbox(**{**about, "kinds": "", "language": MailLanguage.JA, **moments, **other}))
        return address

    async def owed(self):
        """The messages that wait."""
        async with self.desk.store.owner.writing() as session:
            return (await session.exec(select(Outbox).order_by(Outbox.address))).all()

    async def nonce(self):
        return (await self.http.post(CHALLENGE)).json()["nonce"]

    async def login(self, card, origin=HERE, nonce=None):
        nonce = nonce or await self.nonce()
        return await self.http.post(LOGIN, json={"nonce": nonce, "token": card.sign_login(origin, nonce)})

    async def claim(self, key, audience=HERE, **form):
        fields = {**ASSERTED, "client_assertion": key.sign_assertion(audience, self.now), **form}
        return await self.http.post(TOKEN, data=fields)

    def holder(self, response):
        assert response.status_code == 200, response.text
        return self.desk.tokens.read(response.json()["access_token"], self.now)

    def codes(self):
        """The codes of the log, in order."""
        return [event["code"] for line in self.written.getvalue().splitlines() if "code" in (event := json.loads(line))]


async def at_once(times, make):
    """The results of that many calls begun together."""
    return await asyncio.gather(*(make() for _ in range(times)))
