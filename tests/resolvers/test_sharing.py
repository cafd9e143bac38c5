"""Sharing: who opens what to whom, by a link that works once, until a day or until somebody takes it back."""

import asyncio
import hashlib
from datetime import date, timedelta

import pytest
from sqlalchemy import func, insert, select, text, update

from auth.caller import Acr, Holder
from models.child import Child
from models.columns import table_of
from models.deed import DeedReceipt
from models.grant import Grant
from models.guardianship import Guardianship, ProtectionMeasure
from models.ids import Letter
from models.invitation import Invitation
from models.organisation import CallerKind
from models.outbox import Outbox
from models.refusal import RefusalCode as R
from models.store import Store
from models.tables import METADATA
from tests.asking import Asking
from tests.hanamori import HOLDERS, NOW, TODAY, child, family, id_of, office, resident

FIELDS = "id givenBy sharedWith validFrom validTo expiresAt revokedAt fieldGroups status"
INVITE = f"""mutation ($input: InviteInput!) {{ done: invite(input: $input) {{ __typename
  ... on Share {{ {FIELDS} }} ... on Refused {{ code message field }} }} }}"""
PARTNER = f"""mutation ($input: InvitePartnerInput!) {{ done: invitePartner(input: $input) {{ __typename
  ... on PartnerShare {{ {FIELDS} }} ... on Refused {{ code message field }} }} }}"""
SHARE = f"""mutation ($input: ShareWithInput!) {{ done: shareWith(input: $input) {{ __typename
  ... on Share {{ {FIELDS} }} ... on Refused {{ code message field }} }} }}"""
ACCEPT = """mutation ($input: AcceptInvitationInput!) { done: acceptInvitation(input: $input) { __typename
  ... on Child { id name vaccinations { totalCount } growth { totalCount } }
  ... on Pregnancy { id dueOn } ... on Refused { code message field } } }"""
REVOKE = """mutation ($input: RevokeSharingInput!) { done: revokeSharing(input: $input) { __typename
  ... on Share { id status revokedAt } ... on PartnerShare { id status } ... on Refused { code message field } } }"""
SHARED = """query ($i: ID!) { node(id: $i) { ... on Child { sharing { totalCount edges { node {
  id givenBy sharedWith status } } } } ... on Pregnancy { sharing { edges { node { id sharedWith status } } } } } }"""
ADDRESS = "obaasan@mail.example.jp"
UNBORN = id_of(Letter.PREGNANCY, "sheltered")
GRANDMOTHERS = id_of(Letter.SHARE, f"aki {resident('grandmother')}")
DAY = timedelta(days=1)


def invitation(about="aki", groups=("IDENTITY", "VACC_RECORDS"), **other):
    given = {"childId": child(about), "email": ADDRESS, "fieldGroups": list(groups), "validTo": "2027-04-01"}
    return given | {"idempotencyKey": "key-0001"} | other


def partner(groups=("PREGNANCY_CORE",), **other):
    given = invitation(groups=groups, **other)
    return {"pregnancyId": UNBORN} | {key: value for key, value in given.items() if key != "childId"}


def consent(about="aki", to="clinic", groups=("IDENTITY", "VACC_RECORDS"), **other):
    given = {"childId": child(about), "organisationId": office(to), "fieldGroups": list(groups)}
    return given | {"validTo": "2027-04-01", "idempotencyKey": "key-0001"} | other


async def done(act, who, document, given, **words):
    return (await act(who, document, input=given, **words)).data["done"]


async def rows(store, model):
    async with store.reading() as connection:
        return (await connection.execute(select(table_of(model)))).all()


async def code_of(act, who="mother", document=INVITE, given=None):
    """Somebody invites; what stands in the mail."""
    before = {each.secret for each in await rows(act.store, Outbox)}
    made = await done(act, who, document, given or invitation())
    assert made["__typename"] != "Refused", made
    return next(each.secret for each in await rows(act.store, Outbox) if each.secret not in before)


