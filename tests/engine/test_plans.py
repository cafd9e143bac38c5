"""Which path answers, and why: plans where they are certain, field by field everywhere else, with the same bytes."""

import linecache
import traceback
from collections import OrderedDict
from functools import partial
from itertools import product

import pytest
from sqlalchemy import update

from engine import plans
from engine.answer import Engine
from engine.code import text_of
from engine.loops import Converted
from engine.mode import Plans
from engine.shape import Unsure
from models.child import Child
from models.columns import table_of
from resolvers.access_log import Draft
from schema.node import NODES
from tests.asking import AUDIT_KEY, CURSOR_KEY, Asking
from tests.hanamori import child

CHILD = table_of(Child)
WARDS = "{ viewer { wards { edges { node { name birthDate ageMonths } } } } }"


@pytest.fixture
def planned(shared_town):
    """Asks an engine that runs plans."""
    asking = Asking(shared_town)
    asking.engine = Engine(shared_town, CURSOR_KEY, AUDIT_KEY, Plans.ON)
    return asking


async def outcome(asking, who, text, **given):
    """The answer, before it is logged."""
    answer, _ = await asking.engine.outcome(asking.engine.asked(asking.question(who, text, **given)))
    return answer


async def test_a_plan_answers_what_it_covers(planned):
    answer = await outcome(planned, "mother", WARDS)

    assert (answer.path, answer.gave_up, answer.suspect) == ("plan", "", "")


MORE = " ".join(f"{name}: __typename @include(if: ${name})" for name in "bcde")
FIVE = "query ($a: Boolean!, $b: Boolean!, $c: Boolean!, $d: Boolean!, $e: Boolean!) { x: __typename @skip(if: $a) %s }"
GIVEN_UP = {
    "mutation": ("mutation { __typename }", {}),
    "introspection": ("{ __schema { queryType { name } } }", {}),
    "conditions": (FIVE % MORE, dict.fromkeys("abcde", True)),
    "refused": ("query ($n: Int) { children(first: $n) { totalCount } }", {"n": 101}),
}


@pytest.mark.parametrize(("reason", "asked"), GIVEN_UP.items(), ids=GIVEN_UP)
async def test_what_a_plan_does_not_cover_is_answered_field_by_field_and_why_is_known(planned, reason, asked):
    text, variables = asked
    answer = await outcome(planned, "mother", text, **variables)

    assert (answer.path, answer.gave_up, answer.suspect) == ("fields", reason, "")


async def test_a_cursor_below_many_is_left_to_the_fields(planned):
    text = "query ($c: String) { viewer { wards { edges { node { vaccinations(after: $c) { totalCount } } } } } }"
    answer = await outcome(planned, "mother", text, c="nothing")

    assert (answer.path, answer.gave_up) == ("fields", "cursor")
    assert answer.has_errors


async def test_plans_are_kept_by_standing_and_conditions_and_few_of_them(planned, monkeypatch):
    monkeypatch.setattr(plans, "KEPT", 3)
    text = "query ($a: Boolean!, $b: Boolean!) { viewer { kind @skip(if: $a) } today @include(if: $b) { date } }"
    seen = []
    for a, b in product((True, False), repeat=2):
        for who in ("mother", "staff_health"):
            answer = await outcome(planned, who, text, a=a, b=b)
            seen.append((answer.body, answer.path))
    again = [
        ((await outcome(planned, who, text, a=a, b=b)).body, "plan")
        for a, b in product((True, False), repeat=2)
        for who in ("mother", "staff_health")
    ]

    assert seen == again
    assert len(planned.engine._planner._kept) == 3
    assert len({body for body, _ in seen}) == 6  # where the kind is skipped the two say the same


async def test_a_plan_that_gives_up_without_need_is_suspect(planned, monkeypatch):
    def unsure(*_):
        raise Unsure("needless")

    monkeypatch.setattr("engine.plan.LevelReader.shown", unsure)
    answer = await outcome(planned, "mother", WARDS)

    assert (answer.path, answer.gave_up) == ("fields", "needless")
    assert answer.suspect.startswith("needless:")


