"""Hanamori, a town of six children written by hand, and `ask`: the real engine over it, as any of its people.

Its day is 2026-11-23, a holiday. Nothing here comes from the demo town or from the permission table: what the people
are to one another is said in words below, and tests say what follows.
"""

import hashlib
from datetime import UTC, date, datetime

from auth.caller import NOBODY, Acr, Holder
from auth.chain import BEFORE_THE_FIRST, HEAD, AuditKey, chained, moment
from models.access_log import AccessEntry, AuditHead, AuditTail
from models.application import Application, ApplicationKind, ApplicationStep, StepKind
from models.checkup import Checkup, CheckupKind, Finding, Judgement
from models.child import Child
from models.claim import Claim
from models.duty_doctor import DutyDoctor, DutySlot, DutyStatus
from models.family import Family
from models.grant import Grant
from models.growth import Growth
from models.guardianship import Guardianship, GuardianshipKind, ProtectionMeasure
from models.ids import Letter, mint
from models.municipality import Municipality
from models.organisation import STAFF_KINDS, Bond, CallerKind, Care, Organisation, StaffMember
from models.point import EntryKind, PointAccount, PointEntry
from models.pregnancy import Pregnancy
from models.pregnancy_checkup import MaternalVisit, PregnancyCheckup
from models.questionnaire import Questionnaire, Reply
from models.reminder import Reminder
from models.resident import Resident, Sex
from models.ride import Ride, Seat
from models.rider import Eligibility, Rider
from models.school_checkup import SchoolCheckup
from models.vaccination import Vaccination, Vaccine
from tests import outside
from tests.newsroom import told
from tests.written import reference, written_down

CODE = "102016"
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # 09:00 in Tokyo
LONG_AGO = date(2000, 1, 1)
AUDIT_PEM = AuditKey.generate()
AUDIT_KEY = AuditKey(AUDIT_PEM)
K = GuardianshipKind

# Where people live. The measure hides the house of shelter from the counterparty.
HOMES = {
    "mother": "hill",  # holds joint authority over haru with ex, over aki with father; sole authority over natsu
    "father": "hill",
    "natsu": "hill",  # 16, has a card of her own
    "grown": "hill",  # 18 today; the mother's edge to him still stands in the register
    "ex": "river",
    "grandmother": "river",  # invited to aki's identity and doses
    "sheltered": "shelter",  # fuyu's mother, and expecting
    "counterparty": "river",
    "stranger": "field",  # yuki's mother
    "late": "field",  # died, with a guardianship that nobody closed
}
BIRTHS = {
    "haru": ("hill", date(2018, 5, 1)),
    "aki": ("hill", date(2024, 2, 10)),
    "natsu": ("hill", date(2010, 6, 15)),
    "grown": ("hill", date(2008, 11, 23)),
    "fuyu": ("shelter", date(2022, 1, 5)),
    "yuki": ("field", date(2023, 3, 3)),
}
EDGES = (
    ("haru", "mother", K.BIRTH_MOTHER),
    ("haru", "mother", K.AUTHORITY_JOINT),
    ("haru", "ex", K.LEGAL_FATHER),
    ("haru", "ex", K.AUTHORITY_JOINT),
    ("aki", "mother", K.BIRTH_MOTHER),
    ("aki", "mother", K.AUTHORITY_JOINT),
    ("aki", "father", K.LEGAL_FATHER),
    ("aki", "father", K.AUTHORITY_JOINT),
    ("natsu", "mother", K.AUTHORITY_SOLE),
    ("grown", "mother", K.AUTHORITY_SOLE),
    ("fuyu", "sheltered", K.AUTHORITY_JOINT),
    ("fuyu", "counterparty", K.AUTHORITY_JOINT),
    ("yuki", "stranger", K.AUTHORITY_SOLE),
    ("yuki", "late", K.AUTHORITY_JOINT),
)
OFFICES = {
    "office": CallerKind.STAFF_HEALTH,
    "clinic": CallerKind.CLINIC,  # supplied doses of aki and yuki; aki's guardians consented to IDENTITY, VACC_RECORDS
    "school": CallerKind.SCHOOL,  # haru is its pupil, with consent to VACC_RECORDS
    "taxi": CallerKind.TAXI_OPERATOR,
    "other-taxi": CallerKind.TAXI_OPERATOR,
    "shop": CallerKind.SHOP,
    "partner": CallerKind.PARTNER_MUNICIPALITY,  # yuki moved here from it
}
STAFF = {kind.value: kind for kind in sorted(STAFF_KINDS, key=lambda kind: kind.value)}
DOSES = (  # child, product, day, supplier; two of aki's doses share their day
    ("aki", Vaccine.RV5, date(2024, 4, 15), "clinic"),
    ("aki", Vaccine.PCV20, date(2024, 4, 15), None),
    ("aki", Vaccine.DPT_IPV_HIB, date(2024, 4, 15), "clinic"),
    ("aki", Vaccine.HEPB, date(2024, 5, 13), "clinic"),
    ("aki", Vaccine.BCG, date(2024, 8, 1), None),
    ("aki", Vaccine.MR, date(2025, 2, 20), None),
    ("haru", Vaccine.MR, date(2019, 5, 2), None),
    ("haru", Vaccine.BCG, date(2018, 11, 1), None),
    ("natsu", Vaccine.HPV9, date(2023, 7, 1), None),
    ("grown", Vaccine.DT, date(2020, 7, 1), None),
    ("fuyu", Vaccine.MR, date(2023, 1, 20), None),
    ("yuki", Vaccine.MR, date(2024, 3, 20), "clinic"),
)
RIDES = (  # minute of the day, riders; mother and natsu shared one
    (0, ("mother",)),
    (90, ("mother", "natsu")),
    (180, ("natsu",)),
    (180, ("stranger",)),
)


