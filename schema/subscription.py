"""What can be waited for: one event, one row, asked anew each time as the caller stands then."""

from collections.abc import Callable

from auth.groups import NOTICES, RIDE_SUMMARY
from models.ids import LETTER_AT
from models.organisation import CallerKind
from resolvers.context import Context
from schema.declare import keyed
from schema.node import NODES, root
from schema.notice import Notice
from schema.ride import Ride
from schema.viewer import Key


def told(name: str) -> Callable[[Context], Key]:
    """The row of this node that the event tells of; None where it tells of another."""
    node = NODES[name]

    def keys(context: Context) -> Key:
        event = context.event or ""
        return (node, event) if event[LETTER_AT : LETTER_AT + 1] == node.letter.value else None

    return keys


@root
class Subscription:
    """What can be waited for (購読). An event that the caller may not know of is none."""

    notices: Notice | None = keyed(
        NOTICES, keys=told("Notice"), says="A notice, as soon as it is written (新しいお知らせ)."
    )
    ride_updated: Ride | None = keyed(
        RIDE_SUMMARY,
        keys=told("Ride"),
        kinds=frozenset({CallerKind.TAXI_OPERATOR}),
        says="A ride that this tablet opened, as soon as it has changed (乗車記録の更新).",
    )
