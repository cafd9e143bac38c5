"""Reads a list of duties (CSV): every line as rows, or every fault by line and column. Nothing is guessed."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from models.duty_doctor import DutyDoctor, DutySlot, DutyStatus
from models.ids import is_municipality_code
from rules.duty import is_duty_day
from rules.individual_number import contains_individual_number

LARGEST = 5_000_000  # bytes: a year of a large city is a hundredth of it
LONGEST = 200  # signs of a text
MOST = 50  # faults told at once
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
TIME = re.compile(r"(\d{2}):(\d{2})", re.ASCII)
HOURS_MOST = 48  # 27:00 is 3 o'clock of the next morning
PHONE = re.compile(r"0\d{9,10}", re.ASCII)
FACILITY = re.compile(r"\d{10}", re.ASCII)
REVISIONS = range(1, 1_001)
LATITUDES, LONGITUDES = (20, 46), (122, 154)  # Japan
MICRO = 1_000_000
AHEAD = timedelta(minutes=5)  # by which a publisher's clock may be fast


class DutyFault(NamedTuple):
    """One fault; `column` is empty where the whole line is meant. It repeats no free text."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        """`12: tel: must be ...`."""
        return f"{self.line}: {self.column}: {self.message}" if self.column else f"{self.line}: {self.message}"


class DutyLine(NamedTuple):
    """A line of the file, and the row that it makes."""

    line: int
    row: DutyDoctor


class Terms(NamedTuple):
    """What a file is read under: the moment, and whether duties by day on ordinary days are meant."""

    now: datetime
    with_extra_days: bool = False


class Wrong(Exception):
    """Says what is wrong with a cell."""


def read_duties(path: Path, terms: Terms) -> list[DutyLine] | list[DutyFault]:
    """Every line of the file, or its faults, the first of them. Raises OSError where there is no such file."""
    raw = path.read_bytes()
    if len(raw) > LARGEST:
        return [DutyFault(1, "", f"the file is larger than {LARGEST} bytes")]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as why:
        return [DutyFault(raw[: why.start].count(b"\n") + 1, "", "is not UTF-8; save the list as CSV UTF-8")]
    lines, faults = _parsed(text, terms)
    faults += _doubles(lines)
    return sorted(faults)[:MOST] if faults else lines


def _parsed(text: str, terms: Terms) -> tuple[list[DutyLine], list[DutyFault]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[DutyLine] = []
    try:
        head = next(reader, [])
        faults = _bad_head(head)
        for at, cells in () if faults else _numbered(reader):
            found = _row(at, head, cells, terms)
            if isinstance(found, DutyLine):
                lines.append(found)
            else:
                faults += found
    except csv.Error:
        return [], [DutyFault(reader.line_num, "", "is no CSV: a quote is not closed, or stands inside a cell")]
    return lines, faults or ([] if lines else [DutyFault(1, "", "the list has no lines")])


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Each line that holds something, with its number; a cell in quotes may break over several."""
    at = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield at, cells
        at = reader.line_num + 1


def _bad_head(head: list[str]) -> list[DutyFault]:
    """The columns in any order, each once, and no others."""
    missing = [name for name in COLUMNS if name not in head]
    unknown = [name for name in head if name not in COLUMNS]
    doubled = sorted({name for name in head if head.count(name) > 1})
    said = (("is missing", missing), ("is no column of this file", unknown), ("is there twice", doubled))
    return [DutyFault(1, _shown(name), what) for what, names in said for name in names]


def _row(at: int, head: list[str], cells: list[str], terms: Terms) -> DutyLine | list[DutyFault]:
    if len(cells) != len(head):
        return [DutyFault(at, "", f"has {len(cells)} cells, the head has {len(head)}")]
    values: dict[str, Any] = {}
    faults = []
    for name, cell in zip(head, cells, strict=True):
        column = COLUMNS[name]
        try:
            values[name] = _value(column, cell.strip())
        except Wrong as why:
            faults.append(DutyFault(at, name, str(why)))
    faults += [DutyFault(at, name, what) for name, what in _bad_company(values, terms)]
    return faults or DutyLine(at, _made(values))


def _value(column: "Column", cell: str) -> Any:
    if not cell:
        if column.is_required:
            raise Wrong("is empty")
        return None
    return column.read(cell)


def _bad_company(values: Mapping[str, Any], terms: Terms) -> Iterator[tuple[str, str]]:
    """What is wrong between cells that are right by themselves."""
    starts, ends = values.get("start_time"), values.get("end_time")
    if starts is not None and ends is not None and ends <= starts:
        yield "end_time", "is not after start_time; past midnight write 27:00 for 3 o'clock"
    if (values.get("lat") is None) is not (values.get("lon") is None):
        yield "lon", "lat and lon are given together"
    published = values.get("published_at")
    if published is not None and published > terms.now + AHEAD:
        yield "published_at", "is in the future"
    day = values.get("duty_date")
    is_by_day = values.get("slot") is DutySlot.DAY
    if day is not None and is_by_day and not terms.with_extra_days and not is_duty_day(day):
        yield "duty_date", f"{day} is no Sunday, holiday or day around the New Year; --extra-days if it is meant"


