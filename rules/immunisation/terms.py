"""The terms in which the tables of the immunisation rules are written: products, doses, windows, series, courses.

A row of a table is itself and no other (`eq=False`), which also makes it a cheap key.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from models.immunisation import Antigen, Condition, Programme, VaccineKind
from models.resident import Sex
from models.vaccination import Vaccine
from rules.immunisation.reckoning import Gap, Point
from rules.source import Source


@dataclass(frozen=True, kw_only=True, eq=False)
class Product:
    """A vaccine, and the days on which it is in the routine programme; `sold_until` is the end of its sale."""

    vaccine: Vaccine
    name: str
    kind: VaccineKind
    antigens: frozenset[Antigen]
    routine_from: date = date.min
    routine_to: date = date.max
    sold_until: date = date.max
    sources: tuple[Source, ...]


class Span(NamedTuple):
    """Both ends are inside."""

    first: Point
    last: Point


class Least(NamedTuple):
    """The least interval from the dose of that number, or from the one before.

    From `by_doctor` on a doctor may have judged a shorter one necessary: then nobody can say from the record alone.
    """

    gap: Gap
    dose: int | None = None
    by_doctor: Gap | None = None


class Usual(NamedTuple):
    """The standard interval from the dose of that number, or from the one before; `last` is its last day, if any."""

    first: Gap
    last: Gap | None = None
    dose: int | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Dose:
    """One dose to be given: when it may be, and when it usually is."""

    n: int
    least: tuple[Least, ...] = ()
    most: Gap | None = None  # a longer interval was no routine dose, although it counts
    not_before: Point | None = None
    must_be_by: Point | None = None  # afterwards the series goes on with the next dose
    skipped_after: Point | None = None  # left out when the dose before came later than this
    standard: Span | None = None
    usual: Usual | None = None
    advised_by: Point | None = None  # later is legal, and not advised
    after_skip: "Dose | None" = None  # what applies instead when doses before it were left out


@dataclass(frozen=True, kw_only=True, eq=False)
class Variant:
    """The doses for those who start by a day; the first variant that fits applies, the last one fits everybody."""

    id: str
    start_by: Point | None = None
    only: frozenset[Vaccine] = frozenset()  # every dose so far must be one of these; empty: any
    is_left_when_too_soon: bool = False  # a second dose before its interval belongs to the next variant
    doses: tuple[Dose, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Version:
    """What the law says of a series from one day to another."""

    id: str
    effective_from: date = date.min
    effective_to: date = date.max
    window: Span
    variants: tuple[Variant, ...]
    sources: tuple[Source, ...]


class Born(NamedTuple):
    """A cohort by day of birth, both ends inside."""

    first: date
    last: date = date.max


EVERYBODY = Born(date.min)


@dataclass(frozen=True, kw_only=True, eq=False)
class Extension:
    """A window beyond the ordinary one for a cohort; `least` stands in for every interval of the series."""

    id: str
    cohort: Born
    window: Span
    least: tuple[Least, ...] | None = None
    condition: str = ""  # cannot be read from a record, so it counts as met
    sources: tuple[Source, ...]


class Started(NamedTuple):
    """From a day on, open only to those who had a dose in a period."""

    applies_from: date
    first: date
    last: date


class AfterSeries(NamedTuple):
    """The least interval from the last dose of another series."""

    series: str
    gap: Gap


class Season(NamedTuple):
    """A series that starts anew every year, from the 1st of a month to the end of another in the year after."""

    first_month: int
    last_month: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Series:
    """The doses against one disease that belong together, and for whom."""

    id: str
    name: str
    name_ja: str
    programme: Programme = Programme.ROUTINE_A
    products: tuple[Vaccine, ...]
    versions: tuple[Version, ...]  # in the order of time
    cohort: Born = EVERYBODY
    sex: Sex | None = None
    is_for_the_pregnant: bool = False
    started: Started | None = None
    after_series: AfterSeries | None = None
    extensions: tuple[Extension, ...] = ()
    illness_cap: Point | None = None  # last day of the long-illness exception
    has_illness_exception: bool = True
    credits_earlier: bool = False  # doses from before the programme are routine doses
    season: Season | None = None
    ask_physician: frozenset[Condition] = frozenset()
    excluded: frozenset[Condition] = frozenset()  # outside the target of the programme
    succeeded_by: str | None = None  # who has not started this one is offered that one while it is in force
    notes: tuple[str, ...] = ()


class Switch(NamedTuple):
    """A change of product that the rules foresee.

    With `even_with` only while as many doses of that product were given as of the first, until `freely_from`.
    """

    before: Vaccine
    after: Vaccine
    sources: tuple[Source, ...]
    even_with: Vaccine | None = None
    freely_from: date = date.min


@dataclass(frozen=True, kw_only=True, eq=False)
class Course:
    """Series that share their doses: alternatives of one another, or phases in the order of age."""

    id: str
    series: tuple[Series, ...]
    are_phases: bool = False
    switches: tuple[Switch, ...] = ()
    covered_by: Vaccine | None = None  # a combined product that makes this course unnecessary
    unlisted: tuple[Vaccine, ...] = ()  # products against the same disease that have no series of their own here
