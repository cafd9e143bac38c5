"""Children as hypothesis draws them: some follow the plan more or less, some have anything at any age."""

from datetime import date, timedelta

from hypothesis import strategies as st

from models.resident import Sex
from models.vaccination import Vaccine
from rules.immunisation.record import Given, Record, read_day
from rules.immunisation.schedule import schedule

NEW_RULES = date(2020, 10, 1)  # since then only injected live vaccines keep a distance
TODAY = date(2026, 11, 23)
AGES_DAYS = {  # at which each product is given, more or less
    Vaccine.RV1: (65, 95),
    Vaccine.RV5: (70,),
    Vaccine.HEPB: (65, 95, 220),
    Vaccine.DPT_IPV_HIB: (65, 95, 125, 400),
    Vaccine.DPT_IPV: (65, 95, 125, 500),
    Vaccine.HIB: (65, 95, 125, 400),
    Vaccine.PCV13: (65, 95),
    Vaccine.PCV20: (65, 95, 125, 400),
    Vaccine.BCG: (160,),
    Vaccine.MR: (370, 2000),
    Vaccine.VARICELLA: (370, 560),
    Vaccine.MUMPS: (400,),
    Vaccine.JE: (1100, 1120, 1500, 3400),
    Vaccine.DT: (4100,),
    Vaccine.HPV4: (4800,),
    Vaccine.HPV9: (4900, 5080),
}
PLAN = [(product, age) for product, ages in AGES_DAYS.items() for age in ages]


def child(birth, doses="", sex=Sex.FEMALE, **told):
    """A record in one line: `child("2026-05-10", "rv1:2026-07-15 hepb:2026-07")`."""
    return Record(born_on=date.fromisoformat(birth), sex=sex, doses=tuple(map(dose, doses.split())), **told)


def dose(text):
    product, _, day = text.partition(":")
    return Given(Vaccine[product.upper()], read_day(day))


@st.composite
def planned(draw, born_on):
    kept = draw(st.lists(st.sampled_from(PLAN), max_size=12, unique=True))
    late = draw(st.lists(st.integers(-12, 150), min_size=len(kept), max_size=len(kept)))
    return [(product, born_on + timedelta(days=age + days)) for (product, age), days in zip(kept, late, strict=True)]


@st.composite
def anything(draw, born_on):
    drawn = st.tuples(st.sampled_from(Vaccine), st.integers(0, 6000).map(lambda age: born_on + timedelta(days=age)))
    return draw(st.lists(drawn, max_size=6))


@st.composite
def children(draw, first=date(2010, 1, 1), last=date(2026, 10, 1)):
    born_on = draw(st.dates(first, last))
    doses = draw(planned(born_on) | anything(born_on))
    return Record(
        born_on=born_on,
        sex=draw(st.sampled_from([Sex.FEMALE, Sex.MALE])),
        doses=tuple(Given(product, day) for product, day in doses if day <= TODAY),
        recovered_on=draw(st.none() | st.none() | st.dates(born_on, TODAY)),
    )


def said(verdict):
    return " ".join([verdict.legal_status, verdict.counts, *verdict.reasons, *verdict.cautions])


def last_of(record):
    """The verdict on the dose told last, asked on the last day on which any was given, or today."""
    asked = record.doses[-1]
    days = [one.given_on for one in record.doses if isinstance(one.given_on, date)]
    return next(one for one in schedule(record, max([TODAY, *days])).doses if one.given == asked)
