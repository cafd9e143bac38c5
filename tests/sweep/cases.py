"""Callers of every row of the matrix, each with a case of its own: a child, its family, its records, rides and points.

Relations are rows, as the register keeps them; the product's policies are not asked.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from models.child import Child
from models.claim import Claim
from models.family import Family
from models.grant import Grant
from models.guardianship import Guardianship, GuardianshipKind, ProtectionMeasure
from models.ids import Letter, mint
from models.invitation import Invitation
from models.municipality import Municipality
from models.organisation import Bond, CallerKind, Care, Organisation, StaffMember
from models.point import EntryKind, PointAccount, PointEntry, ReversalReason
from models.pregnancy import Outcome, Pregnancy
from models.questionnaire import Questionnaire
from models.resident import Resident, Sex
from models.ride import Ride, RideEntry, RideEntryKind, Seat
from models.rider import Eligibility, Rider, RiderStep, RiderStepKind
from models.seat_review import SeatReviewCause, SeatReviewOutcome
from tests.sweep.cities import cities
from tests.sweep.diary import write_down
from tests.sweep.doses import vaccinated
from tests.sweep.examinations import confide, corrected, expect
from tests.sweep.matrix import MATRIX, PURPOSES, ROLES, TYPES
from tests.sweep.outside import contest, holding, link, look, reviews, sources
from tests.sweep.service import apply, remind
from tests.sweep.telling import told

TODAY = date(2026, 11, 23)
LONG_AGO = date(2000, 1, 1)
AT = datetime(2026, 11, 1, tzinfo=UTC)
CODE = "102016"
HEALTH = {"Child", "Family", "Checkup", "Vaccination", "Growth", "Share", "RecordLink", "Reminder"}
HEALTH |= {"Questionnaire", "SchoolCheckup", "Contest", "Notice"}
HEALTH |= {"DiaryEntry", "Allergy", "Physician"}
OF_A_CHILD = frozenset(HEALTH - {"Family"})
OF_BOTH = OF_A_CHILD | {"Pregnancy", "PregnancyCheckup"}
RIDES = {"Rider", "Ride", "Seat"}
POINTS = {"PointAccount", "PointEntry"}
RECORDS = {"Checkup", "Vaccination", "Pregnancy", "PregnancyCheckup"}
CONSENTABLE = "IDENTITY VACC_RECORDS VACC_FORECAST CHECKUP_BODY DENTAL ALLERGY_ALERT GROWTH_HOME NOTES_HOME NOTICES"
KIND = GuardianshipKind
AGES = {"self_under15": date(2015, 5, 5), "self_15_17": date(2010, 5, 5), "self_18plus": date(2008, 11, 23)}


@dataclass
class Caller:
    """Somebody who asks, and what of the own case the matrix's rows are about."""

    name: str
    id: str
    kind: str
    rows: tuple[str, ...] = ()
    purpose: str | None = None
    granted: frozenset[str] = frozenset()
    reached: frozenset[str] = frozenset(TYPES)
    supplied: frozenset[str] = frozenset()
    is_tap: bool = False
    case: "Case | None" = None


@dataclass(eq=False)
class Case:
    """The ids of the rows of one child, by type; all of its texts begin with `mark`."""

    ids: dict[str, str]
    child: Child
    person: Resident
    family: Family
    mark: str
    mother: Resident
    is_pupil: bool = False
    answers: Questionnaire | None = None
    entries: dict = field(default_factory=dict)


