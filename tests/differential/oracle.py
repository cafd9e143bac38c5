"""A second opinion in plain Python: which rows of a listing somebody is shown, and in which order."""

from dataclasses import dataclass

from models.access_log import AccessEntry
from models.alert import Allergy, Physician
from models.application import Application, ApplicationStep
from models.checkup import Checkup
from models.child import Child
from models.claim import Claim
from models.contest import Contest
from models.credential import Credential
from models.diary import DiaryEntry
from models.family import Family
from models.grant import Grant
from models.growth import Growth
from models.ids import Letter
from models.invitation import Invitation
from models.link import RecordLink
from models.mailbox import Mailbox
from models.notice import Announcement, Notice
from models.point import PointAccount, PointEntry
from models.pregnancy import Pregnancy
from models.pregnancy_checkup import PregnancyCheckup
from models.questionnaire import Questionnaire
from models.record import RecordKind, RecordReview
from models.reminder import Reminder
from models.ride import Ride, Seat
from models.rider import Rider
from models.school_checkup import SchoolCheckup
from models.vaccination import Vaccination
from tests.differential import people
from tests.differential.town import crowded
from tests.hanamori import HOMES, child, family, id_of, resident
from tests.sweep.matrix import FIELDS, LISTING, PURPOSES, STAFF, letters

ROWS = crowded()
RULES = {(rule.type, rule.name): rule for rule in FIELDS}
NAMES = {child(name): name for name in people.CHILDREN}
HOUSES = {family(name): name for name in set(HOMES.values())}
RESIDENTS = {resident(name): name for name in HOMES}
CARRYING = {id_of("P", name): name for name in ("mother", "ended", "sheltered")}
EMERGENCY = "EMG"


def of(model):
    return [row for row in ROWS if isinstance(row, model)]


APPLICANTS = {row.id: RESIDENTS[row.applicant_id] for row in of(Application)}
OWNERS = {row.id: RESIDENTS[row.resident_id] for model in (Rider, PointAccount) for row in of(model)}


ONESELF = {**APPLICANTS, **RESIDENTS}  # what is a person's own is nobody else's


@dataclass(frozen=True)
class Row:
    """A row as the oracle sees it: whose datum it is, who supplied it, below which parents it stands, its place."""

    type: str
    id: str
    about: str | None
    supplier: str | None
    parents: frozenset
    key: tuple
    entry: AccessEntry | None = None
    stands: bool = True
    recorded: tuple = ()


NOWHERE = "nowhere"
# Edges that leave out what a correction has replaced, and those in the order in which entries were written down.
STANDING = {
    "checkups",
    "vaccinations",
    "schoolCheckups",
    "parentingAnswers",
    "growth",
    "conditions",
    "knownAllergies",
    "physicians",
}
AS_RECORDED = {"growthHistory", "conditionHistory", "allergyHistory", "physicianHistory"}
REPLACED = {getattr(row, "replaces_id", None) for row in ROWS}
TABLES = (  # model, type, whose datum, below what, the keys of its orders, who supplied it
    (Family, "Family", "id", NOWHERE, ("postal_code",), NOWHERE),
    (Child, "Child", "id", "family_id", ("birth_date",), NOWHERE),
    (Vaccination, "Vaccination", "child_id", "child_id", ("given_on",), "organisation_id"),
    (Checkup, "Checkup", "child_id", "child_id", ("checked_on",), "organisation_id"),
    (SchoolCheckup, "SchoolCheckup", "child_id", "child_id", ("checked_on",), "organisation_id"),
    (Questionnaire, "Questionnaire", "child_id", "child_id", ("answered_on",), "answered_by_id"),
    (PregnancyCheckup, "PregnancyCheckup", "pregnancy_id", "pregnancy_id", ("checked_on",), "organisation_id"),
    (Growth, "Growth", "child_id", "child_id", ("measured_on",), "recorded_by_id"),
    (Contest, "Contest", "child_id", "child_id", ("contested_at",), NOWHERE),
    (DiaryEntry, "DiaryEntry", "child_id", "child_id", ("observed_at",), "recorded_by_id"),
    (Allergy, "Allergy", "child_id", "child_id", ("recorded_at",), "recorded_by_id"),
    (Physician, "Physician", "child_id", "child_id", ("recorded_at",), "recorded_by_id"),
    (RecordLink, "RecordLink", "child_id", "child_id", ("issued_at",), "issued_by_id"),
    (Reminder, "Reminder", "child_id", "child_id", ("added_at",), "added_by_id"),
    (Pregnancy, "Pregnancy", "id", NOWHERE, ("due_on", "notified_on"), "organisation_id"),
    (Rider, "Rider", "id", NOWHERE, ("is_settled", "registered_on"), NOWHERE),
    (Seat, "Seat", "rider_id", "ride_id", ("boarded_at", "position"), "organisation_id"),
    (Claim, "Claim", "id", NOWHERE, ("month",), "organisation_id"),
    (PointAccount, "PointAccount", "id", NOWHERE, (), NOWHERE),
    (PointEntry, "PointEntry", "account_id", "account_id", ("posted_at",), "organisation_id"),
    (Notice, "Notice", "subject_id", "subject_id", ("published_at",), NOWHERE),
    (Announcement, "Announcement", "id", NOWHERE, ("published_at",), "organisation_id"),
    (Mailbox, "Mailbox", "resident_id", NOWHERE, ("added_at",), NOWHERE),
    (Credential, "Credential", "resident_id", NOWHERE, ("created_at",), NOWHERE),
)
SUPPLIED = {type_ for _, type_, *_, supplier in TABLES if supplier != NOWHERE} | {
    "Ride",
    "Share",
    "PartnerShare",
    "Notice",
}


