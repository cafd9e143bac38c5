"""`tsumugi schedule`: a child's immunisation schedule as a table for parents, or as JSON."""

import json
from datetime import date, datetime
from typing import Any, NamedTuple

from models.immunisation import Reason, SeriesStatus
from models.resident import Sex
from models.vaccination import Vaccine
from resolvers.context import today
from rules.age import age_months
from rules.immunisation import schedule as immunisation
from rules.immunisation.outlook import Outlook
from rules.immunisation.reckoning import legal_age_months
from rules.immunisation.record import Given, Record, Unreadable, read_day, read_dose, written
from rules.immunisation.tables import SERIES, VERSIONS
from rules.immunisation.verdict import Verdict
from tsumugi.halt import Halt

TABLE, JSON = "table", "json"
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)  # ages and windows of a life stay within the calendar
INFORMS = "This informs and is no medical advice: what is given is decided by the doctor and the city."
PRODUCTS = ", ".join(name.lower() for name in Vaccine.__members__)
SENTENCES = {
    Unreadable.SHAPE: "{dose!r} is no dose: write PRODUCT:DATE, for example rv1:2026-07-15.",
    Unreadable.UNKNOWN_PRODUCT: "{dose!r} names no product; there are: {products}.",
    Unreadable.NO_DATE: "{dose!r} has no date: write 2026-07-15, or 2026-07 or 2026 if no more is known.",
    Unreadable.BEFORE_BIRTH: "{dose!r} is before the day of birth, {birth}.",
    Unreadable.IN_FUTURE: "{dose!r} is after the day asked about, {as_of}.",
}
ORDER = (  # what asks for something first
    SeriesStatus.OVERDUE,
    SeriesStatus.DUE,
    SeriesStatus.NEEDS_REVIEW,
    SeriesStatus.ASK_PHYSICIAN,
    SeriesStatus.NOT_YET,
    SeriesStatus.COMPLETE,
    SeriesStatus.IMMUNE_EXCLUDED,
    SeriesStatus.AGED_OUT,
)


class Question(NamedTuple):
    """What the command line says; `given` is a list with commas."""

    birth: str
    sex: str
    as_of: str | None
    given: str
    format: str


def schedule(question: Question, now: datetime) -> str:
    """The schedule as text; raises Halt for what cannot be read."""
    if question.format not in (TABLE, JSON):
        raise Halt(f"FORMAT must be {TABLE} or {JSON}.")
    as_of = today(now) if question.as_of is None else _day("day asked about", question.as_of)
    record = _record(question, as_of)
    found = immunisation.schedule(record, as_of)
    if question.format == JSON:
        return json.dumps(_answer(record, found), ensure_ascii=False, indent=2)
    return "\n".join(_table(record, found))


def _record(question: Question, as_of: date) -> Record:
    birth = _day("day of birth", question.birth)
    if birth > as_of:
        raise Halt(f"The day of birth, {birth}, is after the day asked about, {as_of}.")
    sexes = {sex.value: sex for sex in Sex}
    if question.sex not in sexes:
        raise Halt(f"SEX must be one of {', '.join(sexes)}.")
    doses = [text.strip() for text in question.given.split(",") if text.strip()]
    return Record(born_on=birth, sex=sexes[question.sex], doses=tuple(_dose(text, birth, as_of) for text in doses))


def _day(what: str, text: str) -> date:
    day = read_day(text)
    if not isinstance(day, date) or not EARLIEST <= day <= LATEST:
        raise Halt(f"The {what} must be a date like 2026-05-10, from {EARLIEST.year} to {LATEST.year}.")
    return day


def _dose(text: str, birth: date, as_of: date) -> Given:
    read = read_dose(text, birth, as_of)
    if isinstance(read, Unreadable):
        raise Halt(SENTENCES[read].format(dose=text, birth=birth, as_of=as_of, products=PRODUCTS))
    return read


def _answer(record: Record, found: immunisation.Schedule) -> dict[str, Any]:
    return {
        "as_of": found.as_of.isoformat(),
        "rules_version": found.rules_version,
        "birth": record.born_on.isoformat(),
        "sex": record.sex.value,
        "age_months": age_months(found.as_of, record.born_on),
        "legal_age_months": legal_age_months(found.as_of, record.born_on),
        "doses": [_dose_answer(verdict) for verdict in found.doses],
        "series": [_series_answer(outlook) for outlook in found.series],
        "live_choice": list(found.live_choice),
        "note": INFORMS,
    }


