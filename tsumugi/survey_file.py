"""A national survey's growth table as a CSV file: either the whole of it or all that is wrong with it, line by line."""

import csv
from collections.abc import Collection, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

from models.growth import Measure
from models.resident import Sex
from rules.body import INFANT, SCHOOL
from rules.growth.ranks import PERCENTILES
from rules.growth.survey import Row, fault_of

YEARS = range(1900, 2200)
MONTHS = range(241)  # growth ends at twenty
DAYS = range(7_306)
MOST_LINES = 20_000
MOST_FAULTS = 50  # told at once: whoever has more of them starts over anyway
VALUES = tuple(f"p{each}" for each in PERCENTILES)
COLUMNS = (
    "survey_year",
    "measure",
    "unit",
    "sex",
    "band_key",
    "band_label",
    "age_months_min",
    "age_months_max",
    "age_days",
    *VALUES,
    "quality",
    "source",
)
MEASURES = {  # the word of the file, its unit, and how many of ours make one of those
    "weight": (Measure.WEIGHT_G, "kg", 1_000),
    "height": (Measure.HEIGHT_MM, "cm", 10),
    "head_circumference": (Measure.HEAD_MM, "cm", 10),
    "chest_circumference": (Measure.CHEST_MM, "cm", 10),
}
SEXES = {"female": Sex.FEMALE, "male": Sex.MALE}


class SurveyFault(NamedTuple):
    """What is wrong at a line (from 1) and a column, empty where none can be named."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        """As a terminal shows it."""
        return (
            f"line {self.line}, {self.column}: {self.message}" if self.column else f"line {self.line}: {self.message}"
        )


class Key(NamedTuple):
    """Which table a line belongs to."""

    survey_year: int
    measure: Measure
    sex: Sex


class SurveyTable(NamedTuple):
    """One measure and sex of one survey."""

    key: Key
    source: str
    quality: str
    rows: list[Row]


class _Line(NamedTuple):
    number: int
    key: Key
    row: Row
    source: str
    quality: str


class _Bad(Exception):
    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


def read_survey(path: Path) -> list[SurveyTable] | list[SurveyFault]:
    """The tables of a file, each in the order of its lines, or its first 50 faults."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            found = list(_read(csv.reader(file, strict=True)))
    except OSError as why:
        found = [SurveyFault(1, "", f"the file cannot be read: {why.strerror}")]
    except UnicodeDecodeError:
        found = [SurveyFault(1, "", "the file is not UTF-8 text")]
    lines = [each for each in found if isinstance(each, _Line)]
    faults = [each for each in found if isinstance(each, SurveyFault)]
    if not faults and not lines:
        faults = [SurveyFault(1, "", "the file holds no line of a table")]
    tables = _tables(lines)
    faults = faults or [each for whole in tables.values() for each in _faults(whole)]
    return sorted(faults)[:MOST_FAULTS] or [_table(whole) for whole in tables.values()]


def _read(rows: Iterator[list[str]]) -> Iterator[_Line | SurveyFault]:
    number = 0
    try:
        for number, row in enumerate(rows, start=1):
            if number == 1:
                bad = _bad_head(row)
                if bad is not None:
                    yield bad
                    return
            elif number > MOST_LINES:
                yield SurveyFault(number, "", f"a table has at most {MOST_LINES} lines")
                return
            elif row:
                yield _line(number, row)
    except csv.Error as why:
        yield SurveyFault(number + 1, "", f"is no line of CSV: {why}")


def _bad_head(row: list[str]) -> SurveyFault | None:
    if tuple(row) == COLUMNS:
        return None
    missing = [name for name in COLUMNS if name not in row]
    column = missing[0] if missing else next(name for name in row if name not in COLUMNS or row.count(name) > 1)
    return SurveyFault(1, column, f"the columns are {','.join(COLUMNS)}")


def _line(number: int, row: list[str]) -> _Line | SurveyFault:
    if len(row) != len(COLUMNS):
        return SurveyFault(number, "", f"has {len(row)} columns instead of {len(COLUMNS)}")
    cells = dict(zip(COLUMNS, (cell.strip() for cell in row), strict=True))
    try:
        year = _whole(cells, "survey_year", YEARS)
        measure, unit, scale = MEASURES[_word(cells, "measure", MEASURES)]
        _word(cells, "unit", (unit,))
        sex = SEXES[_word(cells, "sex", SEXES)]
        values = tuple(_value(cells, name, measure, scale) for name in VALUES)
        return _Line(
            number, Key(year, measure, sex), _row(cells, values), _text(cells, "source"), _text(cells, "quality")
        )
    except _Bad as bad:
        return SurveyFault(number, bad.column, str(bad))


def _row(cells: dict[str, str], values: tuple[int, ...]) -> Row:
    first, last = _whole(cells, "age_months_min", MONTHS), _whole(cells, "age_months_max", MONTHS)
    day = _whole(cells, "age_days", DAYS) if cells["age_days"] else None
    if day is None and last <= first:
        raise _Bad("age_months_max", "is not above age_months_min; a band is [min, max), a single day has age_days")
    return Row(first, last, day, values)


def _word(cells: dict[str, str], column: str, words: Collection[str]) -> str:
    if cells[column] not in words:
        raise _Bad(column, f"is not {' or '.join(words)}")
    return cells[column]


def _text(cells: dict[str, str], column: str) -> str:
    if not cells[column]:
        raise _Bad(column, "is empty")
    return cells[column]


def _whole(cells: dict[str, str], column: str, span: range) -> int:
    text = cells[column]
    if not (text.isascii() and text.isdigit()) or int(text) not in span:
        raise _Bad(column, f"is no whole number from {span.start} to {span.stop - 1}")
    return int(text)


def _value(cells: dict[str, str], column: str, measure: Measure, scale: int) -> int:
    """In grams or millimetres, exactly; a slip of the unit lies outside what a scale or tape can show."""
    try:
        scaled = Decimal(cells[column]) * scale
    except InvalidOperation:
        raise _Bad(column, "is no number") from None
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise _Bad(column, f"is not in whole {'grams' if measure is Measure.WEIGHT_G else 'millimetres'}")
    if not INFANT[measure].least <= scaled <= SCHOOL[measure].most:
        raise _Bad(column, "is out of range: look at the unit")
    return int(scaled)


def _tables(lines: list[_Line]) -> dict[Key, list[_Line]]:
    found: dict[Key, list[_Line]] = {}
    for line in lines:
        found.setdefault(line.key, []).append(line)
    return found


def _faults(lines: list[_Line]) -> Iterator[SurveyFault]:
    """What is wrong with one table as a whole."""
    fault = fault_of([line.row for line in lines])
    if fault is not None:
        at, column, message = fault
        yield SurveyFault(lines[at].number, column, message)


def _table(lines: list[_Line]) -> SurveyTable:
    """`source` and `quality` as the first line has them, with those of the others that differ."""
    sources, qualities = (dict.fromkeys(each) for each in zip(*((it.source, it.quality) for it in lines), strict=True))
    return SurveyTable(lines[0].key, "; ".join(sources), "; ".join(qualities), [line.row for line in lines])
