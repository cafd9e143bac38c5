"""What can be waited for: one event, one row, asked anew each time as the caller stands then."""

from auth.groups import NOTICES
from resolvers.context import Context
from schema.declare import keyed
from schema.node import NODES, root
from schema.notice import Notice
from schema.viewer import Key


def told(context: Context) -> Key:
    """The notice that the event tells of."""
    return NODES["Notice"], context.event or ""


@root
class Subscription:
    """What can be waited for (購読). An event that the caller may not know of is none."""

    notices: Notice | None = keyed(NOTICES, keys=told, says="A notice, as soon as it is written (新しいお知らせ).")
