"""The second wall alone: with the application's own check taken out, a caller still gets what relations reach."""

import pytest
from sqlalchemy import event, select

from auth.access import Caller
from auth.purpose import PURPOSES
from auth.relations import load
from engine import known, levels
from models import tables, wall
from models.columns import table_of
from models.guardianship import Guardianship, ProtectionMeasure
from models.ids import Letter
from models.life_event import LifeEvent
from models.record import RecordKind, RecordReview
from models.resident import Resident
from models.subject import Noun
from resolvers import statements
from resolvers.doorway import Doorway
from tests.asking import Asking
from tests.hanamori import HOLDERS, TODAY, child, family, id_of, office, resident

MODELS = list(tables.subjects().values())
IDS = {
    Noun.CHILD: child,
    Noun.FAMILY: family,
    Noun.PREGNANCY: lambda name: id_of(Letter.PREGNANCY, name),
    Noun.RIDER: lambda name: id_of(Letter.RIDER, name),
    Noun.RIDE: lambda name: id_of(Letter.RIDE, name),
    Noun.CLAIM: lambda name: id_of(Letter.CLAIM, name),
    Noun.ACCOUNT: lambda name: id_of(Letter.ACCOUNT, name),
    Noun.APPLICATION: lambda name: id_of(Letter.APPLICATION, name),
}
# By hand: whom each of them reaches, by noun; organisations besides what they supplied.
REACHED = {
    ("mother", None): {"child": "haru aki natsu", "family": "hill", "rider": "mother natsu", "ride": "0 1 2"}
    | {"account": "mother", "application": "mother-natsu"},
    ("natsu", None): {"child": "natsu", "family": "hill", "rider": "natsu", "ride": "1 2", "account": "natsu"},
    ("ex", None): {"child": "haru", "family": "river"},
    ("grandmother", None): {"child": "aki", "family": "river"},
    ("stranger", None): {"child": "yuki", "family": "field", "rider": "stranger", "ride": "3"},
    ("sheltered", None): {"child": "fuyu", "family": "shelter", "pregnancy": "sheltered"},
    ("counterparty", None): {"family": "river"},
    ("late", None): {},
    ("tapped", None): {},
    ("anonymous", None): {},
    ("staff_health", None): {},
    ("staff_registry", None): {},
    ("staff_taxi", "ELG"): {"rider": "mother natsu stranger", "ride": "0 1 2 3", "claim": "other-taxi"},
    ("staff_education", "SCH"): {"child": "haru"},
    ("clinic", None): {"child": "aki"},
    ("school", None): {"child": "haru"},
    ("partner", None): {},
    ("partner", "MOV"): {"child": "yuki"},
    ("taxi", None): {},
    ("shop", None): {},
}
# Looks at residents and what they hold themselves; at no child whose place they may not know, or opened by consent.
LOOKED_AT = {who: REACHED[who, None] for who in ("mother", "natsu", "stranger", "sheltered", "counterparty")}
LOOKED_AT |= {"ex": {"family": "river"}, "grandmother": {"family": "river"}}
SUPPLIERS = {"clinic", "taxi", "shop", "school"}
LISTS = """{ children(first: 100) { edges { node { id name vaccinations { edges { node { id } } } } } }
  families(first: 100) { edges { node { id address } } } riders(first: 100) { edges { node { id name } } } }"""
HOME = "{ viewer { family { address guardians { name } children { edges { node { id } } } } } }"


def expected(model, rows, who, purpose):
    """The ids of the rows about those whom the caller reaches, or supplied by the caller."""
    noun, column, supplier = model.subject
    reached = REACHED[who, purpose]
    if noun is Noun.NOTICE:
        ids = {child("aki")} if who == "mother" else set()
    elif noun is Noun.PERSON:
        ids = {resident(who)}
    elif model is RecordReview:
        ids = {row.id for row in rows if who == "staff_education" and row.kind is RecordKind.SCHOOL_CHECKUP}
    elif noun is Noun.LOOK:
        ids = {make(name) for each, make in IDS.items() for name in LOOKED_AT.get(who, {}).get(each.value, "").split()}
        ids |= {resident(who)} if who in LOOKED_AT else set()
    else:
        ids = {IDS[noun](name) for name in reached.get(noun.value, "").split()}
    own = office(who) if who in SUPPLIERS and supplier else None
    return {row[0] for row in rows if getattr(row, column) in ids or (own and getattr(row, supplier) == own)}


async def everything(connection, model):
    """All rows, each with its key first."""
    table = table_of(model)
    return (await connection.execute(select(*table.primary_key, *table.columns))).all()


async def opened(connection, who, purpose=None):
    relations = await load(connection, HOLDERS[who], TODAY)
    await wall.open_to(connection, Caller.of(HOLDERS[who], PURPOSES.get(purpose), relations).opening())


