"""Corrections by new entries: what stands is replaced by a row with the changes, and stays as it was."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import SQLModel

from auth.access import Access, Caller, Verdict
from auth.group import Group
from models.child import Child
from models.refusal import RefusalCode, Refused
from models.relation import relation_of
from models.subject import Noun
from resolvers.checked import bad_text, camel, is_blank
from resolvers.deed import Task
from rules.items import Item, Part

Row = TypeVar("Row", bound=SQLModel)


def named(refused: Refused | None) -> Refused | None:
    """A rule's refusal with its field as the client wrote it."""
    return refused and refused._replace(field=refused.field and camel(refused.field))


def emptied(items: Sequence[Item], names: Sequence[str]) -> list[str] | Refused:
    """The columns of the fields that a correction empties, from their names in the graph."""
    known = {camel(item.name): item.name for item in items}
    if not set(names) <= known.keys():
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "emptied")
    return [known[name] for name in names]


def closed_part(
    caller: Caller, noun: Noun, items: Sequence[Item], named: Collection[str], groups: Mapping[Part, Group]
) -> Refused | None:
    """The first of the named items that lies in a part which the caller may not write."""
    for item in items:
        verdict = caller.verdict(Access((groups[item.part],), writes=True), noun)
        if item.name in named and verdict.is_closed:
            needs_purpose = verdict is Verdict.PURPOSE_REQUIRED
            code = RefusalCode.PURPOSE_REQUIRED if needs_purpose else RefusalCode.NOT_PERMITTED
            return Refused(code, camel(item.name))
    return None


def values_of(row: SQLModel) -> dict[str, Any]:
    """Every column of a row by name."""
    return {name: getattr(row, name) for name in type(row).model_fields}


def replacement(task: Task, row: Row, id: str, changes: Mapping[str, Any]) -> Row | Refused:
    """The entry that takes the place of a row, which it marks; refused where a later one has, or nothing changes."""
    before = values_of(row)
    if before["is_replaced"]:
        return Refused(RefusalCode.ENTRY_REPLACED)
    if all(before[name] == value for name, value in changes.items()):
        return Refused(RefusalCode.ALREADY_RECORDED)
    row.is_replaced = True
    task.session.add(row)
    kept = {"id": id, "replaces_id": before["id"], "is_replaced": False, "recorded_at": task.context.now}
    return type(row)(**(before | dict(changes) | kept))


def bad_reason(given: Any) -> Refused | None:
    """A correction says why."""
    if is_blank(given.reason):
        return Refused(RefusalCode.VALUE_MISSING, "reason")
    return bad_text(given, "reason")


async def lived(task: Task, child_id: str) -> Any:
    """The days of a child's life; a clinic corrects what it supplied also where it reaches the child no more."""
    known = relation_of(Child)
    connection = await task.session.connection()
    return (await connection.execute(sa.select(known).where(known.c.id == child_id))).one()
