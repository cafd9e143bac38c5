"""Hanamori with more of everything: ties in every order, pages that end in the middle of one, entries of all kinds."""

from datetime import UTC, date, datetime, timedelta

from auth.chain import chained
from models.access_log import AccessEntry, AuditTail, Withholding
from models.alert import Allergy, AllergyKind, Physician, Practice
from models.application import StepKind
from models.checkup import Checkup, CheckupKind
from models.child import Child
from models.diary import DiaryEntry
from models.grant import Grant
from models.growth import Growth, Measure
from models.guardianship import Guardianship
from models.ids import Letter
from models.invitation import Invitation
from models.life_event import LifeEvent, LifeEventKind
from models.link import RecordLink
from models.organisation import CallerKind
from models.point import EntryKind, PointEntry
from models.pregnancy import Outcome, Pregnancy
from models.pregnancy_checkup import DueBasis, DueDate, MaternalVisit, PregnancyCheckup, Reaction
from models.questionnaire import Questionnaire, Reply
from models.resident import Sex
from models.ride import Ride, Seat
from models.school_checkup import SchoolCheckup
from models.vaccination import Vaccination, Vaccine
from tests.hanamori import (
    LONG_AGO,
    NOW,
    TODAY,
    K,
    applied,
    child,
    contested,
    family,
    id_of,
    office,
    reminding,
    resident,
    rows,
    waits,
)
from tests.written import reference

BORN = {  # two of one day beside aki, and one whom only the register's desk knows to have gone
    "kiku": ("hill", date(2024, 2, 10), None),
    "kaede": ("hill", date(2024, 2, 10), None),
    "sora": ("field", date(2023, 3, 3), date(2026, 11, 1)),
}
AUTHORITY = (("kiku", "mother", K.AUTHORITY_SOLE), ("kaede", "mother", K.CUSTODIAN), ("sora", "stranger", K.PLACEMENT))
LOOKS = (  # who looked, why, at whom, what it was, whether in vain; all in the same minute
    ("clinic", None, child("aki"), "child", False),
    ("staff_health", "CHK", child("aki"), "child", False),
    ("staff_health", "SUP", child("haru"), "child", False),
    ("staff_health", "SUP", child("haru"), "child", True),
    ("staff_registry", "REG", family("hill"), "family", False),
    ("staff_registry", "REG", family("shelter"), "measure", False),
    ("staff_taxi", "CLM", id_of(Letter.RIDER, "mother"), "rider", False),
    ("staff_points", "PTS", id_of(Letter.ACCOUNT, "natsu"), "account", False),
    ("auditor", "AUD", family("shelter"), "family", False),
    ("clinic", "EMG", child("yuki"), "child", False),
    ("school", None, None, None, True),
)


def crowded():
    """Every row: Hanamori's own, and the rest."""
    own = [row for row in rows() if not isinstance(row, AuditTail)]
    records = [*_records(), *_confided(), *_entries()]
    return [*own, *_children(), *records, *_register(), *_sharing(), *_dealings(), *_looks(own)]


def _children():
    yield reference(2010, measure=Measure.HEIGHT_MM, kilo=100)
    yield reference(2023, kilo=900)  # imported later: it counts
    for name, (home, birth_date, gone) in BORN.items():
        yield Child(
            id=child(name),
            family_id=family(home),
            name=name,
            name_kana=name,
            birth_date=birth_date,
            sex=Sex.MALE,
            moved_out_on=gone,
        )
    for about, holder, kind in AUTHORITY:
        yield _edge(about, holder, kind)


def _edge(about, holder, kind, **more):
    return Guardianship(
        id=id_of(Letter.LOG, f"{about} {holder} {kind} {more}"),
        child_id=child(about),
        holder_id=resident(holder),
        kind=kind,
        **{"valid_from": LONG_AGO, "recorded_at": NOW, "evidence": "register", **more},
    )


