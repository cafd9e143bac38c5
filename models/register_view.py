"""Declared views of the register: relations that stand, the whole history, measures, life events. Kept in code."""

from typing import Any

from sqlalchemy import ColumnElement, select

from models.child import Child
from models.columns import table_of
from models.guardianship import Guardianship, ProtectionMeasure
from models.life_event import LifeEvent
from models.organisation import StaffMember
from models.resident import Resident

_edge, _measure, _event, _resident = (table_of(each) for each in (Guardianship, ProtectionMeasure, LifeEvent, Resident))
_staff, _child = table_of(StaffMember), table_of(Child)


def is_replaced(rows: Any) -> ColumnElement[bool]:
    """Whether a later entry replaces this one."""
    later = rows.alias("later")
    return select(later.c.id).where(later.c.replaces_id == rows.c.id).exists()


_RELATION = (
    _edge.c.id,
    _edge.c.child_id,
    _resident.c.name.label("holder"),
    _edge.c.kind,
    _edge.c.valid_from,
    _edge.c.valid_to,
    _edge.c.recorded_at,
    _edge.c.evidence,
)
Relation = (
    select(*_RELATION)
    .join_from(_edge, _resident, _edge.c.holder_id == _resident.c.id)
    .where(~is_replaced(_edge), ~_edge.c.is_sealed)
    .subquery("relation")
)
RelationEntry = (
    select(
        *_RELATION,
        _staff.c.name.label("recorded_by"),
        _edge.c.replaces_id,
        _edge.c.is_sealed,
        is_replaced(_edge).label("is_replaced"),
    )
    .join_from(_edge, _resident, _edge.c.holder_id == _resident.c.id)
    .outerjoin(_staff, _edge.c.recorded_by_id == _staff.c.id)
    .subquery("relation_entry")
)
LifeEventEntry = (
    select(
        _event.c.id,
        _child.c.id.label("child_id"),
        _event.c.kind,
        _event.c.happened_on,
        _event.c.recorded_at,
        _event.c.evidence,
        _event.c.replaces_id,
        is_replaced(_event).label("is_replaced"),
    )
    .join_from(_event, _child, (_event.c.child_id == _child.c.id) | (_event.c.resident_id == _child.c.resident_id))
    .subquery("life_event_entry")
)
Measure = (
    select(
        _measure.c.id,
        _measure.c.family_id,
        _resident.c.name.label("counterparty"),
        _measure.c.valid_from,
        _measure.c.valid_to,
        _measure.c.recorded_at,
        _measure.c.evidence,
    )
    .join_from(_measure, _resident, _measure.c.counterparty_id == _resident.c.id)
    .where(~is_replaced(_measure))
    .subquery("measure")
)