class Town:
    """Rows in the making."""

    def __init__(self):
        self.rows, self.callers, self.count = [], [], 0
        names = {"name": "m", "name_kana": "m", "name_en": "m", "prefecture": "m"}
        self.add(Municipality(code=CODE, **names, valid_from=LONG_AGO, is_ours=True))
        self.clinic, self.taxi, self.shop, self.school = (
            self.organisation(kind)
            for kind in (CallerKind.CLINIC, CallerKind.TAXI_OPERATOR, CallerKind.SHOP, CallerKind.SCHOOL)
        )

    def add(self, row):
        self.rows.append(row)
        return row

    def id(self, letter):
        self.count += 1
        return mint(CODE, letter, self.count.to_bytes(16))

    def organisation(self, kind):
        row = Organisation(id=self.id(Letter.ORGANISATION), kind=kind, name="o", municipality_code=CODE)
        return self.add(row)

    def adult(self, family=None, birth=date(1990, 1, 1)):
        return self.add(
            Resident(
                id=self.id(Letter.RESIDENT),
                family_id=family and family.id,
                name="adult",
                name_kana="adult",
                birth_date=birth,
                sex=Sex.FEMALE,
            )
        )

    def edge(self, case, holder, kind, since=LONG_AGO, until=None):
        row = Guardianship(
            id=self.id(Letter.LOG),
            child_id=case.child.id,
            holder_id=holder.id,
            kind=kind,
            valid_from=since,
            valid_to=until,
            recorded_at=AT,
            evidence="e",
        )
        return self.add(row)

    def grant(self, case, grantee_id, groups, until=date(2027, 1, 1), revoked_at=None):
        giver = self.adult(case.family)
        self.edge(case, giver, KIND.MINOR_GUARDIAN)
        row = Grant(
            id=self.id(Letter.SHARE),
            child_id=case.child.id,
            granted_by_id=giver.id,
            grantee_id=grantee_id,
            field_groups=groups,
            valid_from=LONG_AGO,
            valid_to=until,
            recorded_at=AT,
            revoked_at=revoked_at,
        )
        return self.add(row)

    def invite_partner(self, case, grantee_id):
        row = Grant(
            id=self.id(Letter.PARTNER_SHARE),
            pregnancy_id=case.ids["Pregnancy"],
            granted_by_id=case.mother.id,
            grantee_id=grantee_id,
            field_groups="PREGNANCY_CORE PREGNANCY_VISIT NOTICES",
            valid_from=LONG_AGO,
            valid_to=date(2027, 1, 1),
            recorded_at=AT,
        )
        return self.add(row)

    def care(self, case, organisation_id, bond):
        case.is_pupil = bond is Bond.PUPIL
        abouts = [{"child_id": case.child.id}]
        if bond is Bond.MOVED:
            abouts.append({"pregnancy_id": case.ids["Pregnancy"]})
        for about in abouts:
            row = Care(
                id=self.id(Letter.LOG),
                organisation_id=organisation_id,
                bond=bond,
                valid_from=LONG_AGO,
                **about,
            )
            self.add(row)

    def measure(self, case, person):
        about = {"id": self.id(Letter.LOG), "family_id": case.family.id, "counterparty_id": person.id}
        days = {"valid_from": TODAY, "valid_to": TODAY + timedelta(days=365)}
        return self.add(ProtectionMeasure(**about, **days, recorded_at=AT, evidence="e"))

    def case(self, birth=date(2020, 1, 1), *, is_pregnant=False):
        """A child with one row of everything, all values given, all texts unique; expecting, or in a family that is."""
        mark = f"mark{len(self.rows):05}"
        family = self.add(
            Family(
                id=self.id(Letter.FAMILY),
                municipality_code=CODE,
                postal_code=f"{mark}-postal",
                address=f"{mark}-address",
                phone=f"{mark}-phone",
            )
        )
        person = self.adult(family, birth)
        child = self.add(
            Child(
                id=self.id(Letter.CHILD),
                resident_id=person.id,
                family_id=family.id,
                name=f"{mark}-name",
                name_kana=f"{mark}-kana",
                birth_date=birth,
                sex=Sex.MALE,
                due_on=birth + timedelta(weeks=8),
                allergies=f"{mark}-allergies",
            )
        )
        mother = person if is_pregnant else self.adult(family)
        case = Case({"Child": child.id, "Family": family.id}, child, person, family, mark, mother)
        pregnancy = Pregnancy(
            id=self.id(Letter.PREGNANCY),
            mother_id=mother.id,
            notified_on=LONG_AGO,
            due_on=TODAY,
            ended_on=TODAY + timedelta(days=1),
            outcome=Outcome.BIRTH,
            organisation_id=self.clinic.id,
        )
        case.ids["Pregnancy"] = self.add(pregnancy).id
        expect(self, case, mark)
        giver = self.adult()
        self.share(case, giver)
        link(self, case, giver)
        case.ids["PartnerShare"] = self.shared(case, Letter.PARTNER_SHARE, mother, pregnancy_id=pregnancy.id)
        giver.name, mother.name = f"{mark}-giver", f"{mark}-expecting"
        apply(self, case, mark)
        self._records(case, mark)
        confide(self, case, mark)
        sources(self, case)
        holding(self, case)
        reviews(self, case)
        contest(self, case)
        write_down(self, case, mark)
        self._dealings(case, mark)
        look(self, case, mark)
        told(self, case, mark)
        return case

    def _records(self, case, mark):
        body = {"weight_g": 20_000, "height_mm": 1_100, "head_mm": 500, "chest_mm": 550}
        rows = {
            "Vaccination": vaccinated(self, case, mark),
            "Checkup": corrected(self, case, mark, body),
        }
        case.ids |= {name: self.add(row).id for name, row in rows.items()}

    def shared(self, case, letter, giver, **about):
        """An invitation that somebody accepted and that was revoked: every value is there, and nothing is open."""
        friend = self.adult()
        friend.name = f"{case.mark}-{'friend' if letter is Letter.SHARE else 'partner'}"
        terms = {"id": self.id(letter), "field_groups": "IDENTITY", "valid_to": date(2027, 1, 1), "revoked_at": AT}
        waited = {"invited_at": AT, "expires_at": AT, "accepted_at": AT, "code_hash": terms["id"]}
        self.add(Invitation(invited_by_id=giver.id, **about, **terms, **waited))
        given = {"recorded_at": AT, "valid_from": LONG_AGO, "invitation_id": terms["id"], "grantee_id": friend.id}
        return self.add(Grant(granted_by_id=giver.id, **about, **terms, **given)).id

    def share(self, case, giver):
        case.ids["Share"] = self.shared(case, Letter.SHARE, giver, child_id=case.child.id)
        remind(self, case, giver)

    def _dealings(self, case, mark):
        rider = Rider(
            id=self.id(Letter.RIDER),
            resident_id=case.person.id,
            name=f"{mark}-rider",
            eligibility=Eligibility.DISABILITY,
            registered_on=LONG_AGO,
            valid_to=date(2030, 1, 1),
        )
        ride = Ride(
            id=self.id(Letter.RIDE),
            organisation_id=self.taxi.id,
            boarded_at=AT,
            fare_yen=1_000,
            pick_up=f"{mark}-up",
            drop_off=f"{mark}-off",
            told_at=AT,
            synced_at=AT,
        )
        seat = Seat(
            id=self.id(Letter.SEAT),
            ride_id=ride.id,
            rider_id=rider.id,
            organisation_id=self.taxi.id,
            boarded_at=AT,
            subsidy_yen=500,
            review_cause=SeatReviewCause.OVER_LIMIT,
            review_outcome=SeatReviewOutcome.ACCEPTED,
            review_reason=f"{mark}-grace",
            reviewed_at=AT,
        )
        step = {"rider_id": rider.id, "number": 1, "kind": RiderStepKind.ACCEPTED, "taken_by_id": "s", "taken_at": AT}
        self.add(RiderStep(id=self.id(Letter.LOG), eligibility=rider.eligibility, note=f"{mark}-step", **step))
        entry = {"ride_id": ride.id, "organisation_id": self.taxi.id, "number": 1, "taken_by_id": "s", "taken_at": AT}
        claimed = {"organisation_id": self.taxi.id, "month": LONG_AGO + timedelta(days=self.count), "ride_count": 1}
        sums = {"subsidy_yen": 500, "adjustment_yen": 1, "content": f"{mark}-claim", "sha256": "s", "closed_at": AT}
        closer = {"kind": CallerKind.STAFF_TAXI, "organisation_id": self.clinic.id, "name": "closer"}
        clerk = self.add(StaffMember(id=self.id(Letter.ORGANISATION), **closer)).id
        case.ids["Claim"] = self.add(Claim(id=self.id(Letter.CLAIM), closed_by_id=clerk, **claimed, **sums)).id
        words = {"kind": RideEntryKind.CORRECTED, "fare_yen": 1_000, "reason": f"{mark}-fare"}
        self.add(RideEntry(id=self.id(Letter.LOG), **entry, **words))
        account = PointAccount(
            id=self.id(Letter.ACCOUNT), resident_id=case.person.id, municipality_code=CODE, opened_on=LONG_AGO
        )
        entry_id = self.id(Letter.ENTRY)
        entry = PointEntry(
            id=entry_id,
            account_id=account.id,
            kind=EntryKind.REVERSED,
            reverses_id=entry_id,  # of itself: a row with every field
            reason=ReversalReason.MISUSE,
            points=10,
            posted_at=AT,
            facility=f"{mark}-facility",
            organisation_id=self.shop.id,
        )
        rows = {"Rider": rider, "Ride": ride, "Seat": seat, "PointAccount": account, "PointEntry": entry}
        case.ids |= {name: self.add(row).id for name, row in rows.items()}

    def call(self, name, id_, kind="resident", case=None, **about):
        caller = Caller(name, id_, kind, case=case or self.case(), **about)
        self.callers.append(caller)
        return caller


