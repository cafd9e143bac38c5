"""The own ways to log in are seen and closed by their holder; the desk issues codes and closes all of a resident."""

from datetime import timedelta

import pytest
from sqlmodel import select

from auth.caller import Acr
from auth.signature import SignatureReader
from engine.answer import Engine
from engine.mode import Plans
from models.access_log import AccessEntry
from models.credential import ClosedBy, Credential, EnrolmentCode
from models.deed import DeedReceipt
from models.ids import Letter
from models.organisation import CallerKind
from models.session import Session
from resolvers import enrolment
from rules.enrolment import CODE_LASTS
from tests.asking import CURSOR_KEY
from tests.auth.conftest import PEPPERS
from tests.hanamori import AUDIT_KEY, HOLDERS, NOW, id_of, resident
from tests.sharing import done, rows
from tsumugi.signing import Signatures

MOTHERS = id_of(Letter.CREDENTIAL, "mother")
LIST = "{ viewer { credentials { totalCount edges { node { id scheme enrolledBy lastUsedAt closedBy } } } } }"
CLOSE = """mutation ($input: CloseCredentialInput!) { done: closeCredential(input: $input) { __typename
  ... on Credential { id closedAt closedBy } ... on Refused { code } } }"""
CLOSE_ALL = """mutation ($input: CloseCredentialsInput!) { done: closeCredentials(input: $input) { __typename
  ... on CredentialsClosed { closed } ... on Refused { code field } } }"""
ISSUE = """mutation ($input: IssueEnrolmentCodeInput!) { done: issueEnrolmentCode(input: $input) { __typename
  ... on EnrolmentCode { enrolmentCode expiresAt } ... on Refused { code field } } }"""
DESK = {"purpose": "REG:2026-0001"}
WHEN_NATSU_WAS_14 = NOW.replace(year=2025, month=6, day=1)


def issued(act, about, key="enrol-01", *, who="staff_registry", now=NOW, desk=DESK, **other):
    given = {"residentId": resident(about), "idempotencyKey": key} | other
    return done(act, who, ISSUE, given, now=now, **desk)


async def logged_in(store):
    """A session of the mother's card."""
    async with store.owner.writing() as db:
        [mine] = (await db.exec(select(Credential).where(Credential.id == MOTHERS))).all()
        times = {"started_at": NOW, "expires_at": NOW.replace(hour=10)}
        who = {"holder_id": resident("mother"), "kind": CallerKind.RESIDENT, "acr": "card-pin"}
        db.add(Session(id="s" * 22, lookup_key=mine.lookup_key, **who, **times))


async def test_a_way_to_log_in_is_its_holders_alone(ask):
    mine = (await ask("mother", LIST)).data["viewer"]["credentials"]
    others = {who: (await ask(who, LIST)).data["viewer"]["credentials"]["totalCount"] for who in ("father", "ex")}

    assert [each["node"]["id"] for each in mine["edges"]] == [MOTHERS]
    assert others == {"father": 0, "ex": 0}


async def test_who_closes_one_ends_its_sessions_and_nobody_else_closes_it(act):
    await logged_in(act.store)
    given = {"credentialId": MOTHERS, "idempotencyKey": "close-01"}
    denied = [(await done(act, who, CLOSE, given))["code"] for who in ("father", "stranger", "tapped")]
    told = await done(act, "mother", CLOSE, given)
    again = await done(act, "mother", CLOSE, given | {"idempotencyKey": "close-02"})
    [session] = await rows(act.store, Session)

    assert denied == ["NOT_FOUND", "NOT_FOUND", "ACR_REQUIRED"]
    assert told == again == {**told, "id": MOTHERS, "closedBy": ClosedBy.HOLDER.name}
    assert (session.ended_at, session.ended_by) == (NOW, "closed")


