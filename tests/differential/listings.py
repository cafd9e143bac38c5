"""Every listing of the graph as an operation with a page's arguments, and what the oracle says of it."""

import json
from dataclasses import dataclass

from models.ride import Ride
from tests.differential.oracle import AS_RECORDED, TOWN, Oracle, of
from tests.differential.paths import question, seen

ARGUMENTS = "first: $first, after: $after, last: $last, before: $before"
PAGE = "{ totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } } }"
HEAD = "$first: Int, $after: String, $last: Int, $before: String"
NEWEST_FIRST = {"accessLog", "auditLog", "sharing", "links", "reminders", "recordReviews", "contests", "schoolReviews"}
NEWEST_FIRST |= {"notices", "announcements", "claims"}
NEWEST_FIRST |= {*AS_RECORDED, "conditions", "knownAllergies", "physicians"}
ROOTS = {
    "families": "Family",
    "children": "Child",
    "pregnancies": "Pregnancy",
    "riders": "Rider",
    "rides": "Ride",
    "ridesToReview": "Ride",
    "claims": "Claim",
    "pointEntries": "PointEntry",
    "auditLog": "AccessEntry",
    "applications": "Application",
    "recordReviews": "RecordReview",
    "schoolReviews": "SchoolReview",
    "contests": "Contest",
    "notices": "Notice",
    "announcements": "Announcement",
}
OWN = {
    "wards": "Child",
    "pregnancies": "Pregnancy",
    "riders": "Rider",
    "accessLog": "AccessEntry",
    "notices": "Notice",
    "mailboxes": "Mailbox",
    "credentials": "Credential",
}
OWN |= {"applications": "Application"}
WAITING = {row.id for row in of(Ride) if row.is_waiting}
OTHERWISE = {"pregnancies", "applications"}  # without the first key of the root's order
EDGES = {
    ("Family", "children"): "Child",
    ("Family", "accessLog"): "AccessEntry",
    ("Child", "checkups"): "Checkup",
    ("Child", "checkupHistory"): "Checkup",
    ("Child", "parentingAnswers"): "Questionnaire",
    ("Child", "parentingAnswerHistory"): "Questionnaire",
    ("Child", "schoolCheckups"): "SchoolCheckup",
    ("Child", "schoolCheckupHistory"): "SchoolCheckup",
    ("Pregnancy", "checkups"): "PregnancyCheckup",
    ("Pregnancy", "checkupHistory"): "PregnancyCheckup",
    ("Child", "vaccinationHistory"): "Vaccination",
    ("Child", "vaccinations"): "Vaccination",
    **{("Child", name): "Growth" for name in ("growth", "growthHistory")},
    **{("Child", name): "DiaryEntry" for name in ("conditions", "conditionHistory")},
    **{("Child", name): "Allergy" for name in ("knownAllergies", "allergyHistory")},
    **{("Child", name): "Physician" for name in ("physicians", "physicianHistory")},
    ("Child", "sharing"): "Share",
    ("Child", "links"): "RecordLink",
    ("Child", "reminders"): "Reminder",
    ("Child", "contests"): "Contest",
    ("Child", "accessLog"): "AccessEntry",
    ("Pregnancy", "sharing"): "PartnerShare",
    ("Child", "notices"): "Notice",
    ("Pregnancy", "notices"): "Notice",
    ("Rider", "rides"): "Ride",
    ("Ride", "seats"): "Seat",
    ("PointAccount", "entries"): "PointEntry",
}


@dataclass(frozen=True)
class Place:
    """One listing: its operation, the parent's id, where the connection stands in the answer, and what is expected."""

    text: str
    parent: str | None
    path: tuple
    expected: list | None

    async def page(self, engine, asker, **window):
        """The connection that comes back; None where it is null."""
        variables = {**window, **({"id": self.parent} if self.parent else {})}
        answer = await seen(engine, question(asker, self.text, variables))
        found = json.loads(answer.body)
        assert "errors" not in found, (asker.name, self.text, variables, found)
        found = found["data"]
        for name in self.path:
            found = found and found[name]
        return found


def places(asker):
    """Every listing that this asker can ask for."""
    oracle = Oracle(asker)
    for name, type_ in ROOTS.items():
        within = WAITING if name == "ridesToReview" else None
        expected = oracle.listed(type_, within, newest_first=name in NEWEST_FIRST)
        yield Place(f"query ({HEAD}) {{ {name}({ARGUMENTS}) {PAGE} }}", None, (name,), expected)
    for name, type_ in OWN.items():
        within = {"wards": oracle.wards(), "pregnancies": oracle.pregnancies()}.get(name)
        by = (lambda row: row.key[1:]) if name in OTHERWISE else None
        newest_first = name in NEWEST_FIRST | {"applications"}
        expected = oracle.listed(type_, within, newest_first=newest_first, by=by)
        yield Place(f"query ({HEAD}) {{ viewer {{ {name}({ARGUMENTS}) {PAGE} }} }}", None, ("viewer", name), expected)
    for (owner, name), type_ in EDGES.items():
        body = f"node(id: $id) {{ ... on {owner} {{ {name}({ARGUMENTS}) {PAGE} }} }}"
        for parent in [row.id for row in TOWN if row.type == owner]:
            expected = oracle.below(parent, name, type_, newest_first=name in NEWEST_FIRST)
            yield Place(f"query ($id: ID!, {HEAD}) {{ {body} }}", parent, ("node", name), expected)
