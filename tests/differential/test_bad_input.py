"""Bad documents and variables, bad rules, bad rows: both paths answer alike, at a bounded cost, and nothing leaks."""

import re
from functools import reduce
from time import process_time

import pytest

from engine.answer import Engine
from engine.errors import ErrorCode
from engine.loops import Loops
from engine.mode import Plans
from schema.node import NODES, ROOTS
from tests.asking import CURSOR_KEY
from tests.differential.askers import ASKERS
from tests.differential.paths import Paths, question, seen
from tests.hanamori import AUDIT_KEY, child

REFERENCE = re.compile(rb'"reference":"[0-9a-f]{12}"')
MOTHER, NURSE = ASKERS["mother"], ASKERS["staff_health for VAC"]
AKI = child("aki")
DOSES = "{ viewer { wards { edges { node { vaccinations { edges { node "
FIVE, SKIPPED = (" ".join(each % at for at in range(5)) for each in ("$b%s: Boolean!", "kind @skip(if: $b%s)"))
HOSTILE = {  # what is sent, with which variables
    "1,500 fields": ("{" + " today { date }" * 500 + "}", {}),
    "900 fields": ("{ viewer { wards { edges { node {" + " name" * 850 + "} } } } }", {}),
    "64 levels": ("{ viewer { wards { edges { node " + "{ ... on Child " * 64 + "{ id }" + " }" * 68 + "}", {}),
    "30 fragments deep": (DOSES + "{ ... on Vaccination " * 30 + "{ id }" + " }" * 37, {}),
    "five booleans": (
        f"query ({FIVE}) {{ viewer {{ {SKIPPED} wards {{ totalCount }} }} }}",
        {f"b{at}": at % 2 == 0 for at in range(5)},
    ),
    "cyclic fragments": ("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", {}),
    "a fragment in itself": ("{ viewer { ...A } } fragment A on Viewer { kind ...A }", {}),
    "a huge variable": ("query ($i: ID!) { node(id: $i) { id } }", {"i": "x" * 1_000_000}),
    "10,000 ids": ("query ($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": [AKI] * 10_000}),
    "501 representations": (
        "query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }",
        {"r": [{"__typename": "Child", "id": AKI}] * 501},
    ),
    "a representation 500 deep": (
        "query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }",
        {"r": [{"__typename": "Child", "id": reduce(lambda below, _: [below], range(500), AKI)}]},
    ),
    "pages out of range": ("{ viewer { wards(first: 101) { totalCount } } }", {}),
    "a page before the first": ("query ($f: Int) { viewer { wards(first: $f) { totalCount } } }", {"f": -1}),
    **{
        f"{value!r} for {type_}": (
            f"query ($v: {type_}) {{ viewer {{ wards({name}: $v) {{ totalCount edges {{ node {{ id }} }} }} }} }}",
            {"v": value},
        )
        for type_, name in (("Int", "first"), ("String", "after"))
        for value in (None, True, 1.5, 1.0, "1", "", [1], [], {}, 2**31, -(2**63), 1e300)
    },
}


def told(answer):
    """What was seen, but for the number under which our own faults are logged."""
    return REFERENCE.sub(b'"reference":""', answer.body), answer.status, answer.public, answer.drafts


async def measured(engine, asked):
    """The answer, and the CPU time of the cheapest of three."""
    spent = []
    for _ in range(3):
        started = process_time()
        found = await seen(engine, asked)
        spent.append(process_time() - started)
    return found, min(spent)


@pytest.mark.parametrize(("text", "variables"), HOSTILE.values(), ids=HOSTILE)
async def test_whatever_is_sent_both_paths_say_the_same_at_twice_the_cost_at_most(shared_town, text, variables):
    paths = Paths(shared_town)

    planned, by_plan = await measured(paths.plan, question(MOTHER, text, variables))
    reference, by_fields = await measured(paths.fields, question(MOTHER, text, variables))

    assert told(planned) == told(reference)
    assert not planned.suspect
    assert by_plan <= 2 * by_fields + 0.02


def raising(*_):
    raise ZeroDivisionError("秘密")


RESULTS = {
    "raises": raising,
    "nothing": lambda *_: None,
    "a text": lambda *_: "x",
    "a number too large": lambda *_: 2**40,
    "half": lambda *_: 1.5,
    "not a number": lambda *_: float("nan"),
    "bytes": lambda *_: b"\xff",
    "a list": lambda *_: [1, None],
    "an object": lambda *_: object(),
    "objects": lambda *_: [object()],
    "true": lambda *_: True,
}
SHARES = "sharing { edges { node { id fieldGroups } } }"
COMPUTED = {
    ("Child", "ageMonths"): f'{{ node(id: "{AKI}") {{ ... on Child {{ id ageMonths }} }} }}',
    ("Child", "relations"): f'{{ node(id: "{AKI}") {{ ... on Child {{ id relations {{ id holder }} }} }} }}',
    ("Family", "guardians"): "{ families { edges { node { id guardians { name relation } } } } }",
    ("Share", "fieldGroups"): f'{{ node(id: "{AKI}") {{ ... on Child {{ {SHARES} }} }} }}',
}


@pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)
@pytest.mark.parametrize("place", COMPUTED, ids=".".join)
async def test_a_rule_that_answers_nonsense_is_told_alike(shared_town, monkeypatch, place, result):
    monkeypatch.setattr(NODES[place[0]].fields[place[1]], "by", result)
    paths = Paths(shared_town)

    for asker in (MOTHER, ASKERS["staff_registry for REG"]):
        planned, reference = await paths.both(asker, COMPUTED[place], {})
        assert told(planned) == told(reference)
        assert not planned.suspect
        assert "秘密".encode() not in planned.body


async def test_a_plan_that_cannot_be_made_is_answered_field_by_field(shared_town, monkeypatch):
    monkeypatch.setattr(Loops, "view", raising)
    planned, reference = await Paths(shared_town).both(MOTHER, "{ viewer { wards { edges { node { id } } } } }", {})

    assert told(planned) == told(reference)
    assert planned.gave_up == "raised:ZeroDivisionError"
    assert planned.suspect


async def test_a_database_that_goes_in_the_middle_of_a_plan_is_an_outage(postgresql, walled_own_town, monkeypatch):
    name, sound = walled_own_town.engine.url.database, ROOTS["Query"]["today"].by

    async def going(context, **given):
        postgresql.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        return await sound(context, **given)

    monkeypatch.setattr(ROOTS["Query"]["today"], "by", going)
    engine = Engine(walled_own_town, CURSOR_KEY, AUDIT_KEY, Plans.ON)
    answer = await engine.answer(question(NURSE, "{ today { date } children { edges { node { name } } } }", {}))

    assert {each.code for each in answer.failures} == {ErrorCode.UNAVAILABLE}
    assert b"aki" not in answer.body
