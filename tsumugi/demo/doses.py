"""When a child of the demo town was vaccinated, roughly as the national programme of each year would have had it.

Windows and dates of products: Cabinet Order for the Immunization Act and its rules as of 2026-11; starts of older
products partly from memory. A demo: the rule engine, not this table, says what is due.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from models.resident import Sex
from models.vaccination import Vaccine
from tsumugi.demo.draw import months_after, on_weekday, school_entry

LONG_AGO, FAR = date(1995, 1, 1), date(2199, 12, 31)


class Series(NamedTuple):
    """Doses by month of age, for children whose first dose falls between two days; `share` of them take part."""

    vaccine: Vaccine
    months: tuple[int, ...]
    since: date = LONG_AGO
    until: date = FAR
    share: float = 0.97


class Dose(NamedTuple):
    """A product on a day."""

    vaccine: Vaccine
    given_on: date


SERIES = (
    Series(Vaccine.RV5, (2, 3, 4), date(2020, 10, 16)),  # of births from 1 August on
    Series(Vaccine.HEPB, (2, 3, 8), date(2016, 10, 1)),
    Series(Vaccine.PCV7, (2, 3, 4, 12), date(2013, 4, 1), date(2013, 10, 31)),
    Series(Vaccine.PCV13, (2, 3, 4, 12), date(2013, 11, 1), date(2024, 9, 30)),
    Series(Vaccine.PCV20, (2, 3, 4, 12), date(2024, 10, 1)),
    Series(Vaccine.DPT, (3, 4, 5, 17), until=date(2012, 10, 31)),
    Series(Vaccine.DPT_IPV, (3, 4, 5, 17), date(2012, 11, 1), date(2023, 3, 31)),
    Series(Vaccine.DPT_IPV, (2, 3, 4, 16), date(2023, 4, 1), date(2024, 3, 31)),
    Series(Vaccine.DPT_IPV_HIB, (2, 3, 4, 12), date(2024, 4, 1)),
    Series(Vaccine.HIB, (2, 3, 4, 12), date(2013, 4, 1), date(2024, 3, 31)),
    Series(Vaccine.BCG, (5,)),
    Series(Vaccine.MR, (12,)),
    Series(Vaccine.VARICELLA, (12, 19), date(2014, 10, 1)),
    Series(Vaccine.MUMPS, (12,), share=0.5),
    Series(Vaccine.JE, (36, 37, 49, 109), date(2009, 6, 2), share=0.93),
    Series(Vaccine.DT, (133,), share=0.9),
)
SUCCESSORS = {  # a series that has begun goes on with the product of the day
    Vaccine.PCV7: (date(2013, 11, 1), Vaccine.PCV13),
    Vaccine.PCV13: (date(2024, 10, 1), Vaccine.PCV20),
}
HPV9_SINCE = date(2023, 4, 1)
SECOND_MR_SINCE = date(2006, 6, 2)
FLU_SHARE, HPV_SHARE, SECOND_MR_SHARE = 0.4, 0.5, 0.92
BREAK_OFF = 0.03  # of the later doses: the series stops there


def doses(birth_date: date, sex: Sex, today: date, chance: Random) -> list[Dose]:
    """What the child was given until today, by day."""
    visits = _visits(birth_date + timedelta(days=chance.randint(0, 14)), chance)
    given = [dose for series in SERIES for dose in _series(series, visits, chance)]
    given += (*_before_school(birth_date, chance), *_influenza(birth_date, today, chance))
    if sex is Sex.FEMALE:
        given += _hpv(birth_date, chance)
    return sorted(
        (dose for dose in given if dose.given_on <= today), key=lambda dose: (dose.given_on, dose.vaccine.name)
    )


def _visits(start: date, chance: Random) -> dict[int, date]:
    """The day of each month of age on which the child comes; what is due then is given together."""
    late, found = 0, {}  # later and later, so that no dose comes too soon after the one before
    for month in sorted({month for series in SERIES for month in series.months}):
        found[month] = on_weekday(months_after(start, month) + timedelta(days=late))
        late += chance.randint(0, 2)
    return found


def _series(series: Series, visits: dict[int, date], chance: Random) -> Iterator[Dose]:
    if not series.since <= visits[series.months[0]] <= series.until or chance.random() > series.share:
        return
    for month in series.months:
        yield Dose(product_of(series.vaccine, visits[month]), visits[month])
        if chance.random() < BREAK_OFF:
            return


def product_of(vaccine: Vaccine, day: date) -> Vaccine:
    """What was given on that day to go on with a series."""
    while vaccine in SUCCESSORS and day >= SUCCESSORS[vaccine][0]:
        vaccine = SUCCESSORS[vaccine][1]
    return vaccine


def _before_school(birth_date: date, chance: Random) -> Iterator[Dose]:
    entry = school_entry(birth_date)
    day = on_weekday(date(entry.year - 1, 4, 1) + timedelta(days=chance.randint(10, 240)))
    if day >= SECOND_MR_SINCE and chance.random() < SECOND_MR_SHARE:
        yield Dose(Vaccine.MR, day)


def _hpv(birth_date: date, chance: Random) -> Iterator[Dose]:
    thirteen = date(school_entry(birth_date).year + 6, 4, 1)  # the fiscal year of the 13th birthday
    first = on_weekday(thirteen + timedelta(days=chance.randint(90, 300)))
    if first >= HPV9_SINCE and chance.random() < HPV_SHARE:
        yield Dose(Vaccine.HPV9, first)
        yield Dose(Vaccine.HPV9, on_weekday(months_after(first, 6)))


def _influenza(birth_date: date, today: date, chance: Random) -> Iterator[Dose]:
    for year in (today.year - 1, today.year):
        day = on_weekday(date(year, 10, 10) + timedelta(days=chance.randint(0, 40)))
        if months_after(birth_date, 12) <= day < months_after(birth_date, 12 * 13) and chance.random() < FLU_SHARE:
            yield Dose(Vaccine.FLU_INACT, day)
