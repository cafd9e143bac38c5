"""The checkup programme of the municipality, for whoever was born on a day. Public."""

from datetime import date
from typing import NamedTuple

from models.checkup import CheckupKind
from resolvers.context import Context
from rules.checkup_programme import Law, visits

# A date of the calendar whose ages stay within it.
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)


class ProgrammeVisit(NamedTuple):
    """A visit, with the days between which it is offered to somebody born on a day."""

    kind: CheckupKind
    law: Law
    opens_on: date
    standard_to: date
    closes_on: date
    source: str


async def checkups(context: Context, born_on: date) -> list[ProgrammeVisit]:
    """In order; nothing for a day that is no birth date."""
    if not FIRST <= born_on <= LAST:
        return []
    return [
        ProgrammeVisit(row.kind, row.law, row.opens(born_on), row.standard_to(born_on), row.closes(born_on), row.source)
        for row in visits(context.municipality_code, born_on)
    ]
