"""The shape of a town file: its tables and keys, read off the models; docs/town.md says the same in words."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import AutoString

from auth.groups import BY_NAME
from models.columns import Instant, table_of
from models.diary import Symptom
from models.growth import Measure
from models.ids import Letter
from models.organisation import CallerKind
from rules.body import AT_BIRTH, INFANT, SCHOOL
from rules.checkup_programme import GRADES
from rules.diary import SPANS
from rules.pregnancy import WEEKS
from rules.pregnancy_items import ITEMS as MATERNAL
from tsumugi.town.rows import SHELVES, Shelf, columns


class Kind(Enum):
    """What a value must be, in the words of docs/town.md."""

    ID = "id"
    CODE = "municipality code"
    TEXT = "text"
    WHOLE = "whole number"
    DATE = "date"
    MOMENT = "moment"
    WORD = "word"
    WORDS = "words"
    NAME = "login name"
    FLAG = "true or false"


class Key(NamedTuple):
    """One key of a table.

    `letters`: the kind letters that an id may have. `targets`: the tables in one of which the value must be the id (or
    code). `words`: the allowed words. `low` and `high`: the least and the greatest whole number.
    """

    name: str
    kind: Kind
    is_required: bool
    is_unique: bool = False
    letters: tuple[Letter, ...] = ()
    targets: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    low: int = 0
    high: int = 0


class Form(NamedTuple):
    """One table of a town file: where its rows go, and its keys by name."""

    shelf: Shelf
    keys: dict[str, Key]


LETTERS = {
    "organisation": Letter.ORGANISATION,
    "staff_member": Letter.ORGANISATION,
    "family": Letter.FAMILY,
    "resident": Letter.RESIDENT,
    "pregnancy": Letter.PREGNANCY,
    "child": Letter.CHILD,
    "guardianship": Letter.LOG,  # entries of a register: they are no nodes and have no letter of their own
    "protection_measure": Letter.LOG,
    "grant": Letter.SHARE,
    "care": Letter.LOG,
    "checkup": Letter.CHECKUP,
    "school_checkup": Letter.SCHOOL_CHECKUP,
    "due_date": Letter.LOG,
    "pregnancy_checkup": Letter.PREGNANCY_CHECKUP,
    "vaccination": Letter.VACCINATION,
    "vaccination_review": Letter.LOG,
    "immunity_fact": Letter.LOG,
    "growth": Letter.GROWTH,
    "diary_entry": Letter.DIARY,
    "allergy": Letter.ALLERGY,
    "physician": Letter.PHYSICIAN,
    "rider": Letter.RIDER,
    "ride": Letter.RIDE,
    "seat": Letter.SEAT,
    "point_account": Letter.ACCOUNT,
    "point_entry": Letter.ENTRY,
}
BEFORE_BIRTH = {"grant": Letter.PARTNER_SHARE}  # what is about a pregnancy is a node of its own
POINTERS = {  # columns that refer to a row without a foreign key
    ("grant", "grantee_id"): ("resident", "organisation"),
    **{(table, "recorded_by_id"): ("resident",) for table in ("growth", "diary_entry", "allergy", "physician")},
    ("vaccination", "municipality_code"): ("municipality",),
    ("vaccination", "recorded_by_id"): ("resident", "staff_member"),
    ("vaccination_review", "recorded_by_id"): ("staff_member",),
    ("immunity_fact", "recorded_by_id"): ("staff_member",),
}


def _least(measure: Measure) -> int:
    return min(AT_BIRTH[measure].least, INFANT[measure].least)


DUTIES = ("STATISTICIAN", "AUDITOR", "SUPERVISOR", "SYSTEM_ADMIN")
SAID_ONCE = {("municipality", "is_ours")}  # the file says it at its top, as `code`
CORRECTED = ("checkup", "school_checkup", "pregnancy_checkup")
BOOKED = ("number", "hold_id", "refunds_id", "reverses_id", "reason", "key_hash", "hash")
NOT_YET = {  # invitations, applications, taps, corrections and the ledger are made by those who live in the town
    ("grant", "invitation_id"),
    *(("point_entry", key) for key in BOOKED),
    *(("point_account", key) for key in ("my_key_hash", "basic_municipality_code")),
    ("rider", "state"),
    ("rider", "is_settled"),
    *(("ride", key) for key in ("opened_by_id", "told_at", "sequence", "starts_in_city", "is_cancelled")),
    *(("ride", key) for key in ("synced_at", "is_waiting")),
    *(("seat", key) for key in ("tapped_at", "review_cause", "review_outcome", "review_reason")),
    *(("seat", key) for key in ("reviewed_by_id", "reviewed_at")),
    *(("seat", key) for key in ("position", "is_counted", "service_day", "day_number", "fiscal_year", "year_number")),
    *((table, key) for table in CORRECTED for key in ("correction_reason", "replaces_id", "is_replaced")),
}
STAFF = (*(kind.name for kind in CallerKind if kind.name.startswith("STAFF_")), *DUTIES)
CALLING = ("CLINIC", "SCHOOL", "TAXI_OPERATOR", "SHOP", "PARTNER_MUNICIPALITY")  # organisations that log in themselves
MOVES = ("CONVERTED", "GRANTED", "SPENT", "REFUNDED", "EXPIRED")
WORDS = {
    ("organisation", "kind"): (*STAFF, *CALLING),
    ("staff_member", "kind"): STAFF,
    ("point_entry", "kind"): MOVES,
}
LISTS = {("grant", "field_groups"): tuple(BY_NAME), ("diary_entry", "symptoms"): tuple(each.name for each in Symptom)}
LOGINS = {"organisation": "client", "staff_member": "client", "resident": "card"}
BODY = {measure.value for measure in Measure}  # of children; a woman is measured beyond neither end
RANGES = {  # plausible, not normal: what lies outside is a slip of the unit; every whole number of the models has one
    **{measure.value: (_least(measure), SCHOOL[measure].most) for measure in Measure},
    **{item.name: (item.least, item.most) for item in MATERNAL if item.unit and item.name not in BODY},
    "visit_number": (1, len(WEEKS)),
    "grade": (1, GRADES),
    "number": (1, 1_000),
    **{name: tuple(span) for name, span in SPANS.items()},
    "fare_yen": (1, 100_000),
    "subsidy_yen": (0, 100_000),
    "points": (-1_000_000, 1_000_000),
    "starts_minute": (0, 1_439),
    "ends_minute": (1, 2_880),
    "revision": (1, 1_000),
    "latitude_microdegrees": (20_000_000, 46_000_000),
    "longitude_microdegrees": (122_000_000, 154_000_000),
}


def _words(column: sa.Column[Any], where: tuple[str, str]) -> tuple[str, ...]:
    names: Sequence[str] = column.type.enums if isinstance(column.type, sa.Enum) else ()
    return WORDS.get(where) or LISTS.get(where) or tuple(names)


def _targets(column: sa.Column[Any], where: tuple[str, str]) -> tuple[str, ...]:
    referred = {foreign.column.table for foreign in column.foreign_keys}
    return POINTERS.get(where) or tuple(shelf.name for shelf in SHELVES if table_of(shelf.model) in referred)


def _kind(column: sa.Column[Any], where: tuple[str, str], targets: tuple[str, ...]) -> Kind:
    if where in LISTS:
        return Kind.WORDS
    by_type = (
        (sa.Enum, Kind.WORD),
        (Instant, Kind.MOMENT),
        (sa.Date, Kind.DATE),
        (sa.Boolean, Kind.FLAG),
        (sa.Integer, Kind.WHOLE),
    )
    for type_, kind in by_type:
        if isinstance(column.type, type_):
            return kind
    if targets == ("municipality",) or where == ("municipality", "code"):
        return Kind.CODE
    assert isinstance(column.type, AutoString), f"no kind of value yet for {where}"
    return Kind.ID if targets or column.primary_key else Kind.TEXT


def _letters(owners: Sequence[str]) -> tuple[Letter, ...]:
    return tuple(each[owner] for each in (LETTERS, BEFORE_BIRTH) for owner in owners if owner in each)


def _key(column: sa.Column[Any], shelf: Shelf) -> Key:
    name = shelf.name
    where = (name, column.key)
    targets = _targets(column, where)
    kind = _kind(column, where, targets)
    owners = targets or (name,)
    low, high = RANGES[column.key] if kind is Kind.WHOLE else (0, 0)
    return Key(
        name=column.key,
        kind=kind,
        is_required=shelf.model.model_fields[column.key].is_required(),
        is_unique=bool(column.primary_key or column.unique),
        letters=_letters(owners) if kind is Kind.ID else (),
        targets=targets,
        words=_words(column, where),
        low=low,
        high=high,
    )


def _form(shelf: Shelf) -> Form:
    given = (column for column in columns(shelf.model) if (shelf.name, column.key) not in SAID_ONCE | NOT_YET)
    keys = {column.key: _key(column, shelf) for column in given}
    if shelf.name in LOGINS:
        login = LOGINS[shelf.name]
        keys[login] = Key(login, Kind.NAME, is_required=False)
    return Form(shelf, keys)


FORMS = {shelf.name: _form(shelf) for shelf in SHELVES}
HEAD = {  # the keys before the first table
    "code": Key("code", Kind.CODE, is_required=True, targets=("municipality",)),
    "as_of": Key("as_of", Kind.DATE, is_required=True),
}
