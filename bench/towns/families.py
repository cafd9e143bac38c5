"""Families of a bench town: residents, children with their records, and the edges that say who decides for a child.

Everything is drawn from a number, so that a town of any size begins with the same families. About two children a
family, each between 7 and 17 years old with 6 or 7 checkups and 11 to 13 doses: "the latest six" leaves some out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any, NamedTuple

from bench.towns.ids import Ids
from models.checkup import CheckupKind as Visit
from models.checkup import Judgement
from models.guardianship import GuardianshipKind as Edge
from models.ids import Letter
from models.resident import Sex
from models.vaccination import Vaccine
from tsumugi.demo.words import BOYS, CLINICS, FAMILY_NAMES, GIRLS, SECTIONS

CODE = "102016"
TODAY = date(2026, 11, 26)
CLERK_AT = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)  # when the register's entries were recorded
AT_ONCE = 1_000  # families that are drawn from one seed, and written together
YOUNGEST_DAYS, OLDEST_DAYS = 7 * 366, 17 * 365
CHILDREN = (1, 2, 2, 2, 3)
ALLERGIES = ("鶏卵", "ピーナッツ", "牛乳")
FINDINGS = ("経過良好", "体重増加を観察", "視力の再検査を勧奨")
DEVELOPMENT = "年齢相応"
VENUE = "保健センター"

# When each visit and each dose is due, in days of life; a child has most of them.
VISITS = (
    (Visit.MONTHS_3_4, 110, 6_400, 620),
    (Visit.MONTHS_6_7, 200, 7_600, 670),
    (Visit.MONTHS_9_10, 290, 8_600, 710),
    (Visit.MONTHS_18, 560, 10_600, 810),
    (Visit.YEARS_3, 1_130, 13_900, 950),
    (Visit.YEARS_5, 1_860, 18_000, 1_090),
    (Visit.BEFORE_SCHOOL, 2_400, 20_400, 1_150),
)
DOSES = (
    (Vaccine.HIB, 62),
    (Vaccine.PCV13, 62),
    (Vaccine.HEPB, 64),
    (Vaccine.RV1, 66),
    (Vaccine.DPT_IPV, 95),
    (Vaccine.HIB, 97),
    (Vaccine.DPT_IPV, 125),
    (Vaccine.BCG, 160),
    (Vaccine.MR, 380),
    (Vaccine.VARICELLA, 400),
    (Vaccine.JE, 1_120),
    (Vaccine.MR, 2_000),
    (Vaccine.JE, 2_300),
)

# The columns of each table that is filled here, as the tuples below have them; a table before those that refer to it.
COLUMNS = {
    "family": ("id", "municipality_code", "postal_code", "address", "phone"),
    "resident": ("id", "family_id", "name", "name_kana", "birth_date", "sex"),
    "child": ("id", "resident_id", "family_id", "name", "name_kana", "birth_date", "sex", "allergies"),
    "guardianship": ("id", "child_id", "holder_id", "kind", "valid_from", "recorded_at", "evidence", "is_sealed"),
    "checkup": (
        *("id", "child_id", "kind", "checked_on", "weight_g", "height_mm", "head_mm"),
        *("judgement", "findings", "development", "venue", "organisation_id"),
    ),
    "vaccination": (
        *("id", "child_id", "vaccine", "given_on", "lot", "clinic", "doctor"),
        *("municipality_code", "organisation_id"),
    ),
}
Row = tuple[Any, ...]
Rows = dict[str, list[Row]]


class Spelling(NamedTuple):
    """How a driver wants days and moments."""

    day: Callable[[date], Any]
    moment: Callable[[datetime], Any]


class _Home(NamedTuple):
    """A family in the making."""

    id: str
    name: int
    mother_id: str
    father_id: str | None


def families(count: int, clinic_ids: tuple[str, ...], spelling: Spelling) -> Iterator[Rows]:
    """The rows of that many families, a thousand families at a time."""
    for start in range(0, count, AT_ONCE):
        chance = Random(f"bench:{CODE}:{start}")  # noqa: S311 - a bench must repeat itself
        drawn = _Draw(chance, clinic_ids, spelling)
        for number in range(start, min(start + AT_ONCE, count)):
            drawn.family(children=2 if number == 0 else chance.choice(CHILDREN), is_whole=number == 0)
        yield drawn.rows


class _Draw:
    """Draws families one after another."""

    def __init__(self, chance: Random, clinic_ids: tuple[str, ...], spelling: Spelling) -> None:
        self.rows: Rows = defaultdict(list)
        self._chance, self._clinics, self._spelling = chance, clinic_ids, spelling
        self._id = Ids(CODE, Random(chance.random())).new  # noqa: S311

    def family(self, *, children: int, is_whole: bool) -> None:
        """A household, with two parents or with one."""
        chance = self._chance
        family_id, name = self._id(Letter.FAMILY), chance.randrange(len(FAMILY_NAMES))
        number = chance.randrange(10_000)
        address = f"前橋市{SECTIONS[number % len(SECTIONS)]}{number % 5 + 1}丁目{number % 30 + 1}番"
        self.rows["family"].append((family_id, CODE, f"000-{number:04d}", address, f"000-0000-{number:04d}"))
        has_father = is_whole or chance.random() < 7 / 8
        mother = self._resident(family_id, name, self._birthday(31 * 365, 45 * 365), Sex.FEMALE)
        father = self._resident(family_id, name, self._birthday(32 * 365, 48 * 365), Sex.MALE) if has_father else None
        home = _Home(family_id, name, mother, father)
        for _ in range(children):
            self._child(home)

    def _birthday(self, least_days: int, most_days: int) -> date:
        return TODAY - timedelta(days=self._chance.randint(least_days, most_days))

    def _resident(self, family_id: str, name: int, born: date, sex: Sex) -> str:
        id = self._id(Letter.RESIDENT)
        self.rows["resident"].append((id, family_id, *self._named(name, sex), self._spelling.day(born), sex.name))
        return id

    def _named(self, name: int, sex: Sex) -> tuple[str, str]:
        given = self._chance.choice(GIRLS if sex is Sex.FEMALE else BOYS)
        return f"{FAMILY_NAMES[name].text} {given.text}", f"{FAMILY_NAMES[name].kana} {given.kana}"

    def _child(self, home: _Home) -> None:
        chance = self._chance
        born, sex = self._birthday(YOUNGEST_DAYS, OLDEST_DAYS), chance.choice((Sex.FEMALE, Sex.MALE))
        resident_id = self._resident(home.id, home.name, born, sex)
        names = self.rows["resident"][-1][2:4]
        id = self._id(Letter.CHILD)
        allergies = chance.choice(ALLERGIES) if chance.random() < 1 / 6 else None
        row = (id, resident_id, home.id, *names, self._spelling.day(born), sex.name, allergies)
        self.rows["child"].append(row)
        self._guarded(id, home, born)
        self._checked(id, born)
        self._vaccinated(id, born)

    def _guarded(self, child_id: str, home: _Home, born: date) -> None:
        authority = Edge.AUTHORITY_JOINT if home.father_id else Edge.AUTHORITY_SOLE
        edges = [(home.mother_id, Edge.BIRTH_MOTHER), (home.mother_id, authority)]
        if home.father_id:
            edges += [(home.father_id, Edge.LEGAL_FATHER), (home.father_id, authority)]
        since, recorded = self._spelling.day(born), self._spelling.moment(CLERK_AT)
        for holder_id, kind in edges:
            row = (self._id(Letter.LOG), child_id, holder_id, kind.name, since, recorded, "出生届", False)
            self.rows["guardianship"].append(row)

    def _checked(self, child_id: str, born: date) -> None:
        chance, size = self._chance, self._chance.uniform(0.9, 1.1)
        missed = chance.randrange(len(VISITS)) if chance.random() < 1 / 2 else None
        for number, (kind, days, weight_g, height_mm) in enumerate(VISITS):
            if number == missed:
                continue
            day = self._spelling.day(born + timedelta(days=days + chance.randrange(20)))
            is_well = chance.random() < 3 / 4
            judgement = Judgement.HEALTHY if is_well else Judgement.OBSERVE
            findings = None if is_well else chance.choice(FINDINGS)
            clinic_id = chance.choice(self._clinics) if number % 3 == 0 else None
            body = (int(weight_g * size), int(height_mm * (1 + size) / 2), 400 + days // 20)
            seen = (judgement.name, findings, DEVELOPMENT, VENUE, clinic_id)
            row = (self._id(Letter.CHECKUP), child_id, kind.name, day, *body, *seen)
            self.rows["checkup"].append(row)

    def _vaccinated(self, child_id: str, born: date) -> None:
        chance = self._chance
        given = islice(DOSES, chance.choice((11, 12, 12, 12, 13)))
        for vaccine, days in given:
            day = self._spelling.day(born + timedelta(days=days + chance.randrange(20)))
            place = chance.randrange(len(CLINICS))
            where = (f"L{days:04d}{place}", CLINICS[place], f"{CLINICS[place]}の医師", CODE, self._clinics[place])
            self.rows["vaccination"].append((self._id(Letter.VACCINATION), child_id, vaccine.name, day, *where))
