"""Items: both ends of a range are sane, a word is one of the form's, and an item has its visits."""

import pytest

from models.checkup import CheckupKind as K
from models.checkup import Finding, Grade
from models.growth import Measure
from models.refusal import RefusalCode
from rules.body import INFANT
from rules.checkup_items import BODY, FINDINGS, ITEMS, NAMES, TEXTS
from rules.items import Unit, first_refusal, noted, results

R = RefusalCode
VISITS = {item.name: next(iter(item.visits or {K.MONTHS_18})) for item in ITEMS}
AMOUNTS = [item for item in ITEMS if item.unit]


@pytest.mark.parametrize("item", AMOUNTS, ids=lambda item: item.name)
def test_a_step_beyond_either_end_is_refused_by_name(item):
    visit = VISITS[item.name]
    beyond = [first_refusal(ITEMS, visit, {item.name: value}) for value in (item.least - 1, item.most + 1)]

    assert beyond == [(R.VALUE_OUT_OF_RANGE, item.name)] * 2
    assert first_refusal(ITEMS, visit, {item.name: item.least}) is None
    assert first_refusal(ITEMS, visit, {item.name: item.most}) is None


def test_an_infants_strip_ends_at_one_plus():
    assert first_refusal(ITEMS, K.YEARS_3, {"urine_protein": Grade.PLUS_1}) is None
    assert first_refusal(ITEMS, K.YEARS_3, {"urine_protein": Grade.PLUS_2}) == (R.VALUE_OUT_OF_RANGE, "urine_protein")


@pytest.mark.parametrize(
    ("visit", "name"), [(K.MONTHS_18, "is_hip_limited"), (K.MONTH_1, "plaque"), (K.YEARS_5, "head_mm")]
)
def test_an_item_of_another_visit_has_no_place_here(visit, name):
    assert first_refusal(ITEMS, visit, {name: True}) == (R.ITEM_NOT_IN_PROGRAMME, name)


def test_what_was_not_noted_is_neither_wrong_nor_a_result():
    assert first_refusal(ITEMS, K.MONTH_1, dict.fromkeys(NAMES)) is None
    assert results(ITEMS, dict.fromkeys(NAMES)) == []


def test_results_have_their_unit_or_their_word():
    told = noted(BODY)(None, 9_800, 725, None, None) + noted(FINDINGS[-1:])(None, Grade.TRACE)

    assert told == [
        ("weightG", 9_800, Unit.GRAM, None),
        ("heightMm", 725, Unit.MILLIMETRE, None),
        ("urineBlood", None, None, "TRACE"),
    ]


def test_yes_no_and_free_text_are_words():
    told = results(ITEMS, dict.fromkeys(NAMES) | {"holds_head": True, "is_weaned": False, "venue": "保健センター"})

    assert [(each.item, each.word) for each in told] == [
        ("isWeaned", "NO"),
        ("holdsHead", "YES"),
        ("venue", "保健センター"),
    ]


def test_every_item_has_its_source_and_no_item_stands_twice():
    assert all(item.source for item in ITEMS)
    assert len(NAMES) == len(set(NAMES))
    assert set(TEXTS) == {"findings", "development", "dental", "venue"}


def test_the_table_says_of_the_body_what_the_ranges_by_age_say():
    assert {item.name: item.most for item in BODY} == {each.value: INFANT[each].most for each in Measure}
    assert FINDINGS[5].words == tuple(Finding)
