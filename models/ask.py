"""Reads without a driver: a coroutine awaits rows, and whoever steps it (models/snapshot.py) brings them.

So what is read can be written once, in order, and run in a loop, in a worker thread or against another driver; what
coroutines ask side by side is asked in one go; and where asking takes no waiting, nobody is made to wait (`Now`).
"""

from collections.abc import Coroutine, Generator, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from models.prepared import Prepared

T = TypeVar("T")
Row = tuple[Any, ...]
Rows = Sequence[Row]


class Asked(NamedTuple):
    """One statement with its values by position, and how many rows it is likely to bring at most.

    `each`: several values instead, with each of which it is run, and brings a list of rows. Where asking costs no
    round trip, this is the fastest way to the first rows below each of many parents.
    """

    prepared: Prepared
    values: tuple[Any, ...]
    rows: int = 1
    each: Sequence[tuple[Any, ...]] | None = None


class Put(NamedTuple):
    """One statement that writes, done once for each row of values. For works of a journal (models/journal.py)."""

    prepared: Prepared
    rows: Sequence[tuple[Any, ...]]


Batch = tuple[Asked, ...]
Step = Asked | Put
Work = Coroutine[Batch, list[Rows], T]  # something to read, step by step
Moment = tuple[object, int]  # a connection, and how often it has seen that others wrote


class Now(Protocol):
    """Called, it is the rows at once; None where they must be awaited."""

    @property
    def moment(self) -> Moment | None:
        """Equal to an earlier one where nobody has written in between; None where that cannot be known."""

    def __call__(self, asked: Asked, /) -> Rows | None:
        """The rows, or None."""


class Ask:
    """Awaited, it is the rows of each statement, as the driver gives them."""

    __slots__ = ("_batch",)

    def __init__(self, *batch: Asked) -> None:
        self._batch = batch

    def __await__(self) -> Generator[Batch, list[Rows], list[Rows]]:
        return (yield self._batch)


class Do:
    """Awaited, it is the rows of each statement, nothing for those that write; for works of a journal."""

    __slots__ = ("_batch",)

    def __init__(self, *batch: Step) -> None:
        self._batch = batch

    def __await__(self) -> Generator[tuple[Step, ...], list[Rows], list[Rows]]:
        return (yield self._batch)


class _Later:
    @property
    def moment(self) -> None:
        """Not known."""

    def __call__(self, _asked: Asked, /) -> None:
        """None: everything must be awaited."""


later: Now = _Later()  # where everything must be awaited


def at_once(batch: Sequence[Asked], now: Now) -> list[Rows] | None:
    """The rows of each statement, if none of them must be awaited."""
    if len(batch) == 1:
        only = now(batch[0])
        return None if only is None else [only]
    found = []
    for each in batch:
        rows = now(each)
        if rows is None:
            return None
        found.append(rows)
    return found


async def rows_of(asked: Asked, now: Now = later) -> Rows:
    """The rows of one statement."""
    rows = now(asked)
    return (await Ask(asked))[0] if rows is None else rows


async def together(works: Sequence[Work[Any]], now: Now = later) -> list[Any]:
    """What each comes to; what they ask at the same time is asked in one go, unless it is answered at once."""
    if len(works) == 1:
        return [await works[0]]
    return await (_side_by_side(works) if now is later else _in_turn(works))


async def _in_turn(works: Sequence[Work[Any]]) -> list[Any]:
    try:
        return [await work for work in works]
    finally:
        for work in works:
            work.close()


async def _side_by_side(works: Sequence[Work[Any]]) -> list[Any]:
    results: list[Any] = [None] * len(works)
    waiting: list[tuple[int, Batch]] = []
    try:
        for at, work in enumerate(works):
            _step(results, waiting, at, (work, None))
        while waiting:
            asked, waiting = waiting, []
            rows = await Ask(*(each for _, batch in asked for each in batch))
            taken = 0
            for at, batch in asked:
                given = rows[taken : taken + len(batch)]
                taken += len(batch)
                _step(results, waiting, at, (works[at], given))
    finally:
        for work in works:
            work.close()
    return results


def _step(
    results: list[Any], waiting: list[tuple[int, Batch]], at: int, step: tuple[Work[Any], list[Rows] | None]
) -> None:
    work, given = step
    try:
        waiting.append((at, work.send(given)))  # type: ignore[arg-type]  # None starts it
    except StopIteration as done:
        results[at] = done.value
