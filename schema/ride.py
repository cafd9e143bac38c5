"""Nodes: a taxi ride and its seats."""

from datetime import datetime

import strawberry

from auth.groups import RIDE_PLACE, RIDE_SUMMARY
from models import ride as rows
from models.ids import Letter
from schema.declare import edge, shown
from schema.faces import Connection
from schema.node import node


@node(of=rows.Seat, letter=Letter.SEAT)
class Seat:
    """One registered rider's part in a ride (乗車). It does not lead to the rider."""

    id: strawberry.ID = shown(RIDE_SUMMARY, says="Opaque id (ID).")
    boarded_at: datetime = shown(RIDE_SUMMARY, says="When the rider got in (乗車日時).")
    subsidy_yen: int | None = shown(RIDE_SUMMARY, says="The subsidy in yen, once the ride is closed (助成額).")


@node(of=rows.Ride, letter=Letter.RIDE)
class Ride:
    """One meter run of a taxi (乗車記録)."""

    id: strawberry.ID = shown(RIDE_SUMMARY, says="Opaque id (ID).")
    boarded_at: datetime = shown(RIDE_SUMMARY, says="When the ride began (乗車日時).")
    fare_yen: int | None = shown(RIDE_SUMMARY, says="The fare in yen, once the ride is closed (運賃).")
    pick_up: str | None = shown(RIDE_PLACE, says="Where it began (乗車地).")
    drop_off: str | None = shown(RIDE_PLACE, says="Where it ended (降車地).")
    seats: Connection[Seat] = edge(
        RIDE_SUMMARY,
        to=rows.Seat.ride_id,
        order=(rows.Seat.boarded_at, rows.Seat.id),
        says="The seats that the caller may see, in the order of boarding (同乗).",
    )
