"""The kit refuses at import whatever would leave a field without its permission or promise what rows cannot keep."""

from datetime import date
from typing import Any

import pytest
import strawberry

from auth.access import standings, verdict
from auth.groups import (
    CHECKUP_BODY,
    CHECKUP_FINDINGS,
    IDENTITY,
    NOTES_HOME,
    SCHOOL_HEALTH,
    VACC_PLACE,
    VACC_RECORDS,
)
from models.child import Child as ChildRow
from models.credential import Challenge
from models.deed import DeedReceipt
from models.ids import Letter
from models.organisation import CallerKind
from models.ride import Ride as RideRow
from models.rider import Rider as RiderRow
from models.vaccination import Vaccination as DoseRow
from resolvers import growth
from schema.child import Child
from schema.declare import access_of, computed, edge, free, keyed, listed, one, shown, space, told, whole
from schema.deed import deed, deeds
from schema.faces import Connection, audiences, unwrap, value
from schema.graph import core
from schema.growth import Growth
from schema.node import DEEDS, NODES, ROOTS, node, root
from schema.ride import Ride
from schema.vaccination import Vaccination

BIRTH_ORDER = (ChildRow.birth_date, ChildRow.id)
DOSE_ORDER = (DoseRow.given_on, DoseRow.id)


@pytest.fixture(autouse=True)
def untouched():
    """What a test declares is forgotten, so that it cannot reach the live graph's own lists."""
    kept = [(each, dict(each)) for each in (NODES, ROOTS, DEEDS)]
    yield
    for live, before in kept:
        live.clear()
        live.update(before)


def declared_node(*, of=ChildRow, **fields: tuple[Any, Any]):
    """A node over children (or `of`) with an id and these fields: name = (type, declaration)."""
    return made(node(of=of, letter=Letter.CHILD), {"id": (strawberry.ID, shown(IDENTITY))} | fields)


def declared_root(**fields):
    return made(root, fields)


def made(kit, fields):
    """The class as it would be written, run through the kit."""
    hints = {name: hint for name, (hint, _) in fields.items() if hint is not None}
    values = {name: each for name, (_, each) in fields.items() if each is not None}
    return kit(type("Tried", (), {"__doc__": "Tried out.", "__annotations__": hints, **values}))


def test_a_bare_field_is_refused():
    with pytest.raises(TypeError, match=r"Tried: no permission or no type on name$"):
        declared_node(name=(str, None))


def test_a_default_value_is_no_permission():
    with pytest.raises(TypeError, match=r"no permission or no type on name$"):
        declared_node(name=(str, "everybody"))


def test_a_declaration_without_a_type_is_refused():
    with pytest.raises(TypeError, match=r"no permission or no type on name$"):
        declared_node(name=(None, shown(IDENTITY)))


def test_a_bare_root_is_refused():
    with pytest.raises(TypeError, match=r"no permission or no type on today$"):
        declared_root(today=(str, None))


@pytest.mark.parametrize(
    "declare",
    [
        shown,
        lambda: one(via=DoseRow.child_id),
        lambda: edge(to=DoseRow.child_id, order=DOSE_ORDER),
        lambda: computed(by=len, over=()),
        lambda: keyed(keys=len),
        lambda: listed(order=BIRTH_ORDER),
        lambda: space(open_to=bool),
        lambda: deed(by=len),
    ],
    ids=["shown", "one", "edge", "computed", "keyed", "listed", "space", "deed"],
)
def test_a_declaration_without_a_group_is_refused(declare):
    with pytest.raises(TypeError, match="a field needs a permission; for public data say PUBLIC"):
        declare()


def test_a_word_is_no_permission():
    with pytest.raises(TypeError, match="a permission is a field group"):
        shown("IDENTITY")


def test_a_place_is_in_no_group_that_shows_all_of_it_to_a_parent_who_lives_apart():
    with pytest.raises(TypeError, match="the group must mask it"):
        access_of((CHECKUP_FINDINGS,), place=True)

    assert access_of((SCHOOL_HEALTH,), place=True).place


def test_a_narrower_field_that_is_not_nullable_is_refused():
    with pytest.raises(TypeError, match=r"Tried\.notes is narrower than the door: let it be None"):
        declared_node(notes=(str, shown(NOTES_HOME, of=ChildRow.name)))


