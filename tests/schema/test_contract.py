"""What one kind of caller may use of the graph: whole in itself, and silent about the rest."""

import re
from functools import cache

import pytest
from graphql import (
    NamedTypeNode,
    TypeDefinitionNode,
    Visitor,
    build_schema,
    is_enum_type,
    is_object_type,
    is_union_type,
    parse,
    visit,
)

from models.organisation import CallerKind
from schema.graph import core, sdl
from schema.node import NODES

KINDS = list(CallerKind)
WHOLE = sdl()
DECLARED_ELSEWHERE = {"_Any", "_Service", "_Entity", "Date", "DateTime"}
PRIVATE = [*NODES, "GuardianCard", "Refused", "Mutation", "Explanation", "Relation", "_Entity", "_Service"]
PRIVATE += ["Guardianship", "GuardianshipEntry", "LifeEventEntry", "Measure", "RegisterChange", "RightChange"]
PRIVATE += ["Schedule", "NextDose", "EvaluatedDose"]
# Nothing but the domain decides these: what an office of one domain has no business with.
FOREIGN = [
    (CallerKind.STAFF_HEALTH, ("Rider", "Ride", "Seat", "PointAccount", "PointEntry", "Eligibility")),
    (CallerKind.STAFF_TAXI, ("Child", "Family", "Vaccination", "Checkup", "PointAccount", "GuardianCard")),
    (CallerKind.STAFF_POINTS, ("Child", "Family", "Rider", "Ride", "HoldPointsInput")),
    (CallerKind.TAXI_OPERATOR, ("Child", "Family", "PointAccount", "Vaccination", "RiderStepEntry")),
    (CallerKind.SHOP, ("Child", "Family", "Rider", "Ride", "PointAccount", "GrantPointsInput", "SpendCode")),
    (
        CallerKind.RESIDENT,
        ("Guardianship", "GuardianshipEntry", "LifeEventEntry", "Measure", "RegisterChange", "RightChange"),
    ),
    (CallerKind.STAFF_HEALTH, ("GuardianshipEntry", "LifeEventEntry", "RecordRelationInput", "RecordMeasureInput")),
    (CallerKind.STAFF_REGISTRY, ("Vaccination", "Growth", "Pregnancy", "RecordPregnancyInput", "Rider")),
    (CallerKind.CLINIC, ("Family", "Rider", "Ride", "PointAccount", "Growth")),
    (CallerKind.STATISTICIAN, tuple(NODES)),
    (CallerKind.SYSTEM_ADMIN, tuple(NODES)),
]
FOREIGN_TYPES = [(kind, name) for kind, names in FOREIGN for name in names]


class Spoken(Visitor):
    """The types that a document defines, and those that it speaks of."""

    def __init__(self):
        super().__init__()
        self.defined, self.named = set(), set()

    def enter(self, node, *_):
        if isinstance(node, TypeDefinitionNode):
            self.defined.add(node.name.value)
        elif isinstance(node, NamedTypeNode):
            self.named.add(node.name.value)


@cache
def types(kind):
    return build_schema(sdl(kind), assume_valid=True).type_map


def objects(kind):
    return {name: each for name, each in types(kind).items() if is_object_type(each) and not name.startswith("__")}


@pytest.mark.parametrize("name", PRIVATE)
def test_the_anonymous_contract_names_no_personal_type(name):
    assert re.search(rf"\b{name}\b", sdl(CallerKind.ANONYMOUS)) is None


def test_the_anonymous_contract_has_the_public_roots():
    fields = set(types(CallerKind.ANONYMOUS)["Query"].fields)

    assert {"today", "municipality"} <= fields
    assert not fields & {"_entities", "children", "families", "riders", "rides", "pointEntries"}


@pytest.mark.parametrize(("kind", "name"), FOREIGN_TYPES)
def test_a_contract_is_silent_about_other_domains(kind, name):
    assert name not in types(kind)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.value)
def test_a_contract_parses_and_every_reference_in_it_resolves(kind):
    found = types(kind)

    assert all(each.fields for each in objects(kind).values())
    assert all(each.types for each in found.values() if is_union_type(each))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.value)
def test_a_contract_holds_nothing_that_its_roots_do_not_reach(kind):
    spoken = Spoken()
    visit(parse(sdl(kind)), spoken)

    assert spoken.defined - spoken.named <= {"Query", "Mutation", *NODES}  # a node is reached by its id


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.value)
def test_a_contract_is_a_part_of_the_whole(kind):
    for name, each in objects(kind).items():
        if name not in DECLARED_ELSEWHERE:
            assert set(each.fields) <= set(core.type_map[name].fields)


def test_the_contract_of_residents_has_what_their_relations_could_open():
    found = objects(CallerKind.RESIDENT)

    assert set(NODES) - set(found) == {"RecordReview", "SchoolReview", "Announcement", "Claim"}  # never theirs
    assert "recordGrowth" in found["Mutation"].fields
    assert (
        "recordVaccination" not in found["Mutation"].fields or "recordVaccination" in core.type_map["Mutation"].fields
    )


def test_a_contract_without_deeds_names_no_root_for_them():
    assert "mutation:" not in sdl(CallerKind.STATISTICIAN)
    assert "mutation: Mutation" in sdl(CallerKind.RESIDENT)


def test_a_contract_keeps_only_the_enums_that_it_uses():
    found = types(CallerKind.SHOP)
    enums = {name for name, each in found.items() if is_enum_type(each) and not name.startswith("__")}

    of_vaccines = {"Antigen", "Sex", "Vaccine", "VaccineKind", "VaccineProgramme"}
    of_checkups = {"CheckupKind", "CheckupLaw"}
    of_rides = {"RideMedium"}
    assert (
        enums
        == {"CallerKind", "DutyDayReason", "DutySlot", "PointEntryKind", "ReasonCode", "RefusalCode", "Relation"}
        | {"ReversalReason"}
        | of_vaccines
        | of_checkups
        | of_rides
    )


def test_the_whole_graph_is_printed_when_no_kind_is_named():
    assert set(build_schema(WHOLE, assume_valid=True).type_map) >= set(NODES)
