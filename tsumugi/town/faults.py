"""What is wrong in a town file, and where."""

from pathlib import Path
from typing import NamedTuple

MOST = 50  # faults told at once: whoever wrote more of them starts over anyway


class TownFault(NamedTuple):
    """One fault: the file, the line (from 1), the key as `table.key` (empty when no key can be named), and what to do.

    A message repeats ids, words and dates of the file, never its free text: that could be the very number we refuse.
    """

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        """One line for a terminal: `hanamachi.toml:12: child.birth_date: ...`."""
        return (
            f"{self.file}:{self.line}: {self.key}: {self.message}"
            if self.key
            else f"{self.file}:{self.line}: {self.message}"
        )


class Faults:
    """Collects the faults of one file."""

    def __init__(self, path: Path) -> None:
        self.file = str(path)
        self.found: set[TownFault] = set()

    def add(self, line: int, key: str, message: str) -> None:
        """Note one fault; the same fault is told once."""
        self.found.add(TownFault(self.file, line, key, message))

    def first(self) -> list[TownFault]:
        """The faults by line, as many as are told at once."""
        return sorted(self.found)[:MOST]
