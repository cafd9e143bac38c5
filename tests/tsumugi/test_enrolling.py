"""A new card is bound on proof of the old person; everything else is one and the same 401, and binds nothing."""

import hashlib
import json
from base64 import b64decode
from datetime import date, timedelta

import httpx
import pytest
from sqlmodel import select
from starlette.applications import Starlette

from auth.fault import Fault
from models.credential import ClosedBy, Credential, EnrolledBy, EnrolmentCode
from models.family import Family
from models.outbox import MessageKind
from models.resident import Resident, Sex
from models.session import Session
from rules.enrolment import CODE_LASTS, SESSION_LASTS, TRIES_MOST, code_ends, code_of, handle
from rules.linking import code_hash
from tests.tracing import traces
from tests.tsumugi.counter import BEARER, CODE, DOMAIN, HERE, NOW, at_once, id_of
from tests.tsumugi.test_sessions import Client
from tests.tsumugi.test_signin import rows
from tsumugi.enrolling import ENROL, FORMAT, enrolling_routes
from tsumugi.pki.office import KeyKind
from tsumugi.signin import CHALLENGE, signin_routes

HANAKO, GIVEN = id_of(50), "the desk's key"
CODES = f"{CODE}-L{'0' * 26}"


@pytest.fixture
async def counter(counter):
    """With the enrolling counter, a resident whom the register knows whole, and a code for that resident."""
    routes = [*signin_routes(counter.desk), *enrolling_routes(counter.desk)]
    counter.http = httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=routes)), base_url=HERE)
    async with counter.desk.store.owner.writing() as db:
        home = Family(id=f"{CODE}-F{'0' * 26}", municipality_code=CODE, address=BEARER.address, postal_code="1")
        db.add(home)
        await db.flush()
        db.add(registered(HANAKO, home.id))
        await db.flush()
        code = code_of(GIVEN, CODES)
        row = {"handle": handle(code), "code_hash": code_hash(code), "issued_by_id": counter.nurse.client_id}
        db.add(EnrolmentCode(id=CODES, resident_id=HANAKO, issued_at=NOW, expires_at=code_ends(NOW), **row))
    return counter


@pytest.fixture
def fresh(counter):
    """A card that nobody is enrolled with."""
    return counter.office.issue(BEARER, NOW, KeyKind.P256)


def registered(id, family_id):
    person = {"name": "見本　花子", "name_kana": "ミホン ハナコ", "birth_date": BEARER.birth_date, "sex": Sex.FEMALE}
    return Resident(id=id, family_id=family_id, **person)


async def enrol(counter, card, nonce=None, headers=None, **proof):
    nonce = nonce or await counter.nonce()
    body = {"nonce": nonce, "token": card.sign_login(HERE, nonce), "replaces": "nothing"} | proof
    return await counter.http.post(ENROL, json=body, headers=headers or {})


def code(counter, card, **other):
    return enrol(counter, card, code=code_of(GIVEN, CODES), **other)


async def signature(counter, card, *, by=None, changes=None, **other):
    nonce = await counter.nonce()
    der = b64decode(card.sign_login(HERE, nonce)["unverifiedCertificate"])
    members = {"format": FORMAT, "origin": HERE, "nonce": nonce, "certificate": hashlib.sha256(der).hexdigest()}
    document = json.dumps(members | (changes or {}))
    signed = {"document": document, **(by or card).sign_document(document)}
    return await enrol(counter, card, nonce, signed=signed, **other)


async def session(counter, card, old=None, *, later=timedelta(0), bound=True, **other):
    client = Client(counter, old)
    token = (await client.login()).json()["access_token"]
    counter.now += later
    keyed = client.proof(CHALLENGE) if bound else {}
    nonce = (await counter.http.post(CHALLENGE, headers=keyed)).json()["nonce"]
    headers = {"authorization": f"Bearer {token}"} | (client.proof(ENROL) if bound else {})
    return await enrol(counter, card, nonce, headers, **other)


async def found(store, model):
    async with store.owner.reading() as connection:
        return (await connection.execute(select(*model.__table__.c))).all()