def _records():
    yield from (waits(f"waits {number}") for number in range(4))
    yield from (contested(*each) for each in (("aki", "father"), ("haru", "mother"), ("fuyu", "sheltered")))
    for number in range(9):
        yield Vaccination(
            id=id_of(Letter.VACCINATION, f"haru more {number}"),
            child_id=child(("haru", "kiku", "natsu")[number % 3]),
            vaccine=Vaccine.MR,
            given_on=date(2024, 4, 15 + number // 5),
            organisation_id=office("clinic") if number % 4 == 0 else None,
            clinic="" if number == 3 else None,
        )
        yield Checkup(
            id=id_of(Letter.CHECKUP, f"more {number}"),
            child_id=child(("aki", "haru", "fuyu")[number % 3]),
            kind=CheckupKind.YEARS_3,
            checked_on=date(2025, 8, 1),
            weight_g=0 if number == 2 else None,
            organisation_id=office("clinic") if number % 2 else None,
        )
        yield Growth(
            id=id_of(Letter.GROWTH, f"more {number}"),
            child_id=child(("haru", "aki", "yuki")[number % 3]),
            measured_on=date(2026, 9, 1),
            height_mm=900 + number,
            recorded_by_id=resident(("ex", "mother", "stranger")[number % 3]),
            recorded_at=NOW,
        )

    for number in range(4):  # corrected once, and struck out
        yield Vaccination(
            id=id_of(Letter.VACCINATION, f"corrected {number}"),
            child_id=child(("aki", "haru")[number % 2]),
            vaccine=Vaccine.MUMPS,
            given_on=date(2025, 8, 1 + number // 3),
            organisation_id=office("clinic") if number % 2 else None,
            replaces_id=id_of(Letter.VACCINATION, f"corrected {number - 2}") if number > 1 else None,
            is_replaced=number < 2,
            is_void=number == 3,
        )
    for number in range(4):  # a clinic's entry and the city's, and what took their place
        yield Checkup(
            id=id_of(Letter.CHECKUP, f"corrected {number}"),
            child_id=child(("aki", "haru")[number % 2]),
            kind=CheckupKind.YEARS_3,
            checked_on=date(2025, 8, 1 + number // 3),
            organisation_id=office("clinic") if number % 2 else None,
            replaces_id=id_of(Letter.CHECKUP, f"corrected {number - 2}") if number > 1 else None,
            is_replaced=number < 2,
        )


def _confided():
    for number in range(4):
        yield Questionnaire(
            id=id_of(Letter.QUESTIONNAIRE, str(number)),
            child_id=child(("haru", "aki")[number % 2]),
            kind=CheckupKind.YEARS_3,
            answered_on=TODAY - timedelta(days=number // 2),
            has_hit=Reply.NO,
            answered_by_id=resident(("mother", "father", "mother", "mother")[number]),
            recorded_at=NOW,
            replaces_id=id_of(Letter.QUESTIONNAIRE, "0") if number == 2 else None,
            is_replaced=number == 0,
        )
        yield SchoolCheckup(
            id=id_of(Letter.SCHOOL_CHECKUP, str(number)),
            child_id=child("natsu" if number == 3 else "haru"),
            grade=2,
            checked_on=date(2026, 5, 1 + number // 2),
            organisation_id=None if number == 1 else office("school"),
            recorded_at=NOW,
            replaces_id=id_of(Letter.SCHOOL_CHECKUP, "0") if number == 2 else None,
            is_replaced=number == 0,
        )
        yield PregnancyCheckup(
            id=id_of(Letter.PREGNANCY_CHECKUP, str(number)),
            pregnancy_id=id_of(Letter.PREGNANCY, ("ended", "mother", "ended", "sheltered")[number]),
            kind=MaternalVisit.PREGNANCY,
            checked_on=date(2026, 10, 1 + number // 2),
            is_own_entry=number % 2 == 1,
            weight_g=55_000,
            hiv_antibody=Reaction.NEGATIVE,
            organisation_id=office("clinic") if number % 2 == 0 else None,
            recorded_at=NOW,
            replaces_id=id_of(Letter.PREGNANCY_CHECKUP, "0") if number == 2 else None,
            is_replaced=number == 0,
        )
        yield DueDate(
            id=id_of(Letter.LOG, f"due {number}"),
            pregnancy_id=id_of(Letter.PREGNANCY, ("mother", "ended")[number % 2]),
            number=1 + number // 2,
            due_on=date(2027, 4, 1 + number),
            basis=DueBasis.ULTRASOUND,
            recorded_at=NOW,
            organisation_id=office("clinic") if number % 2 else None,
        )


def _entries():
    """What guardians wrote: three of each kind about haru and aki, of which the second is replaced and one is void."""
    kinds = (
        (Growth, Letter.GROWTH, {"measured_on": date(2026, 9, 1), "weight_g": 17_000}),
        (DiaryEntry, Letter.DIARY, {"observed_at": NOW - timedelta(hours=5), "symptoms": "COUGH RASH"}),
        (Allergy, Letter.ALLERGY, {"kind": AllergyKind.FOOD, "substance": "卵"}),
        (Physician, Letter.PHYSICIAN, {"practice": Practice.PAEDIATRICIAN, "clinic": "みなみ医院"}),
    )
    for model, letter, said in kinds:
        for number in range(7):
            about, by = (("haru", "mother"), ("haru", "ex"), ("aki", "mother"))[number % 3]
            later = {3: 0, 4: 1, 5: 2, 6: 3}.get(number)
            yield model(
                id=id_of(letter, f"entry {number}"),
                child_id=child(about),
                recorded_by_id=resident(by),
                recorded_at=NOW - timedelta(days=2 - number // 3),
                replaces_id=None if later is None else id_of(letter, f"entry {later}"),
                is_void=number in {4, 6},
                correction_reason=None if later is None else "訂正",
                **said,
            )


def _register():
    wrong = _edge("haru", "father", K.CUSTODIAN)
    yield wrong
    yield _edge("haru", "father", K.CUSTODIAN, valid_to=LONG_AGO, replaces_id=wrong.id)
    yield _edge("haru", "grandmother", K.SPECIFIC_MATTER, valid_from=TODAY + timedelta(days=9), is_sealed=True)
    for number, about in enumerate(("haru", "aki", "sora")):
        yield LifeEvent(
            id=id_of(Letter.LOG, f"life {about}"),
            kind=LifeEventKind.MOVED_OUT if about == "sora" else LifeEventKind.BIRTH,
            child_id=child(about),
            happened_on=date(2026, 11, 1) if number else None,
            recorded_at=NOW,
            evidence="届",
        )


def _sharing():
    for number, by in enumerate(("mother", "mother", "ex", "father")):
        about = "aki" if by == "father" else "haru"
        yield Invitation(
            id=id_of(Letter.SHARE, f"waiting {number}"),
            child_id=child(about),
            invited_by_id=resident(by),
            field_groups="IDENTITY GROWTH_HOME",
            valid_to=date(2027, 1, 1),
            code_hash=f"{number}" * 64,
            invited_at=NOW,
            expires_at=NOW + timedelta(days=number - 1),
            revoked_at=NOW if number == 1 else None,
        )
        yield RecordLink(
            id=id_of(Letter.LINK, f"link {number}"),
            child_id=child(about),
            organisation_id=office("partner" if number == 2 else "clinic"),
            issued_by_id=resident(by),
            issued_by_kind=CallerKind.RESIDENT,
            code_hash=f"{number}" * 64,
            issued_at=NOW,
            expires_at=NOW + timedelta(days=number - 1),
            number_hash=f"{number}" * 64 if number > 1 else None,
            linked_at=NOW if number > 1 else None,
            revoked_at=NOW if number == 3 else None,
            own_child_id=child("kiku") if number == 2 else None,
        )
    yield Grant(
        id=id_of(Letter.PARTNER_SHARE, "father"),
        pregnancy_id=id_of(Letter.PREGNANCY, "mother"),
        granted_by_id=resident("mother"),
        grantee_id=resident("father"),
        field_groups="PREGNANCY_CORE",
        valid_from=LONG_AGO,
        valid_to=date(2027, 1, 1),
        recorded_at=NOW,
    )
    for name, ended_on in (("mother", None), ("ended", date(2025, 1, 1))):
        yield Pregnancy(
            id=id_of(Letter.PREGNANCY, name),
            mother_id=resident("mother"),
            notified_on=date(2026, 9, 1),
            due_on=date(2027, 4, 1),
            ended_on=ended_on,
            outcome=Outcome.BIRTH if ended_on else None,
            organisation_id=office("clinic") if ended_on else None,
        )


def _dealings():
    for number, (name, about) in enumerate((("mother", "aki"), ("stranger", "yuki"), ("mother", "haru"))):
        kinds = (StepKind.WAITING, StepKind.ACCEPTED, StepKind.WITHDRAWN)
        yield from applied(name, about, kinds[number], number // 2)
    for number, (name, about) in enumerate(
        (("mother", "haru"), ("ex", "haru"), ("father", "aki"), ("stranger", "yuki"))
    ):
        yield reminding(name, about, number // 2, confirmed_at=NOW if number else None)
    at = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)  # when mother and natsu shared a ride
    for number, name in enumerate(("mother", "natsu", "stranger", "mother", "mother")):
        ride_id = id_of(Letter.RIDE, f"more {number}")
        taxi = office("other-taxi" if number == 3 else "taxi")
        where = {"pick_up": "駅", "drop_off": "家" if number else None}
        yield Ride(id=ride_id, organisation_id=taxi, boarded_at=at, is_waiting=number % 2 == 1, **where)
        yield Seat(
            id=id_of(Letter.SEAT, f"more {number}"),
            ride_id=ride_id,
            rider_id=id_of(Letter.RIDER, name),
            organisation_id=taxi,
            boarded_at=at,
        )
    for number in range(5):
        yield PointEntry(
            id=id_of(Letter.ENTRY, f"more {number}"),
            account_id=id_of(Letter.ACCOUNT, ("mother", "natsu")[number % 2]),
            kind=EntryKind.SPENT,
            points=-1 - number,
            posted_at=datetime(2026, 6, 1, 0, 0, 5 * (number // 3), tzinfo=UTC),
            facility="花屋",
            organisation_id=office("shop") if number % 2 else None,
        )


def _looks(own):
    last = next(row for row in own if isinstance(row, AccessEntry))
    entries = list(chained(last.seq, last.hash, [_look(*each) for each in enumerate(LOOKS)]))
    yield from (AccessEntry(**each) for each in entries)
    yield AuditTail(id=1, seq=entries[-1]["seq"], hash=entries[-1]["hash"])
    yield Withholding(
        id=id_of(Letter.LOG, "withholding"),
        subject_id=child("haru"),
        case_reference="2026-2",
        until=date(2027, 1, 1),
        decided_by_id=office("supervisor"),
        evidence="decision",
        recorded_at=NOW,
    )


def _look(number, look):
    who, purpose, about, noun, is_denied = look
    kinds = {"clinic": CallerKind.CLINIC, "school": CallerKind.SCHOOL}
    return {
        "id": id_of(Letter.LOG, f"look {number}"),
        "at": datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=number // 4),
        "actor_id": office(who),
        "actor_kind": kinds.get(who) or CallerKind(who),
        "office_id": office(who if who in kinds else "office"),
        "office": who if who in kinds else "office",
        "purpose_code": purpose,
        "case_reference": purpose and f"2026-{number}",
        "noun": noun,
        "subject_id": about,
        "fields": "" if is_denied else "Child.id:1 Child.name:2",
        "cells": 0 if is_denied else 3,
        "is_denied": is_denied,
    }
