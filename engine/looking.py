"""What a plan's answer shows of whom, counted from what was found: as often as graphql-core would have shown it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress, repeat
from operator import itemgetter
from typing import Any

from engine.cells import Computed, Stored, is_certain
from engine.plan import Found
from engine.run import Run
from resolvers.looks import Looks
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
    if not any(found.groups) or (run.context.looks is None and not found.reader.is_watched):
        return
    looks = watch_of(found.reader.level.node)(run.context)
    if looks is not None:
        _seen(looks, run, found, times)
    for keys, below in found.below:
        _note(run, below, _times(keys, times, below))


def _abouts(found: Found) -> list[Subject]:
    """Whom each row is about."""
    at = found.reader.about
    if at is not None:
        return [row[at] for rows in found.groups for row in rows]
    assert found.parents is not None, "rows that are about a parent hang below one"
    return [parent for parent, rows in zip(found.parents, found.groups, strict=True) for _ in rows]


def _every(found: Found, times: Times) -> Mapping[Subject, int]:
    """How many rows about each subject are shown."""
    if found.reader.about is not None or times is not None:
        return _tally(_abouts(found), times)
    return {parent: len(rows) for parent, rows in zip(found.parents or (), found.groups, strict=True) if rows}


def _seen(looks: Looks, run: Run, found: Found, times: Times) -> None:
    every = _every(found, times)
    for at, view in enumerate(found.reader.level.views):
        noted = [cell for cell in view.cells if isinstance(cell, Stored | Computed) and cell.cell is not None]
        looks.saw_each([str(cell.cell) for cell in noted if is_certain(cell)], every)
        for cell in noted:
            if not is_certain(cell):
                name = f"{found.reader.level.node.name}_{at}"
                counts = found.counts.get((name, cell.key), ())
                looks.saw_each([str(cell.cell)], _shown(cell, run, found, counts, (every, times)))


def _shown(
    cell: Stored | Computed, run: Run, found: Found, counts: Sequence[int], seen: tuple[Mapping[Subject, int], Times]
) -> Mapping[Subject, int]:
    """How many cells were shown about each subject, where `seen` is on how many rows, and how often each row.

    `counts`: of a computed one how many each row shows.
    """
    every, times = seen
    if isinstance(cell, Computed):
        shown = counts if times is None else [each * number for each, number in zip(counts, times, strict=True)]
        return {subject: number for subject, number in _tally(_abouts(found), shown).items() if number}
    if cell.mask is None and found.reader.about is None and times is None:
        return _filled(found, cell.at)
    values = found.reader.seen(run, found, cell)
    if None not in values:
        return every
    is_null = [value is None for value in values]
    nulls = _tally(compress(_abouts(found), is_null), None if times is None else list(compress(times, is_null)))
    left = {subject: number - nulls.get(subject, 0) for subject, number in every.items()}
    return {subject: number for subject, number in left.items() if number}


def _filled(found: Found, at: int) -> Mapping[Subject, int]:
    """How many rows below each parent have a value there."""
    groups, value = zip(found.parents or (), found.groups, strict=True), itemgetter(at)
    return {parent: n for parent, rows in groups if (n := len(rows) - [*map(value, rows)].count(None))}


def _tally(abouts: Iterable[Subject], times: Times) -> Mapping[Subject, int]:
    if times is None:
        return Counter(abouts)
    found = Counter[Subject]()
    for subject_id, number in zip(abouts, times, strict=True):
        found[subject_id] += number
    return found


def _times(keys: list[Any], times: Times, below: Found) -> Times:
    """How often each row below is shown: as often as the rows whose keys lead to it."""
    if times is None and len(set(keys)) == len(keys):
        return None
    shown = Counter[Any]()
    for key, number in zip(keys, repeat(1) if times is None else times, strict=False):
        shown[key] += number
    if below.parents is None:
        found = [shown[row[0]] for rows in below.groups for row in rows]
    else:
        found = [shown[key] for key, rows in zip(below.parents, below.groups, strict=True) for _ in rows]
    return None if all(number == 1 for number in found) else found
