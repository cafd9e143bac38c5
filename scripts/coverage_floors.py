"""Reads a coverage report (JSON) from standard input and fails below the floors; a branch counts as much as a line."""

import json
import sys
from textwrap import shorten
from typing import Any

FLOORS = {"rules/": 100, "auth/": 100, "schema/": 100, "": 95}  # per cent; the empty name is everything
WIDTH = 160

File = dict[str, Any]


def counts(file: File) -> tuple[int, int]:
    """What ran, and what there is to run: statements and branches."""
    summary = file["summary"]
    ran: int = summary["covered_lines"] + summary["covered_branches"]
    return ran, summary["num_statements"] + summary["num_branches"]


def places(file: File) -> str:
    """Lines, and branches between lines, that did not run."""
    branches = [f"{start}->{end}" for start, end in file["missing_branches"]]
    return shorten(" ".join([*map(str, file["missing_lines"]), *branches]), WIDTH, placeholder=" ...")


def share(floor: str, files: dict[str, File]) -> float:
    """Per cent of what there is to run below a folder; a folder with nothing to run is covered."""
    ours = [counts(file) for path, file in files.items() if path.startswith(floor)]
    there = sum(each for _, each in ours)
    return 100 * sum(ran for ran, _ in ours) / there if there else 100.0


def main() -> int:
    """Print every floor, and every place that keeps us from one; 1 if one is not reached."""
    files = json.load(sys.stdin)["files"]
    low = [floor for floor, wanted in FLOORS.items() if share(floor, files) < wanted]
    for path, file in files.items():
        if len(set(counts(file))) > 1 and path.startswith(tuple(low)):
            print(f"not run: {path}: {places(file)}")
    for floor, wanted in FLOORS.items():
        verdict = "TOO LOW" if floor in low else "ok"
        print(f"coverage of {floor or 'everything'}: {share(floor, files):.2f} %, floor {wanted} %: {verdict}")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
