"""What families of the demo town write down themselves: how a child was, its allergies, its physician, a correction."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any, NamedTuple

from models.alert import Allergy, AllergyKind, Physician, Practice
from models.child import Child
from models.diary import Appetite, DiaryEntry, Mood
from models.ids import Letter, mint
from models.vaccination import Vaccination
from tsumugi.demo.draw import Draw, at, months_after

DIARY_DAYS = 4  # in a row
YOUNG_DAYS = 730
DIARY_SHARE = 0.2  # of the young; the children of the cast have one all the same
REACTIONS = ("口のまわりが赤くなる", "じんましん", "吐く", "せきこむ")
NOTES = ("よく笑う", "離乳食をよく食べた", "夜に何度か起きた", "鼻水が少し", "公園で遊んだ")
COLD = ("COUGH RUNNY_NOSE", "RUNNY_NOSE", "COUGH")


class Writer(NamedTuple):
    """Who writes about whom: with chance of the child's own, so that no other child changes it."""

    draw: Draw
    child: Child
    carer_id: str
    chance: Random

    def kept(self, letter: Letter, days_ago: int, hour: int) -> dict[str, Any]:
        """What every entry has."""
        day = self.draw.today - timedelta(days=days_ago)
        return {
            "id": mint(self.draw.code, letter, self.chance.randbytes(16)),
            "child_id": self.child.id,
            "recorded_by_id": self.carer_id,
            "recorded_at": at(day, hour, self.chance.randint(0, 59)),
        }


def keep_diaries(draw: Draw) -> None:
    """For every child of whom somebody measures at home; with chance of its own, whatever else the town holds."""
    carers = {each.child_id: each.recorded_by_id for each in draw.town.growths}
    doses = {each.child_id: each for each in draw.town.vaccinations}  # the latest of each
    family = {each.id: each for each in draw.town.residents}
    at_home = {family[draw.town.cards[name]].family_id for name in ("mother", "stranger")}
    for child in draw.town.children:
        if child.id not in carers:
            continue
        chance = Random(f"diary:{child.id}")  # noqa: S311 - a demo must repeat itself
        writer = Writer(draw, child, carers[child.id], chance)
        if child.allergies is not None:
            draw.town.allergies.append(_allergy(writer, child.allergies))
        if child.id in doses:
            draw.town.physicians.append(_physician(writer, doses[child.id]))
        is_young = (draw.today - child.birth_date).days < YOUNG_DAYS
        if child.family_id in at_home or (is_young and chance.random() < DIARY_SHARE):
            draw.town.diary_entries.extend(_days(writer))


def _allergy(writer: Writer, substance: str) -> Allergy:
    lived_days = (writer.draw.today - writer.child.birth_date).days
    return Allergy(
        kind=AllergyKind.FOOD,
        substance=substance,
        reaction=writer.chance.choice(REACTIONS),
        since=min(months_after(writer.child.birth_date, writer.chance.randint(7, 14)), writer.draw.today),
        **writer.kept(Letter.ALLERGY, writer.chance.randint(0, min(lived_days, 60)), 20),
    )


def _physician(writer: Writer, dose: Vaccination) -> Physician:
    assert dose.clinic is not None, "doses of the demo have their clinic"
    return Physician(
        practice=Practice.PAEDIATRICIAN,
        clinic=dose.clinic,
        doctor=dose.doctor,
        phone="000-0000-0000",
        since=dose.given_on,
        **writer.kept(Letter.PHYSICIAN, 0, 8),
    )


def _days(writer: Writer) -> Iterator[DiaryEntry]:
    """Some days in a row, on one of which the child has a cold; the temperature of the first was read wrong."""
    lived_days = (writer.draw.today - writer.child.birth_date).days
    days, ill = min(DIARY_DAYS, lived_days), writer.chance.randrange(DIARY_DAYS)
    for days_ago in range(days, 0, -1):
        kept = writer.kept(Letter.DIARY, days_ago, 20)
        first = _condition(writer, kept, is_ill=days_ago == ill + 1)
        yield first
        if days_ago == days:
            said = first.model_dump(exclude={"id", "recorded_at", "temperature_decicelsius"})
            later = {name: value for name, value in writer.kept(Letter.DIARY, days_ago, 21).items() if name not in said}
            right = {**said, **later, "temperature_decicelsius": 368, "replaces_id": first.id}
            yield DiaryEntry(**{**right, "correction_reason": "体温計の読み間違い"})


def _condition(writer: Writer, kept: dict[str, Any], *, is_ill: bool) -> DiaryEntry:
    chance = writer.chance
    is_baby = (writer.draw.today - writer.child.birth_date).days < YOUNG_DAYS // 2
    return DiaryEntry(
        observed_at=kept["recorded_at"],
        temperature_decicelsius=chance.randint(376, 389) if is_ill else chance.randint(363, 371),
        symptoms=chance.choice(COLD) if is_ill else None,
        mood=Mood.OUT_OF_SORTS if is_ill else chance.choice((Mood.GOOD, Mood.AS_USUAL)),
        appetite=Appetite.POOR if is_ill else Appetite.AS_USUAL,
        milk_ml=chance.randint(40, 90) * 10 if is_baby else None,
        sleep_minutes=chance.randint(54, 80) * 10,
        stool_count=chance.randint(0, 4),
        stool_colour=chance.randint(4, 6) if is_baby else None,
        note=chance.choice(NOTES),
        **kept,
    )
