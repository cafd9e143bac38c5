"""The printed graph: no road leads back, no field is without its permission, its contract and, if a list, its size."""

import pytest
from graphql import build_schema, get_named_type, is_interface_type, is_list_type, is_object_type, is_union_type
from graphql import get_nullable_type as without_bang

from auth.groups import GROUPS
from schema.graph import core, sdl
from schema.node import DEEDS, NODES, ROOTS
from schema.roots import field_of
from schema.today import Municipality, OnDutyDoctor, Today
from tests.house.source import ROOT

# What has no permission of its own: it is seen together with the field that leads to it.
PAGES = {"pageInfo", "edges", "totalCount"}
PAGE_INFO = {"hasNextPage", "hasPreviousPage", "startCursor", "endCursor"}
EDGE = {"node", "cursor"}
VALUES = {"Municipality", "OnDutyDoctor", "Today", "GuardianCard", "Refused", "Explanation", "Reason"}
VALUES |= {"Wording", "Deliveries"}
VALUES |= {"GrowthPercentile", "GrowthCurve", "GrowthBand", "GrowthPoint"}
VALUES |= {"Guardianship", "GuardianshipEntry", "LifeEventEntry", "Measure", "RegisterChange", "RightChange"}
VALUES |= {"ApplicationStepEntry", "ServiceConsent", "CredentialsClosed", "EnrolmentCode"}
VALUES |= {
    "LinkCode",
    "Linked",
    "RecordSource",
    "RecordHolder",
    "Submitted",
    "SubmittedItem",
    "SaidValue",
    "RecordDecision",
}
VALUES |= {"Schedule", "ScheduledSeries", "NextDose", "EvaluatedDose", "RuleSource"}
VALUES |= {"VaccinationReview", "ImmunityFact"}
VALUES |= {"VaccineCatalogue", "VaccineProduct", "VaccineSeries", "SeriesRule"}
VALUES |= {"Gestation", "DueDate", "PlannedVisit", "VisitPlan", "PlannedYear"}
VALUES |= {"Result", "PlannedCheckup", "CheckupPlan", "ProgrammeVisit"}
VALUES |= {"RideTerms", "RideQuota", "RiderStepEntry", "RideChange", "Tapped"}
VALUES |= {"RideStatistics", "RideFigures", "RideSums"}
VALUES |= {"RideCapability", "SyncedRides", "SyncedRide", "SyncedTap"}
VALUES |= {"ConversionOrder", "HeldLot", "HeldPoints", "SpendCode", "PointFacility", "Organisation"}
TOLD = {("Viewer", "explain")}  # of no group: it tells callers of their own permissions
FEDERATION = {("Query", "_entities"), ("Query", "_service"), ("_Service", "sdl")}
CONTRACTS = {"public", "resident", "staff", "partner"}
COMPOSITES = [each for each in core.type_map.values() if is_object_type(each) and not each.name.startswith("__")]
FIELDS = [(each.name, name) for each in COMPOSITES for name in each.fields]
PRINTED = build_schema(sdl(), assume_valid=True)


def is_plumbing(owner, name):
    return (
        (owner.endswith("Connection") and name in PAGES)
        or (owner.endswith("Edge") and name in EDGE)
        or (owner == "PageInfo" and name in PAGE_INFO)
        or owner in VALUES
        or (owner, name) in FEDERATION
    )


def kind_of(owner, name):
    return core.type_map[owner].fields[name].type


def directives(owner, name):
    return {each.name.value: each for each in PRINTED.type_map[owner].fields[name].ast_node.directives}


def tags(owner, name):
    nodes = PRINTED.type_map[owner].fields[name].ast_node.directives
    return {each.arguments[0].value.value for each in nodes if each.name.value == "tag"}


def below(owner):
    """The object types that a type leads to."""
    for each in core.type_map[owner].fields.values():
        named = get_named_type(each.type)
        if is_interface_type(named) or is_union_type(named):
            yield from (found.name for found in core.get_possible_types(named))
        elif is_object_type(named):
            yield named.name


def circles(start, path=()):
    if start in path:
        return [(*path[path.index(start) :], start)]
    return [found for each in below(start) for found in circles(each, (*path, start))]