def id_of(letter, name):
    """The same id for the same name in every run."""
    return mint(CODE, letter, hashlib.sha256(f"{letter} {name}".encode()).digest()[:16])


def resident(name):
    return id_of(Letter.RESIDENT, name)


def child(name):
    return id_of(Letter.CHILD, name)


def family(name):
    return id_of(Letter.FAMILY, name)


def office(name):
    return id_of(Letter.ORGANISATION, name)


def dose(name, number):
    return id_of(Letter.VACCINATION, f"{name} {number}")


HOLDERS = {
    "anonymous": NOBODY,
    "tapped": Holder(resident("mother"), CallerKind.RESIDENT, Acr.TAP),  # a device read the mother's card
    **{name: Holder(resident(name), CallerKind.RESIDENT, Acr.CARD_PIN) for name in HOMES},
    **{name: Holder(office(name), kind, Acr.KEY) for name, kind in OFFICES.items()},
    **{name: Holder(office(name), kind, Acr.MFA) for name, kind in STAFF.items()},
}


def rows():
    """Every row of the town."""
    return [*_city(), *_people(), *_relations(), *_records(), *_dealings(), *told(id_of)]


def _city():
    yield Municipality(
        code=CODE,
        name="花守市",
        name_kana="はなもりし",
        name_en="Hanamori",
        prefecture="群馬県",
        valid_from=LONG_AGO,
        is_ours=True,
    )
    yield from _looks()
    yield reference()
    for name, kind in OFFICES.items():
        yield Organisation(id=office(name), kind=kind, name=name, municipality_code=CODE)
    for name, kind in STAFF.items():
        yield StaffMember(id=office(name), organisation_id=office("office"), kind=kind, name=name)
    yield _duty("みなみ医院", 540, 1080, DutySlot.DAY, 1, DutyStatus.CONFIRMED, phone="027-000-0001")
    yield _duty("みなみ医院", 600, 1080, DutySlot.DAY, 2, DutyStatus.CHANGED, phone="027-000-0002")
    yield _duty("きた医院", 540, 1080, DutySlot.DAY, 1, DutyStatus.CONFIRMED)
    yield _duty("きた医院", 540, 1080, DutySlot.DAY, 2, DutyStatus.CANCELLED)
    yield _duty("夜間急病所", 1200, 1620, DutySlot.NIGHT, 1, DutyStatus.CONFIRMED)


