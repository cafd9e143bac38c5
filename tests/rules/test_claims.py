"""Claims: the same lines make the same file, whatever their order; a closed month is changed in the next one."""

import hashlib
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rules.claims import HEAD, Line, claim_file, claim_month, month_of, next_month

NOVEMBER = date(2026, 11, 1)
RIDES = [
    Line("b", date(2026, 11, 2), 2, 1_001, 1_000),
    Line("a", date(2026, 11, 2), 1, 731, 365),
    Line("c", date(2026, 10, 31), 1, 700, -15),
]


@given(st.permutations(RIDES))
def test_a_claim_is_the_same_file_in_whatever_order_its_lines_come(lines):
    found = claim_file(NOVEMBER, lines)

    assert found.content.splitlines() == [
        HEAD,
        "RIDE,a,2026-11-02,1,731,365",
        "RIDE,b,2026-11-02,2,1001,1000",
        "ADJUSTMENT,c,2026-10-31,1,700,-15",
    ]
    assert found.sha256 == hashlib.sha256(found.content.encode()).hexdigest()
    assert (found.ride_count, found.subsidy_yen, found.adjustment_yen) == (2, 1_350, -15)


def test_what_is_posted_after_closing_belongs_to_the_first_month_that_is_open():
    cases = {  # D21: service day, last closed month, month of the claim
        "nothing closed": (date(2026, 11, 30), None, NOVEMBER),
        "the month before": (date(2026, 11, 30), date(2026, 10, 1), NOVEMBER),
        "its own month": (date(2026, 11, 30), NOVEMBER, date(2026, 12, 1)),
        "a month long closed": (date(2026, 9, 1), NOVEMBER, date(2026, 12, 1)),
    }
    for name, (day, last, wanted) in cases.items():
        assert claim_month(day, last) == wanted, name
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert month_of(date(2026, 12, 31)) == date(2026, 12, 1)
