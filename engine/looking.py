"""What a plan's answer shows of whom, counted from what was found: as often as graphql-core would have shown it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import compress, repeat
from typing import Any, get_origin

from engine.cells import Computed, Stored
from engine.plan import Found
from engine.run import Run
from resolvers.looks import Looks, cells_of
from schema.faces import watch_of

Subject = str | None
Times = Sequence[int] | None  # how often the answer shows each row; None: once


def note(run: Run) -> None:
    """Note in the run's context what was shown, and which ids were asked for in vain."""
    for found, times in run.found:
        _note(run, found, times)
    if run.context.notes is not None:
        for each in run.tries:
            run.context.notes.tried(each)


def _note(run: Run, found: Found, times: Times) -> None:
    if not found.rows or (run.context.looks is None and not found.reader.is_watched):
        return
    level = found.reader.level
    looks = watch_of(level.node)(run.context)
    if looks is not None:
        abouts = [row[found.reader.about] for row in found.rows]
        _seen(looks, found, abouts, times)
    for keys, below in found.below:
        _note(run, below, _times(keys, times, below))


def _seen(looks: Looks, found: Found, abouts: list[Subject], times: Times) -> None:
    every = _tally(abouts, times)
    for view, shown in zip(found.reader.level.views, found.views, strict=True):
        noted = [cell for cell in view.cells if isinstance(cell, Stored | Computed) and cell.cell is not None]
        looks.saw_each([str(cell.cell) for cell in noted if _is_certain(cell)], every)
        for cell in noted:
            if not _is_certain(cell):
                looks.saw_each([str(cell.cell)], _tally_of(cell, shown, abouts, times))


def _is_certain(cell: Stored | Computed) -> bool:
    """Whether every row shows it, and as one cell."""
    return cell.mask is None and not cell.declared.nullable and not _is_list(cell)


def _is_list(cell: Stored | Computed) -> bool:
    return get_origin(cell.declared.hint) is list


def _tally_of(
    cell: Stored | Computed, shown: Sequence[dict[str, Any]], abouts: list[Subject], times: Times
) -> Counter[Subject]:
    if _is_list(cell):
        cells = [cells_of(row[cell.key]) for row in shown]
        times = [each * number for each, number in zip(cells, repeat(1) if times is None else times, strict=False)]
    is_shown = [row[cell.key] is not None for row in shown]
    return _tally(list(compress(abouts, is_shown)), None if times is None else list(compress(times, is_shown)))


def _tally(abouts: Iterable[Subject], times: Times) -> Counter[Subject]:
    if times is None:
        return Counter(abouts)
    found = Counter[Subject]()
    for subject_id, number in zip(abouts, times, strict=True):
        found[subject_id] += number
    return found


def _times(keys: list[Any], times: Times, below: Found) -> Times:
    """How often each row below is shown: as often as the rows whose keys lead to it."""
    shown = Counter[Any]()
    for key, number in zip(keys, repeat(1) if times is None else times, strict=False):
        shown[key] += number
    found = [shown[row[0]] for row in below.rows]
    return None if all(number == 1 for number in found) else found
