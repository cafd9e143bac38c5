"""The page that privacy officers read lists every field with its people, and is the committed one."""

import pytest

from auth.groups import GROUPS, IDENTITY, LINK_IDS, PUBLIC, SHARE_GRANTS, VACC_PLACE, VACC_RECORDS
from auth.policy import (
    ANONYMOUS,
    AUTHORITY_WITHOUT_CARE,
    CLINIC,
    GUARDIAN_SOLE,
    INVITED_FAMILY,
    PARTNER_MUNICIPALITY,
    POLICIES,
    SHOP,
    STAFF_HEALTH,
)
from auth.purpose import PURPOSES
from schema.node import DEEDS, NODES, ROOTS
from schema.report import letters, permissions_page
from tests.house.source import ROOT

PAGE = permissions_page()
CELLS = [
    (PUBLIC, ANONYMOUS, "P"),
    (LINK_IDS, GUARDIAN_SOLE, "-"),
    (IDENTITY, GUARDIAN_SOLE, "R"),
    (VACC_RECORDS, GUARDIAN_SOLE, "RW"),
    (VACC_PLACE, AUTHORITY_WITHOUT_CARE, "Rm"),
    (VACC_RECORDS, INVITED_FAMILY, "Rc"),
    (VACC_RECORDS, PARTNER_MUNICIPALITY, "Rd"),
    (VACC_RECORDS, STAFF_HEALTH, "RWd"),
    (VACC_RECORDS, CLINIC, "O+Rc"),
    (SHARE_GRANTS, SHOP, "-"),
]


def chapter(title):
    """The lines below a heading, up to the next of its kind."""
    lines = PAGE.splitlines()
    start = lines.index(title)
    level = title.split(" ")[0] + " "
    rest = [at for at in range(start + 1, len(lines)) if lines[at].startswith((level, "## "))]
    return lines[start : rest[0] if rest else len(lines)]


def rows(title, name):
    return [line for line in chapter(title) if line.startswith(f"| `{name}` |")]


@pytest.mark.parametrize(("group", "policy", "sign"), CELLS, ids=str)
def test_a_cell_says_its_right_in_letters(group, policy, sign):
    assert letters(group, policy) == sign


LISTED = {
    "field": [(f"### {node.name}", name) for node in NODES.values() for name in node.fields],
    "root": [(f"### {owner}", name) for owner, fields in ROOTS.items() for name in fields],
    "deed": [("## Deeds", name) for name in DEEDS],
    "purpose": [("## Purposes", code) for code in PURPOSES],
    "policy": [("## Policies", policy.name) for policy in POLICIES],
}


@pytest.mark.parametrize("what", LISTED)
def test_everything_is_listed_once_where_it_belongs(what):
    assert LISTED[what]
    assert [each for each in LISTED[what] if len(rows(*each)) != 1] == []


def test_every_field_group_has_a_heading():
    lines = PAGE.splitlines()

    assert [group for group in GROUPS if lines.count(f"### {group.name}") != 1] == []


def test_what_is_told_of_ones_own_permissions_belongs_to_no_group():
    row = rows("### Viewer", "explain")[0]

    assert row.endswith("| none: it tells callers of their own permissions | everybody who has logged in |")


def test_a_field_that_tells_where_somebody_is_is_marked():
    assert "| place |" in rows("### Vaccination", "lot")[0]
    assert "| place |" not in rows("### Vaccination", "vaccine")[0]


def test_a_group_that_admits_nobody_and_one_that_admits_everybody_say_so():
    assert "Admits: nobody." in "\n".join(chapter("### LINK_IDS"))
    assert "Admits: everybody (P)." in "\n".join(chapter("### PUBLIC"))


def test_a_masked_policy_is_not_among_those_who_see_a_place():
    assert "AUTHORITY_WITHOUT_CARE" not in rows("### Vaccination", "lot")[0]
    assert "`AUTHORITY_WITHOUT_CARE` R" in rows("### Vaccination", "vaccine")[0]


def test_only_who_writes_is_listed_with_a_deed():
    row = rows("## Deeds", "recordVaccination")[0]

    assert "`STAFF_HEALTH` RWd" in row
    assert "`INVITED_FAMILY`" not in row


def test_the_committed_page_is_the_printed_one():
    assert (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8") == PAGE