@pytest.mark.parametrize(("who", "purpose"), REACHED)
async def test_a_statement_without_any_check_brings_only_what_the_caller_reaches(walled_town, who, purpose):
    found, wanted = {}, {}
    async with walled_town.reading() as connection, walled_town.owner.reading() as behind:
        await opened(connection, who, purpose)
        for model in MODELS:
            found[model.__name__] = {row[0] for row in await everything(connection, model)}
            wanted[model.__name__] = expected(model, await everything(behind, model), who, purpose)

    assert found == wanted


@pytest.mark.parametrize("who", ["mother", "stranger", "counterparty", "clinic", "taxi", "staff_health"])
async def test_the_registers_evidence_is_for_its_desk_alone(walled_town, who):
    async with walled_town.reading() as connection:
        await opened(connection, who)

        assert [await everything(connection, each) for each in (Guardianship, ProtectionMeasure, LifeEvent)] == [[]] * 3


async def test_the_desk_reads_its_evidence_for_a_purpose(walled_town):
    async with walled_town.reading() as connection:
        await opened(connection, "staff_registry", "REG")

        assert len(await everything(connection, Guardianship)) > 10
        assert len(await everything(connection, ProtectionMeasure)) == 1


@pytest.mark.parametrize(("who", "home"), [("mother", "hill"), ("stranger", "field"), ("counterparty", "river")])
async def test_of_the_register_only_the_own_household_is_reached(walled_town, who, home):
    async with walled_town.reading() as connection:
        await opened(connection, who)
        found = {row.family_id for row in await everything(connection, Resident)}

    assert found == {family(home)}


async def test_a_transaction_that_says_nothing_reaches_nothing(walled_town):
    async with walled_town.reading() as connection:
        found = [await everything(connection, model) for model in (*MODELS, Resident, Guardianship)]

    assert found == [[]] * len(found)


@pytest.fixture
def careless(monkeypatch):
    """Somebody forgot the application's check, in the statements and on the rows."""
    monkeypatch.setattr(statements, "doorway", lambda *_: Doorway())
    monkeypatch.setattr(known, "doorway", lambda *_: Doorway())
    monkeypatch.setattr(levels, "covers", lambda *_: True)
    monkeypatch.setattr(Caller, "sees", lambda self, access, subject, row: True)


async def lists(store, who):
    """Ids of children, of their doses, of families, of riders."""
    found = (await Asking(store)(who, LISTS)).data
    ids = {name: {edge["node"]["id"] for edge in page["edges"]} for name, page in found.items()}
    doses = [edge["node"]["vaccinations"]["edges"] for edge in found["children"]["edges"]]
    return ids["children"], sum(map(len, doses)), ids["families"], ids["riders"]


LISTED = {  # by hand: children, how many doses of theirs, families, riders
    "mother": ("haru aki natsu", 9, "hill", "mother natsu"),
    "ex": ("haru", 2, "river", ""),
    "stranger": ("yuki", 1, "field", "stranger"),
    "counterparty": ("", 0, "river", ""),
    "clinic": ("aki", 6, "", ""),
    "staff_health": ("", 0, "", ""),
    "taxi": ("", 0, "", ""),
}


@pytest.mark.parametrize("who", LISTED)
async def test_the_graph_without_its_check_shows_only_what_the_caller_reaches(walled_town, careless, who):
    children, doses, families, riders = LISTED[who]
    nouns = ((Noun.CHILD, children), (Noun.FAMILY, families), (Noun.RIDER, riders))
    ids = [{IDS[noun](name) for name in names.split()} for noun, names in nouns]

    assert await lists(walled_town, who) == (ids[0], doses, ids[1], ids[2])


async def test_without_either_wall_everything_would_be_seen(walled_town, careless):
    children, doses, families, riders = await lists(walled_town.owner, "stranger")

    assert (len(children), doses, len(families), len(riders)) == (6, 12, 4, 3)


async def test_a_family_names_the_guardians_of_children_who_are_not_reached(ask):
    home = (await ask("natsu", HOME)).data["viewer"]["family"]

    assert [each["name"] for each in home["guardians"]] == ["mother", "father"]
    assert [edge["node"]["id"] for edge in home["children"]["edges"]] == [child("natsu")]


@pytest.mark.parametrize(("who", "text", "times"), [("mother", HOME, 1), ("mother", "{ today { date } }", 0)])
async def test_opening_the_wall_costs_one_round_trip_an_operation(walled_town, who, text, times):
    asking, settings = Asking(walled_town), []
    event.listen(
        walled_town.engine.sync_engine,
        "before_cursor_execute",
        lambda *call: settings.append(call[2]) if "set_config" in call[2] else None,
    )
    await asking(who, text)

    assert len(settings) == times
