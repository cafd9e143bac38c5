"""The tables are whole: every product has its course, every row its source, and no version leaves a gap."""

from datetime import date, timedelta

import pytest

from models.vaccination import Vaccine
from rules.immunisation.products import PRODUCTS
from rules.immunisation.tables import BETWEEN, COURSE_OF, COURSES, LONG_ILLNESS, LONGEST_BETWEEN, SERIES, VERSIONS

BORN = date(2026, 5, 10)
WINDOWS = {  # first and last legal day of a child born on 2026-05-10, worked out by hand
    "rota-rv1": ("2026-06-21", "2026-10-25"),
    "rota-rv5": ("2026-06-21", "2026-12-20"),
    "hepb": ("2026-05-10", "2027-05-09"),
    "dpt-ipv-hib": ("2026-07-09", "2033-11-09"),
    "dpt-ipv": ("2026-07-09", "2033-11-09"),
    "hib": ("2026-07-09", "2031-05-09"),
    "pcv": ("2026-07-09", "2031-05-09"),
    "bcg": ("2026-05-10", "2027-05-09"),
    "mr-1": ("2027-05-09", "2028-05-09"),
    "mr-2": ("2032-04-01", "2033-03-31"),
    "varicella": ("2027-05-09", "2029-05-09"),
    "je-1": ("2026-11-09", "2033-11-09"),
    "je-2": ("2035-05-09", "2039-05-09"),
    "dt-2": ("2037-05-09", "2039-05-09"),
    "hpv9": ("2038-04-01", "2043-03-31"),
    "hpv4": ("2038-04-01", "2043-03-31"),
    "hpv2": ("2038-04-01", "2043-03-31"),
    "hpv-catchup": ("2022-04-01", "2026-03-31"),
    "mumps-voluntary": ("2027-05-09", "9999-12-31"),
    "influenza-voluntary-u13": ("2026-11-09", "2039-05-09"),
}


def test_every_product_has_its_row_and_its_course():
    assert set(PRODUCTS) == set(COURSE_OF) == set(Vaccine)


@pytest.mark.parametrize("series", WINDOWS)
def test_a_window_has_its_first_and_last_day(series):
    window = SERIES[series].versions[-1].window

    assert (window.first(BORN).isoformat(), window.last(BORN).isoformat()) == WINDOWS[series]


def test_the_window_of_a_pregnancy_is_in_weeks_and_days():
    window = SERIES["rsv-maternal"].versions[-1].window

    assert ((window.first(BORN) - BORN).days, (window.last(BORN) - BORN).days) == (28 * 7, 36 * 7 + 6)
    assert set(SERIES) == {*WINDOWS, "rsv-maternal"}


def test_every_row_has_its_source():
    rows = [
        *PRODUCTS.values(),
        *VERSIONS.values(),
        *(row for series in SERIES.values() for row in series.extensions),
        *(row for course in COURSES for row in course.switches),
        *BETWEEN,
        LONG_ILLNESS,
    ]

    assert [row for row in rows if not row.sources or not all(source.title for source in row.sources)] == []


@pytest.mark.parametrize("series", SERIES.values(), ids=lambda series: series.id)
def test_one_version_follows_the_other_without_a_gap(series):
    pairs = zip(series.versions, series.versions[1:], strict=False)

    assert all(after.effective_from - before.effective_to == timedelta(days=1) for before, after in pairs)


def test_versions_are_told_apart_by_their_ids():
    assert sum(len(series.versions) for series in SERIES.values()) == len(VERSIONS) == 24


@pytest.mark.parametrize("version", VERSIONS.values(), ids=lambda version: version.id)
def test_the_doses_of_a_variant_are_numbered_from_1(version):
    for variant in version.variants:
        assert [dose.n for dose in variant.doses] == list(range(1, len(variant.doses) + 1))
    assert [variant.start_by is None for variant in version.variants].count(True) == 1
    assert version.variants[-1].start_by is None


def test_no_interval_between_vaccines_is_longer_than_four_weeks():
    assert timedelta(days=28) == LONGEST_BETWEEN
