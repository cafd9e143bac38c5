"""Tells the tablet that opened a ride that it has changed, in the transaction of the deed that changes it."""

from sqlalchemy import text

from models.notice import NoticeEvent
from models.ride import Ride
from resolvers.addressing import CHANNEL
from resolvers.deed import Task


async def tell(task: Task, ride: Ride) -> None:
    """An event, for whichever process the tablet waits at; rides from before the tablets have none."""
    if ride.opened_by_id is None:
        return
    task.session.add(NoticeEvent(row_id=ride.id, subject_id=ride.opened_by_id))
    connection = await task.session.connection()
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"NOTIFY {CHANNEL}"))
