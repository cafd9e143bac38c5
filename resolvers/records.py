"""Records with their provenance: a new one, one more source of one that is there, one that takes another's place."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import table_of
from models.organisation import Organisation
from models.record import Provenance, RecordSource
from models.refusal import Refused
from resolvers.corrections import replacement
from resolvers.deed import Task
from resolvers.provenance import rest, sources_of
from resolvers.record_kinds import BY_RECORD, Kind, Said


class Keeping:
    """The records of one deed in the making; on what they rest is written when it closes, behind what it rests on.

    What is said comes as it is of the child (`Said.of`).
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._session: AsyncSession = task.session
        self._pending: list[Provenance] = []

    def new(self, said: Said, source: RecordSource, organisation: Organisation) -> Any:
        """A record that nobody has told of before."""
        kind, told = said.kind, _origin(said.kind, source, organisation)
        id = self._task.new_id(kind.letter)
        row = kind.model(id=id, child_id=source.child_id, recorded_at=self._task.context.now, **said.columns, **told)
        self._session.add(row)
        self.rests(id, source)
        return row

    def rests(self, record_id: str, source: RecordSource) -> None:
        """One more source of a record."""
        self._pending.append(rest(self._task, record_id, source))

    async def replace(self, row: Any, said: Said, source: RecordSource) -> Any:
        """The record that takes the place of another, and rests on all that this one rested on, and on the source."""
        await self.close()
        emptied = dict.fromkeys(name for name in said.kind.names if name not in said.values)
        found = replacement(self._task, row, self._task.new_id(said.kind.letter), {**emptied, **said.columns})
        if isinstance(found, Refused):
            return found
        self._session.add(found)
        for each in (*await sources_of(self._session, row.id), source):
            self.rests(found.id, each)
        return found

    async def standing(self, kind: Kind, record_id: str | None) -> Any:
        """The record with this id, if no other has taken its place."""
        table: Any = kind.model
        return (await self._session.exec(select(table).where(table.id == record_id, kind.standing))).first()

    async def record_of(self, source: RecordSource) -> str | None:
        """The record that rests on this source, and whose place no other has taken, if there is one."""
        await self.close()
        table = table_of(BY_RECORD[source.kind].model)
        rows = select(col(Provenance.record_id)).join(table, table.c.id == col(Provenance.record_id))
        found = rows.where(Provenance.source_id == source.id).order_by(table.c.is_replaced, table.c.id)
        return (await self._session.exec(found)).first()

    async def is_alone(self, row: Any, source: RecordSource) -> bool:
        """Whether nobody but this source has told of the record, and the city has not put it right."""
        sources = await sources_of(self._session, row.id)
        return row.correction_reason is None and all(_named(each) == _named(source) for each in sources)

    async def close(self) -> None:
        """Write on what records rest, once what they rest on is there."""
        await self._session.flush()
        self._session.add_all(self._pending)
        self._pending = []
        await self._session.flush()


def differs(row: Any, values: Mapping[str, Any]) -> bool:
    """Whether a source says of a record something else than what it says, and not only more or less."""
    return any(getattr(row, name) not in {None, value} for name, value in values.items())


def _named(source: RecordSource) -> tuple[str, str | None]:
    return source.organisation_id, source.source_record_id


def _origin(kind: Kind, source: RecordSource, organisation: Organisation) -> dict[str, Any]:
    """The columns of a row that tell where it came from, as far as its table has them."""
    found = {
        "organisation_id": source.organisation_id,
        "source_record_id": source.source_record_id,
        "municipality_code": organisation.municipality_code,
        "recorded_by_id": organisation.id,
    }
    return {name: value for name, value in found.items() if name in table_of(kind.model).c}
