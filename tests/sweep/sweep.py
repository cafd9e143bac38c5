"""Compares what a caller is shown with what the matrix says, field by field and path by path."""

import re
from collections import Counter

from tests.sweep.asking import BELOW, BY_ID, LISTED, LOG, NESTED, ROOTS
from tests.sweep.matrix import FIELDS, is_open, refusal

FIELDS_OF = {type_: [rule for rule in FIELDS if rule.type == type_] for type_ in BY_ID}
TEXT = re.compile(r"(mark\d{5})-([a-z]+)")
PLANTED = {  # the end of each planted text, and the field that shows it
    "postal": ("Family", "postalCode"),
    "address": ("Family", "address"),
    "phone": ("Family", "phone"),
    "name": ("Child", "name"),
    "kana": ("Child", "nameKana"),
    "allergies": ("Child", "allergies"),
    "lot": ("Vaccination", "lot"),
    "clinic": ("Vaccination", "clinic"),
    "doctor": ("Vaccination", "doctor"),
    "product": ("Vaccination", "productText"),
    "why": ("Vaccination", "correctionReason"),
    "review": ("Child", "vaccinationReviews"),
    "findings": ("Checkup", "findings"),
    "development": ("Checkup", "development"),
    "dental": ("Checkup", "dental"),
    "venue": ("Checkup", "venue"),
    "reason": ("Checkup", "correctionReason"),
    "note": ("PregnancyCheckup", "note"),
    "mistake": ("PregnancyCheckup", "correctionReason"),
    "confided": ("Questionnaire", "note"),
    "pupil": ("SchoolCheckup", "findings"),
    "tooth": ("SchoolCheckup", "dental"),
    "school": ("SchoolCheckup", "school"),
    "slip": ("SchoolCheckup", "correctionReason"),
    "measured": ("Growth", "note"),
    "growthreason": ("Growth", "correctionReason"),
    "diary": ("DiaryEntry", "note"),
    "diaryentryreason": ("DiaryEntry", "correctionReason"),
    "substance": ("Allergy", "substance"),
    "reaction": ("Allergy", "reaction"),
    "allergyreason": ("Allergy", "correctionReason"),
    "practice": ("Physician", "clinic"),
    "physician": ("Physician", "doctor"),
    "call": ("Physician", "phone"),
    "physicianreason": ("Physician", "correctionReason"),
    "rider": ("Rider", "name"),
    "step": ("Rider", "steps"),
    "fare": ("Ride", "history"),
    "grace": ("Seat", "reviewReason"),
    "claim": ("Claim", "content"),
    "up": ("Ride", "pickUp"),
    "off": ("Ride", "dropOff"),
    "facility": ("PointEntry", "facility"),
    "giver": ("Share", "givenBy"),
    "friend": ("Share", "sharedWith"),
    "expecting": ("PartnerShare", "givenBy"),
    "partner": ("PartnerShare", "sharedWith"),
    "document": ("Application", "document"),
    "applicant": ("Application", "applicant"),
    "linked": ("RecordLink", "organisation"),
    "othercity": ("Child", "recordSources"),
    "statement": ("Contest", "statement"),
    "verdict": ("Contest", "decision"),
    "dosesource": ("Vaccination", "sources"),
    "visitsource": ("Checkup", "sources"),
    "schoolsource": ("SchoolCheckup", "sources"),
    "submitter": ("RecordReview", "organisation"),
    "patient": ("RecordReview", "patientNumber"),
    "decision": ("RecordReview", "reason"),
    "schoolsubmitter": ("SchoolReview", "organisation"),
    "schoolpatient": ("SchoolReview", "patientNumber"),
    "schooldecision": ("SchoolReview", "reason"),
    "office": ("AccessEntry", "office"),
    "case": ("AccessEntry", "caseReference"),
    "title": ("Notice", "announcement"),
    "box": ("Mailbox", "address"),
    "login": ("Credential", "scheme"),
}
ALSO = {"expecting": ("Application", "applicant")}  # she applies herself
STATISTICS = "{ rideStatistics { fiscalYear months { month rides } } }"
EMPTY = {"edges": [], "totalCount": 0, "pageInfo": {"hasNextPage": False, "endCursor": None}}
LEAK, OVER_DENIAL, UNSAID = "leak", "over-denial", "wrong denial"


def is_visible(rule, caller, *, own_case):
    """A field is seen on a row that the caller may know of: whose id is open, too."""
    door = next(each for each in FIELDS_OF[rule.type] if each.name == "id")
    return all(is_open(each, caller, own_case=own_case) for each in (door, rule))


