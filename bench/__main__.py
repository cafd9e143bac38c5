"""`python -m bench`: towns, servers, equal answers, rounds, tables."""

import argparse
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from bench.compiling import compiling
from bench.equal import Unequal, refuse_broken, refuse_other, refuse_unequal
from bench.floors import LARGE, MAIN, POSTGRESQL, SMALL, verdicts
from bench.logging_in import logins
from bench.mercurius import install
from bench.operations import FAMILY_PAGE
from bench.points import purchases
from bench.report import print_checks, print_compiling, print_costs, print_logins, print_purchases, print_ratios, say
from bench.rounds import Pace, Task, measure
from bench.servers import ROOT
from bench.signing_in import checks
from bench.site import Place, Site, opened
from bench.towns.postgresql import postgresql
from bench.towns.town import NINE_O_CLOCK, Town, settings_of
from tsumugi.settings import MAX_BUDGET

FOLDER = ROOT / ".bench"


class Size(NamedTuple):
    """Families of the town in which everything is measured, of the small and of the large one; and the pace."""

    families: int
    small: int
    large: int
    pace: Pace


FULL = Size(20_000, 2_000, 200_000, Pace(rounds=7, seconds=2.0, connections=4))
QUICK = Size(200, 100, 1_000, Pace(rounds=2, seconds=0.5, connections=4))


def main() -> int:
    """1 when answers differ, or with `--floor` when a floor is missed."""
    wish = _parser().parse_args()
    size = QUICK if wish.quick else FULL
    if wish.families:
        size = size._replace(families=wish.families)
    if wish.points:
        bought = purchases()
        print_purchases(bought)
        return 1 if wish.floor and not all(each.is_within for each in bought) else 0
    if wish.login:
        return 1 if not _logins() and wish.floor else 0
    try:
        reached = _run(size, {"TSUMUGI_PLANS": wish.plans, "TSUMUGI_BUDGET": str(MAX_BUDGET)})
    except Unequal as why:
        say(f"Answers differ. {why}")
        return 1
    return 1 if wish.floor and not reached else 0


def _run(size: Size, more: dict[str, str]) -> bool:
    install()
    with ExitStack() as stack:
        say(f"Towns of {size.small:,}, {size.families:,} and {size.large:,} families ...")
        everything = stack.enter_context(
            opened(MAIN, _copy(size.families, more), size.families, "rest", "mercurius", "naive")
        )
        small, large = (
            stack.enter_context(opened(title, Place(_folder(families), more), families))
            for title, families in ((SMALL, size.small), (LARGE, size.large))
        )
        base = stack.enter_context(postgresql())
        apart = stack.enter_context(
            opened(POSTGRESQL, Place(FOLDER / "postgresql", more | base), size.families, "rest")
        )
        sizes = refuse_unequal(everything)
        refuse_other(apart, FAMILY_PAGE, apart.servers)
        say("Equal answers: " + ", ".join(f"{name} {size:,} bytes" for name, size in sizes.items()) + ".")
        figures = measure([*_tasks(everything), *_pages(small), *_pages(large), *_pages(apart)], size.pace)
        print_costs(figures)
        found = verdicts(figures)
        print_ratios(found)
        compiled = compiling(everything.settings, everything.town, NINE_O_CLOCK)
        print_compiling(compiled)
        is_login_cheap = _logins()
        say("\n" + refuse_broken(everything))
    return all(each.is_reached for each in found) and compiled.is_within and is_login_cheap


def _logins() -> bool:
    found = checks()
    print_checks(found)
    print_logins(logins())
    return all(each.is_within for each in found)


def _tasks(site: Site) -> list[Task]:
    return [Task(site, operation, server) for operation, server in site.asked()]


def _pages(site: Site) -> list[Task]:
    return [Task(site, FAMILY_PAGE, server) for server in site.servers]


def _folder(families: int) -> Path:
    return FOLDER / "towns" / str(families)


def _copy(families: int, more: dict[str, str]) -> Place:
    """A town of one's own for the servers that write the access log; the next run finds the first as it was."""
    Town.made(settings_of(_folder(families)), families)
    shutil.rmtree(FOLDER / "run", ignore_errors=True)
    return Place(shutil.copytree(_folder(families), FOLDER / "run"), more)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small towns and few rounds: does everything still run?")
    parser.add_argument("--families", type=int, help=f"of the town where everything is measured ({FULL.families:,})")
    parser.add_argument("--floor", action="store_true", help="exit with 1 when a floor is missed")
    parser.add_argument("--points", action="store_true", help="only what a purchase with points costs")
    parser.add_argument("--login", action="store_true", help="only what a login costs")
    parser.add_argument("--plans", choices=("on", "off", "compare"), default="on", help="TSUMUGI_PLANS of the product")
    return parser


if __name__ == "__main__":
    sys.exit(main())
