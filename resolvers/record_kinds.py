"""The kinds of record that organisations hand in: what an item holds, how it is read, checked and kept."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, make_dataclass
from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import Any, NamedTuple, get_args, get_type_hints

import orjson
import strawberry
from sqlalchemy import ColumnElement
from sqlmodel import SQLModel

from auth.group import Group
from auth.groups import CHECKUP_BODY, SCHOOL_HEALTH, VACC_RECORDS
from models.checkup import Checkup, CheckupKind
from models.columns import standing
from models.ids import Letter
from models.organisation import CallerKind
from models.record import RecordKind
from models.refusal import RefusalCode, Refused
from models.school_checkup import SchoolCheckup
from models.vaccination import DatePrecision, Vaccination, Vaccine, stands
from resolvers.checked import bad_span, bad_text, camel
from resolvers.checkup import Noted, bad_record, noted_in
from resolvers.corrections import named
from resolvers.deed import Task
from resolvers.provenance import content_of
from resolvers.school_checkup import Measured, bad_values, grade_on, graded
from rules.checkup_items import ITEMS
from rules.immunisation.record import span
from rules.items import first_refusal

MOST_ITEMS = 500
WHOLE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
PARTS = {  # what a paper handbook may have of a day
    DatePrecision.MONTH: re.compile(r"[0-9]{4}-[0-9]{2}"),
    DatePrecision.YEAR: re.compile(r"[0-9]{4}"),
}
PRECISION = "precision"  # told by the form of the day itself, and so no member of an item
DOCTORS = frozenset({CallerKind.CLINIC, CallerKind.PARTNER_MUNICIPALITY})
SCHOOLS = frozenset({CallerKind.SCHOOL})


@dataclass(kw_only=True)
class Dose:
    """A dose of one product."""

    vaccine: Vaccine
    given_on: date
    lot: str | None = None
    clinic: str | None = None
    doctor: str | None = None
    precision: DatePrecision = DatePrecision.DAY


@dataclass(kw_only=True)
class Visit(Noted):
    """A checkup that took place. Mass in grams, lengths in millimetres; days and words as `submitCheckup` has them."""

    kind: CheckupKind
    checked_on: date


@dataclass(kw_only=True)
class Examination(Measured):
    """A pupil's checkup, or what the school measured in between; words as `submitSchoolCheckup` has them."""

    checked_on: date


def bad_dose(task: Task, child: Any, given: Dose) -> Refused | None:
    """Days on which nobody, or not this child, can have had it."""
    days = span(given.given_on, given.precision)
    if child is not None:
        return bad_span(child, days, task.context.today, "givenOn")
    return Refused(RefusalCode.DATE_OUT_OF_RANGE, "givenOn") if days.first > task.context.today else None


def bad_visit(task: Task, child: Any, given: Visit) -> Refused | None:
    """A day, an item or a value that cannot be, at any such checkup or at this child's."""
    if child is not None:
        return bad_record(task, child, (given.kind, given.checked_on), given)
    refused = named(first_refusal(ITEMS, given.kind, noted_in(given)))
    is_to_come = given.checked_on > task.context.today
    return refused or (Refused(RefusalCode.DATE_OUT_OF_RANGE, "checkedOn") if is_to_come else None)


def bad_examination(task: Task, child: Any, given: Examination) -> Refused | None:
    """A day outside of school, or a value that no pupil can have."""
    if child is not None:
        found = graded(task, child, given.checked_on, given)
        return found if isinstance(found, Refused) else None
    is_to_come = given.checked_on > task.context.today
    return bad_values(given) or (Refused(RefusalCode.DATE_OUT_OF_RANGE, "checkedOn") if is_to_come else None)


Values = Mapping[str, Any]


def _in_life(child: Any, values: Values) -> dict[str, Any]:
    """Of a month or a year the first day on which this child can have had a dose."""
    precision = values.get(PRECISION, DatePrecision.DAY)
    return {"given_on": max(values["given_on"], child.birth_date), PRECISION: precision}


def _nothing(_child: Any, _values: Values) -> dict[str, Any]:
    return {}


def _grade(child: Any, values: Values) -> dict[str, Any]:
    return {"grade": grade_on(child.birth_date, values["checked_on"])}


class Kind(NamedTuple):
    """One kind: the typed form of an item, the table that keeps it, who hands it in, and how it is checked.

    `day`: its field with the day. `same`: the fields that with the day make two records one, whoever tells of them.
    `bad(task, child, given)`: what cannot be, of this child or, where it is None, of any. `standing`: the rows whose
    place no other has taken. `follows(child, values)`: the columns that follow from what is said and whose it is.
    """

    record: RecordKind
    group: Group
    of: type
    model: type[SQLModel]
    letter: Letter
    day: str
    same: tuple[str, ...]
    suppliers: frozenset[CallerKind]
    bad: Callable[[Task, Any, Any], Refused | None]
    standing: ColumnElement[bool]
    follows: Callable[[Any, Values], dict[str, Any]] = _nothing

    @property
    def member(self) -> str:
        """Its member in an item."""
        return self.record.name.lower()

    @property
    def names(self) -> list[str]:
        """The fields of its form."""
        return [each.name for each in fields(self.of)]

    def key(self, values: Values) -> tuple[Any, ...]:
        """What makes two records of one child the same."""
        return tuple(values[name] for name in (self.day, *self.same))


