"""Answers that differ are found, and the first place where they do is named."""

import pytest

from bench.equal import Unequal, _compare

ANSWER = {"data": {"children": [{"id": "a", "cells": 1}, {"id": "b", "cells": None}]}}


def test_an_answer_equals_another_whatever_the_order_of_its_members():
    _compare("list", ANSWER, {"data": {"children": [{"cells": 1, "id": "a"}, {"cells": None, "id": "b"}]}})


@pytest.mark.parametrize(
    ("found", "place"),
    [
        (
            {"data": {"children": [{"id": "a", "cells": 1}, {"id": "b", "cells": 0}]}},
            r"\$\.data\.children\[1\]\.cells ",
        ),
        ({"data": {"children": [{"id": "a", "cells": 1}]}}, r"\$\.data\.children "),
        ({"data": None}, r"\$\.data "),
        ({**ANSWER, "errors": []}, r"\$ "),
    ],
)
def test_the_first_difference_is_named_by_its_place(found, place):
    with pytest.raises(Unequal, match=f"list: {place}should be"):
        _compare("list", ANSWER, found)