@pytest.mark.parametrize("root", ["Query", "Mutation"])
def test_no_road_leads_back(root):
    assert circles(root) == []


def test_health_rides_and_points_do_not_lead_to_one_another():
    domains = {"Child": "health", "Family": "health", "Rider": "rides", "Ride": "rides", "PointAccount": "points"}
    reached = {name: set(road(name)) & set(domains) for name in domains}

    assert all(domains[name] == domains[far] for name, found in reached.items() for far in found)


def road(start):
    for each in below(start):
        yield each
        yield from road(each)


def test_a_field_has_its_permission_or_is_known_plumbing():
    declared = {each: field_of(*each) for each in FIELDS}
    groups = {each: found[0].groups for each, found in declared.items() if found is not None}

    assert [each for each, found in declared.items() if found is None and not is_plumbing(*each)] == []
    assert [each for each, found in groups.items() if not set(found) <= set(GROUPS)] == []
    assert {each for each, found in groups.items() if not found} == TOLD


def test_no_field_is_without_its_contract():
    tagged = {each: tags(*each) for each in FIELDS if each not in FEDERATION}

    assert [each for each, found in tagged.items() if not found or not found <= CONTRACTS] == []


def test_what_is_tagged_public_is_public():
    declared = {each: field_of(*each) for each in FIELDS if each not in FEDERATION and "public" in tags(*each)}
    private = [each for each, found in declared.items() if found and not any(one.is_public for one in found[0].groups)]

    assert private == []
    assert len(declared) > len(VALUES)


def test_every_list_says_its_size_or_its_page_does():
    lists = [each for each in FIELDS if is_list_type(without_bang(kind_of(*each))) and each not in FEDERATION]

    assert [each for each in lists if not is_sized(*each)] == []
    assert len(lists) > 1


def is_sized(owner, name):
    if not (owner.endswith("Connection") and name == "edges"):
        return "listSize" in directives(owner, name)
    leading = [each for each in FIELDS if get_named_type(kind_of(*each)).name == owner]
    return bool(leading) and all("sizedFields" in str(directives(*each)["listSize"].to_dict()) for each in leading)


def test_every_node_is_an_entity_by_its_id():
    keys = {name: keyed_by(name) for name in NODES}

    assert keys == {name: ["id"] for name in NODES}


def test_every_node_tells_routers_that_it_is_for_those_who_logged_in():
    marks = {name: [each.name.value for each in PRINTED.type_map[name].ast_node.directives] for name in NODES}

    assert [name for name, found in marks.items() if "authenticated" not in found] == []


def keyed_by(name):
    nodes = PRINTED.type_map[name].ast_node.directives
    return [each.arguments[0].value.value for each in nodes if each.name.value == "key"]


def test_no_record_is_shared_with_another_city():
    assert "@shareable" not in sdl()
    assert "@override" not in sdl()


def test_the_graph_says_the_version_that_both_composers_know():
    assert "https://specs.apollo.dev/federation/v2.9" in sdl()


def test_the_committed_graph_is_the_printed_one():
    assert (ROOT / "schema" / "tsumugi.graphql").read_text(encoding="utf-8") == sdl()


def test_every_field_says_what_it_is_or_is_plumbing():
    mute = [
        f"{owner}.{name}"
        for owner, name in FIELDS
        if not is_plumbing(owner, name) and not core.type_map[owner].fields[name].description
    ]

    assert mute == []


def test_the_plumbing_has_no_permission():
    assert field_of("Refused", "code") is None
    assert field_of("Query", "_service") is None
    assert field_of("Child", "nothing") is None
    assert field_of("Mutation", "nothing") is None


def test_the_permission_of_a_deed_and_of_a_root_is_found_by_its_name():
    assert field_of("Mutation", "recordGrowth") == DEEDS["recordGrowth"]
    assert field_of("Query", "children") == (ROOTS["Query"]["children"].access, NODES["Child"].noun)


@pytest.mark.parametrize("each", [Municipality, OnDutyDoctor, Today], ids=lambda each: each.__name__)
def test_a_value_leads_to_no_node(each):
    assert not set(road(each.__name__)) & set(NODES)
