"""Who guards a child today, for what is owed to them without their asking: a notice that something was received."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.groups import NOTICES
from auth.register import Fact, fact, g, is_to_come, k, m, r, stands
from auth.relations import Register

IDS: BindParameter[Any] = bindparam("ids", expanding=True)


def guarding(children: Select[Any]) -> list[Select[Any]]:
    """What is known of these children: themselves, everybody's edges to them, the measures for their families."""
    families = select(k.c.family_id).where(k.c.id.in_(children))
    return [
        fact("child", k.c.id, k.c.family_id, k.c.resident_id, k.c.birth_date, k.c.died_on, k.c.moved_out_on).where(
            k.c.id.in_(children)
        ),
        fact("edge", g.c.child_id, g.c.holder_id, g.c.kind, r.c.family_id)
        .join_from(g, r, g.c.holder_id == r.c.id)
        .where(g.c.child_id.in_(children), stands(g), is_to_come(r.c.died_on)),
        fact("measure", m.c.family_id, m.c.counterparty_id).where(m.c.family_id.in_(families), stands(m)),
    ]


GUARDING = union_all(*guarding(select(k.c.id).where(k.c.id.in_(IDS))))


async def to_notify(connection: AsyncConnection, child_ids: Collection[str], today: date) -> list[tuple[str, str]]:
    """Pairs of a child and of somebody who may read its notices as guardian; the counterparty of a measure is none."""
    rows = await connection.execute(GUARDING, {"ids": sorted(child_ids), "today": today})
    return sorted(_readers(Register([Fact(*row) for row in rows], today)))


def _readers(register: Register) -> Iterator[tuple[str, str]]:
    for child_id, holder_id in {(each.a, each.b) for each in register["edge"]}:
        policies = register.guardian_policies(register.children[child_id], holder_id)
        if any(NOTICES.alternatives(policy) for policy in policies):
            yield child_id, holder_id
