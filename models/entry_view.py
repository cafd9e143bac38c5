"""Declared views of what guardians write down: all entries with what became of them, and those that stand.

Kept in code, not in the database. Whoever reaches an entry reaches its child.
"""

from sqlalchemy import ColumnElement, and_, false, select
from sqlmodel import SQLModel

from models.alert import Allergy, Physician
from models.child import Child
from models.columns import View, table_of
from models.diary import DiaryEntry
from models.growth import Growth
from models.register_view import is_replaced

_growth, _child = table_of(Growth), table_of(Child)


def _entries(model: type[SQLModel]) -> View:
    """Every entry there ever was."""
    rows = table_of(model)
    entries = select(*rows.c, is_replaced(rows).label("is_replaced")).subquery(f"{rows.name}_entry")
    return View(entries, model.subject)  # type: ignore[attr-defined]  # each of these models has one


def standing(view: View) -> ColumnElement[bool]:
    """Those that no later entry has replaced, but for the void ones."""
    rows = view.rows.c
    return and_(rows.is_replaced == false(), rows.is_void == false())


# Growth together with what it is compared by.
GrowthEntry = View(
    select(*_growth.c, is_replaced(_growth).label("is_replaced"), _child.c.birth_date, _child.c.sex, _child.c.due_on)
    .join_from(_growth, _child, _growth.c.child_id == _child.c.id)
    .subquery("growth_entry"),
    Growth.subject,
)
DiaryEntries, AllergyEntry, PhysicianEntry = (_entries(each) for each in (DiaryEntry, Allergy, Physician))
