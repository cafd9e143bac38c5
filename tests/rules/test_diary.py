"""Both ends of the diary's ranges are possible, one step beyond is not; symptoms come back in the order of the list."""

from datetime import date

import pytest

from models.diary import Symptom
from rules.diary import SPANS, first_out_of_range, symptoms, words

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("name", SPANS)
def test_both_ends_are_possible_and_a_step_beyond_is_not(name):
    least, most = SPANS[name]

    assert [first_out_of_range({name: value}) for value in (least, most)] == [None, None]
    assert [first_out_of_range({name: value}) for value in (least - 1, most + 1)] == [name, name]


def test_what_was_not_written_down_is_not_wrong():
    assert first_out_of_range(dict.fromkeys(SPANS)) is None


def test_symptoms_are_kept_once_each_in_the_order_of_the_list():
    kept = words([Symptom.RASH, Symptom.COUGH, Symptom.RASH])

    assert (kept, symptoms(TODAY, kept)) == ("COUGH RASH", [Symptom.COUGH, Symptom.RASH])
    assert symptoms(TODAY, words([])) == []
