"""What a worker begins with is settled: left alone by the garbage collector, and in large pages where there are any."""

import os
import re
import subprocess
import sys

from tests.running import ROOT
from tsumugi import settling
from tsumugi.settling import LARGE_PAGE

SETTLED = """
import gc, pathlib, sys
from tsumugi import settling
settling.LARGE_PAGE = pathlib.Path(sys.argv[1])
kept = [[number] for number in range(300_000)]  # some 30 MB
pages = settling.settle()
memory = open("/proc/self/smaps_rollup").read() if pages else ""
assert gc.get_freeze_count() > len(kept)
assert kept == [[number] for number in range(300_000)]
print(pages)
print(memory)
"""


def settled(large_page):
    """How many large pages there are, and how many bytes the system says they have."""
    command = [sys.executable, "-c", SETTLED, str(large_page)]
    pages, _, memory = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.partition(
        "\n"
    )
    found = re.search(r"AnonHugePages: +(\d+) kB", memory)
    return int(pages), int(found[1]) * 1024 if found else 0


def puts_together():
    """Whether this kernel surely puts pages together when it is asked."""
    allowed = LARGE_PAGE.with_name("enabled")
    if not allowed.exists() or "[never]" in allowed.read_text(encoding="ascii"):
        return False
    major, minor = re.match(r"(\d+)\.(\d+)", os.uname().release).groups()
    return (int(major), int(minor)) >= (6, 1)


def test_what_there_is_is_never_collected_and_lies_in_as_many_large_pages_as_are_told():
    pages, large_bytes = settled(LARGE_PAGE)

    assert large_bytes >= pages * (int(LARGE_PAGE.read_text(encoding="ascii")) if pages else 0)
    assert pages or not puts_together()


def test_where_there_are_no_large_pages_the_collector_alone_is_told(tmp_path):
    assert settled(tmp_path / "none") == (0, 0)


def test_what_is_nobodys_is_refused_and_nothing_happens():
    assert not settling._is_collapsed(0, 2 << 20)  # no program has memory at the very beginning
