"""Sharing: who opens what to whom, and what is written when they do."""

import hashlib

import pytest
from sqlalchemy import func, insert, select, text

from auth.caller import Acr, Holder
from models.columns import table_of
from models.deed import DeedReceipt
from models.grant import Grant
from models.ids import Letter
from models.invitation import Invitation
from models.organisation import CallerKind
from models.outbox import Outbox
from models.refusal import RefusalCode as R
from models.tables import METADATA
from tests.hanamori import HOLDERS, child, id_of, office
from tests.sharing import (
    ACCEPT,
    ADDRESS,
    GRANDMOTHERS,
    INVITE,
    PARTNER,
    REVOKE,
    SHARE,
    SHARED,
    code_of,
    consent,
    done,
    invitation,
    partner,
    revoked,
    rows,
)

FAMILYS = (
    *("IDENTITY", "VACC_RECORDS", "VACC_FORECAST", "CHECKUP_BODY", "DENTAL", "ALLERGY_ALERT"),
    *("GROWTH_HOME", "NOTES_HOME", "NOTICES"),
)
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
            groups=FAMILYS,
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
    assert found["fieldGroups"] == list(given["fieldGroups"])
    assert (found["givenBy"], found["validTo"], found["revokedAt"]) == (who, given["validTo"], None)
    assert found["status"] == ("WAITING" if is_waiting else "GIVEN")
    assert (found["validFrom"], found["expiresAt"]) == (
        (None, "2026-12-07T15:00:00+00:00") if is_waiting else ("2026-11-23", None)
    )


GROUPS, END, MAIL = (["input", name] for name in ("fieldGroups", "validTo", "email"))
CHILD = ["input", "childId"]
REFUSED = {
    "an Individual Number": (
        "mother",
        INVITE,
        invitation(email="123456789018@mail.example"),
        R.INDIVIDUAL_NUMBER_REFUSED,
        ["input", "email"],
    ),
    "a tap": ("tapped", INVITE, invitation(), R.ACR_REQUIRED, None),
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
    "a tap accepts nothing": ("tapped", ACCEPT, {"code": "x", "idempotencyKey": "key-0001"}, R.ACR_REQUIRED, None),
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


async def test_a_clinic_reads_what_was_opened_to_it_from_the_next_request_on(act):
    other = {"id": office("other"), "kind": CallerKind.CLINIC, "name": "other", "municipality_code": "102016"}
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(insert(METADATA.tables["organisation"]), other)
    HOLDERS["other clinic"] = Holder(office("other"), CallerKind.CLINIC, Acr.KEY)
    look = "query ($i: ID!) { node(id: $i) { ... on Child { allergies vaccinations { totalCount } } } }"
    seen = [(await act("other clinic", look, i=child("aki"))).data["node"]]
    made = await done(act, "mother", SHARE, consent(to="other", groups=("IDENTITY", "ALLERGY_ALERT")))
    seen.append((await act("other clinic", look, i=child("aki"))).data["node"])
    del HOLDERS["other clinic"]

    assert made["sharedWith"] == "other"
    assert seen == [None, {"allergies": "卵", "vaccinations": {"totalCount": 0}}]


async def test_a_parent_from_whom_the_school_is_kept_learns_nothing_by_sharing_with_schools(act):
    other = {"id": office("other"), "kind": CallerKind.SCHOOL, "name": "other", "municipality_code": "102016"}
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(insert(METADATA.tables["organisation"]), other)
    HOLDERS["other school"] = Holder(office("other"), CallerKind.SCHOOL, Acr.KEY)
    answers = []
    for number, to in enumerate(("school", "other")):
        given = consent("haru", to, ["VACC_RECORDS"], idempotencyKey=f"school-0{number}")
        answers.append(await done(act, "ex", SHARE, given))
    opened = await act("other school", "query ($i: ID!) { node(id: $i) { id } }", i=child("haru"))
    del HOLDERS["other school"]

    assert [answer.pop("sharedWith") for answer in answers] == ["school", "other"]
    assert len({answer.pop("id") for answer in answers}) == 2
    assert answers[0] == answers[1]
    assert answers[0]["status"] == "GIVEN"
    assert opened.data == {"node": None}


async def test_21_invitations_to_one_record_are_too_many_until_one_is_revoked_and_no_matter_of_others(act):
    for number in range(20):
        made = await done(act, "mother", INVITE, invitation(idempotencyKey=f"key-{number:05}"))
    more = [await done(act, who, INVITE, invitation(idempotencyKey="key-more")) for who in ("mother", "father")]
    await revoked(act, "mother", made["id"])
    more.append(await done(act, "mother", INVITE, invitation(idempotencyKey="key-less")))

    assert [each.get("code") for each in more] == ["INVITATIONS_TOO_MANY", None, None]


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
    async with store.owner.reading() as connection:
        return await connection.scalar(text(question), {"sought": f"%{sought.replace('_', '%')}%"})


async def test_a_refused_invitation_leaves_a_receipt_and_no_mail(act):
    await done(act, "mother", INVITE, invitation(validTo="2000-01-01"))
    async with act.store.owner.reading() as connection:
        receipts = await connection.scalar(select(func.count()).select_from(table_of(DeedReceipt)))

    assert (receipts, await rows(act.store, Outbox)) == (1, [])


async def test_nothing_of_a_broken_invitation_is_kept(act):
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE outbox RENAME TO outbox_away"))
    with pytest.raises(Exception, match="outbox"):
        await act("mother", INVITE, input=invitation())
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE outbox_away RENAME TO outbox"))

    assert (await rows(act.store, Invitation), await rows(act.store, DeedReceipt)) == ([], [])