async def of(counter, resident_id):
    return [row for row in await found(counter.desk.store, Credential) if row.resident_id == resident_id]


@pytest.mark.parametrize("way", [code, signature])
async def test_a_card_is_bound_by_a_code_or_by_the_four_attributes_and_logs_in(counter, fresh, way):
    first = await way(counter, fresh)
    [row] = await of(counter, HANAKO)

    assert counter.holder(first).id == counter.holder(await counter.login(fresh)).id == HANAKO
    assert row.enrolled_by is (EnrolledBy.CODE if way is code else EnrolledBy.SIGNATURE)
    assert [
        each for each in ("見本", "花子", "一丁目", code_of(GIVEN, CODES)) if each in counter.written.getvalue()
    ] == []


async def test_a_session_of_just_now_binds_another_card_and_the_old_one_goes(counter, fresh, card):
    [old] = await of(counter, id_of(1))
    other = await session(counter, fresh, card, replaces=old.id)
    rows = {row.enrolled_by: row for row in await of(counter, id_of(1))}
    ended = [row.ended_by for row in await found(counter.desk.store, Session) if row.lookup_key == old.lookup_key]

    assert counter.holder(other).id == counter.holder(await counter.login(fresh)).id == id_of(1)
    assert (await counter.login(card)).status_code == 401
    assert (rows[EnrolledBy.CODE].closed_by, rows[EnrolledBy.SESSION].closed_at) == (ClosedBy.REPLACED, None)
    assert (counter.codes()[-1], set(ended)) == (Fault.CREDENTIAL_CLOSED, {"closed"})


@pytest.mark.parametrize("way", [code, signature, session])
async def test_each_confirmed_mailbox_of_the_holder_is_owed_a_mail_of_a_new_card(counter, fresh, card, way):
    me, old = (id_of(1), (card,)) if way is session else (HANAKO, ())
    known = {row.id for row in await of(counter, me)}
    addresses = [await counter.mailbox(me, number) for number in range(2)]
    await counter.mailbox(me, 2, confirmed_at=None)
    await counter.mailbox(me, 3, removed_at=NOW, address=None)
    await counter.mailbox(id_of(2))
    assert (await way(counter, fresh, *old)).status_code == 200
    [new] = {row.id for row in await of(counter, me)} - known
    owed = await counter.owed()

    assert [each.address for each in owed] == addresses
    assert {(each.kind, each.recipient_id, each.about_id) for each in owed} == {(MessageKind.CREDENTIAL, me, new)}
    assert {(each.created_at, each.due_at, each.secret, each.day) for each in owed} == {(DOMAIN, DOMAIN, None, None)}


async def test_a_card_that_takes_the_place_of_all_is_one_mail_and_who_has_no_mailbox_is_owed_none(counter, fresh, card):
    await code(counter, counter.office.issue(BEARER, NOW, KeyKind.P256))
    before = await counter.owed()
    await counter.mailbox(id_of(1))

    assert (await session(counter, fresh, card, replaces="everything")).status_code == 200
    assert (before, len(await counter.owed())) == ([], 1)


async def test_no_trace_of_either_certificate_is_left_after_enrolments_of_every_kind(counter, card, tmp_path):
    bound = [counter.office.issue(BEARER, NOW, KeyKind.P256) for _ in range(3)]
    ways = (await code(counter, bound[0]), await signature(counter, bound[1]), await session(counter, bound[2], card))
    files = [path.read_bytes() for path in tmp_path.iterdir() if path.is_file()]
    left = b"\n".join(
        [*files, counter.written.getvalue().encode(), json.dumps(await rows(counter.desk.store)).encode()]
    )
    wanted = [pair.certificate for each in bound for pair in (each.authentication, each.signature)]

    assert [response.status_code for response in ways] == [200] * 3
    assert b"SIGNATURE" in left  # the new credentials are among what is searched
    assert [trace for certificate in wanted for trace in traces(certificate) if trace in left] == []


