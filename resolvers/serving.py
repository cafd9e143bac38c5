"""Who is served: how the applications for the record service stand, of children and pregnancies that are told about."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from models.application import StepKind
from models.application_view import APPLICATIONS
from models.child import Child
from models.relation import relation_of

_applied, _child = APPLICATIONS.rows, relation_of(Child)
Applied = dict[str, list[StepKind]]  # by applicant


async def applied_for(connection: AsyncConnection, subjects: Collection[str]) -> dict[str, Applied]:
    """By subject how each applicant's applications stand: for a child, its pregnancy before birth, or a pregnancy.

    The transaction reaches applications.
    """
    by = (_applied.c.applicant_id, _applied.c.state)
    born = _applied.join(_child, _applied.c.pregnancy_id == _child.c.pregnancy_id)
    statement = union_all(
        select(_applied.c.child_id.label("subject_id"), *by).where(_applied.c.child_id.in_(subjects)),
        select(_applied.c.pregnancy_id, *by).where(_applied.c.pregnancy_id.in_(subjects)),
        select(_child.c.id, *by).select_from(born).where(_child.c.id.in_(subjects)),
    )
    found: defaultdict[str, Applied] = defaultdict(dict)
    for subject_id, applicant_id, state in await connection.execute(statement):
        found[subject_id].setdefault(applicant_id, []).append(state)
    return found
