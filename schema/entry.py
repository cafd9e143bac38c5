"""What every entry of guardians says of itself, and how a child leads to those that stand and to all of them."""

from typing import Any

import strawberry

from auth.group import Group
from auth.groups import NOTES_HOME
from models.columns import View
from models.entry_view import standing as stands
from rules.entries import EntryStatus, status
from schema.declare import computed, edge, shown

strawberry.enum(EntryStatus, description="What became of an entry, which is never changed (記録の状態).")


def recorded(group: Group, view: View) -> tuple[Any, Any, Any, Any]:
    """The four fields: recorded_at, status, replaces_id, and the reason, which is a guardian's free text."""
    rows = view.rows.c
    return (
        shown(group, says="When it was written down (記録日時)."),
        computed(group, by=status, over=(rows.is_replaced, rows.is_void), says="What became of it (状態)."),
        shown(group, says="The entry that it replaces, if it puts one right (訂正元)."),
        shown(NOTES_HOME, place=group.reveals_place, says="Why it replaces another (訂正の理由)."),
    )


def standing(group: Group, view: View, by: Any, says: str) -> Any:
    """An edge to the entries that stand, newest first; `by`: the column of their order."""
    rows = view.rows.c
    return edge(group, to=rows.child_id, order=(by, rows.id), newest_first=True, only=stands(view), says=says)


def history(group: Group, view: View, says: str) -> Any:
    """An edge to every entry as it was recorded, newest first."""
    rows = view.rows.c
    return edge(group, to=rows.child_id, order=(rows.recorded_at, rows.id), newest_first=True, says=says)