def test_a_field_of_another_group_with_the_same_people_by_another_right_is_narrower():
    with pytest.raises(TypeError, match="is narrower than the door"):
        declared_node(weight=(str, shown(CHECKUP_BODY, of=ChildRow.name)))


def test_a_place_behind_a_door_that_is_none_is_narrower():
    with pytest.raises(TypeError, match="is narrower than the door"):
        declared_node(lot=(str, shown(VACC_PLACE, of=ChildRow.name)))


def test_a_nullable_column_as_a_field_that_is_not_is_refused():
    with pytest.raises(TypeError, match=r"Tried\.allergies may be missing in the database: let it be None"):
        declared_node(allergies=(str, shown(IDENTITY)))


@pytest.mark.parametrize("hint", [bytes, dict, object, list[str], Any], ids=str)
def test_a_stored_field_without_an_exact_json_form_is_refused(hint):
    with pytest.raises(TypeError, match=r"Tried\.name: .* has no exact JSON form"):
        declared_node(name=(hint, shown(IDENTITY)))


def test_an_edge_to_a_node_whose_door_is_shut_is_refused():
    doses = edge(IDENTITY, to=DoseRow.child_id, order=DOSE_ORDER)
    with pytest.raises(TypeError, match=r"Tried\.doses is open to .*STAFF_REGISTRY.*, the door of Vaccination is not"):
        declared_node(doses=(Connection[Vaccination] | None, doses))


def test_an_edge_to_what_is_no_node_is_refused():
    with pytest.raises(TypeError, match="is no node: an edge leads to a node"):
        declared_node(family=(str | None, one(IDENTITY, via=ChildRow.family_id)))


def test_an_edge_to_one_row_that_is_not_nullable_is_refused():
    with pytest.raises(TypeError, match="the row behind an edge may be absent"):
        declared_node(
            of=DoseRow,
            id=(strawberry.ID, shown(VACC_RECORDS)),
            child=(Child, one(VACC_RECORDS, via=DoseRow.child_id)),
        )


@pytest.mark.parametrize(
    ("target", "column"),
    [(Vaccination, DoseRow.child_id), (Vaccination, DoseRow.lot), (Ride, RideRow.pick_up), (Growth, DoseRow.given_on)],
    ids=["whose row it is", "a place", "a place in a column that is never null", "a column of other rows"],
)
def test_an_order_by_a_hidden_column_is_refused(target, column):
    name = column.key
    with pytest.raises(TypeError, match=f"does not show {name}.* to all, so nobody may order by it"):
        declared_root(tried=(Connection[target], listed(IDENTITY, order=(column, *DOSE_ORDER))))


def test_a_choice_of_a_hidden_column_is_refused():
    with pytest.raises(TypeError, match="does not show lot to all"):
        declared_root(tried=(Connection[Vaccination], listed(IDENTITY, order=DOSE_ORDER, lot=DoseRow.lot)))


def test_a_nullable_key_of_an_order_is_refused():
    order = (RiderRow.valid_to, RiderRow.id)
    tried = declared_node(of=RiderRow, valid_to=(date | None, shown(IDENTITY)))
    with pytest.raises(TypeError, match="a key of an order is never null"):
        declared_root(tried=(Connection[tried], listed(IDENTITY, order=order)))


def test_an_order_that_does_not_end_in_the_primary_key_is_refused():
    with pytest.raises(TypeError, match="the last key of an order is the primary key"):
        declared_root(tried=(Connection[Child], listed(IDENTITY, order=BIRTH_ORDER[::-1])))


def test_a_root_on_a_node_is_refused():
    with pytest.raises(TypeError, match=r"child\.found: a root is declared on a root"):
        declared_node(found=(str | None, keyed(IDENTITY, keys=len)))


def test_a_field_of_a_row_on_a_root_is_refused():
    with pytest.raises(TypeError, match=r"Tried\.name: a field of a row is declared on a node"):
        declared_root(name=(str, shown(IDENTITY)))


