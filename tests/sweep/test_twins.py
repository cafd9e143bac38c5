"""Two towns that differ only in what is hidden from somebody give that person the same bytes, whatever is asked."""

import json
import re
import shutil
import sys
from random import Random
from uuid import uuid4

import pytest

from models.alert import Physician
from models.checkup import Checkup
from models.child import Child
from models.family import Family
from models.growth import Growth
from models.guardianship import Guardianship
from models.organisation import CallerKind, Care, Organisation
from models.vaccination import Vaccination, Vaccine
from schema.graph import core
from tests.asking import Asking, filled
from tests.databases import DIALECTS, Door
from tests.generating import Operations, Pool
from tests.hanamori import CODE, HOLDERS, child, family, office, rows

pytestmark = pytest.mark.usefixtures("unmeasured")

CURSOR = re.compile(r'"(?:cursor|startCursor|endCursor|a\d+)":"([A-Za-z0-9_=-]{40,})"')
HIDDEN_CHILD = child("fuyu")
DEED = """mutation ($i: RecordGrowthInput!) { recordGrowth(input: $i) { __typename ... on Refused { code field } } }"""


def town():
    """As ever. Everybody may know of the school far away, since organisations are listed; but not who goes there."""
    far_away = Organisation(id=office("other school"), kind=CallerKind.SCHOOL, name="遠い学校", municipality_code=CODE)
    return [far_away, *rows()]


def without_the_hidden_child():
    """For the counterparty: a town in which the protected child does not exist."""
    return [row for row in town() if HIDDEN_CHILD not in {getattr(row, "child_id", None), getattr(row, "id", None)}]


def in_another_place():
    """For the parent who lives apart: the child lives, is looked after and goes to school somewhere else."""
    return list(map(moved, town()))


def moved(row):
    if isinstance(row, Family) and row.id == family("hill"):
        row.postal_code, row.address, row.phone = "999-9999", "遠い町", "000-9999"
    if isinstance(row, Vaccination) and row.child_id == child("haru"):
        row.lot, row.clinic, row.doctor, row.municipality_code = "Z9", "遠い医院", None, "072028"
        row.organisation_id = office("clinic")
    if isinstance(row, Checkup) and row.child_id == child("haru"):
        row.venue, row.organisation_id = "遠い会場", office("clinic")
    if isinstance(row, Physician) and row.child_id == child("haru"):
        row.clinic, row.doctor, row.phone = "遠い医院", "別の医師", None
    if isinstance(row, Care) and row.child_id == child("haru"):
        row.organisation_id = office("other school")
    if isinstance(row, Child) and row.id == child("aki"):  # a half-sibling, of whom nothing is open
        row.name, row.birth_date = "別の名", row.birth_date.replace(year=2021)
    return row


def with_more_about_the_hidden():
    """For the counterparty again: the protected child has another life."""
    return [altered(row) for row in town()]


def altered(row):
    if isinstance(row, Child) and row.id == HIDDEN_CHILD:
        row.name, row.birth_date, row.allergies = "別の名", row.birth_date.replace(year=2019), "そば"
    if isinstance(row, Guardianship) and row.child_id == HIDDEN_CHILD:
        row.evidence = "別の証拠"
    if isinstance(row, Family) and row.id == family("shelter"):
        row.address = "別の町"
    if isinstance(row, Vaccination) and row.child_id == HIDDEN_CHILD:
        row.vaccine = Vaccine.BCG
    if isinstance(row, Growth) and row.child_id == HIDDEN_CHILD:
        row.weight_g = 1
    return row


TWINS = {
    "counterparty, no such child": ("counterparty", without_the_hidden_child),
    "counterparty, another life": ("counterparty", with_more_about_the_hidden),
    "stranger to them, no such child": ("ex", without_the_hidden_child),
    "living apart, another place": ("ex", in_another_place),
}


