"""Declared view of what the immunisation rules go by besides doses: every entry, and whether it was replaced."""

from sqlalchemy import select

from models.columns import table_of
from models.immunity import ImmunityFact
from models.register_view import is_replaced

_fact = table_of(ImmunityFact)
FactEntry = select(
    *_fact.c["id", "child_id", "kind", "antigen", "condition", "happened_on"],
    *_fact.c["recorded_at", "replaces_id", "is_void"],
    is_replaced(_fact).label("is_replaced"),
).subquery("fact_entry")