def test_a_list_at_the_root_that_is_nullable_is_refused():
    with pytest.raises(TypeError, match=r"Tried\.children: a closed list is empty, not null"):
        declared_root(children=(Connection[Child] | None, listed(IDENTITY, order=BIRTH_ORDER)))


@pytest.mark.parametrize(
    "declare", [lambda: keyed(IDENTITY, keys=len), lambda: space(IDENTITY, open_to=bool)], ids=["keyed", "space"]
)
def test_a_root_that_may_be_absent_and_is_not_nullable_is_refused(declare):
    with pytest.raises(TypeError, match=r"Tried\.child: what may be absent is nullable"):
        declared_root(child=(Child, declare()))


def test_free_code_behind_a_private_group_is_refused():
    with pytest.raises(TypeError, match="free code answers public data alone"):
        free(IDENTITY, by=len)


def test_what_tells_of_ones_own_permissions_is_for_all_who_have_logged_in_and_for_no_public_contract():
    access = told(by=len).access
    shut = {standing.kind for standing in standings() if verdict(access, None, standing).is_closed}

    assert shut == {CallerKind.ANONYMOUS}
    assert audiences(access, None) == ["resident", "staff", "partner"]


def test_a_root_that_tells_of_permissions_is_no_field_of_a_row():
    with pytest.raises(TypeError, match=r"child\.why: a root is declared on a root"):
        declared_node(why=(str | None, told(by=len)))


def test_rows_that_do_not_say_that_they_are_public_are_no_input_for_everybody():
    with pytest.raises(TypeError, match="DeedReceipt does not say that it is public"):
        whole(DeedReceipt, DeedReceipt.caller_id, order=(DeedReceipt.caller_id,))


@pytest.mark.parametrize(("name", "hint"), [("edition", str), ("which_edition", str | None)])
def test_an_argument_of_a_computed_field_is_one_word_that_may_be_left_out(name, hint):
    with pytest.raises(TypeError, match=f"one word and may be left out, not {name}"):
        computed(IDENTITY, by=lambda today: None, over=(), **{name: hint})


def test_a_value_with_roads_is_refused():
    class Card:
        """A card."""

        name: str
        child: str = "a road"

    with pytest.raises(TypeError, match="Card: a value has plain attributes only, not child"):
        value(Card)


def test_a_deed_without_a_permission_is_refused():
    with pytest.raises(TypeError, match="Tried: no permission on record_growth"):
        made(deeds(about=Child), {"record_growth": (Growth, growth.record)})


def test_a_node_over_rows_without_a_subject_is_refused():
    with pytest.raises(TypeError, match="Challenge has no subject: say whose datum it is"):
        node(of=Challenge, letter=Letter.CHILD)


def test_a_node_without_an_id_is_refused():
    with pytest.raises(TypeError, match="Tried: a node has an id"):
        made(node(of=ChildRow, letter=Letter.CHILD), {"name": (str, shown(IDENTITY))})


def test_a_graph_that_lost_a_node_is_refused():
    declared_node()

    with pytest.raises(KeyError):
        unwrap(core, [NODES["Tried"]])


def test_a_node_whose_name_is_taken_by_something_else_is_refused():
    NODES["Letter"] = NODES["Child"]
    lost = type("Lost", (), {"name": "CallerKind", "fields": NODES["Child"].fields})

    with pytest.raises(TypeError, match="CallerKind is no object type"):
        unwrap(core, [lost])


def test_a_refused_declaration_leaves_nothing_behind():
    before = set(NODES)
    with pytest.raises(TypeError):
        declared_node(allergies=(str, shown(IDENTITY)))

    assert set(NODES) == before


def test_a_declared_node_carries_its_door_and_what_it_is_about():
    assert declared_node(birth_date=(date, shown(IDENTITY))).__tsumugi__.door.groups == (IDENTITY,)
    assert NODES["Tried"].noun == ChildRow.subject.noun


def test_a_light_row_carries_what_its_fields_and_its_permissions_need_and_no_more():
    made = declared_node(
        of=DoseRow, id=(strawberry.ID, shown(VACC_RECORDS)), given_on=(date, shown(VACC_RECORDS))
    ).__tsumugi__

    assert [column.key for column in made.source.columns] == ["id", "child_id", "organisation_id", "given_on"]
