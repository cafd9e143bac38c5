"""A children's home of the demo town: a child at every stage of the immunisation schedule, all placed with its head."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from models.child import Child
from models.guardianship import GuardianshipKind
from models.ids import Letter
from models.immunisation import Antigen
from models.immunity import ImmunityFact, ImmunityFactKind
from models.organisation import CallerKind
from models.resident import Sex
from models.vaccination import DatePrecision, Vaccination, Vaccine
from tsumugi.demo.doses import SERIES, Dose, product_of
from tsumugi.demo.draw import Draw, at, fiscal_year, months_after, on_weekday, school_entry
from tsumugi.demo.homes import Span, Who, bear, move_in, settle, tie
from tsumugi.demo.records import Care, vaccinated
from tsumugi.demo.words import Word

HOUSEHOLDS = 1
HEAD = Word("木漏日", "こもれび")
F, M = Sex.FEMALE, Sex.MALE
NEWBORN_DAYS, HANDBOOK_DAYS = 12, 40
SCHOOL_MONTHS = 72
USUAL_SHARE = 0.9  # of the children, who have what the programme foresees


class Stage(NamedTuple):
    """A child so many months and days old, and what was given: everything until a month of age, but for some products.

    `ended`: what became of it so many days ago.
    """

    name: Word
    months: int
    days: int
    sex: Sex
    until_month: int
    without: tuple[Vaccine, ...] = ()
    died_days_ago: int | None = None
    left_days_ago: int | None = None


STAGES = (
    Stage(Word("芽", "めい"), 0, NEWBORN_DAYS, F, 0),
    Stage(Word("双葉", "ふたば"), 2, 3, M, 0),  # 2 months: the first visit is due
    Stage(Word("一葉", "かずは"), 12, 10, F, 8),  # 1 year: measles and rubella, boosters
    Stage(Word("三葉", "みつば"), 36, 12, M, 19),  # 3 years: Japanese encephalitis
    Stage(Word("九葉", "くよう"), 108, 20, F, 72),  # 9 years: the second phase of it
    Stage(Word("十一", "といち"), 133, 10, M, 109),  # 11 years: diphtheria and tetanus
    Stage(Word("十三", "とみ"), 157, 5, F, 133),  # a girl of 13: HPV
    Stage(Word("遅咲", "おそざき"), 20, 0, M, 19, (Vaccine.BCG,)),  # too old for BCG
    Stage(Word("後手", "ごて"), 8, 0, F, 2),  # overdue since the first visit
    Stage(Word("虫食", "むしくい"), 26, 0, M, 12),  # the handbook is hard to read
    Stage(Word("水痘", "すいとう"), 30, 0, F, 12, (Vaccine.VARICELLA,)),  # had varicella
    Stage(Word("星影", "ほしかげ"), 10, 0, M, 5, died_days_ago=30),
    Stage(Word("旅立", "たびだち"), 18, 0, F, 12, left_days_ago=20),
)


def settle_stages(draw: Draw) -> None:
    """The home with its head, who has a card, and the children."""
    family = move_in(draw)
    head = settle(draw, family, Who(HEAD, Word("園", "その"), months_after(draw.today, -12 * 55), F))
    draw.town.cards["home-head"] = head.id
    clinics = draw.offices(CallerKind.CLINIC)
    care = Care(clinics[2], clinics[0], head)
    for stage in STAGES:
        born = months_after(draw.today, -stage.months) - timedelta(days=stage.days)
        _place(draw, bear(draw, family, Who(HEAD, stage.name, born, stage.sex)), stage, care)
    born = date(fiscal_year(draw.today) - 6, 12, 1)  # in the year before school, whatever the day of the fiscal year
    preschool = Stage(Word("六花", "りっか"), 0, 0, F, 37)
    _place(draw, bear(draw, family, Who(HEAD, preschool.name, born, F)), preschool, care)


def _place(draw: Draw, child: Child, stage: Stage, care: Care) -> None:
    tie(draw, child, care.carer, GuardianshipKind.PLACEMENT, Span(child.birth_date, None, "入所の措置決定"))
    for dose in given(child.birth_date, stage):
        draw.town.vaccinations.append(vaccinated(draw, child, dose, care.clinic))
    MORE.get(stage.name.text, _nothing_more)(draw, child, care)
    _end(draw, child, stage)


def given(born: date, stage: Stage) -> list[Dose]:
    """What the programme of the time foresaw until that month of age, each month's doses together on one visit."""
    found = [Dose(Vaccine.MR, date(school_entry(born).year - 1, 6, 1))] if stage.until_month >= SCHOOL_MONTHS else []
    for series in SERIES:
        days = {month: on_weekday(months_after(born, month) + timedelta(days=1)) for month in series.months}
        is_of_the_time = series.since <= days[series.months[0]] <= series.until
        if is_of_the_time and series.share >= USUAL_SHARE and series.vaccine not in stage.without:
            months = (month for month in series.months if month <= stage.until_month)
            found += [Dose(product_of(series.vaccine, days[month]), days[month]) for month in months]
    return sorted(found, key=lambda dose: (dose.given_on, dose.vaccine.name))


def _end(draw: Draw, child: Child, stage: Stage) -> None:
    person = next(each for each in draw.town.residents if each.id == child.resident_id)
    if stage.died_days_ago is not None:
        child.died_on = person.died_on = draw.today - timedelta(days=stage.died_days_ago)
    if stage.left_days_ago is not None:
        child.moved_out_on = person.moved_out_on = draw.today - timedelta(days=stage.left_days_ago)


def _nothing_more(_draw: Draw, _child: Child, _care: Care) -> None:
    """The doses say it all."""


def _illegible(draw: Draw, child: Child, care: Care) -> None:
    """Written down from the handbook: a month without its day, and a product that no table knows."""
    month = months_after(child.birth_date, 19).replace(day=1)
    imported = child.birth_date + timedelta(days=HANDBOOK_DAYS)
    for vaccine, text, day, precision in (
        (Vaccine.VARICELLA, None, month, DatePrecision.MONTH),
        (None, "輸入ワクチン（判読できず）", imported, DatePrecision.DAY),
    ):
        row = Vaccination(
            id=draw.id(Letter.VACCINATION),
            child_id=child.id,
            vaccine=vaccine,
            product_text=text,
            given_on=day,
            precision=precision,
            recorded_by_id=care.carer.id,
            recorded_at=at(draw.today - timedelta(days=10), 15),
        )
        draw.town.vaccinations.append(row)


def _ill(draw: Draw, child: Child, _care: Care) -> None:
    """Had varicella, as health staff recorded."""
    office = draw.offices(CallerKind.STAFF_HEALTH)[0]
    nurse = next(each for each in draw.town.staff_members if each.organisation_id == office.id)
    day = months_after(child.birth_date, 14)
    draw.town.immunity_facts.append(
        ImmunityFact(
            id=draw.id(Letter.LOG),
            child_id=child.id,
            kind=ImmunityFactKind.ILLNESS,
            antigen=Antigen.VARICELLA,
            happened_on=day,
            evidence="診断書",
            recorded_at=at(day + timedelta(days=20), 11),
            recorded_by_id=nurse.id,
        )
    )


MORE: dict[str, Callable[[Draw, Child, Care], None]] = {"虫食": _illegible, "水痘": _ill}
