"""What is published reaches exactly its audience, as it stands at each moment, and is retracted for all at once."""

from datetime import date

import pytest

from models.child import Child
from models.guardianship import Guardianship
from models.ids import Letter
from models.notice import Notice, NoticeEvent, NoticeKind
from models.organisation import Care
from models.outbox import MessageKind, Outbox
from models.pregnancy import Pregnancy
from tests.hanamori import NOW, TODAY, child, id_of, office, resident
from tests.sharing import changed as change
from tests.sharing import done, rows
from tests.telling import DAY, PUBLISH, PURPOSE, READ, RETRACT, about, inbox, publication, publish, work

UNBORN = id_of(Letter.PREGNANCY, "sheltered")
NUMBER = "123456789018"  # passes the check of an Individual Number; nobody's
EVERYBODY = ("mother", "father", "natsu", "ex", "grandmother", "sheltered", "counterparty", "stranger", "late", "grown")


async def reached(act, made, **words):
    found = {who: await about(act, who, made, **words) for who in EVERYBODY}
    return {who: subjects for who, subjects in found.items() if subjects}


async def test_guardians_are_reached_and_nobody_else(act):
    made = await publish(act)
    await work(act)

    assert await reached(act, made) == {
        "mother": sorted([child("haru"), child("aki"), child("natsu")]),
        "father": [child("aki")],
        "natsu": [child("natsu")],  # of her own, at sixteen
        "sheltered": [child("fuyu")],  # and not the counterparty, whose edge stands in the register
        "stranger": [child("yuki")],
    }


async def test_a_parent_who_lives_apart_is_told_that_there_is_something_and_not_what(act):
    await publish(act)
    await work(act)

    [told] = (await inbox(act, "ex")).values()

    assert (told["kind"], told["subjectId"]) == ("ANNOUNCEMENT", child("haru"))
    assert (told["announcement"], told["announcementId"], told["deliveries"]) == (None, None, None)


AGES = {  # on 2026-11-23
    (33, 33): {"aki"},  # born on 2024-02-10
    (34, 44): {"yuki"},  # born on 2023-03-03
    (0, 32): set(),
    (46, 58): {"fuyu"},
}


async def test_an_age_is_in_whole_months_both_included(act):
    made = {}
    for (first, last), names in AGES.items():
        wanted = {"audience": "CHILDREN_BY_AGE", "ageFrom": first, "ageTo": last}
        made[await publish(act, **wanted, idempotencyKey=f"age-{first:05}")] = names
    await work(act, only_published=True)

    found = {id_: set() for id_ in made}
    for each in await rows(act.store, Notice):
        if each.announcement_id in found:
            found[each.announcement_id].add(each.subject_id)
    assert found == {id_: {child(name) for name in names} for id_, names in made.items()}


async def test_who_grows_into_the_audience_is_told_on_that_day_and_once(act):
    made = await publish(act, audience="CHILDREN_BY_AGE", ageFrom=34, ageTo=34)
    before = await work(act), await about(act, "mother", made)
    birthday = NOW + 17 * DAY  # 34 months on 2026-12-10

    for now in (birthday - DAY, birthday, birthday + DAY):
        await work(act, now)

    assert before[1] == []
    assert await about(act, "mother", made, now=birthday + DAY) == [child("aki")]
    assert len([each for each in await rows(act.store, Notice) if each.announcement_id == made]) == 1


async def test_the_pregnant_are_reached_until_the_pregnancy_ends(act):
    made = await publish(act, audience="PREGNANT")
    await work(act)
    before = await reached(act, made)
    await change(act, Pregnancy, {"ended_on": TODAY}, id=UNBORN)

    assert before == {"sheltered": [UNBORN]}
    assert await reached(act, made) == {}


