"""What a declaration amounts to, tried on a small graph of its own over the town's rows."""

from datetime import date
from types import SimpleNamespace

import pytest
import strawberry

from auth.access import Caller
from auth.groups import GROWTH_HOME, IDENTITY, NOTES_HOME, PUBLIC, RIDE_SUMMARY, VACC_RECORDS
from auth.purpose import PURPOSES
from auth.relations import load
from models import wall
from models.child import Child as ChildRow
from models.growth import Growth as GrowthRow
from models.ids import Letter
from models.ride import Seat as SeatRow
from models.vaccination import Vaccination as DoseRow
from resolvers.context import Context
from resolvers.cursor import Cursors
from resolvers.reader import Reader
from rules.age import age_months
from schema.declare import computed, each, edge, keyed, listed, one, shown
from schema.deeds import Mutation
from schema.faces import Connection, audiences, unwrap
from schema.node import DEEDS, NODES, ROOTS, node, root
from schema.report import permissions_page
from schema.ride import Ride
from schema.vaccination import Vaccination
from tests.asking import CURSOR_KEY
from tests.hanamori import CODE, HOLDERS, NOW, TODAY, child, id_of


def declared():
    """The small graph: a boarding that leads to its ride, children newest first, with fields of several widths."""

    @node(of=SeatRow, letter=Letter.SEAT)
    class Boarding:
        """A seat that leads to its ride."""

        id: strawberry.ID = shown(RIDE_SUMMARY)
        ride: Ride | None = one(RIDE_SUMMARY, via=SeatRow.ride_id)

    @node(of=ChildRow, letter=Letter.CHILD)
    class Youth:
        """A child with other fields than the graph's own."""

        id: strawberry.ID = shown(IDENTITY)
        born: date = shown(IDENTITY, of=ChildRow.birth_date)
        known_as: str = shown(PUBLIC, of=ChildRow.name)
        months: int | None = computed(NOTES_HOME, by=age_months, over=(ChildRow.birth_date,))
        heights: list[int] | None = computed(
            GROWTH_HOME,
            by=lambda today, rows: [row.weight_g for row in rows],
            over=(each(GrowthRow.child_id, GrowthRow.weight_g, order=(GrowthRow.measured_on, GrowthRow.id)),),
        )
        doses: Connection[Vaccination] | None = edge(
            VACC_RECORDS, to=DoseRow.child_id, order=(DoseRow.given_on, DoseRow.id), newest_first=True
        )

    @root
    class Query:
        """Where it starts."""

        boarding: Boarding | None = keyed(
            RIDE_SUMMARY, keys=lambda _context, id: (Boarding.__tsumugi__, id), id=strawberry.ID
        )
        nobody: Youth | None = keyed(IDENTITY, keys=lambda _context: None)
        youths: Connection[Youth] = listed(IDENTITY, order=(ChildRow.birth_date, ChildRow.id), newest_first=True)

    graph = strawberry.federation.Schema(query=Query, types=[Boarding, Youth])
    unwrap(graph._schema, [NODES["Boarding"], NODES["Youth"]])
    return SimpleNamespace(graph=graph, page=permissions_page())


@pytest.fixture(scope="module")
def small():
    """The small graph; the live graph's own lists are as before when it is made."""
    kept = [(each, dict(each)) for each in (NODES, ROOTS, DEEDS)]
    made = declared()
    for live, before in kept:
        live.clear()
        live.update(before)
    return made


@pytest.fixture
def put(small, shared_town):
    """What the small graph answers."""

    async def asked(who, text, purpose=None):
        async with shared_town.reading() as connection:
            held = await load(connection, HOLDERS[who], TODAY)
            caller = Caller.of(HOLDERS[who], PURPOSES.get(purpose), held)
            await wall.open_to(connection, caller.opening())
            reader = Reader(connection, caller, Cursors(CURSOR_KEY, caller.holder.id))
            context = Context(caller, reader, shared_town, NOW, CODE)
            result = await small.graph.execute(text, context_value=context)
        assert result.errors is None, result.errors
        return result.data

    return asked


def boarding(name):
    return f'{{ boarding(id: "{id_of(Letter.SEAT, name)}") {{ ride {{ id fareYen }} }} }}'


async def test_an_edge_to_one_row_leads_there(put):
    ride = {"id": id_of(Letter.RIDE, "1"), "fareYen": 1_200}

    assert await put("mother", boarding("1 natsu")) == {"boarding": {"ride": ride}}


async def test_an_edge_to_one_row_stays_behind_the_door(put):
    assert await put("stranger", boarding("1 natsu")) == {"boarding": None}


async def test_rows_come_newest_first_where_that_is_declared(put):
    found = await put(
        "mother", "{ youths { edges { node { knownAs doses(first: 2) { edges { node { vaccine } } } } } } }"
    )
    children = [edge["node"] for edge in found["youths"]["edges"]]

    assert [each["knownAs"] for each in children] == ["aki", "haru", "natsu"]
    assert [edge["node"]["vaccine"] for edge in children[0]["doses"]["edges"]] == ["MR", "BCG"]


async def test_backwards_a_page_of_newest_first_ends_with_the_oldest(put):
    found = await put("mother", "{ youths(last: 1) { pageInfo { hasPreviousPage } edges { node { knownAs } } } }")

    assert found["youths"] == {"pageInfo": {"hasPreviousPage": True}, "edges": [{"node": {"knownAs": "natsu"}}]}


async def test_a_computed_field_is_worked_out_from_its_columns_and_rows_below(put):
    found = await put("mother", "{ youths(first: 1) { edges { node { heights } } } }")

    assert found["youths"]["edges"] == [{"node": {"heights": [12_000, 12_000]}}]


async def test_a_field_narrower_than_the_door_is_null_where_it_is_not_open(put):
    text = "{ youths(first: 1) { edges { node { id months heights doses { totalCount } } } } }"
    invited = (await put("grandmother", text))["youths"]["edges"]

    assert [edge["node"] for edge in invited] == [
        {"id": child("aki"), "months": None, "heights": None, "doses": {"totalCount": 6}}
    ]


async def test_an_edge_narrower_than_the_door_is_null_where_it_is_not_open(put):
    text = "{ youths(first: 1) { edges { node { doses { totalCount } } } } }"

    assert (await put("staff_registry", text, "REG"))["youths"]["edges"] == [{"node": {"doses": None}}]


async def test_a_key_of_nothing_is_null(put):
    assert await put("mother", "{ nobody { id } }") == {"nobody": None}


def test_a_public_field_of_a_node_is_printed_as_everybodys(small):
    assert "| `knownAs` | `PUBLIC` |  | everybody |" in small.page


def test_what_no_kind_could_ever_see_is_kept_for_the_staffs_console():
    assert audiences(NODES["Child"].door, None) == ["staff"]


def test_the_small_graph_leaves_the_live_one_alone(small):
    assert not {"Boarding", "Youth"} & set(NODES)
    assert Mutation.__strawberry_definition__.fields


async def test_a_supplier_follows_an_edge_to_the_own_rows_alone(ask):
    text = "query($i: ID!) { node(id: $i) { ... on Child { checkups { totalCount } growth { totalCount } } } }"
    found = (await ask("clinic", text, i=child("aki"))).data["node"]

    assert found == {"checkups": {"totalCount": 1}, "growth": None}