def _made(values: Mapping[str, Any]) -> DutyDoctor:
    return DutyDoctor(
        municipality_code=values["municipality_code"],
        duty_date=values["duty_date"],
        starts_minute=values["start_time"],
        ends_minute=values["end_time"],
        slot=values["slot"],
        facility_id=values["facility_id"],
        name=values["name"],
        name_kana=values["name_kana"],
        departments=values["departments"],
        address=values["address"],
        latitude_microdegrees=values["lat"],
        longitude_microdegrees=values["lon"],
        phone=values["tel"],
        reception_note=values["reception_note"],
        source_url=values["source_url"],
        published_at=values["published_at"],
        revision=values["valid_revision"],
        status=values["status"],
    )


def _doubles(lines: list[DutyLine]) -> list[DutyFault]:
    seen: dict[Any, int] = {}
    found = []
    for line, row in lines:
        key = (row.municipality_code, row.duty_date, row.slot, row.revision, row.name)
        if seen.setdefault(key, line) != line:
            found.append(DutyFault(line, "name", f"is in line {seen[key]} already, for the same slot and revision"))
    return found


# One cell.


def _code(cell: str) -> str:
    if not is_municipality_code(cell):
        raise Wrong("must be six digits, the last one the check digit of JIS X 0402")
    return cell


def _day(cell: str) -> date:
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        raise Wrong("must be a date like 2026-11-29") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Wrong(f"must lie between {FIRST_DAY} and {LAST_DAY}")
    return day


def _start(cell: str) -> int:
    minute = _end(cell)
    if minute >= HOURS_MOST * 30:
        raise Wrong("must be before 24:00, on the day on which the duty starts")
    return minute


def _end(cell: str) -> int:
    found = TIME.fullmatch(cell)
    hour, minute = (int(part) for part in found.groups()) if found else (99, 0)
    if minute >= 60 or hour * 60 + minute > HOURS_MOST * 60:  # noqa: PLR2004 - minutes of an hour
        raise Wrong("must be a time like 09:00, or 27:00 past midnight, up to 48:00")
    return hour * 60 + minute


def _word(words: type[DutySlot] | type[DutyStatus]) -> Callable[[str], Any]:
    known = {word.value: word for word in words}

    def read(cell: str) -> Any:
        if cell not in known:
            raise Wrong(f"must be one of {', '.join(known)}")
        return known[cell]

    return read


def _text(cell: str) -> str:
    if len(cell) > LONGEST:
        raise Wrong(f"is longer than {LONGEST} signs")
    if any(unicodedata.category(sign) == "Cc" for sign in cell):
        raise Wrong("holds a control character or a line break")
    if contains_individual_number(cell):
        raise Wrong("holds what may be an Individual Number (My Number); no record may contain one")
    return cell


def _departments(cell: str) -> str:
    parts = [part.strip() for part in _text(cell).split(";")]
    if not all(parts) or len(set(parts)) != len(parts):
        raise Wrong("must be names with a semicolon between them, each once, like 内科;小児科")
    return ";".join(parts)


def _digits(pattern: re.Pattern[str], what: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if pattern.fullmatch(cell) is None:
            raise Wrong(what)
        return cell

    return read


def _degrees(least: int, most: int) -> Callable[[str], int]:
    def read(cell: str) -> int:
        try:
            value = Decimal(cell)
            is_there = value.is_finite() and least <= value <= most
        except InvalidOperation:
            is_there = False
        if not is_there:
            raise Wrong(f"must be degrees between {least} and {most}")
        return int(value * MICRO)

    return read


def _url(cell: str) -> str:
    try:
        parts = urlsplit(cell)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not set(cell) & set(' \t"<>')
    except ValueError:
        is_good = False
    if not is_good:
        raise Wrong("must be an address like https://example.jp/list")
    return _text(cell)


def _moment(cell: str) -> datetime:
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        raise Wrong("must be a moment like 2026-10-01T09:00:00+09:00") from None
    if moment.tzinfo is None or not FIRST_DAY <= moment.date() <= LAST_DAY:
        raise Wrong("must be a moment with its offset, like 2026-10-01T09:00:00+09:00")
    return moment.replace(microsecond=0)


def _revision(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit()) or int(cell[:5]) not in REVISIONS or len(cell) > len("1000"):
        raise Wrong(f"must be a whole number from {REVISIONS[0]} to {REVISIONS[-1]}")
    return int(cell)


def _shown(name: str) -> str:
    """A name of a column as it may be repeated."""
    return name if name in COLUMNS or re.fullmatch(r"[a-z_]{1,40}", name) else "..."


class Column(NamedTuple):
    """A column of the file: how a cell is read, and whether it may be empty."""

    read: Callable[[str], Any]
    is_required: bool = True


COLUMNS = {
    "municipality_code": Column(_code),
    "duty_date": Column(_day),
    "start_time": Column(_start),
    "end_time": Column(_end),
    "slot": Column(_word(DutySlot)),
    "facility_id": Column(_digits(FACILITY, "must be the ten digits of the facility"), is_required=False),
    "name": Column(_text),
    "name_kana": Column(_text, is_required=False),
    "departments": Column(_departments),
    "address": Column(_text),
    "lat": Column(_degrees(*LATITUDES), is_required=False),
    "lon": Column(_degrees(*LONGITUDES), is_required=False),
    "tel": Column(_digits(PHONE, "must be ten or eleven digits without hyphens, the first of them 0")),
    "reception_note": Column(_text, is_required=False),
    "source_url": Column(_url),
    "published_at": Column(_moment),
    "valid_revision": Column(_revision),
    "status": Column(_word(DutyStatus)),
}
