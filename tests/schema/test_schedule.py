"""A child's schedule and the verdicts on its doses in the graph: who sees them, what they say, what they cost."""

from datetime import date

import pytest

from models.child import Child
from models.immunisation import SeriesReason, SeriesStatus
from rules.immunisation.tables import RULES_VERSION, SERIES
from tests.hanamori import child, dose
from tests.sweep.matrix import FIELDS

SERIES_OF = """series { series status reasons rule sources { title }
  next { n earliest recommended pastDue latest products } }"""
SCHEDULE = f"query ($i: ID!) {{ node(id: $i) {{ ... on Child {{ schedule {{ asOf rulesVersion {SERIES_OF} }} }} }} }}"
DOSES = """query ($i: ID!) { node(id: $i) { ... on Child { evaluatedDoses {
  vaccinationId vaccine givenOn legalStatus counts reasons warnings series n
  allowedFirstDay allowedLastDay rule rulesVersion asOf } } } }"""
BOTH = "query ($i: ID!) { node(id: $i) { ... on Child { schedule { asOf } evaluatedDoses { counts } } } }"
PAGE = (
    f"{{ viewer {{ wards {{ edges {{ node {{ schedule {{ asOf {SERIES_OF} }} evaluatedDoses {{ counts }} }} }} }} }} }}"
)
CATALOGUE = """{ vaccines { rulesVersion products { vaccine series sources { title address } routineFrom }
  series { id nameJa programme products rules { id sources { title } } } } }"""
LEFT = {"died": "died_on", "moved out": "moved_out_on"}


def by_series(told):
    return {each["series"]: each for each in told.data["node"]["schedule"]["series"]}


async def test_a_mother_sees_every_series_with_the_rule_the_source_and_the_day(ask):
    found = await ask("mother", SCHEDULE, i=child("aki"))

    series = by_series(found)
    assert list(series) == list(SERIES)
    assert found.data["node"]["schedule"]["asOf"] == "2026-11-23"
    assert found.data["node"]["schedule"]["rulesVersion"] == RULES_VERSION
    assert all(each["sources"] for each in series.values() if each["rule"])


async def test_the_next_dose_has_its_days(ask):
    pcv = by_series(await ask("mother", SCHEDULE, i=child("aki")))["pcv"]

    assert (pcv["status"], pcv["reasons"]) == ("OVERDUE", [])
    assert pcv["next"] == {
        "n": 4,
        "earliest": "2025-02-09",
        "recommended": "2025-02-09",
        "pastDue": "2025-05-10",
        "latest": "2029-02-09",
        "products": ["PCV20"],
    }


async def test_a_dose_has_two_answers_with_reasons_days_and_rule(ask):
    found = (await ask("mother", DOSES, i=child("haru"))).data["node"]["evaluatedDoses"]

    assert [(each["vaccinationId"], each["vaccine"]) for each in found] == [
        (dose("haru", 7), "BCG"),
        (dose("haru", 6), "MR"),
    ]
    assert found[1] == {
        "vaccinationId": dose("haru", 6),
        "vaccine": "MR",
        "givenOn": "2019-05-02",
        "legalStatus": "ROUTINE",
        "counts": "COUNTED",
        "reasons": ["OK"],
        "warnings": [],
        "series": "mr-1",
        "n": 1,
        "allowedFirstDay": "2019-04-30",
        "allowedLastDay": "2020-04-30",
        "rule": "mr-1",
        "rulesVersion": RULES_VERSION,
        "asOf": "2026-11-23",
    }


@pytest.mark.parametrize(
    ("who", "about", "sees"),
    [
        ("mother", "aki", (True, True)),
        ("ex", "haru", (True, True)),
        ("grandmother", "aki", (False, True)),  # invited to identity and doses, not to what comes next
        ("clinic", "aki", (False, True)),
    ],
)
async def test_doses_and_what_comes_next_are_two_permissions(ask, who, about, sees):
    found = (await ask(who, BOTH, i=child(about))).data["node"]

    assert (found["schedule"] is not None, found["evaluatedDoses"] is not None) == sees


@pytest.mark.parametrize("who", ["counterparty", "stranger", "school"])
async def test_of_a_hidden_child_there_is_no_schedule(ask, who):
    assert (await ask(who, BOTH, i=child("fuyu"))).data == {"node": None}


@pytest.mark.parametrize("column", LEFT.values(), ids=LEFT)
async def test_who_died_or_moved_out_is_offered_nothing(act, column):
    async with act.store.owner.writing() as session:
        row = await session.get(Child, child("aki"))
        setattr(row, column, date(2026, 11, 1))

    found = by_series(await act("mother", SCHEDULE, i=child("aki"))).values()

    closed = (SeriesStatus.CLOSED.name, [SeriesReason.RECORD_CLOSED.name], None)
    assert {(each["status"], tuple(each["reasons"]), each["next"]) for each in found} == {
        (closed[0], tuple(closed[1]), closed[2])
    }


async def test_an_entity_has_its_schedule_like_a_node(ask):
    text = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Child { schedule { asOf } } } }"
    found = await ask("mother", text, r=[{"__typename": "Child", "id": child("aki")}])

    assert found.data["_entities"] == [{"schedule": {"asOf": "2026-11-23"}}]


@pytest.mark.parametrize("who", ["mother", "stranger"])
async def test_the_schedules_of_all_children_take_a_fixed_number_of_statements(ask, who):
    told = await ask(who, PAGE)

    assert len(told.data["viewer"]["wards"]["edges"]) == {"mother": 3, "stranger": 1}[who]
    assert len(told.statements) <= 8, "\n".join(told.statements)  # relations, children, three for each of the fields


async def test_staff_ask_for_a_list_of_schedules_with_a_purpose(ask):
    text = "{ children(first: 100) { edges { node { schedule { asOf } } } } }"
    told = await ask("staff_health", text, purpose="VAC:1")

    assert [each["node"]["schedule"] for each in told.data["children"]["edges"]] == [{"asOf": "2026-11-23"}] * 6
    assert len(told.reads) <= 4  # children, doses, reviews, facts


async def test_the_catalogue_is_public_and_reads_nothing(ask):
    told = await ask("anonymous", CATALOGUE)
    found = told.data["vaccines"]

    assert told.public
    assert told.statements == []
    assert {each["id"] for each in found["series"]} == set(SERIES)
    assert all(each["sources"] for each in found["products"])
    assert all(rule["sources"] for each in found["series"] for rule in each["rules"])


def test_both_fields_stand_in_the_table_of_field_groups():
    groups = {rule.name: rule.groups for rule in FIELDS if rule.type == "Child"}

    assert (groups["schedule"], groups["evaluatedDoses"]) == (("vacc_forecast",), ("vacc_records",))
