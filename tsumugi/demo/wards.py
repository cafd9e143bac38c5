"""The rest of the cast: children in the care of others than both parents, minors with cards, and a child to come."""

from datetime import timedelta

from models.family import Family
from models.guardianship import GuardianshipKind as Kind
from models.ids import Letter
from models.organisation import CallerKind
from models.pregnancy import Pregnancy
from models.resident import Resident, Sex
from tsumugi.demo.consents import Consent, allow_before_birth
from tsumugi.demo.draw import Draw, months_after
from tsumugi.demo.homes import Span, Who, bear, marry, move_in, parent, settle, share, tie
from tsumugi.demo.pregnancies import keep_pregnancy
from tsumugi.demo.records import Care, keep_record
from tsumugi.demo.words import Word

HOUSEHOLDS = 7
WILLOW, FROST, MIST = Word("柳", "やなぎ"), Word("初霜", "はつしも"), Word("朝霧", "あさぎり")
LANTERN, AMBER, SPRING = Word("灯", "ともしび"), Word("琥珀", "こはく"), Word("小春", "こはる")
F, M = Sex.FEMALE, Sex.MALE
FOR_PARTNER = "PREGNANCY_CORE PREGNANCY_VISIT NOTICES"


def settle_wards(draw: Draw) -> None:
    """Everybody of the cast whose relation is rarer than parenthood."""
    _grandparents_home(draw)
    _orphans_home(draw)
    _foster_home(draw)
    _teenagers_home(draw)
    _expecting_home(draw)


def _adult(draw: Draw, family: Family | None, name: tuple[Word, Word], age: int, sex: Sex) -> Resident:
    home = family or move_in(draw)
    return settle(draw, home, Who(*name, months_after(draw.today - timedelta(days=40), -12 * age), sex))


def _card(draw: Draw, name: str, resident: Resident) -> None:
    draw.town.cards[name] = resident.id


def _care(draw: Draw, carer: Resident) -> Care:
    clinics = draw.offices(CallerKind.CLINIC)
    return Care(clinics[1], clinics[2], carer)


def _grandparents_home(draw: Draw) -> None:
    """A child in the custody of a grandparent; the mother keeps authority, the father lost it."""
    family = move_in(draw)
    born, since = months_after(draw.today, -76), draw.today - timedelta(days=400)
    custodian = _adult(draw, family, (WILLOW, Word("菊", "きく")), 63, F)
    mother = _adult(draw, None, (WILLOW, Word("渚", "なぎさ")), 34, F)
    father = _adult(draw, None, (FROST, Word("嵐", "らん")), 37, M)
    child = bear(draw, family, Who(WILLOW, Word("櫂", "かい"), born, M))
    parent(draw, child, mother, father)
    share(draw, child, (mother, father), Span(born, since, "婚姻中の父母"))
    share(draw, child, (mother,), Span(since, None, "離婚の裁判 (親権者 母)"))
    tie(draw, child, custodian, Kind.CUSTODIAN, Span(since, None, "監護者指定の審判"))
    keep_record(draw, child, _care(draw, custodian))
    _card(draw, "custodian", custodian)
    _card(draw, "parent-without-care", mother)
    _card(draw, "parent-without-authority", father)


def _orphans_home(draw: Draw) -> None:
    """A child without parents, with a guardian appointed by the court."""
    family = move_in(draw)
    born = months_after(draw.today, -110)
    guardian = _adult(draw, family, (MIST, Word("楠", "なん")), 45, M)
    child = bear(draw, family, Who(MIST, Word("蒼", "あおい"), born, M))
    tie(draw, child, guardian, Kind.MINOR_GUARDIAN, Span(months_after(born, 60), None, "未成年後見人選任の審判"))
    keep_record(draw, child, _care(draw, guardian))
    _card(draw, "minor-guardian", guardian)


def _foster_home(draw: Draw) -> None:
    """A child placed with a foster parent."""
    family = move_in(draw)
    born = months_after(draw.today, -44)
    foster = _adult(draw, family, (LANTERN, Word("梢", "こずえ")), 48, F)
    child = bear(draw, family, Who(AMBER, Word("雛", "ひな"), born, F))
    placed_on = months_after(born, 20)
    tie(draw, child, foster, Kind.PLACEMENT, Span(placed_on, None, "里親委託の措置決定"))
    keep_record(draw, child, _care(draw, foster))
    _card(draw, "foster-parent", foster)


def _teenagers_home(draw: Draw) -> None:
    """Two minors with cards of their own: one of 16, one of 13."""
    family = move_in(draw)
    born = (months_after(draw.today, -12 * 16 - 3), months_after(draw.today, -12 * 13 - 5))
    mother = _adult(draw, family, (SPRING, Word("若菜", "わかな")), 44, F)
    father = _adult(draw, family, (SPRING, Word("洋", "よう")), 46, M)
    for name, given, birth_date, sex in (
        ("teenager", Word("藍", "あい"), born[0], F),
        ("under-15", Word("陸", "りく"), born[1], M),
    ):
        child = bear(draw, family, Who(SPRING, given, birth_date, sex))
        marry(draw, child, mother, father)
        keep_record(draw, child, _care(draw, mother))
        assert child.resident_id
        draw.town.cards[name] = child.resident_id


def _expecting_home(draw: Draw) -> None:
    """A woman who expects her first child, and her partner, whom she has invited to the record."""
    family = move_in(draw)
    mother = _adult(draw, family, (AMBER, Word("菫", "すみれ")), 29, F)
    partner = _adult(draw, family, (FROST, Word("暁", "あきら")), 31, M)
    notified_on = draw.today - timedelta(days=90)
    pregnancy = Pregnancy(
        id=draw.id(Letter.PREGNANCY),
        mother_id=mother.id,
        notified_on=notified_on,
        due_on=draw.today + timedelta(days=130),
        organisation_id=draw.offices(CallerKind.CLINIC)[0].id,
    )
    draw.town.pregnancies.append(pregnancy)
    keep_pregnancy(draw, pregnancy)
    since = notified_on + timedelta(days=7)
    allow_before_birth(draw, pregnancy, Consent(partner.id, FOR_PARTNER, since, months_after(since, 12)))
    _card(draw, "expecting-mother", mother)
    draw.town.applicants.append(("expecting-mother", None))
    _card(draw, "partner", partner)
