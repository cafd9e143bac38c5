"""Figures by month: none of fewer than ten, and none that can be worked out from what is told."""

from datetime import date

from rules.ride_statistics import LEAST, Counted, RideFigures, RideSums, told, told_months

TODAY = date(2026, 11, 23)


def month(number=4, **other):
    plenty = {"applications": 30, "registered": 1_239, "riders": 40, "rides": 90, "fares_yen": 90_000}
    return Counted(date(2026, number, 1), **{**plenty, "subsidies_yen": 40_000, **other})


def test_a_month_is_told_once_it_is_over_and_a_week_has_gone_by_and_a_year_to_come_or_before_the_subsidy_has_none():
    for today, year, expected in (
        (TODAY, None, [4, 5, 6, 7, 8, 9, 10]),
        (date(2026, 11, 7), None, [4, 5, 6, 7, 8, 9]),  # what a tablet brings late still counts
        (date(2026, 11, 8), None, [4, 5, 6, 7, 8, 9, 10]),
        (date(2026, 5, 7), None, []),
        (TODAY, 2025, [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3]),
        (TODAY, 2015, [1, 2, 3]),
        *((TODAY, year, []) for year in (2014, 2027, 0, -1, 2**31)),
    ):
        assert [each.month for each in told_months(today, year)] == expected, (today, year)


def test_figures_of_fewer_than_ten_are_withheld_with_all_that_comes_from_them():
    for changes, hidden in (
        ({}, set()),
        ({"applications": LEAST - 1}, {"applications"}),
        ({"applications": 0}, {"applications"}),
        ({"registered": LEAST - 1}, {"registered"}),
        ({"rides": LEAST - 1}, {"riders", "rides", "fares_yen", "subsidies_yen"}),
        ({"riders": LEAST - 1}, {"riders", "rides", "fares_yen", "subsidies_yen"}),  # one of them rode often
        (dict.fromkeys(("applications", "registered", "rides", "riders"), LEAST), set()),
    ):
        [shown] = told(2026, [month(**changes)]).months
        assert {name for name in RideFigures._fields if getattr(shown, name) is None} == hidden, changes


def test_registrations_are_told_in_tens():
    assert [told(2026, [month(registered=each)]).months[0].registered for each in (10, 19, 1_239)] == [10, 10, 1_230]


def test_a_sum_is_told_only_where_every_part_of_it_is():
    whole = told(2026, [month(4), month(5)]).total
    few = told(2026, [month(4), month(5, applications=3), month(6)]).total
    fewer = told(2026, [month(4, riders=9), month(5)]).total

    assert whole == RideSums(60, 180, 180_000, 80_000)
    assert few == RideSums(None, 270, 270_000, 120_000)
    assert fewer == RideSums(60, None, None, None)
    assert told(2026, []).total == RideSums(None, None, None, None)
