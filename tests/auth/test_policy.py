"""Policies are people, each once, and none reaches from one domain into another."""

import pytest

from auth import policy
from auth.policy import HEALTH, POINTS, POLICIES, RIDES
from models.organisation import STAFF_KINDS, CallerKind
from models.subject import Noun

MACHINES = [each for each in POLICIES if each.kind not in {CallerKind.RESIDENT, CallerKind.ANONYMOUS}]


@pytest.mark.parametrize("person", MACHINES, ids=repr)
def test_no_office_and_no_company_reaches_two_domains(person):
    assert sum(bool(person.nouns & domain) for domain in (HEALTH, RIDES, POINTS)) <= 1


@pytest.mark.parametrize(
    "name",
    ["RESTRICTED_COUNTERPARTY", "STATISTICIAN", "SYSTEM_ADMIN", "ANONYMOUS"],
)
def test_who_has_no_record_reaches_none(name):
    assert getattr(policy, name).nouns == frozenset()


@pytest.mark.parametrize("name", ["AUDITOR", "SUPERVISOR"])
def test_who_audits_reaches_looks_and_no_record(name):
    assert getattr(policy, name).nouns == {Noun.LOOK}


def test_only_staff_look_at_the_whole_town():
    assert {each.kind for each in POLICIES if not each.related} <= STAFF_KINDS | {CallerKind.ANONYMOUS}


def test_every_kind_of_caller_has_a_policy():
    assert {each.kind for each in POLICIES} == set(CallerKind)


def test_every_policy_is_listed_once_by_its_name():
    named = [value for value in vars(policy).values() if isinstance(value, policy.Policy)]

    assert sorted(map(repr, POLICIES)) == sorted(map(repr, named)) == sorted({each.name for each in POLICIES})
