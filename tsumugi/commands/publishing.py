"""`tsumugi import duty-doctors`: a list of duties, as a whole or not at all."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.duty_doctor import DutyDoctor
from models.municipality import Municipality
from tsumugi.duty_file import DutyFault, DutyLine, Terms, read_duties
from tsumugi.halt import Halt
from tsumugi.settings import Settings
from tsumugi.transacting import transacted


class List(NamedTuple):
    """The slot of a day in one revision, and its lines."""

    place: tuple[str, date, Any, int]
    lines: list[DutyLine]


class Counts(NamedTuple):
    """How many lines were new, and how many there already."""

    new: int
    known: int


def duty_doctors(settings: Settings, path: Path, now: datetime, *, with_extra_days: bool) -> str:
    """Add the slots of a list that are not there yet; every fault is told by line and column."""
    try:
        found = read_duties(path, Terms(now, with_extra_days))
    except OSError:
        raise Halt(f"{path} cannot be read.") from None
    lines = [each for each in found if isinstance(each, DutyLine)]
    faults: Sequence[DutyFault] = [each for each in found if isinstance(each, DutyFault)]
    kept = _kept(settings, lines) if lines else faults
    if not isinstance(kept, Counts):
        raise Halt("\n".join(f"{path}:{fault}" for fault in kept) + "\nNothing was imported.")
    return f"{kept.new} duties imported, {kept.known} were there already."


def _kept(settings: Settings, lines: list[DutyLine]) -> Counts | list[DutyFault]:
    async def work(session: AsyncSession) -> Counts | list[DutyFault]:
        codes = set((await session.exec(select(Municipality.code))).all())
        faults, new = [], []
        for each in _lists(lines):
            fault = _bad_code(each, codes) or await _bad_place(session, each)
            if isinstance(fault, DutyFault):
                faults.append(fault)
            elif not fault:
                new += [line.row for line in each.lines]
        if not faults:
            session.add_all(new)
        return faults or Counts(len(new), len(lines) - len(new))

    return transacted(settings, work, serialised=True)


def _lists(lines: list[DutyLine]) -> list[List]:
    """In the order of places, each revision after the one before."""

    def place(line: DutyLine) -> tuple[str, date, str, int]:
        row = line.row
        return row.municipality_code, row.duty_date, row.slot.value, row.revision

    ordered = sorted(lines, key=place)
    grouped = ((key, list(group)) for key, group in groupby(ordered, key=place))
    return [List((code, day, group[0].row.slot, revision), group) for (code, day, _, revision), group in grouped]


def _bad_code(each: List, codes: set[str]) -> DutyFault | None:
    line = each.lines[0].line
    known = each.place[0] in codes
    return None if known else DutyFault(line, "municipality_code", f"{each.place[0]} is no municipality of this server")


async def _bad_place(session: AsyncSession, each: List) -> DutyFault | bool:
    """Whether the same list is there already; a fault where it says otherwise, or comes after a later one."""
    code, day, slot, revision = each.place
    of_slot = select(DutyDoctor).where(
        col(DutyDoctor.municipality_code) == code, col(DutyDoctor.duty_date) == day, col(DutyDoctor.slot) == slot
    )
    kept = (await session.exec(of_slot)).all()
    same = [_said(row) for row in kept if row.revision == revision]
    newest = max((row.revision for row in kept), default=0)
    line = each.lines[0].line
    if same:
        if sorted(same) == sorted(_said(one.row) for one in each.lines):
            return True
        what = f"{revision} is there with another content: raise it for the whole slot"
        return DutyFault(line, "valid_revision", what)
    if revision < newest:
        return DutyFault(line, "valid_revision", f"{revision} is older than {newest}, which is there")
    return False


def _said(row: DutyDoctor) -> str:
    values = row.model_dump(exclude={"id"}) | {"published_at": row.published_at.timestamp()}
    return repr(sorted(values.items()))
