"""What is owed to guardians when a record of their child was received: a message, without a word of what it holds."""

from collections.abc import Collection

from auth.guardians import to_notify
from models.ids import Letter
from models.outbox import MessageKind, Outbox
from resolvers.deed import Task


async def note_received(task: Task, child_ids: Collection[str]) -> None:
    """One message for each guardian of each of these children; whether it is wanted is asked when it is sent."""
    if not child_ids:
        return
    now, connection = task.context.now, await task.session.connection()
    task.session.add_all(
        Outbox(
            id=task.new_id(Letter.LOG),
            kind=MessageKind.RECORD_RECEIVED,
            recipient_id=holder_id,
            about_id=child_id,
            created_at=now,
            due_at=now,
        )
        for child_id, holder_id in await to_notify(connection, child_ids, task.context.today)
    )
