"""A purpose is stated by whom it is meant for, with a case, and opens what the published table says."""

import csv
from pathlib import Path

import pytest

from auth.purpose import PURPOSES, PurposeInvalid, stated
from models.organisation import CallerKind

TABLE = (Path(__file__).parents[1] / "data" / "purposes.csv").read_text(encoding="utf-8")
ROWS = {row["code"]: row for row in csv.DictReader(TABLE.splitlines())}
NURSE = CallerKind.STAFF_HEALTH
PAIRS = [(code, kind) for code in ROWS for kind in CallerKind]


@pytest.mark.parametrize(
    "header",
    [
        "",
        ":",
        "CHK",
        "CHK:",
        "CHK: 1",
        " CHK:1",
        "chk:1",
        "XXX:1",
        "CHK:-1",
        "CHK:a b",
        "CHK:1\n",
        "CHK:１",
        "CHK:" + "1" * 41,
        "CHK:1:2",
        "CHK,VAC:1",
    ],
    ids=repr,
)
def test_a_header_of_another_shape_is_refused(header):
    with pytest.raises(PurposeInvalid):
        stated(header, NURSE)


@pytest.mark.parametrize(
    ("code", "kind"), [pair for pair in PAIRS if pair[1].value not in ROWS[pair[0]]["roles"].split("|")]
)
def test_nobody_states_a_purpose_of_another_role(code, kind):
    with pytest.raises(PurposeInvalid):
        stated(f"{code}:1", kind)


@pytest.mark.parametrize("kind", CallerKind)
def test_no_header_states_nothing(kind):
    assert stated(None, kind) is None


@pytest.mark.parametrize(
    ("code", "kind"), [pair for pair in PAIRS if pair[1].value in ROWS[pair[0]]["roles"].split("|")]
)
def test_a_role_states_its_own_purposes(code, kind):
    found = stated(f"{code}:2026-0142", kind)

    assert (found.purpose.code, found.case) == (code, "2026-0142")


@pytest.mark.parametrize("case", ["1", "2026-0142", "R8/12.3_a", "a" * 40])
def test_a_case_is_a_file_number(case):
    assert stated(f"CHK:{case}", NURSE).case == case


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_purpose_opens_what_the_table_says(row):
    found = PURPOSES[row["code"]]

    assert {group.name.lower() for group in found.opens} == set(row["field_groups"].split("|"))
    assert (found.ja, found.en) == (row["ja"], row["en"])
    assert {kind.value for kind in found.kinds} == set(row["roles"].split("|"))


def test_no_purpose_stands_beside_the_table():
    assert list(PURPOSES) == list(ROWS)