def _looks():
    """The clinic looked at aki, long before anything that a test does."""
    draft = {
        "id": id_of(Letter.LOG, "look at aki"),
        "at": datetime(2026, 11, 1, tzinfo=UTC),
        "actor_id": office("clinic"),
        "actor_kind": CallerKind.CLINIC,
        "office_id": office("clinic"),
        "office": "clinic",
        "purpose_code": None,
        "case_reference": None,
        "noun": "child",
        "subject_id": child("aki"),
        "fields": "Child.id:1 Child.name:1",
        "cells": 2,
        "is_denied": False,
    }
    entry = next(chained(0, BEFORE_THE_FIRST, [draft]))
    head = {"first_seq": 1, "seq": 1, "hash": entry["hash"], "signed_at": moment(draft["at"])}
    yield AccessEntry(**entry)
    yield AuditHead(**{**AUDIT_KEY.signed(HEAD, head), "signed_at": draft["at"]})
    yield AuditTail(id=1, seq=1, hash=entry["hash"])


def _duty(*values, phone="027-000-0000"):
    name, starts, ends, slot, revision, status = values
    return DutyDoctor(
        municipality_code=CODE,
        duty_date=TODAY,
        starts_minute=starts,
        ends_minute=ends,
        slot=slot,
        name=name,
        departments="内科;小児科",
        address="花守市一番町1",
        phone=phone,
        source_url="https://duty.example/2026",
        published_at=NOW,
        revision=revision,
        status=status,
    )


def _people():
    for name in ("hill", "river", "shelter", "field"):
        yield Family(id=family(name), municipality_code=CODE, postal_code="371-0000", address=f"花守市{name}")
    births = {name: birth_date for name, (_, birth_date) in BIRTHS.items()}
    for name, home in HOMES.items():
        yield Resident(
            id=resident(name),
            family_id=family(home),
            name=name,
            name_kana=name,
            birth_date=births.get(name, date(1985, 1, 1)),
            sex=Sex.UNKNOWN,
            died_on=date(2026, 1, 1) if name == "late" else None,
        )
    for name, (home, birth_date) in BIRTHS.items():
        yield Child(
            id=child(name),
            resident_id=resident(name) if name in HOMES else None,
            family_id=family(home),
            name=name,
            name_kana=name,
            birth_date=birth_date,
            sex=Sex.FEMALE,
            due_on=date(2024, 3, 30) if name == "aki" else None,  # seven weeks early
            allergies="卵" if name == "aki" else None,
        )


def _relations():
    yield Pregnancy(
        id=id_of(Letter.PREGNANCY, "sheltered"),
        mother_id=resident("sheltered"),
        notified_on=date(2026, 9, 1),
        due_on=date(2027, 4, 1),
    )
    for about, holder, kind in EDGES:
        yield Guardianship(
            id=id_of(Letter.LOG, f"{about} {holder} {kind}"),
            child_id=child(about),
            holder_id=resident(holder),
            kind=kind,
            valid_from=LONG_AGO,
            recorded_at=NOW,
            evidence="register",
        )
    yield ProtectionMeasure(
        id=id_of(Letter.LOG, "measure"),
        family_id=family("shelter"),
        counterparty_id=resident("counterparty"),
        valid_from=date(2026, 4, 1),
        valid_to=date(2027, 4, 1),
        recorded_at=NOW,
        evidence="decision",
    )
    yield Grant(
        id=id_of(Letter.PARTNER_SHARE, "partner"),  # taken back
        pregnancy_id=id_of(Letter.PREGNANCY, "sheltered"),
        granted_by_id=resident("sheltered"),
        grantee_id=resident("counterparty"),
        field_groups="PREGNANCY_CORE",
        valid_from=LONG_AGO,
        valid_to=date(2027, 1, 1),
        recorded_at=datetime(2026, 10, 1, tzinfo=UTC),
        revoked_at=NOW,
    )
    yield _grant("aki", "mother", resident("grandmother"), "IDENTITY VACC_RECORDS")
    yield _grant("aki", "mother", office("clinic"), "IDENTITY VACC_RECORDS")
    yield _grant("haru", "mother", office("school"), "VACC_RECORDS")
    yield waits("waits")
    yield outside.waiting(
        id_of(Letter.SCHOOL_REVIEW, "waits"), office("school"), "waits", outside.RecordKind.SCHOOL_CHECKUP
    )
    yield contested("natsu", "mother")
    yield linked("aki", "mother", "clinic", "P-1")
    yield linked("yuki", "stranger", "partner", "P-1")  # the same number, and another child
    for name, about, bond in (("school", "haru", Bond.PUPIL), ("partner", "yuki", Bond.MOVED)):
        yield Care(
            id=id_of(Letter.LOG, f"{name}-{about}"),
            organisation_id=office(name),
            child_id=child(about),
            bond=bond,
            valid_from=LONG_AGO,
        )