async def test_somebody_has_several_cards_until_one_takes_the_place_of_all(counter, fresh, card):
    assert (await session(counter, fresh, card)).status_code == 200
    assert [(await counter.login(each)).status_code for each in (card, fresh)] == [200, 200]
    third = counter.office.issue(BEARER, NOW, KeyKind.P256, signature=False)

    assert (await session(counter, third, card, replaces="everything")).status_code == 200
    assert [(await counter.login(each)).status_code for each in (card, fresh, third)] == [401, 401, 200]


async def twice(counter, card):
    await code(counter, card)
    return await code(counter, counter.office.issue(BEARER, NOW, KeyKind.P256, signature=False))


async def late(counter, card):
    counter.now += CODE_LASTS
    return await code(counter, card)


async def taken(counter, card):
    [mine] = [row for row in await of(counter, id_of(0)) if row.closed_at is None]
    async with counter.desk.store.owner.writing() as db:
        (await db.get(Credential, mine.id)).closed_at = NOW
    return await code(counter, counter.enrolled[0])


async def again(counter, card):
    await code(counter, card)
    return await signature(counter, card)


async def closed(counter, card):
    await code(counter, card)
    [row] = await of(counter, HANAKO)
    async with counter.desk.store.owner.writing() as db:
        (await db.get(Credential, row.id)).closed_at = NOW
    return await signature(counter, card)


async def ambiguous(counter, card):
    await _changed(counter, lambda db: db.add(registered(id_of(51), f"{CODE}-F{'0' * 26}")))
    return await signature(counter, card)


async def moved(counter, card):
    await _changed(counter, lambda db: db.exec(Resident.__table__.update().values(moved_out_on=NOW.date())))
    return await signature(counter, card)


async def dead(counter, card):
    await _changed(counter, lambda db: db.exec(Resident.__table__.update().values(died_on=NOW.date())))
    return await code(counter, card)


async def _changed(counter, change):
    async with counter.desk.store.owner.writing() as db:
        made = change(db)
        if made is not None:
            await made


def other_person(counter, card, **changes):
    return signature(counter, counter.office.issue(BEARER._replace(**changes), NOW, KeyKind.P256))


async def token_alone(counter, card, text):
    return await enrol(counter, card, headers={"authorization": text})


REFUSED = {
    "no proof": (enrol, Fault.ENROLMENT_PROOF),
    "two proofs": (lambda a, b: code(a, b, headers={"authorization": "Bearer x"}), Fault.ENROLMENT_PROOF),
    "a number as code": (lambda a, b: enrol(a, b, code=1), Fault.BODY_MALFORMED),
    "a text as signature": (lambda a, b: enrol(a, b, signed=""), Fault.BODY_MALFORMED),
    "a member more": (lambda a, b: code(a, b, more=""), Fault.BODY_MALFORMED),
    "no body": (lambda a, b: a.http.post(ENROL, content=b"{"), Fault.BODY_MALFORMED),
    "a bad proof of possession": (lambda a, b: code(a, b, headers={"dpop": "x"}), Fault.DPOP_MALFORMED),
    "a challenge of nobody": (lambda a, b: code(a, b, nonce="A" * 43 + "="), Fault.CHALLENGE_UNKNOWN),
    "a card for another server": (
        lambda a, b: code(a, b, token=b.sign_login("https://example.jp", "n")),
        Fault.ANSWER_SIGNATURE,
    ),
    "a wrong code": (lambda a, b: enrol(a, b, code="0000-0000-0000-0000"), Fault.ENROLMENT_CODE_UNKNOWN),
    "a used code": (twice, Fault.ENROLMENT_CODE_UNKNOWN),
    "an old code": (late, Fault.ENROLMENT_CODE_EXPIRED),
    "a card of somebody else, closed": (taken, Fault.CREDENTIAL_TAKEN),
    "a card that is enrolled": (again, Fault.CREDENTIAL_ENROLLED),
    "a card that was closed": (closed, Fault.CREDENTIAL_CLOSED),
    "nothing to replace": (lambda a, b: code(a, b, replaces=id_of(0)), Fault.ENROLMENT_REPLACED_UNKNOWN),
    "the dead": (dead, Fault.HOLDER_DECEASED),
    "another name": (lambda a, b: other_person(a, b, name="見本 太郎"), Fault.ENROLMENT_NOBODY),
    "another address": (lambda a, b: other_person(a, b, address="見本市二丁目"), Fault.ENROLMENT_NOBODY),
    "another birth": (lambda a, b: other_person(a, b, birth_date=date(1990, 4, 2)), Fault.ENROLMENT_NOBODY),
    "another sex": (lambda a, b: other_person(a, b, sex=Sex.MALE), Fault.ENROLMENT_NOBODY),
    "moved away": (moved, Fault.ENROLMENT_NOBODY),
    "two with the same attributes": (ambiguous, Fault.ENROLMENT_AMBIGUOUS),
    "a document for another challenge": (
        lambda a, b: signature(a, b, changes={"nonce": "n"}),
        Fault.ENROLMENT_DOCUMENT,
    ),
    "a document about another card": (
        lambda a, b: signature(a, b, changes={"certificate": "0" * 64}),
        Fault.ENROLMENT_DOCUMENT,
    ),
    "a document with a member more": (
        lambda a, b: signature(a, b, changes={"more": ""}),
        Fault.ENROLMENT_DOCUMENT,
    ),
    "a document for another server": (
        lambda a, b: signature(a, b, changes={"origin": "https://example.jp"}),
        Fault.ANSWER_ORIGIN,
    ),
    "a session that began long ago": (
        lambda a, b: session(a, b, a.enrolled[1], later=timedelta(minutes=5)),
        Fault.ENROLMENT_SESSION,
    ),
    "a session without its key": (lambda a, b: session(a, b, a.enrolled[1], bound=False), Fault.ENROLMENT_SESSION),
    "no session": (lambda a, b: token_alone(a, b, "Bearer x"), Fault.ENROLMENT_SESSION),
    "another scheme": (lambda a, b: token_alone(a, b, "Basic x"), Fault.ENROLMENT_SESSION),
}