def parents(town):
    """Each relation of a resident to a child, one case each."""
    for name, row, kinds, is_home, others in (
        ("sole", "guardian_sole", [KIND.AUTHORITY_SOLE], False, []),
        ("married", "guardian_sole", [KIND.BIRTH_MOTHER, KIND.AUTHORITY_JOINT], True, [(KIND.AUTHORITY_JOINT, True)]),
        ("joint at home", "guardian_joint_resident", [KIND.AUTHORITY_JOINT], True, [(KIND.AUTHORITY_JOINT, False)]),
        ("joint apart", "guardian_joint_nonresident", [KIND.AUTHORITY_JOINT], False, [(KIND.AUTHORITY_JOINT, True)]),
        (
            "joint apart, sharing",
            "guardian_joint_nonresident",
            [KIND.AUTHORITY_JOINT],
            False,
            [(KIND.AUTHORITY_JOINT, True)],
        ),
        ("custodian", "custodian_only", [KIND.CUSTODIAN], False, []),
        ("joint custodian", "guardian_joint_resident", [KIND.AUTHORITY_JOINT, KIND.CUSTODIAN], False, []),
        ("without care", "authority_without_care", [KIND.AUTHORITY_JOINT], False, [(KIND.CUSTODIAN, True)]),
        ("without authority", "parent_without_authority", [KIND.LEGAL_FATHER], False, []),
        ("suspended", "parent_without_authority", [KIND.AUTHORITY_JOINT, KIND.AUTHORITY_SUSPENDED], False, []),
        ("minor's guardian", "minor_guardian", [KIND.MINOR_GUARDIAN], False, []),
        ("property guardian", None, [KIND.PROPERTY_GUARDIAN], False, []),
        ("foster parent", "facility_or_foster", [KIND.PLACEMENT], False, []),
    ):
        case = town.case()
        holder = town.adult(case.family if is_home else None)
        for kind in kinds:
            town.edge(case, holder, kind)
        for kind, lives_there in others:
            town.edge(case, town.adult(case.family if lives_there else None), kind)
        about = {"rows": (row,) if row else (), "reached": frozenset(HEALTH | RIDES | {"AccessEntry"})}
        if name == "joint apart, sharing":
            town.share(case, holder)
            link(town, case, holder)
            holder.name = f"{case.mark}-giver"
            case.entries["DiaryEntry"].recorded_by_id = holder.id
            about["supplied"] = frozenset({"Share", "RecordLink", "Reminder", "DiaryEntry"})
        if name == "sole":
            case.answers.answered_by_id = holder.id
            about["supplied"] = frozenset({"Questionnaire"})
        town.call(name, holder.id, case=case, **about)


