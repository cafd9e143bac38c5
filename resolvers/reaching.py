"""What a transaction reaches beyond its caller: the one subject that a deed makes or has just recognised."""

from models import wall
from models.subject import Noun
from resolvers.deed import Task


async def reach(task: Task, noun: Noun, id: str) -> str:
    """This subject, from now on in this transaction besides what its caller reaches (models/wall.py)."""
    opening = task.context.caller.opening()
    reached = opening.subjects.get(noun, frozenset())
    if reached is not None:
        widened = {**opening.subjects, noun: reached | {id}}
        await wall.open_to(await task.session.connection(), opening._replace(subjects=widened))
    return id


async def reach_as(task: Task, supplier_id: str, noun: Noun, id: str) -> None:
    """This subject, and what another organisation supplied in place of the caller's own, until something else is."""
    opening = task.context.caller.opening()
    widened = {**opening.subjects, noun: frozenset({id})}
    await wall.open_to(await task.session.connection(), opening._replace(subjects=widened, supplier_id=supplier_id))
