"""Events as those read them who tell of them: by number, with a look back, since numbers are not written in order."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.columns import table_of
from models.ids import LETTER_AT, Letter
from models.notice import NoticeEvent
from models.store import Store
from resolvers.addressing import parties

LOOK_BACK = 1_000  # numbers; a transaction takes its numbers some time before it commits
MOST = 10_000  # events at once; who is behind by more begins anew
SUBJECTS_MOST = 1_000  # in one statement: both databases take some 32,000 binds
_event = table_of(NoticeEvent).c


class Event(NamedTuple):
    """That a notice was written, or that a ride has changed.

    `people`: who may have to do with the notice's subject, or the tablet; whether they may read is not asked.
    """

    seq: int
    row_id: str
    subject_id: str
    people: frozenset[str] = frozenset()

    @property
    def is_of_ride(self) -> bool:
        """Whether a tablet waits for it."""
        return self.row_id[LETTER_AT : LETTER_AT + 1] == Letter.RIDE.value


class Reading:
    """What one process has seen of the events."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._newest = 0
        self._seen: set[int] = set()

    async def begin(self) -> None:
        """Whatever was written until now is old."""
        async with self._store.reading() as connection:
            self._newest = await connection.scalar(select(func.max(_event.seq))) or 0
            rows = await connection.execute(select(_event.seq).where(_event.seq > self._newest - LOOK_BACK))
            self._seen = {row.seq for row in rows}

    async def new(self) -> list[Event]:
        """What was not seen yet."""
        wanted = select(*_event).where(_event.seq > self._newest - LOOK_BACK).order_by(_event.seq).limit(MOST)
        async with self._store.reading() as connection:
            found = [Event(*row) for row in await connection.execute(wanted)]
            new = [each for each in found if each.seq not in self._seen]
            people = await _people(connection, sorted({each.subject_id for each in new if not each.is_of_ride}))
        self._note(each.seq for each in new)
        tablets = {each.subject_id: {each.subject_id} for each in new if each.is_of_ride}
        return [each._replace(people=frozenset((tablets | people)[each.subject_id])) for each in new]

    def _note(self, numbers: Iterable[int]) -> None:
        self._seen.update(numbers)
        self._newest = max(self._seen, default=self._newest)
        self._seen = {each for each in self._seen if each > self._newest - LOOK_BACK}


async def _people(connection: AsyncConnection, subjects: Sequence[str]) -> defaultdict[str, set[str]]:
    """For each subject who may have to do with it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for at in range(0, len(subjects), SUBJECTS_MOST):
        for subject_id, person_id in await connection.execute(parties(subjects[at : at + SUBJECTS_MOST])):
            found[subject_id].add(person_id)
    return found