@pytest.fixture(scope="session")  # a process may come back to this module, where tests are shared out anew
def beginnings(request, worker_id, tmp_path_factory):
    """What a town is copied from, by dialect and what makes its rows: filling one takes longer than asking it."""
    made = {}

    def beginning(dialect, make):
        name = f"{make.__name__}_{worker_id}"
        if (dialect, make) not in made and dialect == "sqlite":
            path = tmp_path_factory.mktemp("twins") / name
            shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
            filled(f"sqlite+aiosqlite:///{path}", make())
            made[dialect, make] = path
        elif (dialect, make) not in made:
            template = request.getfixturevalue("postgresql_template")
            filled(request.getfixturevalue("postgresql").create(name, template), make())
            made[dialect, make] = name
        return made[dialect, make]

    return beginning


@pytest.fixture(params=DIALECTS)
async def twins(request, beginnings, tmp_path):
    """`twins(other rows)`: two towns to ask, the one as ever, the other with other rows."""
    opened, made = [], []

    async def opening(make):
        beginning = beginnings(request.param, make)
        if request.param == "sqlite":
            url = f"sqlite+aiosqlite:///{shutil.copyfile(beginning, tmp_path / beginning.name)}"
        else:
            made.append(f"twin_{uuid4().hex}")
            url = request.getfixturevalue("postgresql").create(made[-1], beginning)
        opened.append(Door(url))
        return Asking(opened[-1])

    async def both(others):
        return await opening(town), await opening(others)

    yield both
    for each in opened:
        await each.close()
    for name in made:
        request.getfixturevalue("postgresql").drop(name)


def all_ids():
    return sorted({row.id for row in town() if isinstance(getattr(row, "id", None), str)})


@pytest.mark.parametrize("twin", TWINS.values(), ids=TWINS)
async def test_what_is_hidden_changes_no_byte_of_any_answer(twins, twin, size, seed, capsys):
    who, others = twin
    as_ever, other = await twins(others)
    pool = Pool([*all_ids(), *[HIDDEN_CHILD, child("haru"), family("river")] * 20])
    operations = Operations(core, Random(seed), pool)
    count, asked, told = size("operations asked of twin towns"), 0, 0
    while asked < count or (told <= count // 30 and asked < 20 * count):  # some draws say nothing but "no"
        asked += 1
        drawn = operations.draw()
        answers = [await asking(who, drawn.text, **drawn.variables) for asking in (as_ever, other)]
        assert answers[0].raw == answers[1].raw, drawn
        if not answers[0].codes:  # an error ends what runs beside it, the sooner the later that began
            assert len(answers[0].statements) == len(answers[1].statements), drawn
        pool.cursors.extend(CURSOR.findall(answers[0].raw.decode()))
        told += '"id":"' in json.dumps(answers[0].body, separators=(",", ":"))

    with capsys.disabled():
        sys.stdout.write(f"\n{asked} operations as {who}, {told} answers with an id in them, 0 different bytes\n")
    assert told > count // 30
    assert HOLDERS[who].kind is CallerKind.RESIDENT


@pytest.mark.parametrize("who", ["counterparty", "ex"])
async def test_the_log_of_ones_own_tells_nothing_of_the_hidden(twins, who):
    tried = "query ($i: ID!) { node(id: $i) { id } _entities(representations: []) { __typename } }"
    entry = "at kind office purpose subjectId fields cells isDenied"
    log = f"{{ viewer {{ accessLog {{ totalCount edges {{ node {{ {entry} }} }} }} }} }}"
    answers = []
    for asking in await twins(without_the_hidden_child):
        await asking("staff_health", tried, i=HIDDEN_CHILD, purpose="CHK:1")
        await asking("staff_taxi", "{ riders { edges { node { name } } } }", purpose="ELG:1")
        await asking(who, tried, i=HIDDEN_CHILD)
        await asking(who, log)
        answers.append((await asking(who, log)).raw)

    assert answers[0] == answers[1]


@pytest.mark.parametrize("who", ["counterparty", "ex", "stranger"])
async def test_a_deed_about_a_hidden_child_is_refused_like_one_about_nobody(twins, who):
    given = {"measuredOn": "2026-11-01", "weightG": 9000, "idempotencyKey": "twins-0001", "childId": HIDDEN_CHILD}
    answers = [await asking(who, DEED, i=given) for asking in await twins(without_the_hidden_child)]

    assert answers[0].raw == answers[1].raw
    assert answers[0].data["recordGrowth"]["code"] == "NOT_FOUND"