@pytest.mark.parametrize(("attempt", "fault"), REFUSED.values(), ids=REFUSED)
async def test_everything_else_is_the_one_401_and_binds_nothing(counter, cards, fresh, attempt, fault):
    counter.enrolled = list(cards.values())
    for each in (HANAKO, id_of(0), id_of(1)):
        await counter.mailbox(each)
    response = await attempt(counter, fresh)
    bound = [row for row in await of(counter, HANAKO) if attempt not in (twice, again, closed)]

    assert (response.status_code, counter.codes()[-1], bound) == (401, fault, [])
    assert response.json()["error"]["code"] == "UNAUTHENTICATED"
    assert [each.about_id for each in await counter.owed()] == [row.id for row in await of(counter, HANAKO)]


async def test_after_so_many_tries_a_code_is_worth_nothing(counter, fresh):
    wrong = code_of(GIVEN, CODES)[:-4] + "0000"
    for _ in range(TRIES_MOST):
        await enrol(counter, fresh, code=wrong)

    assert (await code(counter, fresh)).status_code == 401
    assert counter.codes() == [Fault.ENROLMENT_CODE_UNKNOWN] * TRIES_MOST + [Fault.ENROLMENT_CODE_EXHAUSTED]


async def test_a_closed_card_comes_back_by_a_code_of_the_desk_alone(counter, fresh):
    await signature(counter, fresh)
    [row] = await of(counter, HANAKO)
    async with counter.desk.store.owner.writing() as db:
        (await db.get(Credential, row.id)).closed_at = NOW

    assert (await code(counter, fresh)).status_code == (await counter.login(fresh)).status_code == 200
    assert len(await of(counter, HANAKO)) == 2


async def test_one_code_with_ten_cards_at_once_binds_one(counter):
    cards = iter([counter.office.issue(BEARER, NOW, KeyKind.P256, signature=False) for _ in range(TRIES_MOST)])
    await counter.mailbox(HANAKO)
    responses = await at_once(TRIES_MOST, lambda: code(counter, next(cards)))

    assert sorted(response.status_code for response in responses) == [200] + [401] * (TRIES_MOST - 1)
    assert len(await of(counter, HANAKO)) == len(await counter.owed()) == 1


def test_a_session_vouches_for_minutes_only():
    assert SESSION_LASTS <= timedelta(minutes=15)