def another(act):
    """A worker of its own over the same town."""
    return Asking(Store(act.store.engine.url.render_as_string(hide_password=False)))


async def accepted(act, who, code, key="accept-01", **words):
    return await done(act, who, ACCEPT, {"code": code, "idempotencyKey": key}, **words)


async def changed(act, model, values, **where):
    table = table_of(model)
    chosen = [table.c[name] == value for name, value in where.items()]
    async with act.store.engine.begin() as connection:
        assert (await connection.execute(update(table).where(*chosen).values(values))).rowcount > 0


GIVEN = {
    "a mother at home": ("mother", INVITE, invitation()),
    "a father at home": ("father", INVITE, invitation()),
    "a mother with sole authority": ("mother", INVITE, invitation("natsu")),
    "a parent who lives elsewhere": ("ex", INVITE, invitation("haru")),
    "a person of 18": ("grown", INVITE, invitation("grown")),
    "everything an invitation may hold": (
        "mother",
        INVITE,
        invitation(
            groups=(
                "IDENTITY VACC_RECORDS VACC_FORECAST CHECKUP_BODY DENTAL ALLERGY_ALERT GROWTH_HOME NOTES_HOME NOTICES"
            ).split()
        ),
    ),
    "two years less a day": ("mother", INVITE, invitation(validTo="2028-11-23")),
    "a day": ("mother", INVITE, invitation(validTo="2026-11-24")),
    "a pregnant woman": ("sheltered", PARTNER, partner(("PREGNANCY_CORE", "PREGNANCY_VISIT", "NOTICES"))),
    "a clinic": ("mother", SHARE, consent(groups=("IDENTITY", "VACC_FORECAST", "ALLERGY_ALERT"))),
    "a school": ("mother", SHARE, consent("haru", "school", ("VACC_RECORDS", "ALLERGY_ALERT"))),
    "a parent elsewhere to a clinic": ("ex", SHARE, consent("haru")),
}


@pytest.mark.parametrize("name", GIVEN)
async def test_who_may_share_shares_and_reads_it_back(act, name):
    who, document, given = GIVEN[name]
    found = await done(act, who, document, given)
    is_waiting = document is not SHARE

    assert found["__typename"] == ("PartnerShare" if document is PARTNER else "Share")
    assert found["fieldGroups"] == given["fieldGroups"]
    assert (found["givenBy"], found["validTo"], found["revokedAt"]) == (who, given["validTo"], None)
    assert found["status"] == ("WAITING" if is_waiting else "GIVEN")
    assert (found["validFrom"], found["expiresAt"]) == (
        (None, "2026-12-07T15:00:00+00:00") if is_waiting else ("2026-11-23", None)
    )


