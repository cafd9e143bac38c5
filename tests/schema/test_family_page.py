"""The page that a guardian opens first: what it shows, and what it costs."""

from datetime import date

import pytest

from models.checkup import Checkup, CheckupKind
from models.child import Child
from models.guardianship import Guardianship, GuardianshipKind
from models.ids import Letter
from models.resident import Sex
from models.vaccination import Vaccination, Vaccine
from tests.hanamori import CODE, LONG_AGO, NOW, child, family, id_of, resident

PAGE = """{ viewer { family { address children { edges { node { id name
  checkups { edges { node { kind } } } vaccinations { edges { node { vaccine } } } } } } } } }"""
STATEMENTS = 5  # relations, family, children, checkups, vaccinations: whatever the number of children


async def bear(store, number):
    """This many children more in the house of the stranger, each with a guardian, a dose and a checkup."""
    async with store.owner.writing() as session:
        for name in [f"more {each}" for each in range(number)]:
            session.add(newborn(name))
            await session.flush()
            session.add_all(records(name))


def newborn(name):
    return Child(
        id=child(name),
        family_id=family("field"),
        name=name,
        name_kana=name,
        birth_date=date(2025, 1, 1),
        sex=Sex.MALE,
    )


def records(name):
    yield Guardianship(
        id=id_of(Letter.LOG, name),
        child_id=child(name),
        holder_id=resident("stranger"),
        kind=GuardianshipKind.AUTHORITY_SOLE,
        valid_from=LONG_AGO,
        recorded_at=NOW,
        evidence="register",
    )
    yield Vaccination(
        id=id_of(Letter.VACCINATION, name),
        child_id=child(name),
        vaccine=Vaccine.BCG,
        given_on=date(2025, 6, 1),
        municipality_code=CODE,
    )
    yield Checkup(
        id=id_of(Letter.CHECKUP, name),
        child_id=child(name),
        kind=CheckupKind.MONTHS_3_4,
        checked_on=date(2025, 4, 1),
    )


async def test_a_mother_sees_the_children_of_her_household_eldest_first(ask):
    found = (await ask("mother", PAGE)).data["viewer"]["family"]["children"]["edges"]

    assert [edge["node"]["name"] for edge in found] == ["natsu", "haru", "aki"]


async def test_a_mother_sees_their_records(ask):
    found = (await ask("mother", PAGE)).data["viewer"]["family"]["children"]["edges"]

    assert [len(edge["node"]["vaccinations"]["edges"]) for edge in found] == [1, 2, 6]
    assert [len(edge["node"]["checkups"]["edges"]) for edge in found] == [0, 1, 2]


@pytest.mark.parametrize("more", [0, 1, 4, 7])
async def test_the_page_takes_five_statements_whatever_the_number_of_children(act, more):
    await bear(act.store, more)

    told = await act("stranger", PAGE)
    found = told.data["viewer"]["family"]["children"]["edges"]

    assert [len(edge["node"]["vaccinations"]["edges"]) for edge in found] == [1] * (more + 1)
    assert len(told.statements) <= STATEMENTS, "\n".join(told.statements)


async def test_a_count_costs_a_statement_only_where_it_is_selected(ask):
    without = await ask("mother", "{ viewer { wards { edges { node { name } } } } }")
    counted = await ask("mother", "{ viewer { wards { totalCount edges { node { name } } } } }")

    assert (counted.data["viewer"]["wards"]["totalCount"], len(without.data["viewer"]["wards"]["edges"])) == (3, 3)
    assert len(counted.statements) == len(without.statements) + 1
    assert not [each for each in without.statements if "count(" in each.lower()]


async def test_the_counts_of_many_children_cost_one_statement(ask):
    counts = await ask("mother", "{ viewer { wards { edges { node { vaccinations { totalCount } } } } } }")

    found = [edge["node"]["vaccinations"]["totalCount"] for edge in counts.data["viewer"]["wards"]["edges"]]
    assert found == [1, 2, 6]
    assert len([each for each in counts.statements if "count(" in each.lower()]) == 1


async def test_a_family_page_of_nobody_costs_no_more_than_the_relations(ask):
    told = await ask("late", PAGE)

    assert told.data == {"viewer": {"family": None}}
    assert len(told.statements) <= 2
