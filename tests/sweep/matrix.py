"""What the given matrix says of a field: read from tests/data alone, never from the product's own table."""

import csv
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"
STAFF = {
    "staff_health",
    "staff_taxi",
    "staff_points",
    "staff_registry",
    "staff_education",
    "statistician",
    "auditor",
    "supervisor",
    "system_admin",
}
# The rows that are no relation of a resident are kinds of caller.
KINDS = STAFF | {"clinic", "school", "taxi_operator", "shop", "partner_municipality", "anonymous"}
EVERYWHERE = {"health", "rides", "points", "log", "notices"}
RECORDS, TAXIS, MONEY = {"health", "notices"}, {"rides", "claims"}, {"points"}
# Applications are the applicant's, and the health staff's to decide; a person's own nobody else ever sees.
ONESELF = EVERYWHERE | {"application", "person"}
BEFORE_BIRTH = EVERYWHERE | {"pregnancy"}  # the mother's alone, whatever else she is to anybody
CARE_OF_BOTH = RECORDS | {"pregnancy", "published"}
DOMAINS = {  # staff and organisations of one domain see nothing of another
    "staff_taxi": TAXIS,
    "taxi_operator": TAXIS,
    "staff_points": MONEY,
    "shop": MONEY,
    "staff_health": CARE_OF_BOTH | {"application", "review"},
    "staff_registry": RECORDS,
    "staff_education": RECORDS | {"school review"},
    "invited_family": RECORDS,
    "clinic": CARE_OF_BOTH,
    "school": RECORDS,
    "partner_municipality": CARE_OF_BOTH,
    "pregnant_self": BEFORE_BIRTH | ONESELF,
    "self_under15": ONESELF,
    "self_15_17": ONESELF,
    "self_18plus": ONESELF,
    "partner_before_birth": BEFORE_BIRTH - {"notices"},  # those of the case are about the child
    "auditor": {"log"},
    "supervisor": {"log"},
}
LISTING = {("Family", "children")}  # an emergency opens one record at a time
# Open to a parent who may have shared, answered or written something, also while there is nothing.
OWN_BELOW = {
    ("Child", name) for name in ("sharing", "links", "reminders", "parentingAnswers", "parentingAnswerHistory")
}
OWN_BELOW |= {("Child", name) for name in ("conditions", "conditionHistory", "physicians", "physicianHistory")}
# Put together from everybody's rows: nothing for those who see what they supplied, whatever else they may.
SUPPLYING = {"clinic", "school"}
WHOLE = {("Pregnancy", "dueDates"), ("Pregnancy", "visitPlan"), ("Child", "schoolCheckupPlan"), ("Checkup", "sources")}
WHOLE |= {("SchoolCheckup", "sources"), ("Child", "checkupCurves")}


def table(name):
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


MATRIX = {row["caller"]: row for row in table("permission-matrix.csv")}
PURPOSES = {row["code"]: set(row["field_groups"].split("|")) for row in table("purposes.csv")}
ROLES = {row["code"]: set(row["roles"].split("|")) for row in table("purposes.csv")}


@dataclass(frozen=True)
class FieldRule:
    """One line of field-groups.csv."""

    type: str
    name: str
    groups: tuple[str, ...]
    is_place: bool
    domain: str
    is_for_writers: bool


FIELDS = [
    FieldRule(
        row["type"],
        row["field"],
        tuple(row["groups"].split("|")),
        row["place"] == "y",
        row["domain"],
        row["writers"] == "y",
    )
    for row in table("field-groups.csv")
]
BEHIND = {  # the type behind an edge
    ("Family", "children"): "Child",
    ("Family", "accessLog"): "AccessEntry",
    ("Child", "accessLog"): "AccessEntry",
    ("Child", "checkupHistory"): "Checkup",
    ("Child", "parentingAnswerHistory"): "Questionnaire",
    ("Child", "parentingAnswers"): "Questionnaire",
    ("Child", "schoolCheckupHistory"): "SchoolCheckup",
    ("Child", "schoolCheckups"): "SchoolCheckup",
    ("Pregnancy", "checkupHistory"): "PregnancyCheckup",
    ("Pregnancy", "checkups"): "PregnancyCheckup",
    ("Child", "vaccinationHistory"): "Vaccination",
    ("Child", "checkups"): "Checkup",
    ("Child", "vaccinations"): "Vaccination",
    ("Child", "growthHistory"): "Growth",
    ("Child", "growth"): "Growth",
    ("Child", "conditionHistory"): "DiaryEntry",
    ("Child", "conditions"): "DiaryEntry",
    ("Child", "allergyHistory"): "Allergy",
    ("Child", "knownAllergies"): "Allergy",
    ("Child", "physicianHistory"): "Physician",
    ("Child", "physicians"): "Physician",
    ("Child", "sharing"): "Share",
    ("Child", "links"): "RecordLink",
    ("Child", "reminders"): "Reminder",
    ("Child", "contests"): "Contest",
    ("Pregnancy", "notices"): "Notice",
    ("Child", "notices"): "Notice",
    ("Pregnancy", "sharing"): "PartnerShare",
    ("Rider", "rides"): "Ride",
    ("Ride", "seats"): "Seat",
    ("PointAccount", "entries"): "PointEntry",
}
TYPES = list(dict.fromkeys(rule.type for rule in FIELDS))