def ended(town):
    """Relations that are over, not begun, or overridden: nothing is left."""
    for name, since, until in (
        ("ended yesterday", LONG_AGO, TODAY),
        ("begins tomorrow", TODAY + timedelta(days=1), None),
    ):
        case, holder = town.case(), town.adult()
        town.edge(case, holder, KIND.AUTHORITY_SOLE, since, until)
        town.call(name, holder.id, case=case)
    case, holder = town.case(date(2008, 11, 23)), town.adult()
    town.edge(case, holder, KIND.AUTHORITY_SOLE)
    town.call("guardian of one who is 18 today", holder.id, case=case)
    case, holder = town.case(), town.adult()
    town.edge(case, holder, KIND.AUTHORITY_JOINT)
    town.grant(case, holder.id, CONSENTABLE)
    town.measure(case, holder)
    town.call("counterparty", holder.id, case=case, rows=("restricted_counterparty",))
    town.call("stranger", town.adult().id)
    town.call("tap", town.adult().id, is_tap=True)
    town.call("nobody", "", "anonymous", rows=("anonymous",))


def invited(town):
    """Consents of every breadth."""
    for name, groups, until, revoked_at in (
        ("invited to all", CONSENTABLE, date(2027, 1, 1), None),
        ("invited to doses", "VACC_RECORDS", date(2027, 1, 1), None),
        ("invitation over", CONSENTABLE, TODAY, None),
        ("invitation revoked", CONSENTABLE, date(2027, 1, 1), AT),
    ):
        case, holder = town.case(), town.adult()
        town.grant(case, holder.id, groups, until, revoked_at)
        is_valid = until > TODAY and revoked_at is None
        granted = frozenset(groups.lower().split()) if is_valid else frozenset()
        town.call(name, holder.id, case=case, rows=("invited_family",), granted=granted)


