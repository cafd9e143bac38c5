"""A declared view: who guards the children of a family and lives with it. Kept in code, not in the database.

A family names the guardians of all its children, those whom the caller does not reach included; so the children and
their edges are read as relations, and the names from behind the wall of the family.
"""

from sqlalchemy import select

from models.child import Child
from models.columns import table_of
from models.guardianship import Guardianship
from models.register_view import is_replaced
from models.relation import relation_of
from models.resident import Resident

_child, _edge, _resident = relation_of(Child), relation_of(Guardianship), table_of(Resident)

GuardianCard = (
    select(
        _edge.c.id,
        _child.c.family_id,
        _edge.c.holder_id,
        _resident.c.name,
        _edge.c.kind,
        _edge.c.valid_from,
        _edge.c.valid_to,
        _child.c.birth_date,
        _resident.c.died_on,
    )
    .join_from(_edge, _child, _edge.c.child_id == _child.c.id)
    .join(_resident, (_edge.c.holder_id == _resident.c.id) & (_resident.c.family_id == _child.c.family_id))
    .where(~is_replaced(_edge))
    .subquery("guardian_card")
)
