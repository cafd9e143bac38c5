"""Nodes: a taxi ride and its seats."""

from datetime import datetime
from typing import Any

import strawberry

from auth.groups import RIDE_PLACE, RIDE_SUMMARY
from models import ride as rows
from models.ids import Letter
from models.organisation import CallerKind
from models.seat_review import SeatReviewCause, SeatReviewOutcome
from resolvers import ride
from rules.ride_sync import is_clock_off
from rules.rides import RideStatus, changes, ride_status
from schema.declare import computed, each, edge, shown
from schema.deed import deed
from schema.faces import Connection, value
from schema.node import node

strawberry.enum(RideStatus, description="How a ride stands (乗車の状態).")
strawberry.enum(rows.RideEntryKind, description="What was written down of a ride (記録の種類).")
strawberry.enum(SeatReviewCause, description="Why staff decide of a seat (確認の理由).")
strawberry.enum(SeatReviewOutcome, description="How they decided (確認の結果).")


@value
class RideChange:
    """One entry of a ride, after which its fare is `fareYen` (乗車記録の履歴)."""

    number: int
    kind: rows.RideEntryKind
    fare_yen: int
    reason: str | None
    taken_at: datetime


@value
class Tapped:
    """What a tablet is told of a card: accepted or not, and how many rides are left today (カードの読取結果)."""

    is_accepted: bool
    remaining_today: int

    @classmethod
    def is_type_of(cls, row: Any, _info: Any) -> bool:
        """Whether a result is one."""
        return isinstance(row, ride.Tapped)


@node(of=rows.Seat, letter=Letter.SEAT)
class Seat:
    """One registered rider's part in a ride (乗車). It does not lead to the rider."""

    id: strawberry.ID = shown(RIDE_SUMMARY, says="Opaque id (ID).")
    boarded_at: datetime = shown(RIDE_SUMMARY, says="When the rider got in (乗車日時).")
    position: int = shown(RIDE_SUMMARY, says="The order of tapping (乗車順).")
    subsidy_yen: int | None = shown(RIDE_SUMMARY, says="The subsidy in yen, once the ride is closed (助成額).")
    is_counted: bool = shown(RIDE_SUMMARY, says="Whether it uses up a ride of the day and year (利用回数に算入).")
    review_cause: SeatReviewCause | None = shown(RIDE_SUMMARY, says="Why staff decide of it, if so (確認の理由).")
    review_outcome: SeatReviewOutcome | None = shown(
        RIDE_SUMMARY, says="How they decided; null while it waits (確認の結果)."
    )
    review_reason: str | None = shown(RIDE_SUMMARY, says="What they said (決定の理由).")
    reviewed_at: datetime | None = shown(RIDE_SUMMARY, says="When they decided (決定日時).")


@node(of=rows.Ride, letter=Letter.RIDE)
class Ride:
    """One meter run of a taxi (乗車記録)."""

    id: strawberry.ID = shown(RIDE_SUMMARY, says="Opaque id (ID).")
    boarded_at: datetime = shown(RIDE_SUMMARY, says="When the ride began (乗車日時).")
    fare_yen: int | None = shown(RIDE_SUMMARY, says="The fare in yen, once the ride is closed (運賃).")
    status: RideStatus = computed(
        RIDE_SUMMARY,
        by=ride_status,
        over=(rows.Ride.fare_yen, rows.Ride.is_cancelled),
        says="Under way, closed or cancelled (状態).",
    )
    history: list[RideChange] = computed(
        RIDE_SUMMARY,
        by=changes,
        over=(
            each(
                rows.RideEntry.ride_id,
                *(rows.RideEntry.kind, rows.RideEntry.fare_yen, rows.RideEntry.reason, rows.RideEntry.taken_at),
                order=(rows.RideEntry.number,),
            ),
        ),
        says="Its fare as it was closed and corrected, earliest first (履歴).",
    )
    synced_at: datetime | None = shown(
        RIDE_SUMMARY, says="When it was handed in, of a ride that a tablet kept without a network (送信日時)."
    )
    is_clock_off: bool = computed(
        RIDE_SUMMARY,
        by=is_clock_off,
        over=(rows.Ride.boarded_at, rows.Ride.told_at),
        says="Whether the tablet's clock was more than ten minutes off (端末時計のずれ).",
    )
    pick_up: str | None = shown(RIDE_PLACE, says="Where it began (乗車地).")
    drop_off: str | None = shown(RIDE_PLACE, says="Where it ended (降車地).")
    seats: Connection[Seat] = edge(
        RIDE_SUMMARY,
        to=rows.Seat.ride_id,
        order=(rows.Seat.boarded_at, rows.Seat.position, rows.Seat.id),
        says="The seats that the caller may see, in the order of boarding (同乗).",
    )


TABLETS = frozenset({CallerKind.TAXI_OPERATOR})
OPEN_RIDE = deed(
    RIDE_SUMMARY,
    by=ride.open_,
    kinds=TABLETS,
    writes=True,
    about=(Ride,),
    key=None,
    says="A taxi's tablet opens a ride under an id that it made (乗車の開始).",
)
TAP_CARD = deed(
    RIDE_SUMMARY,
    by=ride.tap,
    kinds=TABLETS,
    writes=True,
    about=(Ride,),
    key="ride_id",
    is_signed=True,
    says="The tablet has read a card without its PIN: a rider gets in, by tap (カードの読取).",
)
CLOSE_RIDE = deed(
    RIDE_SUMMARY,
    by=ride.close,
    kinds=TABLETS,
    writes=True,
    about=(Ride,),
    key="ride_id",
    says="The ride ends with its fare, of which each seat is granted its part (乗車の終了).",
)
CORRECT_RIDE = deed(
    RIDE_SUMMARY,
    by=ride.correct,
    about=(Ride,),
    key="ride_id",
    says="Another fare, by the tablet or transport staff; what was granted is reversed and posted anew (運賃の訂正).",
)
CANCEL_RIDE = deed(
    RIDE_SUMMARY,
    by=ride.cancel,
    about=(Ride,),
    key="ride_id",
    says="The ride was none: every rider has it back on its day (乗車の取消).",
)
