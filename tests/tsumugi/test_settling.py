"""What a worker begins with is settled: left alone by the garbage collector, and in large pages where there are any."""

import os
import re
import subprocess
import sys

import pytest

from tests.running import ROOT
from tsumugi import settling
from tsumugi.settling import LARGE_PAGES

SETTLED = """
import gc, pathlib, sys
from tsumugi import settling
settling.LARGE_PAGES = pathlib.Path(sys.argv[1])
kept = [[number] for number in range(300_000)]  # some 30 MB
pages = settling.settle()
memory = open("/proc/self/smaps_rollup").read() if pages else ""
assert gc.get_freeze_count() > len(kept)
assert kept == [[number] for number in range(300_000)]
print(pages)
print(memory)
"""
USUAL_BYTES = 2 << 20  # of most processors; a page of 32 or 512 MiB has no place in so small a process


def settled(large_pages):
    """How many places the system took, and how many bytes in large pages it says there are."""
    command = [sys.executable, "-c", SETTLED, str(large_pages)]
    pages, _, memory = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.partition(
        "\n"
    )
    found = re.search(r"AnonHugePages: +(\d+) kB", memory)
    return int(pages), int(found[1]) * 1024 if found else 0


def puts_together():
    """Whether this system surely puts pages together when it is asked."""
    major, minor = re.match(r"(\d+)\.(\d+)", os.uname().release).groups()
    return settling._large_page_bytes() == USUAL_BYTES and (int(major), int(minor)) >= (6, 1)


def test_what_there_is_is_never_collected_and_lies_in_large_pages():
    pages, large_bytes = settled(LARGE_PAGES)

    assert bool(pages) is bool(large_bytes)
    assert pages or not puts_together()


@pytest.mark.parametrize("enabled", [None, "always madvise [never]\n"])
def test_where_there_are_no_large_pages_or_none_are_wanted_the_collector_alone_is_told(tmp_path, enabled):
    if enabled:
        (tmp_path / "enabled").write_text(enabled)
        (tmp_path / "hpage_pmd_size").write_text(str(USUAL_BYTES))

    assert settled(tmp_path) == (0, 0)


def test_what_is_nobodys_is_refused_and_nothing_happens():
    assert not settling._is_collapsed(0, USUAL_BYTES)  # no program has memory at the very beginning


def test_a_command_is_loaded_without_collecting_and_collects_afterwards():
    loaded = """
import gc
from tsumugi import commands
gc.collect()
is_loaded = []  # at each collection
gc.callbacks.append(lambda phase, facts: is_loaded.append("printing" in vars(commands)))
commands.printing
assert gc.isenabled()
gc.collect()
assert is_loaded and all(is_loaded), is_loaded
"""

    subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, check=True)