def town():
    """Every row that a listing can hold."""
    for model, type_, about, above, keys, supplier in TABLES:
        for row in of(model):
            key = (*(getattr(row, name) for name in keys), row.id)
            parents = frozenset({getattr(row, above, None)})
            is_gone = getattr(row, "is_void", False) or getattr(row, "is_replaced", False) or row.id in REPLACED
            recorded = (getattr(row, "recorded_at", None), row.id)
            supplied = getattr(row, supplier, None)
            yield Row(type_, row.id, getattr(row, about), supplied, parents, key, stands=not is_gone, recorded=recorded)
    for row in of(Application):
        (step,) = (each for each in of(ApplicationStep) if each.application_id == row.id)
        yield Row("Application", row.id, row.id, None, frozenset(), (step.is_settled, row.applied_at, row.id))
    for row in of(RecordReview):
        type_ = "SchoolReview" if row.kind is RecordKind.SCHOOL_CHECKUP else "RecordReview"
        yield Row(type_, row.id, row.id, None, frozenset(), (row.received_at, row.id))
    for row in of(Ride):
        riders = frozenset(seat.rider_id for seat in of(Seat) if seat.ride_id == row.id)
        yield Row("Ride", row.id, row.id, row.organisation_id, riders, (row.boarded_at, row.id))
    for row in of(AccessEntry):
        yield Row("AccessEntry", row.id, row.subject_id, None, frozenset({row.subject_id}), (row.seq,), row)
    for row in [*of(Grant), *of(Invitation)]:
        about, is_grant = row.child_id or row.pregnancy_id, isinstance(row, Grant)
        by, at = (row.granted_by_id, row.recorded_at) if is_grant else (row.invited_by_id, row.invited_at)
        yield Row("Share" if row.child_id else "PartnerShare", row.id, about, by, frozenset({about}), (at, row.id))


TOWN = list(town())


