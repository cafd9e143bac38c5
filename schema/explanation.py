"""The caller's own explanation: the one answer that names a relation."""

from datetime import date

import strawberry

from models.ids import parsed
from models.reason import ReasonCode, Relation
from resolvers import explanation
from resolvers.context import Context
from resolvers.cursor import BadInput
from schema.declare import What
from schema.faces import value
from schema.node import NODES
from schema.roots import field_of

strawberry.enum(ReasonCode, description="Why a field is visible, or why it is certain that it is not (理由).")
strawberry.enum(Relation, description="What the caller is to whom a record is about (関係).")


@value
class Reason:
    """Why a field is visible (理由). `until` is the last day, as things stand; null when no end is known."""

    code: ReasonCode
    relation: Relation | None
    until: date | None
    sentence: str


@value
class Explanation:
    """Whether the caller sees a field of a record, and why (閲覧の説明). `sentence` is the first reason's.

    The reason that lasts longest comes first. What is not visible has one answer, be the record somebody else's or
    nobody's.
    """

    is_visible: bool
    sentence: str
    reasons: list[Reason]


async def explain(context: Context, field: str, id: strawberry.ID) -> explanation.Explanation:
    """The explanation of `Type.field` on the record with this id. Raises BadInput for an unknown field."""
    owner, _, name = field.partition(".")
    declared = field_of(owner, name)
    node = NODES.get(owner)
    if declared is not None and declared[0].is_public:
        return explanation.public(context)
    if declared is None or node is None:
        raise BadInput("There is no such field of a record: say Type.field, as docs/permissions.md does.")
    parts = parsed(id)
    key = str(id) if parts is not None and parts.letter is node.letter else explanation.NO_ID
    is_edge = node.fields[name].what is What.PAGE
    return await explanation.explained(context, node.source, declared[0], key, is_edge=is_edge)