def contested(about, by):
    """A dose of which a guardian says that it is wrong."""
    return outside.contested(id_of(Letter.CONTEST, f"{about} {by}"), child(about), dose(about, 0), resident(by))


def waits(name):
    """A dose that the clinic handed in by a number that stands for nobody."""
    return outside.waiting(id_of(Letter.REVIEW, name), office("clinic"), name)


def linked(about, by, name, number):
    """An organisation's number that stands for a child."""
    return outside.linked(id_of(Letter.LINK, f"{about} {name}"), child(about), office(name), resident(by), number)


def _grant(about, by, grantee_id, groups):
    return Grant(
        id=id_of(Letter.SHARE, f"{about} {grantee_id}"),
        child_id=child(about),
        granted_by_id=resident(by),
        grantee_id=grantee_id,
        field_groups=groups,
        valid_from=LONG_AGO,
        valid_to=date(2027, 3, 31),
        recorded_at=NOW,
    )


def _records():
    for number, (about, vaccine, day, supplier) in enumerate(DOSES):
        yield Vaccination(
            id=dose(about, number),
            child_id=child(about),
            vaccine=vaccine,
            given_on=day,
            lot="L1",
            clinic="みなみ医院",
            doctor="医師",
            municipality_code=CODE,
            organisation_id=supplier and office(supplier),
        )
    for number, (about, supplier) in enumerate((("aki", "clinic"), ("aki", None), ("haru", None), ("yuki", "clinic"))):
        yield Checkup(
            id=id_of(Letter.CHECKUP, f"{about} {number}"),
            child_id=child(about),
            kind=CheckupKind.MONTHS_18,
            checked_on=date(2025, 8, 1 + number),
            weight_g=10_000,
            judgement=Judgement.HEALTHY,
            findings="所見",
            development="発達",
            dental="歯",
            venue="保健センター",
            organisation_id=supplier and office(supplier),
        )
    yield from _examinations()
    yield from written_down(id_of, child("haru"), resident("mother"), resident("ex"))
    for day in (1, 2):
        yield Growth(
            id=id_of(Letter.GROWTH, f"aki {day}"),
            child_id=child("aki"),
            measured_on=date(2026, 10, day),
            weight_g=12_000,
            recorded_by_id=resident("mother"),
            recorded_at=NOW,
        )


def reminding(name, about, number=0, **more):
    """An address that somebody added, and that was revoked unless it is said otherwise."""
    return Reminder(
        id=id_of(Letter.REMINDER, f"{name}-{about}"),
        child_id=child(about),
        added_by_id=resident(name),
        code_hash=f"{name} {about}",
        added_at=datetime(2026, 1, 1 + number, tzinfo=UTC),
        expires_at=datetime(2026, 1, 15, tzinfo=UTC),
        valid_to=date(2027, 1, 1),
        **{"revoked_at": NOW, **more},
    )