def kind_of(row):
    return row if row in KINDS else "resident"


def letters(row, rule, group):
    """The cell's alternatives, without those that tell a place where the right is masked; none across domains.

    What is for writers is for those alone who may also write it, or rows of their own.
    """
    is_closed = (rule.type, rule.name) in WHOLE and row in SUPPLYING
    if is_closed or rule.domain not in DOMAINS.get(row, EVERYWHERE):
        return []
    found = [letter for letter in MATRIX[row][group].split("+") if letter != "-"]
    found = [letter for letter in found if "W" in letter or letter == "O" or not rule.is_for_writers]
    return [letter for letter in found if not (letter == "Rm" and rule.is_place)]


def is_open(rule, caller, *, own_case=True):
    """Whether this caller sees the field on the rows of the own case, or of somebody else's."""
    return any(
        _opens(letter, group, rule, caller) and (own_case or _reaches_all(letter, rule, caller))
        for row in caller.rows
        for group in rule.groups
        for letter in letters(row, rule, group)
    )


def _opens(letter, group, rule, caller):
    is_covered = "d" not in letter or group in PURPOSES.get(caller.purpose, ())
    if not is_covered or (caller.kind in STAFF and caller.purpose is None):
        return False
    if "d" in letter and caller.kind != "partner_municipality":
        return caller.purpose != "EMG" or (rule.type, rule.name) not in LISTING
    if "d" in letter and group in caller.granted:  # a partner city sees whom it is bound to, and who consented
        return True
    if "c" in letter:
        return group in caller.granted or is_emergency(group, caller)
    if letter == "O" and (rule.type, rule.name) not in OWN_BELOW:  # an edge leads to the own rows below
        return not {rule.type, BEHIND.get((rule.type, rule.name))}.isdisjoint(caller.supplied)
    return letter == "P" or rule.type in caller.reached


def _reaches_all(letter, rule, caller):
    """Duty reaches the whole town; the education board's only what waits, and else its pupils.

    Own rows are own in every case, a pupil is one child; so is the child of whom a parent shared or wrote something.
    """
    if letter == "O":
        parents = {"Child", "Share", "RecordLink", "Reminder", "Questionnaire", "DiaryEntry"}
        return rule.type not in parents or (rule.type, rule.name) in BEHIND
    if letter == "Rc":
        return any(is_emergency(group, caller) for group in rule.groups)
    is_of_board = caller.kind == "staff_education" and rule.domain != "school review"
    return letter == "P" or (caller.kind in STAFF and not is_of_board)


def is_emergency(group, caller):
    """In an emergency a clinic needs no consent for what the purpose opens, whichever child it is."""
    return caller.kind == "clinic" and caller.purpose == "EMG" and group in PURPOSES["EMG"]


def refusal(rule, caller):
    """The rule that the answer must name before any row is read; None where only data decides."""
    rows = [row for row in MATRIX if kind_of(row) == caller.kind]
    ways = [(group, letter) for row in rows for group in rule.groups for letter in letters(row, rule, group)]
    own = [PURPOSES[code] for code, roles in ROLES.items() if caller.kind in roles]
    if caller.kind not in STAFF:
        own.append(set())  # who is no staff may state none
    ways = [way for way in ways if any(_is_ready(way, opened) for opened in own)]
    if not ways:
        return "KIND_NOT_PERMITTED"
    if caller.is_tap:
        return "ACR_REQUIRED"
    is_barred = caller.purpose == "EMG" and (rule.type, rule.name) in LISTING
    if is_barred or (caller.purpose is None and caller.kind in STAFF):
        return "PURPOSE_REQUIRED"
    opened = PURPOSES.get(caller.purpose, set())
    return None if any(_is_ready(way, opened) for way in ways) else "PURPOSE_REQUIRED"


def _is_ready(way, opened):
    """What is read by duty is covered by the purpose, whoever reads."""
    group, letter = way
    return "d" not in letter or group in opened
