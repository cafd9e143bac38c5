"""A mail of a notice goes to whoever wants it and may read it at that moment; what is over is not mailed."""

import pytest

from models.application import ApplicationStep, StepKind
from models.child import Child
from models.grant import Grant
from models.guardianship import Guardianship, ProtectionMeasure
from models.ids import Letter
from models.mailbox import Mailbox
from models.notice import NoticeKind
from models.outbox import EndReason, Outbox
from models.pregnancy import Outcome, Pregnancy
from resolvers.addressing import New
from tests.hanamori import NOW, TODAY, child, family, id_of, resident
from tests.mailing import text
from tests.posting import Posting
from tests.sharing import changed as change
from tests.sharing import rows
from tests.telling import DAY, publish, serve, work, write_now

UNBORN = id_of(Letter.PREGNANCY, "sheltered")
AKI = New(NoticeKind.VACCINATION_DUE, "VACCINATION_DUE:2026-11-23", child_id=child("aki"))
FUYU = New(NoticeKind.CHECKUP_DUE, "CHECKUP_DUE:2026-11-23", child_id=child("fuyu"))


@pytest.fixture
async def posting(act, inbox):
    await serve(act, "aki", "fuyu", "haru")
    await serve(act, "sheltered", of=Letter.PREGNANCY)
    return Posting(act.store, inbox)


async def add(act, *added):
    async with act.store.owner.writing() as session:
        session.add_all(added)


def box(who, **other):
    kinds = " ".join(each.name for each in NoticeKind)
    moments = {"added_at": NOW, "code_expires_at": NOW, "confirmed_at": NOW}
    about = {"id": id_of(Letter.MAILBOX, who), "resident_id": resident(who), "address": f"{who}@mail.example"}
    return Mailbox(**{**about, "kinds": kinds, "language": "JA", **moments, **other})


async def ends(act):
    """How each message ended, by its recipient."""
    return {each.recipient_id: each.end_reason for each in await rows(act.store, Outbox)}


async def test_each_guardian_who_wants_it_gets_one_and_the_counterparty_none(act, posting):
    await add(act, box("father"), box("sheltered"), box("counterparty"), box("stranger"))

    await write_now(act.store, AKI, FUYU, AKI)
    await posting.post()

    to = sorted(mail["To"] for mail in posting.inbox.mails)
    assert to == ["father@mail.example", "mother@mail.example", "sheltered@mail.example"]


async def test_a_mail_says_nothing_of_what_it_is_about(act, posting):
    await write_now(act.store, AKI)
    await posting.post()

    [mail] = posting.inbox.mails
    said = text(mail) + text(mail, "html") + mail["Subject"]
    assert "https://kosodate.city.example/notices" in said
    assert [each for each in ("vaccin", "aki", child("aki"), "VACCINATION") if each in said] == []


async def test_only_kinds_that_are_wanted_are_mailed(act, posting):
    await change(act, Mailbox, {"kinds": "AGE"}, resident_id=resident("mother"))

    await write_now(act.store, AKI)

    assert await rows(act.store, Outbox) == []


@pytest.mark.parametrize("wishes", [{"confirmed_at": None}, {"removed_at": NOW, "address": None}])
async def test_a_mailbox_that_does_not_count_gets_nothing(act, wishes):
    await change(act, Mailbox, wishes, resident_id=resident("mother"))

    await write_now(act.store, AKI)

    assert await rows(act.store, Outbox) == []


async def test_what_comes_in_quiet_hours_leaves_when_they_are_over(act, posting):
    await change(act, Mailbox, {"quiet_from_minute": 480, "quiet_to_minute": 570}, resident_id=resident("mother"))
    await write_now(act.store, AKI)  # 09:00 in Tokyo, quiet until 09:30

    await posting.post()
    [row] = await rows(act.store, Outbox)
    before, posting.at = list(posting.inbox.mails), row.due_at
    await posting.post()

    assert (before, row.attempts, row.due_at.isoformat()) == ([], 0, "2026-11-23T00:30:00+00:00")
    assert len(posting.inbox.mails) == 1


STOPS = {
    "death": (Child, {"died_on": TODAY}, {"id": child("aki")}),
    "moving out": (Child, {"moved_out_on": TODAY}, {"id": child("aki")}),
    "a right that ended": (Guardianship, {"valid_to": TODAY}, {"holder_id": resident("mother")}),
    "a measure": (
        ProtectionMeasure,
        {"family_id": family("hill"), "counterparty_id": resident("mother")},
        {"family_id": family("shelter")},
    ),
}


@pytest.mark.parametrize("what", STOPS)
async def test_what_waits_already_stops_at_once(act, posting, what):
    await write_now(act.store, AKI)
    model, values, where = STOPS[what]
    await change(act, model, values, **where)

    await posting.post()

    assert await ends(act) == {resident("mother"): EndReason.NOT_PERMITTED}
    assert posting.inbox.mails == []


async def test_after_a_loss_nothing_is_written_and_nothing_leaves(act, posting):
    await add(act, box("sheltered"))
    week = New(NoticeKind.WEEK_OF_PREGNANCY, "PREGNANCY_WEEK:20", pregnancy_id=UNBORN)
    await write_now(act.store, week)
    await change(act, Pregnancy, {"ended_on": TODAY, "outcome": Outcome.MISCARRIAGE}, id=UNBORN)

    await posting.post()
    await work(act, NOW)

    assert await ends(act) == {resident("sheltered"): EndReason.NOT_PERMITTED}
    assert posting.inbox.mails == []