async def test_the_pregnant_of_some_weeks_and_who_enters_school_are_reached(act):
    await change(act, Child, {"birth_date": date(2021, 4, 1)}, id=child("yuki"))
    await change(act, Child, {"birth_date": date(2021, 4, 2)}, id=child("fuyu"))
    weeks = {"audience": "PREGNANT_BY_WEEK"}  # hers is the 21st that has been completed
    made = [
        await publish(act, **weeks, weekFrom=first, weekTo=last, idempotencyKey=f"weeks-{first:03}")
        for first, last in ((12, 20), (21, 21), (22, 40))
    ]
    made.append(await publish(act, audience="ENTERING_SCHOOL", idempotencyKey="entering"))
    await work(act, only_published=True)

    found = {each: [] for each in made}
    for each in await rows(act.store, Notice):
        found.get(each.announcement_id, []).append(each.subject_id)
    assert list(found.values()) == [[], [UNBORN], [], [child("yuki")]]


async def test_pupils_of_a_school_are_reached(act):
    made = await publish(act, audience="PUPILS", schoolId=office("school"))
    await work(act)

    assert await reached(act, made) == {"mother": [child("haru")]}
    assert [each.child_id for each in await rows(act.store, Care) if each.organisation_id == office("school")]


@pytest.mark.parametrize("gone", ["died_on", "moved_out_on"])
async def test_of_a_child_who_is_gone_nothing_is_told_and_nothing_stays(act, gone):
    first = await publish(act)
    await work(act)
    await change(act, Child, {gone: TODAY}, id=child("aki"))

    second = await publish(act, idempotencyKey="notice-02")
    await work(act)

    assert child("aki") not in await about(act, "mother", first) + await about(act, "mother", second)
    assert await inbox(act, "father") == {}


async def test_a_right_that_ended_takes_the_notice_with_it(act):
    made = await publish(act)
    await work(act)
    before = await about(act, "father", made)
    await change(act, Guardianship, {"valid_to": TODAY}, holder_id=resident("father"))

    assert before == [child("aki")]
    assert await inbox(act, "father") == {}


async def test_what_is_retracted_is_told_to_nobody_from_then_on(act):
    made = await publish(act)
    await work(act)
    given = {"announcementId": made, "idempotencyKey": "retract-1"}

    first = await done(act, "staff_health", RETRACT, given, purpose=PURPOSE)
    second = await done(act, "staff_health", RETRACT, given | {"idempotencyKey": "retract-2"}, purpose=PURPOSE)

    assert (first["isRetracted"], second["isRetracted"]) == (True, True)
    assert await reached(act, made) == {}


async def test_what_is_shown_later_or_no_more_is_not_told(act):
    made = await publish(act, shownFrom="2026-11-24", shownTo="2026-11-25")
    await work(act)
    today = await reached(act, made)
    await work(act, NOW + DAY)

    assert today == {}
    assert "father" in await reached(act, made, now=NOW + DAY)
    assert await reached(act, made, now=NOW + 2 * DAY) == {}


async def test_workers_write_one_notice_one_event_and_one_mail_for_each_mailbox(act):
    made = await publish(act)
    for _ in range(3):
        await work(act)

    written = [each for each in await rows(act.store, Notice) if each.announcement_id == made]
    events = {each.row_id for each in await rows(act.store, NoticeEvent)}
    mails = [each for each in await rows(act.store, Outbox) if each.about_id in {row.id for row in written}]
    assert len({each.subject_id for each in written}) == len(written) == 5
    assert {each.id for each in written} <= events
    assert [(each.kind, each.recipient_id) for each in mails] == [(MessageKind.NOTICE, resident("mother"))]


