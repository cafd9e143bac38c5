"""The rest of the demo town: households of every kind, with children of every age, and the elders among them."""

from datetime import date, timedelta
from random import Random

from models.child import Child
from models.family import Family
from models.organisation import CallerKind
from models.resident import Resident, Sex
from models.rider import Eligibility, Rider
from tsumugi.demo.draw import Draw, months_after
from tsumugi.demo.homes import Span, Who, bear, marry, move_in, parent, settle, share
from tsumugi.demo.points import live_on_points, open_account
from tsumugi.demo.records import Care, keep_record
from tsumugi.demo.rides import after_birth, register, ride_around
from tsumugi.demo.words import BOYS, FAMILY_NAMES, GIRLS, Word

SIZES = (1,) * 7 + (2,) * 9 + (3,) * 3 + (4,)  # children of a household
MARRIED, UNMARRIED, DIVORCED, APART = range(4)
KINDS = (MARRIED,) * 16 + (UNMARRIED,) * 2 + (DIVORCED, APART)
COMING_OF_AGE_DAYS = 6_574  # 18 years
NEWBORN_DAYS = 365
JOINT_SINCE = date(2026, 4, 1)  # joint authority after divorce
ELDER_SHARE, ACCOUNT_SHARE, MOTHER_RIDES_SHARE = 0.25, 0.45, 0.4
OTHER_RIDER_SHARE, ALLERGY_SHARE = 0.03, 0.06
PRETERM_SHARE = 0.056  # of live births: Vital Statistics 2023
EARLY_DAYS, TERM_DAYS = (22, 80), (-7, 18)
OTHER_REASONS = (
    Eligibility.DISABILITY,
    Eligibility.CARE_NEED,
    Eligibility.ILLNESS,
    Eligibility.LICENCE_RETURNED,
)
ALLERGIES = ("鶏卵", "牛乳", "小麦", "そば")


def settle_people(draw: Draw, families: int) -> None:
    """Households until the town has so many; then their rides, because riders share a taxi with neighbours."""
    riders: list[Rider] = []
    while len(draw.town.families) < families:
        kind = draw.one(KINDS)
        if kind == APART and len(draw.town.families) + 1 == families:
            kind = MARRIED  # the parent who lives apart needs a household, too
        riders.extend(_household(draw, kind))
    ride_around(draw, riders)


def _household(draw: Draw, kind: int) -> list[Rider]:
    family, name = move_in(draw), draw.one(FAMILY_NAMES)
    births = _births(draw)
    mother_born = births[0] - draw.days(20 * 365, 36 * 365)
    mother = settle(draw, family, Who(name, draw.one(GIRLS), mother_born, Sex.FEMALE))
    father = None
    if kind in (MARRIED, APART):
        home = family if kind == MARRIED else move_in(draw)
        father_born = mother_born - draw.days(-2 * 365, 6 * 365)
        father = settle(draw, home, Who(name, draw.one(BOYS), father_born, Sex.MALE))
    clinics = draw.offices(CallerKind.CLINIC)
    care = Care(draw.one(clinics), draw.one(clinics), mother)
    for birth_date in births:
        newborn, allergies = _newborn(draw, name, birth_date), _allergies(draw)
        child = bear(draw, family, newborn, allergies, days_early=_days_early(newborn))
        _relate(draw, child, (mother, father), kind)
        keep_record(draw, child, care)
    for adult in filter(None, (mother, father)):
        if draw.happens(ACCOUNT_SHARE):
            live_on_points(draw, open_account(draw, adult, draw.today - draw.days(30, 900)))
    return _riders(draw, family, mother, births[-1])


def _births(draw: Draw) -> list[date]:
    """The children's birthdays, eldest first; all are under 18 today."""
    age_days = draw.chance.randint(7, COMING_OF_AGE_DAYS - 5)
    ages = [age_days]
    for _ in range(draw.one(SIZES) - 1):
        age_days += draw.chance.randint(500, 1_500)
        ages.append(age_days)
    minor = (age for age in reversed(ages) if age < COMING_OF_AGE_DAYS - 2)
    return [draw.today - timedelta(days=age) for age in minor]


def _newborn(draw: Draw, name: Word, birth_date: date) -> Who:
    sex = draw.one((Sex.FEMALE, Sex.MALE))
    return Who(name, draw.one(GIRLS if sex is Sex.FEMALE else BOYS), birth_date, sex)


def _days_early(who: Who) -> int:
    """How long before the expected day a child comes, now and then before 37 weeks; with chance of its own."""
    chance = Random(f"early:{who.birth_date}:{who.given_name.text}")  # noqa: S311 - a demo must repeat itself
    return chance.randint(*(EARLY_DAYS if chance.random() < PRETERM_SHARE else TERM_DAYS))


def _allergies(draw: Draw) -> str | None:
    return draw.one(ALLERGIES) if draw.happens(ALLERGY_SHARE) else None


def _relate(draw: Draw, child: Child, parents: tuple[Resident, Resident | None], kind: int) -> None:
    mother, father = parents
    if father is None:
        parent(draw, child, mother, None)
        share(draw, child, (mother,), Span(child.birth_date, None, "出生届" if kind == UNMARRIED else "離婚届"))
    elif kind == MARRIED:
        marry(draw, child, mother, father)
    else:
        _part(draw, child, mother, father)


def _part(draw: Draw, child: Child, mother: Resident, father: Resident) -> None:
    """Divorced since joint authority is possible, and both keep it; the child stays with the mother."""
    parent(draw, child, mother, father)
    parted_on = max(JOINT_SINCE, draw.today - draw.days(10, 200))
    if parted_on <= child.birth_date:
        parted_on = draw.today
    share(draw, child, (mother, father), Span(child.birth_date, parted_on, "婚姻中の父母"))
    share(draw, child, (mother, father), Span(parted_on, None, "離婚届 (共同親権)"))


def _riders(draw: Draw, family: Family, mother: Resident, youngest: date) -> list[Rider]:
    """Who of a household is registered for the taxi: the grandparent, the mother of a baby, here and there another."""
    found = []
    if draw.happens(ELDER_SHARE):
        who = Who(
            draw.one(FAMILY_NAMES), draw.one((*GIRLS, *BOYS)), draw.today - draw.days(66 * 365, 92 * 365), Sex.FEMALE
        )
        elder = settle(draw, family, who)
        is_old = months_after(who.birth_date, 75 * 12) <= draw.today - timedelta(days=800)
        reason = Eligibility.AGE_75 if is_old else Eligibility.AGE_65_NO_LICENCE
        found.append(register(draw, elder, reason, draw.today - draw.days(200, 300), None))
    if (draw.today - youngest).days < NEWBORN_DAYS and draw.happens(MOTHER_RIDES_SHARE):
        found.append(after_birth(draw, mother, youngest))
    elif draw.happens(OTHER_RIDER_SHARE):
        found.append(register(draw, mother, draw.one(OTHER_REASONS), draw.today - draw.days(100, 600), None))
    return found