class Oracle:
    """What one asker is shown."""

    def __init__(self, asker):
        self.who = RESIDENTS.get(asker.holder.id) or asker.name.split(" ")[0]
        self.me = asker.holder.id
        self.kind = asker.holder.kind.value
        self.is_known = self.kind != "resident" or self.me in RESIDENTS
        self.is_tap = asker.holder.acr.name == "TAP"
        self.purpose = asker.purpose and asker.purpose.partition(":")[0]

    def _relations(self, about):
        """Rows of the matrix by which a resident stands to a subject."""
        if about in NAMES:
            found = people.RELATIONS.get((self.who, NAMES[about]))
            return {found} if found else set()
        if about in HOUSES:
            return people.to_family(self.who, HOUSES[about])
        if about in CARRYING:
            return {"pregnant_self"} if CARRYING[about] in people.EXPECTING.get(self.who, ()) else set()
        if about in ONESELF:
            return people.to_oneself(self.who) if ONESELF[about] == self.who else set()
        if about in OWNERS:
            held = people.to_person(self.who, OWNERS[about])
            return held if about[7] == "D" or OWNERS[about] == self.who else set()  # points are one's own alone
        riders = [seat.rider_id for seat in of(Seat) if seat.ride_id == about]
        return {relation for each in riders for relation in people.to_person(self.who, OWNERS[each])}

    def _consented(self, about):
        by_child = people.CONSENTS.get((self.who, NAMES.get(about)), set())
        return by_child | people.PARTNERS.get((self.who, CARRYING.get(about)), set())

    def opens(self, rule, about, supplier=None, *, is_edge=False):
        """Whether a field is open on a row about this subject; `supplier`: "" where such rows have none."""
        if self.is_tap or not self.is_known or (self.kind in STAFF and self.purpose is None):
            return False
        is_resident = self.kind == "resident"
        guests = {"invited_family", "partner_before_birth"} if is_resident else set()
        ways = self._relations(about) | guests if is_resident else {self.kind}
        return any(
            self._opens(letter, group, about, (supplier, is_edge))
            for way in ways
            for group in rule.groups
            for letter in letters(way, rule, group)
        )

    def _opens(self, letter, group, about, how):
        supplier, is_edge = how
        is_bound = (self.who, NAMES.get(about)) in people.BONDS or (about and about[7] == Letter.SCHOOL_REVIEW)
        if "c" in letter:
            is_emergency = self.purpose == EMERGENCY and self.kind == "clinic" and about in NAMES
            return group in self._consented(about) or (is_emergency and group in PURPOSES[EMERGENCY])
        if "d" in letter:
            if self.kind in {"partner_municipality", "staff_education"}:
                return is_bound and group in PURPOSES.get(self.purpose, ())
            return group in PURPOSES[self.purpose]
        if letter == "O":
            if supplier is not None and supplier == self.me:
                return True
            is_held = is_bound if self.kind != "resident" else True
            return (is_edge and self.kind != "school") or (supplier == "" and is_held)
        return True

    def knows_of(self, row):
        """Whether a row is there for the asker."""
        supplier = row.supplier if row.type in SUPPLIED else ""
        return self.opens(RULES[row.type, "id"], row.about, supplier) and (row.entry is None or self._told(row.entry))

    def _told(self, entry):
        """Which looks residents are told of, and which are of a supervisor's own section."""
        if self.kind == "supervisor":
            return entry.actor_kind.value in {"staff_health", "supervisor"} or entry.purpose_code == EMERGENCY
        if self.kind != "resident":
            return True
        is_audit = entry.actor_kind.value in {"auditor", "supervisor"}
        about_measures = {each.subject_id for each in of(AccessEntry) if each.noun == "measure"}
        is_withheld = entry.subject_id == child("haru") and (entry.case_reference == "2026-2" or is_audit)
        return not (is_withheld or entry.noun == "measure" or (is_audit and entry.subject_id in about_measures))

    def wards(self):
        """Children open to the caller as guardian, by bond or by consent; not oneself."""
        held = {about for (who, about), way in people.RELATIONS.items() if who == self.who and "self" not in way}
        held |= {about for who, about in people.BONDS | set(people.CONSENTS) if who == self.who}
        return {child(name) for name in held}

    def pregnancies(self):
        """One's own, and those that were shared."""
        shared = {about for who, about in people.PARTNERS if who == self.who}
        return {id_of("P", name) for name in people.EXPECTING.get(self.who, set()) | shared}

    def listed(self, type_, within=None, *, newest_first=False, by=None):
        """Ids of a root listing in order; `by` chooses the keys of the order."""
        if self.purpose == EMERGENCY:
            return []
        rows = [row for row in TOWN if row.type == type_ and (within is None or row.id in within)]
        return _ids([row for row in rows if self.knows_of(row)], newest_first=newest_first, by=by)

    def below(self, parent, edge, type_, *, newest_first=False):
        """Ids below a parent in order; None where there is no such parent, or no such edge, for the asker."""
        row = next(each for each in TOWN if each.id == parent)
        rule = RULES[row.type, edge]
        is_shut = self.purpose == EMERGENCY and (row.type, edge) in LISTING
        supplier = row.supplier if row.type in SUPPLIED else ""
        if not self.knows_of(row) or is_shut or not self.opens(rule, row.about, supplier, is_edge=True):
            return None
        rows = [each for each in TOWN if each.type == type_ and parent in each.parents and self.knows_of(each)]
        rows = [each for each in rows if each.stands or edge not in STANDING]
        return _ids(rows, newest_first=newest_first, by=(lambda row: row.recorded) if edge in AS_RECORDED else None)


def _ids(rows, *, newest_first, by=None):
    ordered = sorted(rows, key=by or (lambda row: row.key), reverse=newest_first)
    return [row.id for row in ordered]
