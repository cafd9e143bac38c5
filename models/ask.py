"""Reads without a driver: a coroutine awaits `Ask`, and whoever steps it (models/snapshot.py) brings the rows.

So what is read can be written once, in order, and run in a loop, in a worker thread or against another driver; and what
coroutines ask side by side is asked in one go.
"""

from collections.abc import Coroutine, Generator, Sequence
from typing import Any, NamedTuple, TypeVar

from models.prepared import Prepared

T = TypeVar("T")
Row = tuple[Any, ...]
Rows = Sequence[Row]


class Asked(NamedTuple):
    """One statement with its values by position, and how many rows it is likely to bring at most.

    `again`: values with which it is run once more, its rows added. Where asking costs no round trip, this is the
    fastest way to the first rows below each of many parents.
    """

    prepared: Prepared
    values: tuple[Any, ...]
    rows: int = 1
    again: Sequence[tuple[Any, ...]] = ()


class Put(NamedTuple):
    """One statement that writes, done once for each row of values. For works of a journal (models/journal.py)."""

    prepared: Prepared
    rows: Sequence[tuple[Any, ...]]


Batch = tuple[Asked, ...]
Step = Asked | Put
Work = Coroutine[Batch, list[Rows], T]  # something to read, step by step


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


async def rows_of(asked: Asked) -> Rows:
    """The rows of one statement."""
    return (await Ask(asked))[0]


async def together(works: Sequence[Work[Any]]) -> list[Any]:
    """What each comes to; what they ask at the same time is asked in one go."""
    if len(works) <= 1:
        return [await work for work in works]
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
