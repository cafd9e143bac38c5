"""Each single rule of the product's table is turned around, one at a time: the sweep must notice every time."""

import sys
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from auth.access import alternatives, every_way, reach_parts, ready, usable, verdict
from auth.group import Group
from auth.groups import GROUPS
from auth.policy import POLICIES, Policy, Right
from engine.mode import Plans
from models.organisation import CallerKind
from schema.graph import graph_for
from tests.sweep.matrix import FIELDS, MATRIX
from tests.sweep.sweep import Sweep, is_visible
from tests.sweep.test_sweep import swept  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("unmeasured")

# A plain right would find them holding nothing.
SEEING_OWN = {"INVITED_FAMILY", "PARTNER_BEFORE_BIRTH", "CLINIC", "TAXI_OPERATOR", "SHOP"}
# A policy that reaches no noun has a second wall: a right by mistake opens nothing.
HOLDING = {policy for policy in POLICIES if policy.nouns and policy.name not in SEEING_OWN}
LOST = {Right.MASKED: "m", Right.DUTY: "d"}


@dataclass(frozen=True)
class Flip:
    """One alternative of one cell: what it was, what it becomes (None: it is not there)."""

    group: Group
    policy: Policy
    old: Right | None
    new: Right | None

    def __str__(self):
        return f"{self.group.name} for {self.policy.name}: {letter(self.old)} -> {letter(self.new)}"


def letter(right):
    if right is None:
        return "-"
    if Right.OWN in right:
        return "O"
    marks = {Right.MASKED: "m", Right.CONSENT: "c", Right.DUTY: "d"}
    return "R" + "".join(mark for flag, mark in marks.items() if flag in right)


def flips():
    shown = {group for rule in FIELDS for group in rule.groups}
    for group in GROUPS:
        if group.name.lower() in shown:
            for policy in POLICIES:
                yield from cell(group, policy)


def cell(group, policy):
    for right in group.alternatives(policy):
        yield Flip(group, policy, right, None)
        for flag in LOST:
            if flag in right:
                yield Flip(group, policy, right, right & ~flag)
    if policy in HOLDING and not any(letter(right) == "R" for right in group.alternatives(policy)):
        yield Flip(group, policy, None, Right.READ)


@contextmanager
def turned(flip):
    """The product's table with the flip in it; decisions that were remembered are forgotten."""
    before = flip.group.rights.get(flip.policy, ())
    after = (*(right for right in before if right is not flip.old), *([flip.new] if flip.new else []))
    try:
        set_rights(flip.group, flip.policy, after)
        yield
    finally:
        set_rights(flip.group, flip.policy, before)


def set_rights(group, policy, rights):
    if rights:
        group.rights[policy] = rights
    else:
        group.rights.pop(policy, None)
    alternatives.cache_clear()
    usable.cache_clear()
    verdict.cache_clear()
    ready.cache_clear()
    every_way.cache_clear()
    reach_parts.cache_clear()


def affected(flip, town):
    """The callers and types for whom the matrix, flipped likewise, would say something else."""
    row, group = flip.policy.name.lower(), flip.group.name.lower()
    rules = [rule for rule in FIELDS if group in rule.groups]
    callers = [caller for caller in town.callers if row in caller.rows]
    before = {(caller.name, rule): is_visible(rule, caller, own_case=True) for caller in callers for rule in rules}
    kept, cells = MATRIX[row][group], MATRIX[row][group].split("+")
    cells = [each for each in cells if each.replace("W", "") != letter(flip.old)]
    cells += [letter(flip.new) + "W" * (Right.WRITE in flip.new)] if flip.new else []
    MATRIX[row][group] = "+".join(cells) or "-"
    try:
        changed = [
            (caller, rule.type)
            for caller in callers
            for rule in rules
            if is_visible(rule, caller, own_case=True) is not before[caller.name, rule]
        ]
    finally:
        MATRIX[row][group] = kept
    return list(dict.fromkeys((caller.name, type_) for caller, type_ in changed))


async def test_every_rule_that_is_turned_around_is_noticed(swept, capsys, size):  # noqa: F811
    for kind in CallerKind:
        graph_for(kind)  # kept for the process, so never to be made while a rule is turned around
    shares = size("databases that share the rules turned around")
    share = slice(shares - 1 if swept[1].asker.store.dialect == "postgresql" else 0, None, shares)
    for plans in (Plans.ON, Plans.OFF)[: size("paths that show a rule turned around")]:
        with capsys.disabled():
            sys.stdout.write(f"\nplans {plans.value}: {await turned_one_by_one(*swept, plans, share)}\n")


async def turned_one_by_one(town, sweep, plans, share):
    """Every rule of this share turned around and noticed; in words how many."""
    sweep.asker.renew(plans)
    callers = {caller.name: caller for caller in town.callers}
    unnoticed, seen, unseen = [], 0, 0
    for flip in list(flips())[share]:
        targets = affected(flip, town)
        seen, unseen = seen + bool(targets), unseen + (not targets)
        with turned(flip):
            if targets and not await noticed(sweep, [(callers[name], type_) for name, type_ in targets]):
                unnoticed.append(str(flip))

    assert unnoticed == [], "\n".join(unnoticed)
    return f"{seen} rules turned around, {unseen} more that no field of today can show"


async def noticed(sweep, targets):
    """Whether the sweep finds something wrong for one of these callers and types."""
    sweep.asker.forget()
    for caller, type_ in targets:
        fresh = Sweep(sweep.asker)
        await fresh.by_id(caller, type_, caller.case, own_case=True)
        if fresh.found:
            return True
    return False
