"""What deeds share that write entries of guardians: nothing is changed, a later entry replaces what was wrong."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

from sqlmodel import SQLModel

from models.child import Child
from models.columns import table_of
from models.refusal import RefusalCode, Refused
from resolvers.checked import bad_words, camel
from resolvers.deed import Task


class Entry(NamedTuple):
    """An entry in the making: about whom, what it says, and how it came about."""

    child: Child
    said: Mapping[str, Any]
    how: Mapping[str, Any]

    @property
    def words(self) -> Any:
        """What it says, as a deed's input says it."""
        return SimpleNamespace(**self.said)


def first(task: Task, said: Mapping[str, Any]) -> Entry:
    """An entry that replaces none."""
    return Entry(task.child, said, _written(task))


async def corrected(task: Task, given: Any, model: type[SQLModel], said: Mapping[str, Any]) -> Entry | Refused:
    """The entry that takes the place of the one that the deed is about, or why not.

    What is given takes the place of what stands, what is None stays, `emptied` is taken away. A void entry keeps what
    it voids, so that to correct it brings that back.
    """
    empty = bad_words(given, "reason") or _emptied(model, list(said), given.emptied or [])
    if isinstance(empty, Refused):
        return empty
    row = await task.session.get_one(model, task.about.id)
    told = {name: value for name, value in said.items() if value is not None}
    before = {name: getattr(row, name) for name in said}
    after = before | dict.fromkeys(empty) | told
    refused = _bad_place(task.about, given, is_changed=after != before, says_something=bool(told or empty))
    if refused is not None:
        return refused
    child = await task.session.get_one(Child, task.about.child_id)
    how = {"replaces_id": task.about.id, "correction_reason": given.reason, "is_void": given.is_void}
    return Entry(child, after, _written(task) | how)


def _bad_place(about: Any, given: Any, *, is_changed: bool, says_something: bool) -> Refused | None:
    if about.is_replaced:
        return Refused(RefusalCode.ENTRY_REPLACED)
    if given.is_void and says_something:
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "isVoid")
    if about.is_void is given.is_void and not is_changed:
        return Refused(RefusalCode.ALREADY_RECORDED)
    return None


def _emptied(model: type[SQLModel], said: Sequence[str], names: Sequence[str]) -> list[str] | Refused:
    """The columns of the fields that a correction empties, from their names in the graph."""
    columns = table_of(model).c
    known = {camel(name): name for name in said if columns[name].nullable}
    return (
        [known[name] for name in names]
        if set(names) <= known.keys()
        else Refused(RefusalCode.VALUE_OUT_OF_RANGE, "emptied")
    )


def _written(task: Task) -> dict[str, Any]:
    return {"recorded_by_id": task.context.caller.holder.id, "recorded_at": task.context.now}
