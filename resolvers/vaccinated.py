"""What the immunisation rules are told of children, read for those who work without a reader."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.child import Child
from models.columns import table_of
from models.immunity import ImmunityFact
from models.vaccination import Vaccination, VaccinationReview, stands
from rules.immunisation.telling import Child as Told

_child, _dose, _review, _fact = (table_of(each) for each in (Child, Vaccination, VaccinationReview, ImmunityFact))


async def told_of(connection: AsyncConnection, child_ids: Collection[str]) -> dict[str, Told]:
    """The record of each child that the transaction reaches, as `rules.immunisation.telling` takes it."""
    wanted = select(_child.c["id", "birth_date", "sex", "died_on", "moved_out_on"])
    children = await connection.execute(wanted.where(_child.c.id.in_(child_ids)))
    of = [each.c.child_id.in_(child_ids) for each in (_dose, _review, _fact)]
    doses = await _by_child(connection, select(_dose).where(of[0], stands()).order_by(_dose.c.given_on, _dose.c.id))
    reviews = await _by_child(connection, select(_review).where(of[1]).order_by(_review.c.recorded_at, _review.c.id))
    facts = await _by_child(connection, select(_fact).where(of[2]).order_by(_fact.c.recorded_at, _fact.c.id))
    return {
        each.id: Told(
            each.birth_date,
            each.sex,
            each.died_on,
            each.moved_out_on,
            doses[each.id],
            reviews[each.id],
            facts[each.id],
        )
        for each in children
    }


async def _by_child(connection: AsyncConnection, rows: Select[Any]) -> defaultdict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in await connection.execute(rows):
        found[row.child_id].append(row)
    return found