class Sweep:
    """Counts combinations and collects what is wrong."""

    def __init__(self, asker):
        self.asker = asker
        self.tried, self.found = Counter(), []

    def note(self, what, *where):
        self.found.append((what, *where))

    def compare(self, shown, caller, rule, path, *, own_case):
        self.tried[path] += 1
        wanted = is_visible(rule, caller, own_case=own_case)
        if shown is not wanted:
            self.note(OVER_DENIAL if wanted else LEAK, caller.name, rule.type, rule.name, path, own_case)

    async def by_id(self, caller, type_, case, *, own_case):
        """node, nodes and _entities; an anonymous document that names a node is refused as a whole."""
        id_ = case.ids[type_]
        answer = await self.asker.ask(caller, BY_ID[type_], id=id_, r=[{"__typename": type_, "id": id_}])
        if caller.kind == "anonymous":
            assert answer["data"] is None
            return
        if "errors" in answer:
            self.note(UNSAID, caller.name, type_, answer["errors"])
        rows = {
            "node": answer["data"]["node"],
            "nodes": answer["data"]["nodes"][0],
            "_entities": answer["data"]["_entities"][0],
        }
        for path, row in rows.items():
            for rule in FIELDS_OF[type_]:
                value = None if row is None else row.get(rule.name)
                self.compare(value is not None, caller, rule, path, own_case=own_case)
                if isinstance(value, str) and value.startswith("mark") and not value.startswith(case.mark):
                    self.note(LEAK, caller.name, type_, rule.name, "a value of another case")
        self._denials(answer, caller, type_)

    def _denials(self, answer, caller, type_):
        said = {tuple(each["path"]): each["rule"] for each in answer.get("extensions", {}).get("denied", ())}
        for rule in FIELDS_OF[type_]:
            self.tried["denied"] += 1
            if said.get(("node", rule.name)) != refusal(rule, caller):
                self.note(UNSAID, caller.name, type_, rule.name, said.get(("node", rule.name)), refusal(rule, caller))

    async def nested(self, caller, type_, case, *, own_case):
        """Below the parent: the row is there when parent, edge and door are all open."""
        parent, edge = BELOW[type_]
        answer = await self.asker.ask(caller, NESTED[type_], id=case.ids[parent])
        page = ((answer["data"] or {}).get("node") or {}).get(edge) or {"edges": [], "totalCount": 0}
        rows = [each["node"] for each in page["edges"]]
        way = [rule for rule in FIELDS_OF[parent] if rule.name in {"id", edge}]
        is_reached = all(is_open(rule, caller, own_case=own_case) for rule in way)
        row = next((each for each in rows if each["id"] == case.ids[type_]), None)
        for rule in FIELDS_OF[type_]:
            self.tried["nested"] += 1
            shown = row is not None and row.get(rule.name) is not None
            if shown is not (is_reached and is_visible(rule, caller, own_case=own_case)):
                self.note(LEAK if shown else OVER_DENIAL, caller.name, type_, rule.name, "nested", own_case)
        if page["totalCount"] != len(rows) and type_ != "AccessEntry":
            self.note(LEAK, caller.name, type_, "totalCount below a parent")

    async def listed(self, caller, type_, cases):
        """Root lists: exactly the rows whose door is open, counted right."""
        ids, after = set(), None
        while True:
            answer = await self.asker.ask(caller, LISTED[type_], after=after)
            page = (answer["data"] or {}).get(ROOTS[type_], EMPTY)
            ids |= {each["node"]["id"] for each in page["edges"]}
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        door = next(rule for rule in FIELDS_OF[type_] if rule.name == "id")
        pupils = cases if caller.kind == "staff_education" else ()
        own = [caller.case, *(case for case in pupils if case.is_pupil)]
        wanted = {case.ids[type_] for case in cases if is_open(door, caller, own_case=case in own)}
        if caller.purpose == "EMG":  # single records, never lists
            wanted = set()
        self.tried["list"] += len(cases)
        if ids != wanted or page["totalCount"] != len(wanted):
            self.note(LEAK if ids - wanted else OVER_DENIAL, caller.name, type_, "list", len(ids), len(wanted))

    async def statistics(self, caller):
        """Figures are transport staff's, with any purpose of theirs; no other kind has business with these rows."""
        self.tried["statistics"] += 1
        answer = await self.asker.ask(caller, STATISTICS)
        is_shown = (answer["data"] or {}).get("rideStatistics") is not None
        if is_shown is not (caller.kind == "staff_taxi" and caller.purpose is not None):
            self.note(LEAK if is_shown else OVER_DENIAL, caller.name, "rideStatistics")

    def texts(self, caller):
        """Every planted text in any byte that this caller was sent."""
        return set(TEXT.findall(b"".join(self.asker.bytes.get(caller.name, ())).decode()))

    def strays(self, caller, cases):
        """The planted texts that this caller was sent and may not see."""
        by_mark = {case.mark: case for case in cases}
        for mark, end in self.texts(caller):
            self.tried["planted text"] += 1
            case, places = by_mark[mark], {PLANTED[end], ALSO.get(end, PLANTED[end])}
            rules = [each for place in places for each in FIELDS_OF[place[0]] if each.name == place[1]]
            is_own = case is caller.case or (caller.kind == "staff_education" and case.is_pupil)
            if not any(is_visible(rule, caller, own_case=is_own) for rule in rules):
                yield caller.name, mark, *PLANTED[end]

    async def logged(self, caller, cases):
        """The root of the log: of the cases' own entries, which are the oldest, exactly those whose door is open."""
        own, found, before = {case.ids["AccessEntry"] for case in cases}, set(), None
        while True:
            answer = await self.asker.ask(caller, LOG, before=before)
            page = (answer["data"] or {}).get("auditLog", EMPTY)
            ids = {each["node"]["id"] for each in page["edges"]}
            found |= ids & own
            before = page["pageInfo"].get("startCursor")
            if ids - own or not page["pageInfo"].get("hasPreviousPage"):
                break
        door = next(rule for rule in FIELDS_OF["AccessEntry"] if rule.name == "id")
        wanted = {case.ids["AccessEntry"] for case in cases if is_open(door, caller, own_case=case is caller.case)}
        self.tried["list"] += len(cases)
        if found != wanted:
            self.note(LEAK if found - wanted else OVER_DENIAL, caller.name, "auditLog", len(found), len(wanted))

    async def caller(self, caller, foreign, types):
        for type_ in types:
            for case in (caller.case, foreign):
                await self.by_id(caller, type_, case, own_case=case is caller.case)
                if type_ in BELOW:
                    await self.nested(caller, type_, case, own_case=case is caller.case)
