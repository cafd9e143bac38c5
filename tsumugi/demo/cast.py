"""The cast of the demo town: people whose login names and days never change, each in a relation worth trying."""

from datetime import date, timedelta
from typing import NamedTuple

from models.child import Child
from models.guardianship import GuardianshipKind, ProtectionMeasure
from models.ids import Letter
from models.organisation import Bond, CallerKind, Organisation
from models.resident import Resident, Sex
from tsumugi.demo.consents import bind
from tsumugi.demo.draw import Draw, at, fiscal_year, months_after
from tsumugi.demo.homes import Span, Who, bear, marry, move_in, parent, settle, share, tie
from tsumugi.demo.records import VENUE, Care, keep_record
from tsumugi.demo.words import Word, city

JOINT_AFTER_DIVORCE_SINCE = date(2026, 4, 1)  # Civil Code 824-2 as amended by Act 33 of 2024
HOUSEHOLDS = 7
WEEKS_EARLY = 5  # the youngest came in week 35: growth is compared by the corrected age
FLOWERS, GOLD, LEAVES = Word("花筏", "はないかだ"), Word("山吹", "やまぶき"), Word("若葉", "わかば")
DEW, ULTRAMARINE, SNOW = Word("露草", "つゆくさ"), Word("群青", "ぐんじょう"), Word("風花", "かざはな")
F, M = Sex.FEMALE, Sex.MALE


class Home(NamedTuple):
    """The mother's household, from which most examples start."""

    mother: Resident
    father: Resident
    ex_spouse: Resident
    grandmother: Resident
    eldest: Child
    middle: Child
    youngest: Child


def settle_cast(draw: Draw) -> Home:
    """Everybody who has a card, with children, records and relations."""
    home = _mothers_home(draw)
    _protected_home(draw)
    _grown_up_home(draw)
    _strangers_home(draw)
    return home


def _card(draw: Draw, name: str, resident: Resident) -> Resident:
    draw.town.cards[name] = resident.id
    return resident


def _care(draw: Draw, carer: Resident) -> Care:
    clinics = draw.offices(CallerKind.CLINIC)
    return Care(clinics[0], clinics[1], carer)


def _mothers_home(draw: Draw) -> Home:
    """Mother and father with three children; the eldest is of her former marriage."""
    born = (date(fiscal_year(draw.today) - 6, 2, 24), months_after(draw.today, -38), draw.today - timedelta(days=187))
    family, elsewhere, parents = move_in(draw), move_in(draw), move_in(draw)
    mother = settle(draw, family, Who(FLOWERS, Word("紬", "つむぎ"), months_after(born[0], -12 * 28), F))
    father = settle(draw, family, Who(FLOWERS, Word("樹", "いつき"), months_after(born[0], -12 * 31), M))
    ex_spouse = settle(draw, elsewhere, Who(GOLD, Word("峰", "みね"), months_after(born[0], -12 * 30), M))
    grandmother = settle(draw, parents, Who(DEW, Word("千草", "ちぐさ"), months_after(mother.birth_date, -12 * 26), F))
    eldest = bear(draw, family, Who(GOLD, Word("花", "はな"), born[0], F), allergies="ピーナッツ")
    middle = bear(draw, family, Who(FLOWERS, Word("湊", "みなと"), born[1], M), allergies="鶏卵")
    youngest = bear(draw, family, Who(FLOWERS, Word("澪", "みお"), born[2], F), days_early=WEEKS_EARLY * 7)
    _divorce(draw, eldest, mother, ex_spouse)
    for child in (middle, youngest):
        marry(draw, child, mother, father)
    care = _care(draw, mother)
    for child in (eldest, middle):
        keep_record(draw, child, care)
    keep_record(draw, youngest, care._replace(attendance=1))  # there are few yet, and one shall be the clinic's
    _vaccinate_elsewhere(draw, middle, care.other)
    for name, resident in (
        ("mother", mother),
        ("father", father),
        ("ex-spouse", ex_spouse),
        ("grandmother", grandmother),
    ):
        _card(draw, name, resident)
    draw.town.applicants.extend([("mother", eldest.id), ("mother", middle.id), ("father", youngest.id)])
    return Home(mother, father, ex_spouse, grandmother, eldest, middle, youngest)


def _vaccinate_elsewhere(draw: Draw, child: Child, clinic: Organisation) -> None:
    """The latest dose was not given by the family's clinic, which sees it by consent only."""
    latest = [dose for dose in draw.town.vaccinations if dose.child_id == child.id][-1]
    latest.organisation_id, latest.clinic, latest.doctor = clinic.id, clinic.name, f"{clinic.name}の医師"


