"""Explains to callers what they themselves see: by which way a field of a record is open to them, and until when.

Whatever depends on data and is not visible has one answer, after the same statements: forbidden, absent, malformed.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from auth.access import NO_IDS, SPANNING, Access, Alternative, Caller, Standing, Verdict, verdict
from auth.ends import STATEMENTS, Ends
from auth.policy import Right
from auth.purpose import PURPOSES
from models.organisation import STAFF_KINDS
from models.reason import ReasonCode, Relation
from models.subject import Noun, Subject
from resolvers.context import Context
from resolvers.source import Source
from rules.explanations import PARTS, RELATIONS, Said, last_day, sentence

NO_ID = ""  # stands for whatever is no id of the right kind: the statements run all the same
NEVER = date.max
NOBODY = ("", "")


class Reason(NamedTuple):
    """One way in which a field is open; or why it is not, as far as that is known before any record is looked at."""

    code: ReasonCode
    relation: Relation | None
    until: date | None
    sentence: str


class Explanation(NamedTuple):
    """Whether a field of a record is visible to the caller, and why; the reason that lasts longest comes first."""

    is_visible: bool
    sentence: str
    reasons: list[Reason]


class Open(NamedTuple):
    """A way that is open, with what its sentence needs."""

    said: Said
    relation: Relation | None


def public(context: Context) -> Explanation:
    """The explanation of what everybody sees."""
    return _told(context, [Open(Said(ReasonCode.EVERYBODY), None)], is_visible=True)


async def explained(context: Context, source: Source, access: Access, key: str, *, is_edge: bool) -> Explanation:
    """The explanation of one field of one row, whose door is the source's; an edge is open where it may be followed."""
    subject, door = source.subject, source.door
    assert subject is not None, "rows of a node are about somebody"
    assert door is not None, "rows of a node are behind a door"
    shut = _shut(context.caller, subject.noun, door, access)
    if shut is not None:
        return _told(context, [Open(shut, None)], is_visible=False)
    row = await context.reader.one(source, key)
    is_open = context.caller.enters if is_edge else context.caller.sees
    is_visible = row is not None and is_open(access, subject, row)
    about = getattr(row, subject.column) if is_visible else NO_ID
    ends = await _ends(context, subject, about)
    if not is_visible:
        return _told(context, [Open(Said(ReasonCode.NOT_VISIBLE), None)], is_visible=False)
    door_over_on = max((ends.of(way) or NEVER for way in context.caller.ways(door, subject, row)), default=NEVER)
    may_supply = is_edge or subject.supplier is not None
    found = []
    for way in context.caller.ways(access, subject, row, is_edge=is_edge):
        code = _code(context.caller, way, (subject.noun, about), may_supply=may_supply)
        found.append(_open(context.caller, way, code, min(ends.of(way) or NEVER, door_over_on)))
    return _told(context, _distinct(found), is_visible=True)


def _shut(caller: Caller, noun: Noun, *accesses: Access) -> Said | None:
    """Why nothing is visible whatever the record is; what no purpose of theirs opens is not for their kind."""
    found = [caller.verdict(access, noun) for access in accesses]
    if Verdict.KIND_NOT_PERMITTED in found or Verdict.SCOPE_REQUIRED in found:
        return Said(ReasonCode.NOT_VISIBLE)
    if Verdict.ACR_REQUIRED in found:
        return Said(ReasonCode.ACR_REQUIRED)
    if Verdict.PURPOSE_REQUIRED not in found:
        return None
    kind = caller.standing.kind
    codes = [
        code
        for code, purpose in PURPOSES.items()
        if kind in purpose.kinds
        and not any(verdict(access, noun, Standing(kind, purpose)).is_closed for access in accesses)
    ]
    return Said(ReasonCode.PURPOSE_REQUIRED, ("、".join(codes), ", ".join(codes)))


async def _ends(context: Context, subject: Subject, about: str) -> Ends:
    statement = STATEMENTS.get(subject.noun)
    facts = [] if statement is None else await context.reader.relations(statement, context.today, about)
    return Ends(context.caller, subject.noun, facts, context.today)


def _code(caller: Caller, way: Alternative, about: tuple[Noun, str], *, may_supply: bool) -> ReasonCode:
    """What kind of reason a way is; an emergency stands in for a consent that was not given."""
    noun, subject_id = about
    if Right.CONSENT in way.right:
        nouns = Noun if noun in SPANNING else (noun,)
        is_shared = any(subject_id in caller.relations.granted.get((way.group.name, each), NO_IDS) for each in nouns)
        return ReasonCode.CONSENT if is_shared else ReasonCode.DUTY
    if Right.OWN in way.right and may_supply:
        return ReasonCode.SUPPLIED
    return ReasonCode.DUTY if caller.standing.kind in STAFF_KINDS else ReasonCode.RELATION


def _open(caller: Caller, way: Alternative, code: ReasonCode, over_on: date) -> Open:
    end = None if over_on == NEVER else over_on
    purpose = caller.standing.purpose
    if code is ReasonCode.DUTY and purpose is not None:
        return Open(Said(code, (f"{purpose.code} {purpose.ja}", f"{purpose.code} ({purpose.en})"), end), None)
    relation = Relation.__members__.get(way.policy.name)  # staff of the whole town stand in no relation
    if code is ReasonCode.CONSENT:
        return Open(Said(code, PARTS[way.group.name], end), relation)
    return Open(Said(code, RELATIONS[relation] if relation else NOBODY, end), relation)


def _distinct(found: Iterable[Open]) -> list[Open]:
    """The longest first; several groups that say the same say it once."""
    kept: dict[tuple[object, ...], Open] = {}
    for each in sorted(found, key=lambda each: each.said.over_on or NEVER, reverse=True):
        kept.setdefault((each.said.code, each.said.what, each.relation), each)
    return list(kept.values())


def _told(context: Context, found: list[Open], *, is_visible: bool) -> Explanation:
    reasons = [
        Reason(said.code, relation, last_day(said.over_on), sentence(said, context.language))
        for said, relation in found
    ]
    return Explanation(is_visible, reasons[0].sentence, reasons)
