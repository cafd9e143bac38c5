"""What the cast has to do with others: consents, school, rides and points of the mother's household."""

from datetime import date, timedelta

from models.organisation import Bond, CallerKind
from models.point import EntryKind
from models.resident import Resident
from models.rider import Eligibility
from tsumugi.demo.cast import Home
from tsumugi.demo.consents import Consent, allow, bind
from tsumugi.demo.draw import Draw, at, fiscal_year, months_after, school_entry
from tsumugi.demo.points import buy, live_on_points, open_account, post
from tsumugi.demo.records import school_checkups
from tsumugi.demo.rides import after_birth, register, ride

FOR_GRANDMOTHER = "IDENTITY VACC_RECORDS VACC_FORECAST CHECKUP_BODY GROWTH_HOME NOTICES"
FOR_CLINIC = "IDENTITY VACC_RECORDS VACC_FORECAST ALLERGY_ALERT"
FOR_SCHOOL = "VACC_RECORDS ALLERGY_ALERT"
ALONE_AGO, TOGETHER_AGO = (95, 61, 33, 12, 0), (80, 47, 19)  # days before today; today's ride was at ten past eight


def deal(draw: Draw, home: Home) -> None:
    """Everything that leads from the mother's household to somebody outside."""
    _consent(draw, home)
    _ride(draw, home)
    _spend(draw, home)
    grown = _resident(draw, draw.town.cards["adult-child"])
    live_on_points(draw, open_account(draw, grown, draw.today - timedelta(days=400)))


def _resident(draw: Draw, resident_id: str | None) -> Resident:
    return next(each for each in draw.town.residents if each.id == resident_id)


def _consent(draw: Draw, home: Home) -> None:
    year = fiscal_year(draw.today)
    clinic, school = draw.offices(CallerKind.CLINIC)[0], draw.offices(CallerKind.SCHOOL)[0]
    invited_on = home.youngest.birth_date + timedelta(days=21)
    asked_on = draw.today - timedelta(days=200)
    enters_on = school_entry(home.eldest.birth_date)
    end_of_year = date(year + 1, 3, 31)
    allow(draw, home.youngest, home.mother, Consent(home.grandmother.id, FOR_GRANDMOTHER, invited_on, end_of_year))
    allow(draw, home.middle, home.mother, Consent(clinic.id, FOR_CLINIC, asked_on, months_after(asked_on, 12)))
    allow(draw, home.eldest, home.mother, Consent(school.id, FOR_SCHOOL, enters_on, end_of_year))
    bind(draw, school, home.eldest, Bond.PUPIL, enters_on)
    draw.town.school_checkups.extend(school_checkups(draw, home.eldest, school))


def _ride(draw: Draw, home: Home) -> None:
    """The mother rides alone, and with her eldest, whose registration is its own."""
    operator = draw.offices(CallerKind.TAXI_OPERATOR)[0]
    mother = after_birth(draw, home.mother, home.youngest.birth_date)
    eldest_resident = _resident(draw, home.eldest.resident_id)
    eldest = register(draw, eldest_resident, Eligibility.DISABILITY, draw.today - timedelta(days=300), None)
    rides = [(ago, [mother]) for ago in ALONE_AGO] + [(ago, [mother, eldest]) for ago in TOGETHER_AGO]
    for ago, company in sorted(rides, key=lambda each: -each[0]):
        ride(draw, operator, at(draw.today - timedelta(days=ago), 8, 10), company)


def _spend(draw: Draw, home: Home) -> None:
    """The mother's points: brought in, given by the city, spent in the shop and elsewhere; the eldest has some, too."""
    shop = draw.offices(CallerKind.SHOP)[0]
    account = open_account(draw, home.mother, draw.today - timedelta(days=500))
    post(draw, account, EntryKind.CONVERTED, 3_000, draw.today - timedelta(days=480))
    buy(draw, account, 450, draw.today - timedelta(days=300), shop)
    post(draw, account, EntryKind.GRANTED, 1_000, draw.today - timedelta(days=180))
    buy(draw, account, 800, draw.today - timedelta(days=90), None)
    buy(draw, account, 620, draw.today - timedelta(days=20), shop)
    pocket = open_account(draw, _resident(draw, home.eldest.resident_id), draw.today - timedelta(days=150))
    post(draw, pocket, EntryKind.GRANTED, 500, draw.today - timedelta(days=140))
    buy(draw, pocket, 200, draw.today - timedelta(days=60), None)
