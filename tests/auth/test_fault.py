"""Every fault is documented and some test reaches it."""

import re

from auth.fault import Fault
from tests.house.source import ROOT


def test_every_fault_is_explained():
    page = (ROOT / "docs" / "identity.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `([A-Z]+_[A-Z_]+)` \|", page, re.MULTILINE)) == {fault.value for fault in Fault}


def test_every_fault_is_reached_by_a_test():
    files = [path for folder in ("auth", "tsumugi") for path in (ROOT / "tests" / folder).glob("test_*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in files)

    assert [fault.name for fault in Fault if f"Fault.{fault.name}" not in text] == []