def _divorce(draw: Draw, child: Child, mother: Resident, ex_spouse: Resident) -> None:
    """Married, divorced under the old law with the mother alone, joint again by the court under the new one."""
    divorced_on = months_after(child.birth_date, 20)
    joint_from = max(JOINT_AFTER_DIVORCE_SINCE, draw.today - timedelta(days=150))
    parent(draw, child, mother, ex_spouse)
    share(draw, child, (mother, ex_spouse), Span(child.birth_date, divorced_on, "婚姻中の父母"))
    share(draw, child, (mother,), Span(divorced_on, joint_from, "協議離婚届"))
    share(draw, child, (mother, ex_spouse), Span(joint_from, None, "親権者変更の審判"))


def _protected_home(draw: Draw) -> None:
    """A mother with two children, and their father, whom a protection measure names."""
    family, elsewhere = move_in(draw), move_in(draw)
    born = (months_after(draw.today, -100), months_after(draw.today, -29))
    mother = settle(draw, family, Who(LEAVES, Word("綾", "あや"), months_after(born[0], -12 * 26), F))
    counterparty = settle(draw, elsewhere, Who(LEAVES, Word("岳", "がく"), months_after(born[0], -12 * 29), M))
    for who in (Who(LEAVES, Word("空", "そら"), born[0], M), Who(LEAVES, Word("雫", "しずく"), born[1], F)):
        child = bear(draw, family, who)
        marry(draw, child, mother, counterparty)
        keep_record(draw, child, _care(draw, mother))
    since = draw.today - timedelta(days=120)
    measure = ProtectionMeasure(
        id=draw.id(Letter.LOG),
        family_id=family.id,
        counterparty_id=counterparty.id,
        valid_from=since,
        valid_to=months_after(since, 12),
        recorded_at=at(since, 11),
        evidence="住民基本台帳事務における支援措置申出書",
    )
    draw.town.protection_measures.append(measure)
    _card(draw, "counterparty", counterparty)


def _grown_up_home(draw: Draw) -> None:
    """Somebody who came of age the other day; the parents' edges are still in the register."""
    family = move_in(draw)
    birth_date = months_after(draw.today - timedelta(days=13), -12 * 18)
    mother = settle(draw, family, Who(ULTRAMARINE, Word("絹", "きぬ"), months_after(birth_date, -12 * 27), F))
    father = settle(draw, family, Who(ULTRAMARINE, Word("潮", "うしお"), months_after(birth_date, -12 * 28), M))
    child = bear(draw, family, Who(ULTRAMARINE, Word("旭", "あさひ"), birth_date, M))
    marry(draw, child, mother, father)
    keep_record(draw, child, _care(draw, mother))
    assert child.resident_id
    draw.town.cards["adult-child"] = child.resident_id


def _strangers_home(draw: Draw) -> None:
    """A mother elsewhere in town who came from the partner city with her child, for whom she alone decides."""
    family = move_in(draw)
    born = months_after(draw.today, -52)
    stranger = settle(draw, family, Who(SNOW, Word("雪", "ゆき"), months_after(born, -12 * 33), F))
    child = bear(draw, family, Who(SNOW, Word("蛍", "ほたる"), born, F))
    tie(draw, child, stranger, GuardianshipKind.BIRTH_MOTHER, Span(born, None, "出生届"))
    share(draw, child, (stranger,), Span(born, None, "出生届"))
    keep_record(draw, child, _care(draw, stranger))
    _card(draw, "stranger", stranger)
    draw.town.applicants.append(("stranger", None))  # nobody knows of a pregnancy, so this waits for staff
    _came_from(draw, child, draw.offices(CallerKind.PARTNER_MUNICIPALITY)[0])


def _came_from(draw: Draw, child: Child, partner: Organisation) -> None:
    """What was given before the move was given there, and came over with the record."""
    moved_on = months_after(child.birth_date, 24)
    there = city(partner.municipality_code)
    bind(draw, partner, child, Bond.MOVED, moved_on)
    for dose in draw.town.vaccinations:
        if dose.child_id == child.id and dose.given_on < moved_on:
            dose.municipality_code = there.code
            dose.organisation_id = partner.id
            dose.clinic = f"{there.name}の診療所"
            dose.doctor = f"{there.name}の医師"
    for checkup in draw.town.checkups:
        if checkup.child_id == child.id and checkup.checked_on < moved_on:
            checkup.organisation_id = partner.id
            checkup.venue = f"{there.name}の{VENUE}"