GROUPS, END, MAIL = (["input", name] for name in ("fieldGroups", "validTo", "email"))
CHILD = ["input", "childId"]
REFUSED = {
    "nobody": ("anonymous", INVITE, invitation(), R.NOT_PERMITTED, None),
    "a tap": ("tapped", INVITE, invitation(), R.NOT_PERMITTED, None),
    "staff": ("staff_registry", INVITE, invitation(), R.NOT_PERMITTED, None),
    "a clinic passes nothing on": ("clinic", INVITE, invitation(), R.NOT_PERMITTED, None),
    "an invited person passes nothing on": ("grandmother", INVITE, invitation(), R.NOT_PERMITTED, None),
    "a child of 16": ("natsu", INVITE, invitation("natsu"), R.NOT_PERMITTED, None),
    "a stranger": ("stranger", INVITE, invitation(), R.NOT_FOUND, CHILD),
    "a counterparty": ("counterparty", INVITE, invitation("fuyu"), R.NOT_FOUND, CHILD),
    "a parent of one who is 18": ("mother", INVITE, invitation("grown"), R.NOT_FOUND, CHILD),
    "another's pregnancy": ("mother", PARTNER, partner(), R.NOT_FOUND, ["input", "pregnancyId"]),
    "a child for a pregnancy": (
        "mother",
        PARTNER,
        partner(pregnancyId=child("aki")),
        R.NOT_FOUND,
        ["input", "pregnancyId"],
    ),
    "nothing": ("mother", INVITE, invitation(groups=()), R.VALUE_MISSING, GROUPS),
    "no way in": ("mother", INVITE, invitation(groups=("VACC_RECORDS",)), R.VALUE_MISSING, GROUPS),
    "a clinic without a way in": ("mother", SHARE, consent(groups=("VACC_RECORDS",)), R.VALUE_MISSING, GROUPS),
    "no way in before birth": ("sheltered", PARTNER, partner(("NOTICES",)), R.VALUE_MISSING, GROUPS),
    "an address": ("mother", INVITE, invitation(groups=("IDENTITY", "ADDRESS_CONTACT")), R.GROUP_NOT_SHAREABLE, GROUPS),
    "sharing": ("mother", INVITE, invitation(groups=("IDENTITY", "SHARE_GRANTS")), R.GROUP_NOT_SHAREABLE, GROUPS),
    "what is public": ("mother", INVITE, invitation(groups=("IDENTITY", "PUBLIC")), R.GROUP_NOT_SHAREABLE, GROUPS),
    "a diary of which one sees the own part": (
        "ex",
        INVITE,
        invitation("haru", ("IDENTITY", "NOTES_HOME")),
        R.GROUP_NOT_SHAREABLE,
        GROUPS,
    ),
    "notices that one sees masked": (
        "ex",
        INVITE,
        invitation("haru", ("IDENTITY", "NOTICES")),
        R.GROUP_NOT_SHAREABLE,
        GROUPS,
    ),
    "laboratory results": (
        "sheltered",
        PARTNER,
        partner(("PREGNANCY_CORE", "PREGNANCY_LAB")),
        R.GROUP_NOT_SHAREABLE,
        GROUPS,
    ),
    "a diary for a clinic": (
        "mother",
        SHARE,
        consent(groups=("IDENTITY", "NOTES_HOME")),
        R.GROUP_NOT_SHAREABLE,
        GROUPS,
    ),
    "a name for a school": (
        "mother",
        SHARE,
        consent("haru", "school", ("IDENTITY",)),
        R.GROUP_NOT_SHAREABLE,
        GROUPS,
    ),
    "a taxi company": ("mother", SHARE, consent(to="taxi"), R.NOT_FOUND, ["input", "organisationId"]),
    "the health office": ("mother", SHARE, consent(to="office"), R.NOT_FOUND, ["input", "organisationId"]),
    "no office": ("mother", SHARE, consent(to="nowhere"), R.NOT_FOUND, ["input", "organisationId"]),
    "no id": ("mother", SHARE, consent(organisationId="a\0b"), R.NOT_FOUND, ["input", "organisationId"]),
    "an end today": ("mother", INVITE, invitation(validTo="2026-11-23"), R.DATE_OUT_OF_RANGE, END),
    "an end long ago": ("mother", SHARE, consent(validTo="2000-01-01"), R.DATE_OUT_OF_RANGE, END),
    "no end to speak of": ("mother", INVITE, invitation(validTo="2028-11-24"), R.DATE_OUT_OF_RANGE, END),
    "no address": ("mother", INVITE, invitation(email="obaasan"), R.ADDRESS_MALFORMED, MAIL),
    "two headers": (
        "mother",
        INVITE,
        invitation(email="a@example.jp\r\nBcc: b@example.jp"),
        R.ADDRESS_MALFORMED,
        MAIL,
    ),
    "no code": ("stranger", ACCEPT, {"code": "", "idempotencyKey": "key-0001"}, R.INVITATION_INVALID, None),
    "a clinic accepts nothing": ("clinic", ACCEPT, {"code": "x", "idempotencyKey": "key-0001"}, R.NOT_PERMITTED, None),
    "a tap accepts nothing": ("tapped", ACCEPT, {"code": "x", "idempotencyKey": "key-0001"}, R.NOT_PERMITTED, None),
    "revoking nothing": (
        "mother",
        REVOKE,
        {"id": id_of(Letter.SHARE, "none"), "idempotencyKey": "key-0001"},
        R.NOT_FOUND,
        ["input", "id"],
    ),
    "revoking a child": (
        "mother",
        REVOKE,
        {"id": child("aki"), "idempotencyKey": "key-0001"},
        R.NOT_FOUND,
        ["input", "id"],
    ),
    "who has it does not revoke it": (
        "grandmother",
        REVOKE,
        {"id": GRANDMOTHERS, "idempotencyKey": "key-0001"},
        R.NOT_FOUND,
        ["input", "id"],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_may_not_be_shared_is_refused_and_nothing_is_written(act, name):
    who, document, given, code, field = REFUSED[name]
    before = [len(await rows(act.store, model)) for model in (Invitation, Grant, Outbox)]
    found = await done(act, who, document, given)

    assert (found["__typename"], found["code"], found["field"]) == ("Refused", code.value, field)
    assert [len(await rows(act.store, model)) for model in (Invitation, Grant, Outbox)] == before


async def test_an_invitation_is_a_mail_to_be_sent_and_a_hash(act):
    made = await done(act, "mother", INVITE, invitation(email="Obaasan@MAIL.example.jp"))
    (mail,), (kept,) = await rows(act.store, Outbox), await rows(act.store, Invitation)

    assert (mail.address, mail.about_id, mail.recipient_id, mail.sent_at) == (
        "Obaasan@mail.example.jp",
        made["id"],
        None,
        None,
    )
    assert kept.code_hash == hashlib.sha256(mail.secret.encode()).hexdigest()
    assert len(mail.secret) == 22  # 128 bits


async def test_the_address_of_somebody_known_and_of_nobody_are_answered_alike(act):
    answers = [
        await done(act, "mother", INVITE, invitation(email=email, idempotencyKey=f"key-{email}"))
        for email in (ADDRESS, "nobody@nowhere.example")
    ]
    for each in answers:
        each.pop("id")

    assert answers[0] == answers[1]


async def test_who_accepts_sees_what_was_given_at_once_and_nothing_else(act):
    code = await code_of(act)
    found = await accepted(act, "stranger", code)
    nodes = [each for each in await rows(act.store, Grant) if each.grantee_id == resident("stranger")]

    assert found == {
        "__typename": "Child",
        "id": child("aki"),
        "name": "aki",
        "vaccinations": {"totalCount": 6},
        "growth": None,
    }
    assert [(each.valid_from, each.valid_to, each.field_groups) for each in nodes] == [
        (TODAY, date(2027, 4, 1), "IDENTITY VACC_RECORDS")
    ]


async def test_a_partner_sees_the_pregnancy_that_the_mother_opened(act):
    found = await accepted(act, "stranger", await code_of(act, "sheltered", PARTNER, partner()))

    assert found == {"__typename": "Pregnancy", "id": UNBORN, "dueOn": "2027-04-01"}
    assert (await act("sheltered", SHARED, i=UNBORN)).data["node"]["sharing"]["edges"][0]["node"] == {
        "id": (await rows(act.store, Invitation))[0].id,
        "sharedWith": "stranger",
        "status": "GIVEN",
    }


async def test_a_share_keeps_its_id_when_it_is_accepted(act):
    await accepted(act, "stranger", await code_of(act), now=NOW + DAY)
    (invited,) = await rows(act.store, Invitation)
    nodes = (await act("father", SHARED, i=child("aki"))).data["node"]["sharing"]

    assert nodes["totalCount"] == 3
    assert nodes["edges"][0]["node"] == {
        "id": invited.id,
        "givenBy": "mother",
        "sharedWith": "stranger",
        "status": "GIVEN",
    }


async def invalid(act):
    """Codes that do not work, each with who brings it; the last day of the link is over for one."""
    codes = {name: await code_of(act, given=invitation(idempotencyKey=f"{name:<8}")) for name in "abcdefg"}
    table = table_of(Invitation)

    async def turn(name, **values):
        digest = hashlib.sha256(codes[name].encode()).hexdigest()
        async with act.store.engine.begin() as connection:
            await connection.execute(update(table).where(table.c.code_hash == digest).values(**values))

    await accepted(act, "late", codes["a"], "late-late")  # who has died accepts nothing
    await accepted(act, "grandmother", codes["b"], "granny-01")
    await turn("c", revoked_at=NOW)
    await turn("d", expires_at=NOW)
    await turn("e", valid_to=TODAY)
    await turn("f", invited_by_id=resident("stranger"))
    yuki = await code_of(act, "stranger", INVITE, invitation("yuki"))
    fuyu = await code_of(act, "sheltered", INVITE, invitation("fuyu"))
    unborn = await code_of(act, "sheltered", PARTNER, partner(idempotencyKey="partner-1"))
    return [
        ("late", codes["a"]),
        ("ex", codes["b"]),
        ("ex", codes["c"]),
        ("ex", codes["d"]),
        ("ex", codes["e"]),
        ("ex", codes["f"]),
        ("mother", codes["g"]),
        ("stranger", yuki),
        ("counterparty", fuyu),
        ("counterparty", unborn),
        ("ex", "no such code"),
        ("ex", ""),
        ("ex", "符" * 1_000),
    ]


async def test_whatever_is_wrong_with_a_code_the_answer_is_one(act):
    told = []
    for number, (who, code) in enumerate(await invalid(act)):
        given = {"code": code, "idempotencyKey": f"invalid-{number:02}"}
        told.append(await act(who, ACCEPT, input=given))

    assert len(told) == 13
    assert {each.data["done"]["code"] for each in told} == {"INVITATION_INVALID"}
    assert len({each.raw for each in told}) == 1
    assert len({tuple(each.statements) for each in told}) == 1
    assert {each.grantee_id for each in await rows(act.store, Grant) if each.invitation_id} == {resident("grandmother")}


@pytest.mark.parametrize(("later", "is_open"), [(14 * DAY, True), (15 * DAY, False)])
async def test_a_link_works_for_14_days(act, later, is_open):
    found = await accepted(act, "stranger", await code_of(act), now=NOW + later)

    assert found["__typename"] == ("Child" if is_open else "Refused")


async def test_a_link_works_once_for_20_who_try_at_one_moment(act):
    code = await code_of(act)
    people = ["stranger", "grandmother", "ex", "sheltered"]
    workers = [another(act) for _ in people]
    tries = [accepted(workers[n % 4], people[n // 5], code, f"at-once-{n:02}") for n in range(20)]
    found = await asyncio.gather(*tries)
    for each in workers:
        await each.store.close()
    grants = [each for each in await rows(act.store, Grant) if each.invitation_id]

    assert sorted({each["__typename"] for each in found}) == ["Child", "Refused"]
    assert sum(each["__typename"] == "Child" for each in found) == 1
    assert len(grants) == 1


async def test_the_same_key_accepts_once_and_answers_alike(act):
    given = {"code": await code_of(act), "idempotencyKey": "accept-01"}
    answers = {(await act("stranger", ACCEPT, input=given)).raw for _ in range(3)}

    assert len(answers) == 1
    assert len([each for each in await rows(act.store, Grant) if each.invitation_id]) == 1


async def test_a_repeated_invitation_is_one_mail(act):
    answers = {(await act("mother", INVITE, input=invitation())).raw for _ in range(3)}

    assert len(answers) == len(await rows(act.store, Outbox)) == len(await rows(act.store, Invitation)) == 1


async def revoked(act, who, id_, key="revoke-01", **words):
    return await done(act, who, REVOKE, {"id": id_, "idempotencyKey": key}, **words)


@pytest.mark.parametrize("who", ["mother", "father"])
async def test_what_was_revoked_opens_nothing_on_another_worker_with_the_same_holder(act, who):
    other = another(act)
    look = "query ($i: ID!) { node(id: $i) { ... on Child { name } } }"
    seen = [(await other("grandmother", look, i=child("aki"))).data["node"]]
    told = await revoked(act, who, GRANDMOTHERS)
    seen.append((await other("grandmother", look, i=child("aki"))).data["node"])
    await other.store.close()

    assert seen == [{"name": "aki"}, None]
    assert (told["status"], told["revokedAt"]) == ("REVOKED", "2026-11-23T00:00:00+00:00")


async def test_a_revoked_invitation_is_not_accepted_and_its_mail_never_leaves(act):
    code = await code_of(act)
    (kept,) = await rows(act.store, Invitation)
    await revoked(act, "mother", kept.id)

    assert (await accepted(act, "stranger", code))["code"] == "INVITATION_INVALID"
    assert await rows(act.store, Outbox) == []


async def test_what_was_accepted_is_revoked_under_the_same_id(act):
    await accepted(act, "stranger", await code_of(act, "sheltered", PARTNER, partner()))
    (kept,) = await rows(act.store, Invitation)
    found = await revoked(act, "sheltered", kept.id)

    assert found == {"__typename": "PartnerShare", "id": kept.id, "status": "REVOKED"}
    assert (await act("stranger", "query ($i: ID!) { node(id: $i) { id } }", i=UNBORN)).data["node"] is None


async def test_revoking_again_keeps_the_first_moment(act):
    first = await revoked(act, "mother", GRANDMOTHERS)
    again = await revoked(act, "father", GRANDMOTHERS, now=NOW + DAY)

    assert first == again


async def test_a_parent_who_lives_elsewhere_sees_and_revokes_the_own_part_alone(act):
    made = await done(act, "ex", INVITE, invitation("haru"))
    schools = id_of(Letter.SHARE, f"haru {office('school')}")
    own = (await act("ex", SHARED, i=child("haru"))).data["node"]["sharing"]
    everybodys = (await act("mother", SHARED, i=child("haru"))).data["node"]["sharing"]
    refused = await revoked(act, "ex", schools)

    assert ([each["node"]["id"] for each in own["edges"]], own["totalCount"]) == ([made["id"]], 1)
    assert {each["node"]["id"] for each in everybodys["edges"]} == {made["id"], schools}
    assert refused["code"] == "NOT_FOUND"
    assert (await revoked(act, "ex", made["id"], "revoke-02"))["status"] == "REVOKED"


async def test_a_child_of_16_sees_who_was_invited_and_changes_nothing(act):
    made = await done(act, "mother", INVITE, invitation("natsu"))
    seen = (await act("natsu", SHARED, i=child("natsu"))).data["node"]["sharing"]["edges"]

    assert [each["node"]["id"] for each in seen] == [made["id"]]
    assert (await revoked(act, "natsu", made["id"]))["code"] == "NOT_PERMITTED"


@pytest.mark.parametrize("how", ["moved_out_on", "died_on"])
async def test_what_was_shared_is_revoked_also_after_a_death_or_a_move(act, how):
    await changed(act, Child, {how: TODAY}, id=child("aki"))

    assert (await done(act, "mother", INVITE, invitation()))["code"] == "NOT_PERMITTED"
    assert (await revoked(act, "mother", GRANDMOTHERS))["status"] == "REVOKED"


async def test_an_invitation_of_a_parent_whose_authority_ended_is_not_accepted(act):
    code = await code_of(act, "ex", INVITE, invitation("haru"))
    await changed(act, Guardianship, {"valid_to": TODAY}, holder_id=resident("ex"))

    assert (await accepted(act, "stranger", code))["code"] == "INVITATION_INVALID"


async def test_what_was_accepted_stops_when_the_givers_authority_ends_and_when_a_measure_begins(act):
    look = "query ($i: ID!) { node(id: $i) { id } }"
    await accepted(act, "stranger", await code_of(act, "ex", INVITE, invitation("haru")))
    seen = [(await act("stranger", look, i=child("haru"))).data["node"] is not None]
    await changed(act, Guardianship, {"valid_to": TODAY}, holder_id=resident("ex"))
    seen.append((await act("stranger", look, i=child("haru"))).data["node"] is not None)
    seen.append((await act("grandmother", look, i=child("aki"))).data["node"] is not None)
    async with act.store.engine.begin() as connection:
        measure = {"family_id": family("hill"), "counterparty_id": resident("grandmother")}
        measure |= {"id": id_of(Letter.LOG, "new"), "valid_from": TODAY, "valid_to": TODAY + DAY, "recorded_at": NOW}
        await connection.execute(insert(table_of(ProtectionMeasure)), measure | {"evidence": "e"})
    seen.append((await act("grandmother", look, i=child("aki"))).data["node"] is not None)

    assert seen == [True, False, True, False]


async def test_a_clinic_reads_what_was_opened_to_it_from_the_next_request_on(act):
    other = {"id": office("other"), "kind": CallerKind.CLINIC, "name": "other", "municipality_code": "102016"}
    async with act.store.engine.begin() as connection:
        await connection.execute(insert(METADATA.tables["organisation"]), other)
    HOLDERS["other clinic"] = Holder(office("other"), CallerKind.CLINIC, Acr.KEY)
    look = "query ($i: ID!) { node(id: $i) { ... on Child { allergies vaccinations { totalCount } } } }"
    seen = [(await act("other clinic", look, i=child("aki"))).data["node"]]
    made = await done(act, "mother", SHARE, consent(to="other", groups=("IDENTITY", "ALLERGY_ALERT")))
    seen.append((await act("other clinic", look, i=child("aki"))).data["node"])
    del HOLDERS["other clinic"]

    assert made["sharedWith"] == "other"
    assert seen == [None, {"allergies": "卵", "vaccinations": None}]


async def test_21_invitations_to_one_record_are_too_many_until_one_is_revoked(act):
    for number in range(20):
        made = await done(act, "mother", INVITE, invitation(idempotencyKey=f"key-{number:05}"))
    more = [await done(act, "father", INVITE, invitation(idempotencyKey="key-more"))]
    await revoked(act, "mother", made["id"])
    more.append(await done(act, "father", INVITE, invitation(idempotencyKey="key-less")))

    assert [each.get("code") for each in more] == ["INVITATIONS_TOO_MANY", None]


async def test_address_and_code_stand_in_the_outbox_and_nowhere_else(act, caplog):
    caplog.set_level("INFO")
    code = await code_of(act)
    told = [await act("stranger", ACCEPT, input={"code": code, "idempotencyKey": "accept-01"})]
    told += [await act("mother", SHARED, i=child("aki")), await act("mother", INVITE, input=invitation())]
    found = {
        (table.name, column.key)
        for table in METADATA.sorted_tables
        for column in table.columns
        for sought in (code, ADDRESS)
        if await stands_in(act.store, table, column, sought)
    }

    assert found == {("outbox", "address"), ("outbox", "secret")}
    assert not any(sought.encode() in each.raw for each in told for sought in (code, ADDRESS))
    assert code not in caplog.text
    assert ADDRESS not in caplog.text


async def stands_in(store, table, column, sought):
    question = f'SELECT count(*) FROM "{table.name}" WHERE CAST("{column.key}" AS TEXT) LIKE :sought'
    async with store.reading() as connection:
        return await connection.scalar(text(question), {"sought": f"%{sought.replace('_', '%')}%"})


async def test_a_refused_invitation_leaves_a_receipt_and_no_mail(act):
    await done(act, "mother", INVITE, invitation(validTo="2000-01-01"))
    async with act.store.reading() as connection:
        receipts = await connection.scalar(select(func.count()).select_from(table_of(DeedReceipt)))

    assert (receipts, await rows(act.store, Outbox)) == (1, [])


async def test_nothing_of_a_broken_invitation_is_kept(act):
    async with act.store.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE outbox RENAME TO outbox_away"))
    with pytest.raises(Exception, match="outbox"):
        await act("mother", INVITE, input=invitation())
    async with act.store.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE outbox_away RENAME TO outbox"))

    assert (await rows(act.store, Invitation), await rows(act.store, DeedReceipt)) == ([], [])
