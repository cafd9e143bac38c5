"""An explanation is one plain sentence in either language, and has words for everything that can be a reason."""

from datetime import date

import pytest

from auth.groups import GROUPS
from auth.policy import PARTNER_MUNICIPALITY, POLICIES, Right
from models.reason import ReasonCode, Relation
from rules.explanations import PARTS, RELATIONS, SENTENCES, Said, last_day, sentence

GUARDIAN = RELATIONS[Relation.GUARDIAN_JOINT_RESIDENT]
SAID = {
    Said(ReasonCode.RELATION, GUARDIAN, date(2038, 5, 10)): (
        "あなたは共同親権者（同居）として、2038年5月10日の前日まで見られます。",
        "You see this as a joint guardian who lives with the child, until 9 May 2038.",
    ),
    Said(ReasonCode.RELATION, RELATIONS[Relation.SELF_18PLUS]): (
        "あなたは本人として見られます。",
        "You see this as the person it is about.",
    ),
    Said(ReasonCode.CONSENT, PARTS["VACC_RECORDS"], date(2027, 3, 1)): (
        "「予防接種の記録」があなたに共有されているため、2027年3月1日の前日まで見られます。",
        "You see this because this part is shared with you: the vaccinations given, until 28 February 2027.",
    ),
    Said(ReasonCode.DUTY, ("CHK 健診", "CHK (checkups)")): (
        "業務として、利用目的「CHK 健診」により見られます。",
        "You see this by duty, for the purpose CHK (checkups).",
    ),
    Said(ReasonCode.SUPPLIED): (
        "あなたが登録した記録なので見られます。",
        "You see this because you supplied the record.",
    ),
}


@pytest.mark.parametrize(("said", "sentences"), SAID.items(), ids=[each.code.name for each in SAID])
def test_a_reason_is_said_in_both_languages(said, sentences):
    assert (sentence(said, "ja"), sentence(said, "en")) == sentences
    assert sentence(said, "fr") == sentences[1]


def test_every_reason_has_its_sentence():
    assert set(SENTENCES) == set(ReasonCode)
    assert all(sentence(Said(code), language).endswith(end) for code in ReasonCode for language, end in ENDS.items())


ENDS = {"ja": "。", "en": "."}


def test_the_last_day_is_the_day_before_the_first_one_without():
    assert (last_day(date(2027, 3, 1)), last_day(None)) == (date(2027, 2, 28), None)


def test_the_relations_are_the_related_policies_that_see_anything():
    seeing = {policy for group in GROUPS for policy in group.rights if policy.related}

    assert {each.name for each in Relation} == {policy.name for policy in seeing}
    assert set(RELATIONS) == set(Relation)


def test_every_part_that_can_be_shared_has_its_words():
    shared = {group.name for group in GROUPS for rights in group.rights.values() if any(map(is_consent, rights))}
    shared |= {group.name for group in GROUPS if any(map(is_duty, group.alternatives(PARTNER_MUNICIPALITY)))}

    assert set(PARTS) == shared


def is_consent(right):
    return Right.CONSENT in right


def is_duty(right):
    return Right.DUTY in right  # of a partner city: bound to the person, or by consent


@pytest.mark.parametrize("group", GROUPS, ids=repr)
def test_nobody_loses_a_part_of_the_own_record_by_growing_up(group):
    """So that the explanation of the own record needs no end at 15 or 18."""
    selves = {policy.name: policy for policy in POLICIES}
    seen = [bool(group.alternatives(selves[name])) for name in ("SELF_UNDER15", "SELF_15_17", "SELF_18PLUS")]

    assert seen == sorted(seen)