async def test_the_desk_closes_all_of_a_resident_and_its_codes_on_record(act):
    await logged_in(act.store)
    await issued(act, "mother")
    told = await done(
        act, "staff_registry", CLOSE_ALL, {"residentId": resident("mother"), "idempotencyKey": "close-01"}, **DESK
    )
    [session], [code] = await rows(act.store, Session), await rows(act.store, EnrolmentCode)
    looked = [row.subject_id for row in await rows(act.store, AccessEntry) if "closeCredentials" in row.fields]

    assert told == {"__typename": "CredentialsClosed", "closed": 1}
    assert (session.ended_by, code.revoked_at, looked) == ("closed", NOW, [resident("mother")])


async def test_a_code_is_told_once_kept_as_a_hash_and_names_one_resident(act):
    told, again = await issued(act, "mother"), await issued(act, "mother")
    kept = [str(row) for model in (EnrolmentCode, DeedReceipt) for row in await rows(act.store, model)]
    async with act.store.owner.writing() as db:
        proved = await enrolment.by_code(db, told["enrolmentCode"].lower(), NOW)

    assert told == again
    assert len(told["enrolmentCode"]) == 19
    assert not any(told["enrolmentCode"] in row or told["enrolmentCode"].replace("-", "") in row for row in kept)
    assert proved.resident_id == resident("mother")


async def test_a_new_code_takes_the_place_of_the_one_before(act):
    await issued(act, "mother")
    await issued(act, "mother", "enrol-02")

    assert [row.revoked_at for row in await rows(act.store, EnrolmentCode)].count(None) == 1


@pytest.mark.parametrize(
    ("about", "guardian", "code"),
    [
        ("nobody", None, "NOT_FOUND"),
        ("late", None, "HOLDER_DECEASED"),
        ("natsu", None, "VALUE_MISSING"),
        ("natsu", "nobody", "NOT_FOUND"),
        ("natsu", "stranger", "RELATION_MISSING"),
        ("natsu", "mother", None),
        ("mother", None, None),
    ],
)
async def test_below_15_a_code_is_for_a_guardian_to_help_with(act, about, guardian, code):
    helped = {} if guardian is None else {"guardianId": resident(guardian)}

    assert (await issued(act, about, now=WHEN_NATSU_WAS_14, **helped)).get("code") == code


@pytest.mark.parametrize(
    ("who", "purpose", "code"),
    [
        ("mother", None, "NOT_PERMITTED"),
        ("clinic", None, "NOT_PERMITTED"),
        ("staff_health", "CHK:1", "NOT_PERMITTED"),
        ("staff_registry", None, "PURPOSE_REQUIRED"),
    ],
)
async def test_no_other_issues_codes(act, who, purpose, code):
    assert (await issued(act, "mother", who=who, desk={"purpose": purpose}))["code"] == code


async def test_of_somebody_unknown_nothing_is_closed(act):
    told = await done(
        act, "staff_registry", CLOSE_ALL, {"residentId": resident("nobody"), "idempotencyKey": "close-01"}, **DESK
    )

    assert told == {"__typename": "Refused", "code": "NOT_FOUND", "field": ["input", "residentId"]}


async def test_a_code_takes_a_login_with_two_factors(act, monkeypatch):
    monkeypatch.setitem(HOLDERS, "staff_registry", HOLDERS["staff_registry"]._replace(acr=Acr.KEY))

    assert (await issued(act, "mother"))["code"] == "ACR_REQUIRED"
    assert await rows(act.store, EnrolmentCode) == []


async def test_sessions_and_codes_go_by_the_real_clock(act):
    real = NOW + timedelta(days=3)
    signing = Signatures(SignatureReader(PEPPERS, ()), None, lambda: real, None)
    act.engine = Engine(act.store, CURSOR_KEY, AUDIT_KEY, Plans.COMPARE, signing)
    await logged_in(act.store)
    code = await issued(act, "mother")
    await done(act, "mother", CLOSE, {"credentialId": MOTHERS, "idempotencyKey": "close-01"})
    [session] = await rows(act.store, Session)

    assert session.ended_at == real
    assert code["expiresAt"] == (real + CODE_LASTS).isoformat()