VACCINATION, CHECKUP, SCHOOL_CHECKUP = RecordKind
KINDS = (
    Kind(
        *(VACCINATION, VACC_RECORDS, Dose, Vaccination, Letter.VACCINATION, "given_on", ("vaccine", PRECISION)),
        *(DOCTORS, bad_dose, stands(), _in_life),
    ),
    Kind(
        *(CHECKUP, CHECKUP_BODY, Visit, Checkup, Letter.CHECKUP, "checked_on", ("kind",), DOCTORS),
        *(bad_visit, standing(Checkup)),
    ),
    Kind(
        *(SCHOOL_CHECKUP, SCHOOL_HEALTH, Examination, SchoolCheckup, Letter.SCHOOL_CHECKUP, "checked_on", (), SCHOOLS),
        *(bad_examination, standing(SchoolCheckup), _grade),
    ),
)
BY_RECORD = {kind.record: kind for kind in KINDS}


def _core(hint: Any) -> Any:
    return next((each for each in get_args(hint) if each is not type(None)), hint)


def _cores(kind: Kind) -> dict[str, Any]:
    """The members of an item of a kind with their types, without what makes them optional."""
    return {name: _core(hint) for name, hint in get_type_hints(kind.of).items() if name != PRECISION}


def _lenient(kind: Kind) -> Any:
    """The form as an item brings it: words and days are texts, so that an unknown one spoils no other item."""
    hints, members = get_type_hints(kind.of), []
    for name, core in _cores(kind).items():
        kept = str if core is date or issubclass(core, Enum) else core
        is_optional = type(None) in get_args(hints[name])
        members.append((name, kept | None, field(default=None)) if is_optional else (name, kept))
    name = f"{kind.record.name.title().replace('_', '')}Item"
    made = make_dataclass(name, members, kw_only=True)
    return strawberry.input(made, name=f"{name}Input", description=kind.of.__doc__)


def _item() -> Any:
    """An item: whose it is, which record of the organisation's it is, and exactly one of the kinds."""
    head: list[Any] = [
        ("patient_number", str),
        ("source_record_id", str),
        ("is_correction", bool, field(default=False)),
    ]
    members = [(kind.member, _lenient(kind) | None, field(default=None)) for kind in KINDS]
    made = make_dataclass("RecordItem", [*head, *members], kw_only=True)
    says = (
        "One record of the organisation's own, with exactly one of the kinds. Days are `2026-11-23`; of a dose also "
        "`2026-11` or `2026`, where the paper has no more. `isCorrection`: the organisation puts right what it said."
    )
    return strawberry.input(made, name="RecordItemInput", description=says)


RecordItem: Any = _item()


class Said(NamedTuple):
    """What an item says: typed values by field, without those that are not given; of a child also as it is kept."""

    kind: Kind
    values: dict[str, Any]
    columns: Values = MappingProxyType({})

    def of(self, child: Any) -> "Said":
        """The same, once it is known whose it is."""
        return self._replace(columns=self.values | self.kind.follows(child, self.values))

    @property
    def form(self) -> Any:
        """As the typed form."""
        return self.kind.of(**self.values)

    @property
    def content(self) -> str:
        """As JSON text, the same for the same content."""
        return content_of(self.values)

    @classmethod
    def of_content(cls, record: RecordKind, content: str) -> "Said":
        """Back from the text."""
        kind = BY_RECORD[record]
        cores = {name: _core(hint) for name, hint in get_type_hints(kind.of).items()}
        return cls(kind, {name: _read(cores[name], value) for name, value in orjson.loads(content).items()})


def read(item: Any, by: CallerKind) -> Said | Refused:
    """What an item says, or why it cannot be: before anything is looked up or kept."""
    given = [(kind, getattr(item, kind.member)) for kind in KINDS if getattr(item, kind.member) is not None]
    if len(given) != 1:
        return Refused(RefusalCode.VALUE_MISSING)
    kind, form = given[0]
    if by not in kind.suppliers:
        return Refused(RefusalCode.NOT_PERMITTED, kind.member)
    found = _said(kind, form)
    return found._replace(field=f"{kind.member}.{found.field}") if isinstance(found, Refused) else found


def _said(kind: Kind, form: Any) -> Said | Refused:
    cores = _cores(kind)
    refused = bad_text(form, *(name for name, core in cores.items() if core not in {int, bool}))
    if refused is not None:
        return refused
    values: dict[str, Any] = {}
    for name, core in cores.items():
        given = getattr(form, name)
        if given is None or given == "":
            continue
        values |= _part(given, name) if core is date and PRECISION in kind.names else {name: _read(core, given)}
        if values[name] is None:
            return Refused(RefusalCode.VALUE_UNKNOWN, camel(name))
    missing = next((name for name in (kind.day, *kind.same) if name not in values), None)
    return Said(kind, values) if missing is None else Refused(RefusalCode.VALUE_MISSING, camel(missing))


def _part(given: str, name: str) -> dict[str, Any]:
    """A day, or the first of a month or a year with what is known of it."""
    for precision, form in PARTS.items():
        if form.fullmatch(given):
            return {name: _read(date, f"{given}-01-01"[: len("2026-11-23")]), PRECISION: precision}
    return {name: _read(date, given), PRECISION: DatePrecision.DAY}


def _read(core: Any, given: Any) -> Any:
    """A value from its text; None when it is none."""
    if core is date:
        try:
            return date.fromisoformat(given) if WHOLE.fullmatch(given) else None
        except ValueError:
            return None
    return core.__members__.get(given) if issubclass(core, Enum) else given