async def test_what_is_wanted_no_more_or_has_no_mailbox_ends(act, posting):
    await add(act, box("father"))
    await write_now(act.store, AKI)
    await change(act, Mailbox, {"kinds": ""}, resident_id=resident("mother"))
    await change(act, Mailbox, {"removed_at": NOW}, resident_id=resident("father"))

    await posting.post()

    found = {resident("mother"): EndReason.NOT_WANTED, resident("father"): EndReason.NO_ADDRESS}
    assert await ends(act) == found


@pytest.mark.parametrize(
    ("by", "state", "ended"),
    [
        ("somebody", StepKind.WITHDRAWN, {"mother": EndReason.NOT_WANTED, "father": EndReason.NOT_WANTED}),
        ("mother", StepKind.WITHDRAWN, {"mother": EndReason.NOT_WANTED, "father": None}),
    ],
    ids=["the only one", "one of two"],
)
async def test_who_withdraws_is_mailed_nothing_that_waits_already(act, posting, by, state, ended):
    await add(act, box("father"))
    await write_now(act.store, AKI)
    owed = {"id": id_of(Letter.LOG, "received"), "recipient_id": resident("mother"), "about_id": child("aki")}
    await add(act, Outbox(**owed, kind="RECORD_RECEIVED", created_at=NOW, due_at=NOW))
    if by == "somebody":
        await change(act, ApplicationStep, {"kind": state}, child_id=child("aki"))
    else:
        await serve(act, "aki", by=by, state=state)

    await posting.post()

    assert await ends(act) == {resident(who): why for who, why in ended.items()}


async def test_of_what_was_published_a_mailbox_gets_one_mail_however_many_children(act, posting):
    await publish(act)
    await work(act, only_published=True)

    await posting.post()

    assert [mail["To"] for mail in posting.inbox.mails] == ["mother@mail.example"]


async def test_who_was_invited_to_notices_gets_them_until_it_is_revoked(act, posting):
    await add(act, box("grandmother"))
    await change(act, Grant, {"field_groups": "IDENTITY NOTICES"}, grantee_id=resident("grandmother"))
    await write_now(act.store, AKI)
    await posting.post()
    await change(act, Grant, {"revoked_at": NOW}, grantee_id=resident("grandmother"))
    await write_now(act.store, AKI._replace(key="VACCINATION_DUE:2026-11-24"))
    await posting.post()

    to = [mail["To"] for mail in posting.inbox.mails]
    assert to.count("grandmother@mail.example") == 1
    assert to.count("mother@mail.example") == 2


async def test_a_record_from_outside_is_mailed_to_the_guardian_who_wants_it_and_to_no_counterparty(act, posting):
    await add(act, box("counterparty"), box("sheltered", kinds="AGE"), box("ex"))
    about = {"kind": "RECORD_RECEIVED", "created_at": NOW, "due_at": NOW}
    for who, name in (("mother", "haru"), ("ex", "haru"), ("sheltered", "fuyu"), ("counterparty", "fuyu")):
        owed = {"id": id_of(Letter.LOG, who), "recipient_id": resident(who), "about_id": child(name)}
        await add(act, Outbox(**owed, **about))

    await posting.post()

    assert sorted(mail["To"] for mail in posting.inbox.mails) == ["ex@mail.example", "mother@mail.example"]
    found = await ends(act)
    assert found[resident("sheltered")] is EndReason.NOT_WANTED
    assert found[resident("counterparty")] is EndReason.NOT_PERMITTED


async def test_a_code_that_is_waited_for_is_mailed_and_one_that_is_too_late_is_not(act, posting):
    confirming = {"kind": "CONFIRMATION", "created_at": NOW, "due_at": NOW, "recipient_id": resident("father")}
    for name, expires_at in (("first", NOW + DAY), ("late", NOW)):
        made = box("father", id=id_of(Letter.MAILBOX, name), confirmed_at=None, code_expires_at=expires_at)
        mail = {"id": id_of(Letter.LOG, name), "about_id": made.id, "address": f"{name}@mail.example", "secret": "c0de"}
        await add(act, made, Outbox(**confirming, **mail))

    await posting.post()

    assert [(mail["To"], "/mailbox#c0de" in text(mail)) for mail in posting.inbox.mails] == [
        ("first@mail.example", True)
    ]


async def test_a_look_in_an_emergency_is_mailed_to_who_may_read_the_log(act, posting):
    await add(act, box("ex"))
    about = {"kind": "EMERGENCY_LOOK", "about_id": child("haru"), "created_at": NOW, "due_at": NOW}
    for who in ("mother", "ex", "father", "staff_health"):
        id_ = resident(who) if who != "staff_health" else "102016-O0"
        await add(act, Outbox(id=id_of(Letter.LOG, who), recipient_id=id_, **about))

    await posting.post()

    assert [mail["To"] for mail in posting.inbox.mails] == ["mother@mail.example"]
    refused = {resident("ex"): EndReason.NOT_PERMITTED, resident("father"): EndReason.NOT_PERMITTED}
    assert await ends(act) == {resident("mother"): None, "102016-O0": EndReason.NO_ADDRESS, **refused}