UNFIT = [
    ({"titleEn": " "}, "VALUE_MISSING", "titleEn"),
    ({"titleJa": "あ" * 101}, "TEXT_TOO_LONG", "titleJa"),
    ({"titleJa": "a\nb"}, "TEXT_MALFORMED", "titleJa"),
    ({"textJa": "あ" * 2_001}, "TEXT_TOO_LONG", "textJa"),
    ({"textEn": f"call {NUMBER}"}, "INDIVIDUAL_NUMBER_REFUSED", "textEn"),
    ({"shownTo": "2026-11-23"}, "PERIOD_INVALID", "shownTo"),
    ({"audience": "CHILDREN_BY_AGE"}, "VALUE_OUT_OF_RANGE", "ageFrom"),
    ({"audience": "PREGNANT_BY_WEEK", "weekFrom": 5}, "VALUE_OUT_OF_RANGE", "weekFrom"),
    ({"audience": "PUPILS"}, "VALUE_OUT_OF_RANGE", "schoolId"),
    ({"schoolId": office("school")}, "VALUE_OUT_OF_RANGE", "schoolId"),
    ({"audience": "PUPILS", "schoolId": office("clinic")}, "NOT_FOUND", "schoolId"),
    ({"audience": "PUPILS", "schoolId": "x"}, "NOT_FOUND", "schoolId"),
]
OTHERS = [
    ("mother", None, "NOT_PERMITTED"),
    ("school", None, "NOT_PERMITTED"),
    ("staff_health", None, "PURPOSE_REQUIRED"),
    ("staff_health", "COR:1", "PURPOSE_REQUIRED"),
    ("staff_registry", "REG:1", "NOT_PERMITTED"),
]


async def test_what_cannot_be_published_is_refused(act):
    for number, (given, code, field) in enumerate(UNFIT):
        wrong = publication(**given, idempotencyKey=f"unfit-{number:03}")
        refused = await done(act, "staff_health", PUBLISH, wrong, purpose=PURPOSE)
        assert (refused["code"], refused["field"]) == (code, ["input", field]), given


async def test_health_staff_alone_publish_and_for_a_purpose(act):
    for who, purpose, code in OTHERS:
        assert (await done(act, who, PUBLISH, publication(), purpose=purpose))["code"] == code, who


async def test_a_mark_is_the_readers_alone(act):
    id_ = id_of(Letter.NOTICE, "aki age")
    for key in ("reading-1", "reading-2"):
        read = await done(act, "mother", READ, {"noticeId": id_, "idempotencyKey": key})

    assert read == {"__typename": "Notice", "id": id_, "isRead": True}
    assert (await inbox(act, "father"))[id_]["isRead"] is False
    refused = await done(act, "stranger", READ, {"noticeId": id_, "idempotencyKey": "reading-1"})
    assert refused["code"] == "NOT_FOUND"


async def test_those_of_one_kind_are_listed_counted_and_paged(act):
    await publish(act)
    await work(act)
    text = """query ($kind: NoticeKind, $after: String) { viewer { notices(kind: $kind, first: 2, after: $after) {
      totalCount pageInfo { endCursor hasNextPage } edges { node { id kind } } } } }"""

    async def page(**words):
        return (await act("mother", text, **words)).data["viewer"]["notices"]

    first = await page()
    every = [*first["edges"]]
    while first["pageInfo"]["hasNextPage"]:
        first = await page(after=first["pageInfo"]["endCursor"])
        every += first["edges"]
    by_kind = {kind: [each for each in every if each["node"]["kind"] == kind] for kind in NoticeKind.__members__}
    told = {kind: await page(kind=kind) for kind in by_kind}
    later = {kind: await page(kind=kind, after=each["pageInfo"]["endCursor"]) for kind, each in told.items()}

    assert {kind: each["totalCount"] for kind, each in told.items()} == {kind: len(by_kind[kind]) for kind in told}
    assert {kind: each["edges"] for kind, each in told.items()} == {kind: by_kind[kind][:2] for kind in told}
    assert {kind: each["edges"] for kind, each in later.items() if by_kind[kind]} == {
        kind: each[2:4] for kind, each in by_kind.items() if each
    }
    assert max(map(len, by_kind.values())) > 2
    assert sum(bool(each) for each in by_kind.values()) > 1


async def test_staff_read_how_its_mails_stand(act):
    await publish(act)
    await work(act)
    text = "{ notices(first: 100) { edges { node { subjectId announcementId deliveries { waiting sent } } } } }"

    found = (await act("staff_health", text, purpose=PURPOSE)).data["notices"]["edges"]

    waiting = sum(each["node"]["deliveries"]["waiting"] for each in found)
    assert (waiting, date(2026, 11, 23)) == (1, TODAY)
