"""What a refusal costs says nothing of what only we know: who has a credential, a key or a code, and how it stands."""

from contextlib import contextmanager
from datetime import date

import httpx
import pytest
from sqlalchemy import event, update
from starlette.applications import Starlette

from auth import jws
from auth.fault import Fault
from models.columns import table_of
from models.credential import ClientKey, Credential, EnrolmentCode
from models.resident import Resident
from rules.enrolment import code_of, handle
from rules.linking import code_hash
from tests.asking import Noting
from tests.tsumugi.counter import BEARER, CODE, HERE, NOW, id_of
from tsumugi.card import SoftKey
from tsumugi.enrolling import ENROL, enrolling_routes
from tsumugi.pki.office import KeyKind
from tsumugi.signin import signin_routes

WAITING, SPENT, LATE = (f"{CODE}-L{name * 26}" for name in "WSX")


class Work:
    """The statements and the checks of letters' signatures that each refusal took, by its code."""

    def __init__(self, counter, monkeypatch):
        self.counter, self.taken, self._now = counter, {}, []
        for engine in (counter.desk.store.engine, counter.desk.store.writers):
            event.listen(engine.sync_engine, "before_cursor_execute", lambda _c, _d, text, *_: self._now.append(text))
        counter.desk.store.journal = Noting(counter.desk.store.journal, self._now.append)
        checked = jws.Letter.is_signed_by
        noted = lambda letter, key: self._now.append("a signature") or checked(letter, key)  # noqa: E731
        monkeypatch.setattr(jws.Letter, "is_signed_by", noted)

    @contextmanager
    def of(self, fault):
        self._now.clear()
        yield
        assert self.counter.codes()[-1] == fault
        self.taken[fault, len(self.taken)] = list(self._now)

    @property
    def kinds(self):
        return {tuple(each) for each in self.taken.values()}


@pytest.fixture
async def work(counter, monkeypatch):
    await counter.desk.trust()  # the lists are read once for all
    return Work(counter, monkeypatch)


async def change(counter, model, *conditions, **values):
    async with counter.desk.store.owner.writing() as db:
        await db.exec(update(table_of(model)).where(*conditions).values(**values))


async def test_a_card_that_is_unknown_closed_or_of_somebody_dead(counter, work, cards):
    await change(counter, Credential, table_of(Credential).c.resident_id == id_of(0), closed_at=NOW)
    await change(counter, Resident, table_of(Resident).c.id == id_of(1), died_on=date(2026, 11, 1))
    closed, dead, _ = cards.values()
    fresh = counter.office.issue(BEARER, NOW, KeyKind.P256, signature=False)
    answered = {Fault.CREDENTIAL_UNKNOWN: fresh, Fault.CREDENTIAL_CLOSED: closed, Fault.HOLDER_DECEASED: dead}
    for fault, card in answered.items():
        nonce = await counter.nonce()
        with work.of(fault):
            await counter.login(card, nonce=nonce)

    assert len(work.taken) == 3
    assert len(work.kinds) == 1


async def test_a_key_of_nobody_another_key_a_closed_key_and_a_wrong_signature(counter, work):
    nurse, clinic = counter.nurse.client_id, counter.clinic.client_id
    await change(counter, ClientKey, table_of(ClientKey).c.client_id == clinic, closed_at=NOW)
    strangers = {"nobody": SoftKey.make(id_of(9)), "another key": SoftKey.make(nurse), "closed": counter.clinic}
    for key in strangers.values():
        with work.of(Fault.JWS_KEY_UNKNOWN):
            await counter.claim(key)
    text = counter.nurse.sign_assertion(HERE, NOW)
    with work.of(Fault.JWS_SIGNATURE):
        await counter.claim(counter.nurse, client_assertion=text[:-4] + ("AAAA" if text[-4:] != "AAAA" else "BBBB"))

    assert len(work.taken) == 4
    assert len(work.kinds) == 1
    assert "a signature" in next(iter(work.kinds))


async def test_a_code_of_nobody_a_wrong_one_a_spent_one_and_a_late_one(counter, work):
    routes = [*signin_routes(counter.desk), *enrolling_routes(counter.desk)]
    counter.http = httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=routes)), base_url=HERE)
    codes = {id: code_of("a key", id) for id in (WAITING, SPENT, LATE)}
    times = {SPENT: {"redeemed_at": NOW, "expires_at": NOW}, LATE: {"expires_at": NOW}, WAITING: {"expires_at": NOW}}
    async with counter.desk.store.owner.writing() as db:
        for id, text in codes.items():
            row = {"resident_id": id_of(0), "issued_at": NOW, "issued_by_id": counter.nurse.client_id}
            db.add(EnrolmentCode(id=id, handle=handle(text), code_hash=code_hash(text), **row, **times[id]))
    fresh = counter.office.issue(BEARER, NOW, KeyKind.P256, signature=False)
    wrong = codes[WAITING][:-1] + ("0" if codes[WAITING][-1] != "0" else "1")
    tried = {"of nobody": code_of("another key", WAITING), "wrong": wrong, "spent": codes[SPENT], "late": codes[LATE]}
    for name, text in tried.items():
        nonce = await counter.nonce()
        body = {"nonce": nonce, "token": fresh.sign_login(HERE, nonce), "replaces": "nothing", "code": text}
        with work.of(Fault.ENROLMENT_CODE_EXPIRED if name == "late" else Fault.ENROLMENT_CODE_UNKNOWN):
            await counter.http.post(ENROL, json=body)

    assert len(work.taken) == 4
    assert len(work.kinds) == 1
