"""Break-glass: an emergency opens single records without consent, never lists, and is told to those concerned."""

import pytest
from sqlalchemy import select

from models.breakglass import BreakGlass
from models.columns import table_of
from models.ids import Letter
from models.outbox import MessageKind, Outbox
from tests.hanamori import NOW, child, family, id_of, office, resident
from tests.looking import entries, last

OPENED, MESSAGES = table_of(BreakGlass), table_of(Outbox)
LOOK = "query ($i: ID!) { node(id: $i) { ... on Child { name allergies vaccinations { totalCount } } } }"
NAMES = "{ children { totalCount edges { node { name } } } }"
CONFIRM = """mutation ($i: ConfirmBreakGlassInput!) { confirmBreakGlass(input: $i) { __typename
  ... on AccessEntry { id } ... on Refused { code field } } }"""
EMERGENCY = "EMG:2026-1"


async def rows(act, table):
    async with act.store.owner.reading() as connection:
        return (await connection.execute(select(table).order_by(table.c.id))).all()


async def told_to(act):
    return sorted(each.recipient_id for each in await rows(act, MESSAGES))


async def test_the_first_look_is_kept_and_told_to_guardians_and_supervisors(act):
    await act("clinic", LOOK, i=child("haru"), purpose=EMERGENCY)

    (opened,) = await rows(act, OPENED)
    assert (opened.actor_id, opened.child_id, opened.case_reference) == (office("clinic"), child("haru"), "2026-1")
    assert (opened.opened_at, opened.confirmed_at) == (NOW, None)
    assert await told_to(act) == sorted([resident("mother"), office("supervisor")])  # haru's father lives apart
    assert {(each.kind, each.about_id) for each in await rows(act, MESSAGES)} == {
        (MessageKind.EMERGENCY_LOOK, opened.id)
    }


@pytest.mark.parametrize(
    ("name", "guardians"), [("fuyu", {"sheltered"}), ("natsu", {"mother", "natsu"}), ("grown", {"grown"})]
)
async def test_it_is_told_to_no_counterparty_and_to_the_person(act, name, guardians):
    await act("staff_health", LOOK, i=child(name), purpose=EMERGENCY)

    assert await told_to(act) == sorted([*map(resident, guardians), office("supervisor")])


async def test_a_second_look_in_the_same_case_is_told_to_nobody(act):
    for case in (EMERGENCY, EMERGENCY, "EMG:2026-2"):
        await act("clinic", LOOK, i=child("haru"), purpose=case)

    assert sorted(each.case_reference for each in await rows(act, OPENED)) == ["2026-1", "2026-2"]
    assert len(await told_to(act)) == 4


async def test_a_look_at_the_address_is_told_for_each_child_of_the_family(act):
    text = f'{{ node(id: "{family("hill")}") {{ ... on Family {{ address }} }} }}'
    await act("staff_health", text, purpose=EMERGENCY)

    opened = {each.child_id for each in await rows(act, OPENED)}
    assert opened == set(map(child, ("haru", "aki", "natsu", "grown")))


@pytest.mark.parametrize(("who", "purpose"), [("clinic", None), ("staff_health", "CHK:1")])
async def test_other_looks_break_no_glass(act, who, purpose):
    await act(who, LOOK, i=child("aki"), purpose=purpose)

    assert (await rows(act, OPENED), await rows(act, MESSAGES)) == ([], [])


async def test_what_is_not_there_breaks_no_glass(act):
    await act("clinic", LOOK, i=child("nobody"), purpose=EMERGENCY)

    assert await rows(act, OPENED) == []


@pytest.mark.parametrize("who", ["clinic", "school"])
async def test_an_emergency_stands_in_for_consent_for_clinics_alone(ask, who):
    without = (await ask(who, LOOK, i=child("fuyu"))).data["node"]
    told = await ask(who, LOOK, i=child("fuyu"), purpose=EMERGENCY)

    assert without is None
    if who == "clinic":
        assert told.data["node"] == {"name": "fuyu", "allergies": None, "vaccinations": {"totalCount": 1}}
    else:
        assert told.codes == ["PURPOSE_INVALID"]


@pytest.mark.parametrize("who", ["clinic", "staff_health"])
async def test_an_emergency_opens_no_list(ask, who):
    told = await ask(who, NAMES, purpose=EMERGENCY)

    assert told.data["children"] == {"totalCount": 0, "edges": []}
    assert told.denied == {"children": "PURPOSE_REQUIRED"}


async def test_an_emergency_does_not_lead_from_one_child_to_the_next(ask):
    text = "query($i: ID!) { node(id: $i) { ... on Family { address children { totalCount } } } }"
    told = await ask("staff_health", text, i=family("hill"), purpose=EMERGENCY)

    assert told.data["node"]["address"]
    assert (told.data["node"]["children"], told.denied) == (None, {"node.children": "PURPOSE_REQUIRED"})


async def broken(act):
    """The entry of a look in an emergency."""
    before = await last(act.store)
    await act("clinic", LOOK, i=child("haru"), purpose=EMERGENCY)
    return (await entries(act.store, before))[0].id


async def confirmed(act, entry_id, key="confirm it", who="supervisor"):
    told = await act(who, CONFIRM, i={"entryId": entry_id, "idempotencyKey": key}, purpose="AUD:2026-1")
    return told.data["confirmBreakGlass"]


async def test_a_supervisor_confirms_it_once(act):
    entry = await broken(act)
    answers = [await confirmed(act, entry, key) for key in ("confirm one", "confirm two")]

    (opened,) = await rows(act, OPENED)
    assert answers == [{"__typename": "AccessEntry", "id": entry}] * 2
    assert (opened.confirmed_by_id, opened.confirmed_at) == (office("supervisor"), NOW)


async def test_what_was_no_emergency_is_not_confirmed(act):
    before = await last(act.store)
    await act("staff_health", LOOK, i=child("haru"), purpose="CHK:1")
    ordinary = (await entries(act.store, before))[0].id
    await act("clinic", LOOK, i=child("nobody"), purpose=EMERGENCY)
    vain = (await entries(act.store, before))[-1].id
    refused = {"__typename": "Refused", "code": "NOT_FOUND", "field": ["input", "entryId"]}

    assert await confirmed(act, ordinary, "an ordinary look") == refused
    assert await confirmed(act, vain, "a look in vain") == refused
    assert await confirmed(act, id_of(Letter.LOG, "nothing"), "no look at all") == refused


async def test_an_auditor_confirms_nothing(act):
    assert (await confirmed(act, await broken(act), who="auditor"))["code"] == "NOT_PERMITTED"