def themselves(town):
    for row, birth in AGES.items():
        case = town.case(birth)
        town.call(row, case.person.id, case=case, rows=(row,))
        case = town.case(birth, is_pregnant=True)
        town.call(f"pregnant {row}", case.person.id, case=case, rows=(row, "pregnant_self"))
    case, partner = town.case(is_pregnant=True), town.adult()
    town.invite_partner(case, partner.id)
    granted = frozenset({"pregnancy_core", "pregnancy_visit", "notices"})
    town.call("partner before birth", partner.id, case=case, rows=("partner_before_birth",), granted=granted)


def organisations(town):
    case = town.case()
    town.grant(case, town.clinic.id, "IDENTITY VACC_RECORDS ALLERGY_ALERT")
    granted = frozenset({"identity", "vacc_records", "allergy_alert"})
    town.call("clinic", town.clinic.id, "clinic", case, rows=("clinic",), granted=granted, supplied=frozenset(RECORDS))
    town.call("other clinic", town.organisation(CallerKind.CLINIC).id, "clinic", rows=("clinic",))
    emergency = {"purpose": "EMG", "supplied": frozenset(RECORDS)}
    town.call("clinic in an emergency", town.clinic.id, "clinic", rows=("clinic",), **emergency)
    case, school = town.case(), town.school
    town.care(case, school.id, Bond.PUPIL)
    town.grant(case, school.id, "VACC_RECORDS")
    supplied = frozenset({"Child", "SchoolCheckup"})
    about = {"granted": frozenset({"vacc_records"}), "supplied": supplied, "reached": OF_A_CHILD}
    town.call("school", school.id, "school", case, rows=("school",), **about)
    town.call("other school", town.organisation(CallerKind.SCHOOL).id, "school", rows=("school",), reached=frozenset())
    own = {
        "taxi_operator": (town.taxi, frozenset({"Ride", "Seat", "Claim"})),
        "shop": (town.shop, frozenset({"PointEntry"})),
    }
    for row, (organisation, supplied) in own.items():
        town.call(row, organisation.id, row, rows=(row,), supplied=supplied)
        town.call(f"other {row}", town.organisation(CallerKind(row)).id, row, rows=(row,))
    cities(town, reached=OF_BOTH)


def staff(town):
    """Every staff kind without a purpose, and with each that its role may state."""
    for row in MATRIX:
        if row.startswith("staff_") or row in {"statistician", "auditor", "supervisor", "system_admin"}:
            kind = CallerKind(row)
            office = town.organisation(kind)
            member = StaffMember(id=town.id(Letter.ORGANISATION), organisation_id=office.id, kind=kind, name="s")
            town.add(member)
            for purpose in (None, *(code for code in PURPOSES if row in ROLES[code])):
                case, granted, reached = town.case(), frozenset(), frozenset(TYPES)
                if row == "staff_education":
                    town.care(case, town.organisation(CallerKind.SCHOOL).id, Bond.PUPIL)
                    town.grant(case, office.id, "VACC_RECORDS ALLERGY_ALERT")
                    granted = frozenset({"vacc_records", "allergy_alert"})
                    reached = OF_A_CHILD | {"SchoolReview"}  # what waits, of which child nobody knows yet
                about = {"purpose": purpose, "granted": granted, "reached": reached}
                town.call(f"{row} {purpose}", member.id, row, case, rows=(row,), **about)


def made():
    """The whole town with all of its callers."""
    town = Town()
    for make in (parents, ended, invited, themselves, organisations, staff):
        make(town)
    return town
