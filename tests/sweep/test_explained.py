"""Every explanation of every field, as each caller, against the value that the same answer shows beside it."""

import sys

import pytest

from engine.mode import Plans
from models.ids import Letter, mint
from schema.node import NODES
from tests.sweep.asking import selection_of
from tests.sweep.cases import CODE
from tests.sweep.matrix import FIELDS, TYPES
from tests.sweep.sweep import FIELDS_OF, is_visible
from tests.sweep.test_sweep import swept  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("unmeasured")


def batched(rules, size):
    return [rules[at : at + size] for at in range(0, len(rules), size)]


ABSENT = {type_: mint(CODE, NODES[type_].letter, b"\x7f" * 16) for type_ in TYPES}
UNSEEN = {"NOT_VISIBLE", "PURPOSE_REQUIRED", "ACR_REQUIRED"}
AT_ONCE = 20
SAID = "isVisible sentence reasons { code relation until sentence }"


def asked(type_, rules):
    """One operation: the node, and an explanation for each of these fields of it."""
    each = " ".join(f'{rule.name}: explain(field: "{type_}.{rule.name}", id: $id) {{ {SAID} }}' for rule in rules)
    return f"query ($id: ID!) {{ node(id: $id) {{ ... on {type_} {{ {selection_of(rules)} }} }} viewer {{ {each} }} }}"


# Few enough at a time for the limits of an operation.
ASKED = [(type_, rules, asked(type_, rules)) for type_ in TYPES for rules in batched(FIELDS_OF[type_], AT_ONCE)]


async def test_everybody_is_told_what_everybody_is_shown(swept, capsys, size):  # noqa: F811
    town, sweep = swept
    sweep.asker.renew(Plans.ON)
    callers = [caller for caller in town.callers if caller.kind != "anonymous"]
    count, wrong = 0, []
    pairs = list(zip(callers, [*callers[1:], callers[0]], strict=True))
    step = size("callers passed by at each explanation")
    first = step // 2 if sweep.asker.store.dialect == "postgresql" else 0
    for caller, foreign in pairs[first::step]:
        for type_, rules, text in ASKED:
            unseen = (await sweep.asker.ask(caller, text, id=ABSENT[type_]))["data"]["viewer"]
            for case in (caller.case, foreign.case):
                data = (await sweep.asker.ask(caller, text, id=case.ids[type_]))["data"]
                for rule in rules:
                    count += 1
                    said, shown = data["viewer"][rule.name], (data["node"] or {}).get(rule.name) is not None
                    wanted = is_visible(rule, caller, own_case=case is caller.case)
                    if not (said["isVisible"] is shown is wanted) or not is_whole(said):
                        wrong.append((caller.name, type_, rule.name, said, shown, wanted))
                    if not shown and said != unseen[rule.name]:
                        wrong.append((caller.name, type_, rule.name, "not as if it were absent"))

    with capsys.disabled():
        sys.stdout.write(f"\n{count} explanations compared with what is shown\n")
    assert wrong == []
    assert count > len(FIELDS) * len(callers) // 4


def is_whole(said):
    """Reasons fit the verdict, and the sentence is that of the first."""
    codes = {each["code"] for each in said["reasons"]}
    return said["sentence"] == said["reasons"][0]["sentence"] and bool(codes & UNSEEN) is not said["isVisible"]


def test_an_id_that_nobody_has_is_well_formed():
    assert {id_[7] for id_ in ABSENT.values()} <= {letter.value for letter in Letter}
