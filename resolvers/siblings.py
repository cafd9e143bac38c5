"""The children whom a woman has borne, as the register has it, voided entries left out and sealed ones not."""

from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from models.child import Child
from models.columns import table_of
from models.guardianship import Guardianship, GuardianshipKind
from resolvers.deed import Task

CHILD, EDGE = table_of(Child), table_of(Guardianship)


class Sibling(NamedTuple):
    """One of them, with the pregnancy from which it came, and its expected day, if they are known."""

    born_on: date
    pregnancy_id: str | None
    due_on: date | None


async def borne_by(task: Task, mother_id: str, *, but: str = "") -> list[Sibling]:
    """Her children, eldest first, but for one."""
    later = EDGE.alias("later")
    columns = (CHILD.c.birth_date, CHILD.c.pregnancy_id, CHILD.c.due_on)
    entries = sa.select(*columns).join_from(EDGE, CHILD, EDGE.c.child_id == CHILD.c.id)
    rows = await (await task.session.connection()).execute(
        entries.where(
            EDGE.c.holder_id == mother_id,
            EDGE.c.kind == GuardianshipKind.BIRTH_MOTHER,
            sa.or_(EDGE.c.valid_to.is_(None), EDGE.c.valid_from < EDGE.c.valid_to),
            ~sa.select(later.c.id).where(later.c.replaces_id == EDGE.c.id).exists(),
            CHILD.c.id != but,
        ).order_by(CHILD.c.birth_date, CHILD.c.id)
    )
    return [Sibling(*row) for row in rows]