def applied(name, about, kind, number=0):
    """An application of long ago for a child, with its one step."""
    row = Application(
        id=id_of(Letter.APPLICATION, f"{name}-{about}"),
        applicant_id=resident(name),
        kind=ApplicationKind.GUARDIAN,
        document=f"{name} for {about}",
        consent_version="2024-04-01",
        consent_language="ja",
        algorithm="ES256",
        signature="signature",
        signer_key="key",
        applied_at=datetime(2026, 1, 1 + number, tzinfo=UTC),
    )
    yield row
    yield ApplicationStep(
        id=id_of(Letter.LOG, f"{name} {about} step"),
        application_id=row.id,
        applicant_id=row.applicant_id,
        number=1,
        kind=kind,
        is_settled=kind is not StepKind.WAITING,
        reasons="BY_STAFF",
        child_id=child(about),
        taken_at=row.applied_at,
    )


def _examinations():
    """The sheltered woman's own entry, the mother's answers about aki, and haru's first year at school."""
    yield PregnancyCheckup(
        id=id_of(Letter.PREGNANCY_CHECKUP, "sheltered"),
        pregnancy_id=id_of(Letter.PREGNANCY, "sheltered"),
        kind=MaternalVisit.PREGNANCY,
        checked_on=date(2026, 9, 5),
        is_own_entry=True,
        weight_g=52_000,
        recorded_at=NOW,
    )
    yield Questionnaire(
        id=id_of(Letter.QUESTIONNAIRE, "aki"),
        child_id=child("aki"),
        kind=CheckupKind.MONTHS_18,
        answered_on=date(2025, 8, 1),
        has_hit=Reply.NO,
        answered_by_id=resident("mother"),
        recorded_at=NOW,
    )
    yield SchoolCheckup(
        id=id_of(Letter.SCHOOL_CHECKUP, "haru"),
        child_id=child("haru"),
        grade=1,
        checked_on=date(2025, 5, 15),
        height_mm=1_200,
        hearing=Finding.NONE,
        school="花守小学校",
        organisation_id=office("school"),
        recorded_at=NOW,
    )


def _dealings():
    yield from applied("mother", "natsu", StepKind.REFUSED)
    yield reminding("mother", "natsu")
    for name in ("mother", "natsu", "stranger"):
        yield Rider(
            id=id_of(Letter.RIDER, name),
            resident_id=resident(name),
            name=name,
            eligibility=Eligibility.DISABILITY,
            registered_on=date(2026, 4, 1),
        )
    for number, (minute, riders) in enumerate(RIDES):
        ride_id = id_of(Letter.RIDE, str(number))
        boarded_at = datetime(2026, 11, 2, minute // 60, minute % 60, tzinfo=UTC)
        taxi = office("taxi" if number < 3 else "other-taxi")
        yield Ride(id=ride_id, organisation_id=taxi, boarded_at=boarded_at, fare_yen=1_200, pick_up="花守駅")
        for name in riders:
            yield Seat(
                id=id_of(Letter.SEAT, f"{number} {name}"),
                ride_id=ride_id,
                rider_id=id_of(Letter.RIDER, name),
                organisation_id=taxi,
                boarded_at=boarded_at,
                subsidy_yen=600,
            )
    yield Claim(
        id=id_of(Letter.CLAIM, "other-taxi"),
        organisation_id=office("other-taxi"),
        month=date(2026, 9, 1),
        ride_count=0,
        subsidy_yen=0,
        adjustment_yen=0,
        content="",
        sha256="",
        closed_by_id=office("staff_taxi"),
        closed_at=datetime(2026, 10, 1, tzinfo=UTC),
    )
    for name in ("mother", "natsu"):
        account = id_of(Letter.ACCOUNT, name)
        yield PointAccount(id=account, resident_id=resident(name), municipality_code=CODE, opened_on=LONG_AGO)
        for number, points in enumerate((500, 300, -120)):
            yield PointEntry(
                id=id_of(Letter.ENTRY, f"{name} {number}"),
                account_id=account,
                kind=EntryKind.SPENT if points < 0 else EntryKind.GRANTED,
                points=points,
                posted_at=datetime(2026, 6, 1 + number, tzinfo=UTC),
                facility="花屋" if points < 0 else None,
                organisation_id=office("shop") if points < 0 else None,
            )