async def test_a_difference_is_suspect_and_the_fields_answer(shared_town, monkeypatch):
    comparing = Asking(shared_town)
    good = (await comparing("mother", WARDS)).raw
    monkeypatch.setattr("engine.plan._cut", lambda groups, reading: [list(rows)[1:] for rows in groups])
    comparing.engine = Engine(shared_town, CURSOR_KEY, AUDIT_KEY, Plans.COMPARE)
    answer = await outcome(comparing, "mother", WARDS)

    assert answer.body == good
    assert answer.suspect.startswith("differs:")
    assert len(answer.suspect) == len("differs:") + 16


class Interrupted(Engine):
    """Somebody writes between the two reads of a comparison."""

    async def _field_by_field(self, asked):
        await self._interrupted()
        return await super()._field_by_field(asked)

    async def _planned(self, asked, plan):
        if self.is_begun:
            await self._interrupted()
        self.is_begun = True
        return await super()._planned(asked, plan)

    async def _interrupted(self):
        if self.writes:
            await self.writes.pop()()


@pytest.mark.parametrize("times", [1, 2, 5])
async def test_what_somebody_wrote_between_the_two_reads_is_no_difference(own_town, times):
    async def rename(name):
        async with own_town.owner.writing() as session:
            await session.exec(update(CHILD).where(CHILD.c.id == child("aki")).values(name=name))

    comparing = Asking(own_town)
    comparing.engine = Interrupted(own_town, CURSOR_KEY, AUDIT_KEY, Plans.COMPARE)
    comparing.engine.is_begun = False
    comparing.engine.writes = [partial(rename, f"name {at}") for at in range(times)]
    answer = await outcome(comparing, "mother", WARDS)

    assert b"name 0" in answer.body
    assert (answer.suspect, comparing.engine.writes) == ("", [])


async def test_a_traceback_shows_the_generated_line(planned, monkeypatch):
    def fail(_today, _born):
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr(NODES["Child"].fields["ageMonths"], "by", fail)
    shown = []
    planner = planned.engine._planner
    asked = planned.engine.asked(planned.question("mother", WARDS))
    plan = planner.plan(asked.document, asked.operation, asked.standing, asked.conditions)
    try:
        await planned.store.snapshots.run(lambda now: planned.engine._running.of(asked, plan, "", now))
    except ZeroDivisionError as why:
        shown = traceback.format_exception(why)

    assert any("<plan " in line and "'ageMonths': w" in line for line in shown)


def first_view(engine):
    """The first function of the only plan that is kept."""
    [(_, plan)] = engine._planner._kept.values()
    [(_, viewer)] = plan.made
    [(_, wards)] = viewer.inside.made
    return wards.pages.rows.views[0]


async def test_of_one_text_there_is_one_code_and_few_are_kept(planned, monkeypatch):
    monkeypatch.setattr("engine.code.CODES_KEPT", 2)
    monkeypatch.setattr("engine.code.CODES", OrderedDict())
    await outcome(planned, "mother", WARDS)
    first = first_view(planned.engine)
    text, is_there = text_of(first), first.__code__.co_filename in linecache.cache
    planned.engine._planner._kept.clear()
    await outcome(planned, "mother", WARDS.replace("viewer", "v: viewer"))
    second = first_view(planned.engine)
    for name in ("a", "b", "c"):
        await outcome(planned, "mother", WARDS.replace("name", f"{name}: name"))

    assert "'ageMonths': w" in text
    assert first.__code__ is second.__code__
    assert (is_there, first.__code__.co_filename in linecache.cache) == (True, False)


def test_of_converted_values_few_are_kept(monkeypatch):
    monkeypatch.setattr("engine.loops.CONVERTED_KEPT", 10)
    converted = Converted(str)

    assert [converted[number] for number in range(100)] == [str(number) for number in range(100)]
    assert len(converted) <= 10


@pytest.mark.parametrize("plan", [Plans.ON, Plans.OFF, Plans.COMPARE])
async def test_whichever_path_answers_the_same_goes_on_record(own_town, plan):
    asking = Asking(own_town)
    asking.engine = Engine(own_town, CURSOR_KEY, AUDIT_KEY, plan)
    text = "query ($i: ID!) { node(id: $i) { ... on Child { name } } a: node(id: $i) { id } }"
    asked = asking.engine.asked(asking.question("staff_health", text, purpose="CHK:1", i=child("aki")))
    _, drafted = await asking.engine.outcome(asked)

    assert drafted == [Draft(child("aki"), "child", "Child.id:1 Child.name:1", 2)]