def _dose_answer(verdict: Verdict) -> dict[str, Any]:
    return {
        "product": verdict.given.product.name.lower(),
        "given_on": written(verdict.given.given_on),
        "legal_status": verdict.legal_status,
        "counts": verdict.counts,
        "reasons": list(verdict.reasons),
        "warnings": list(verdict.cautions),
        "series": verdict.series,
        "n": verdict.n,
        "allowed_first_day": _iso(verdict.allowed_first_day),
        "allowed_last_day": _iso(verdict.allowed_last_day),
        "rule": verdict.rule,
    }


def _series_answer(outlook: Outlook) -> dict[str, Any]:
    coming = outlook.next
    return {
        "id": outlook.series,
        "name": SERIES[outlook.series].name,
        "name_ja": SERIES[outlook.series].name_ja,
        "status": outlook.status,
        "variant": outlook.variant,
        "doses_needed": outlook.doses_needed,
        "latest": _iso(outlook.latest),
        "next": None
        if coming is None
        else {
            "n": coming.n,
            "earliest": _iso(coming.earliest),
            "recommended": _iso(coming.recommended),
            "past_due": _iso(coming.past_due),
            "latest": _iso(coming.latest),
            "legal_status": coming.legal_status,
            "products": [product.name.lower() for product in coming.products],
            "warnings": list(coming.cautions),
        },
        "notes": list(SERIES[outlook.series].notes),
        "rule": outlook.rule,
        "sources": [] if outlook.rule is None else [source.title for source in VERSIONS[outlook.rule].sources],
    }


def _table(record: Record, found: immunisation.Schedule) -> list[str]:
    months = age_months(found.as_of, record.born_on)
    shown = sorted((one for one in found.series if one.status in ORDER), key=lambda one: ORDER.index(one.status))
    closed = [SERIES[one.series].name for one in found.series if one.status is SeriesStatus.CLOSED]
    return [
        f"Born {record.born_on}, {months // 12} years {months % 12} months old on {found.as_of}",
        *(["", "GIVEN       DOSE  PRODUCT"] if found.doses else []),
        *(_dose_line(verdict) for verdict in found.doses),
        "",
        "STATUS           DOSE  EARLIEST    RECOMMENDED  PAST DUE    LATEST      VACCINE",
        *(_series_line(outlook) for outlook in shown),
        "",
        f"Not offered: {'; '.join(closed)}.",
        *_choice(found),
        f"Rules of {found.rules_version}; where they were read: docs/immunisation.md. {INFORMS}",
    ]


def _dose_line(verdict: Verdict) -> str:
    said = [_plain(verdict.legal_status), _plain(verdict.counts)]
    said += [_plain(reason) for reason in verdict.reasons if reason is not Reason.OK]
    said += [_plain(caution) for caution in verdict.cautions]
    day, number = written(verdict.given.given_on), verdict.n or "-"
    return f"{day:<10}  {number!s:<4}  {verdict.given.product.name.lower():<14}  {', '.join(said)}{_allowed(verdict)}"


def _allowed(verdict: Verdict) -> str:
    if verdict.allowed_first_day is None or verdict.reasons == (Reason.OK,):
        return ""
    until = "" if verdict.allowed_last_day is None else f" to {verdict.allowed_last_day}"
    return f" (allowed from {verdict.allowed_first_day}{until})"


def _series_line(outlook: Outlook) -> str:
    coming, series = outlook.next, SERIES[outlook.series]
    days = (
        ("-", "-", "-", "-", _iso(outlook.latest))
        if coming is None
        else (coming.n, coming.earliest, coming.recommended, coming.past_due, coming.latest)
    )
    number, earliest, recommended, past_due, latest = (str(day or "-") for day in days)
    cells = (
        f"{_plain(outlook.status):<15}  {number:<4}  {earliest:<10}  {recommended:<11}  {past_due:<10}  {latest:<10}"
    )
    cautions = "" if coming is None else "".join(f"; {_plain(caution)}: ask the doctor" for caution in coming.cautions)
    return f"{cells}  {series.name} ({series.name_ja}){cautions}"


def _choice(found: immunisation.Schedule) -> list[str]:
    """Both ways are said, and none is chosen."""
    names = "; ".join(SERIES[series].name for series in found.live_choice)
    return [f"{names}: on the same day, or 28 days apart."] if names else []


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
