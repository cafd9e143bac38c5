"""The tables, as docs/performance.md keeps them."""

from collections.abc import Mapping, Sequence

from bench.compiling import Compiled
from bench.floors import COLD_MS, DOCUMENTS_MIB, Verdict
from bench.logging_in import Login
from bench.operations import OPERATIONS
from bench.points import STATEMENTS_MOST, Purchases
from bench.rounds import Figures, Key
from bench.signing_in import Cost

TITLES = {operation.name: operation.title for operation in OPERATIONS}


def print_costs(figures: Mapping[Key, Figures]) -> None:
    """CPU, pace and tail of every server."""
    print("\n| operation | town | server | CPU ms an answer | answers a second | p99 ms |")
    print("|---|---|---|---|---|---|")
    for key, each in sorted(figures.items(), key=lambda pair: list(TITLES).index(pair[0].operation)):
        cells = (TITLES[key.operation], key.site, key.server, _number(each.cpu_ms), f"{each.per_second:,.0f}")
        print(f"| {' | '.join(cells)} | {_number(each.p99_ms)} |")


def print_ratios(verdicts: Sequence[Verdict]) -> None:
    """Every floor beside what was reached."""
    print("\n| Tsumugi's | against | times as cheap | floor | |")
    print("|---|---|---|---|---|")
    for floor, ratio in verdicts:
        site, server = floor.against
        against = server if site == floor.site else f"{server}: {site}"
        verdict = _reached(is_it=ratio >= floor.least)
        ours = f"{TITLES[floor.operation]}, {floor.site}"
        print(f"| {ours} | {against} | {_number(ratio)} | {_number(floor.least)} | {verdict} |")


def print_compiling(compiled: Compiled) -> None:
    """What compiling takes, beside its floors."""
    print("\n| compiled | measured | at most | |")
    print("|---|---|---|---|")
    for title, cold_ms in compiled.cold_ms.items():
        print(f"| {title}, cold | {_number(cold_ms)} ms | {COLD_MS} ms | {_reached(is_it=cold_ms <= COLD_MS)} |")
    mib = compiled.documents_mib
    print(
        f"| 1,000 documents like (a) | {mib:.0f} MiB | {DOCUMENTS_MIB} MiB | {_reached(is_it=mib <= DOCUMENTS_MIB)} |"
    )


def print_checks(found: Sequence[Cost]) -> None:
    """What the checks of a login take, beside their floors and a bare check of the signature."""
    print("\n| checked | CPU ms | its signature alone | times as dear | at most | |")
    print("|---|---|---|---|---|---|")
    for each in found:
        cells = (each.cpu_ms, each.bare_ms, each.cpu_ms / each.bare_ms, each.most_ms)
        print(f"| {each.what} | {' | '.join(map(_number, cells))} | {_reached(is_it=each.is_within)} |")


def print_logins(found: Sequence[Login]) -> None:
    """What a whole login takes, and how often a bare check of the card's signature could be done meanwhile."""
    print("\n| database | a card with | challenge, CPU ms | login | both | its signature alone | times as dear |")
    print("|---|---|---|---|---|---|---|")
    for each in found:
        cells = (each.challenge_ms, each.login_ms, each.whole_ms, each.bare_ms, each.whole_ms / each.bare_ms)
        print(f"| {each.database} | {each.algorithm} | {' | '.join(map(_number, cells))} |")


def print_purchases(found: list[Purchases]) -> None:
    """Statements of a hold and of a capture, and purchases a second beside bare inserts."""
    print("\n| database | statements of a hold | of a capture | at most | | purchases a second | of bare inserts |")
    print("|---|---|---|---|---|---|---|")
    for each in found:
        acts = f"{each.hold_statements} | {each.capture_statements} | {STATEMENTS_MOST}"
        speed = f"{_number(each.per_second)} | {_number(100 * each.ratio)} %"
        print(f"| {each.database} | {acts} | {_reached(is_it=each.is_within)} | {speed} |")


def say(sentence: str) -> None:
    """A line of its own."""
    print(sentence, flush=True)


def _reached(*, is_it: bool) -> str:
    return "reached" if is_it else "MISSED"


def _number(value: float) -> str:
    """Three digits that mean something."""
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"  # noqa: PLR2004
