"""Values and deeds: a tablet without a network, what it hands in later, and what transport staff decide of it."""

from datetime import datetime
from typing import Any

import strawberry

from auth.groups import RIDE_SUMMARY
from models.organisation import CallerKind
from resolvers import offline_ride, ride_capability, ride_sync, seat_review
from rules.ride_sync import SeatOutcome, SyncOutcome
from schema.codes import RefusalCode
from schema.deed import deed
from schema.faces import value
from schema.ride import TABLETS, Ride, Seat

strawberry.enum(SyncOutcome, name="RideSyncOutcome", description="What became of a ride handed in later (受付の結果).")
strawberry.enum(SeatOutcome, description="How a tap stands that was handed in later (カードの受付の結果).")
for each in (offline_ride.OfflineTapInput, offline_ride.OfflineEndInput, offline_ride.OfflineRideInput):
    strawberry.input(each, description=each.__doc__)


@value
class RideCapability:
    """With what a tablet goes on without a network, and from when until when (オフライン許可証)."""

    capability: str
    valid_from: datetime
    valid_to: datetime

    @classmethod
    def is_type_of(cls, row: Any, _info: Any) -> bool:
        """Whether a result is one."""
        return isinstance(row, ride_capability.Issued)


@value
class SyncedTap:
    """What a tablet is told of a card that it read without a network (オフラインのカード読取の結果)."""

    outcome: SeatOutcome
    code: RefusalCode | None


@value
class SyncedRide:
    """What became of one ride, its taps in the order asked; of a refused one why, and where (乗車ごとの結果)."""

    ride_id: strawberry.ID
    outcome: SyncOutcome
    code: RefusalCode | None
    field: list[str] | None
    subsidy_yen: int | None
    taps: list[SyncedTap]


@value
class SyncedRides:
    """What became of the rides that were handed in, in the order asked (オフライン乗車の受付の結果)."""

    rides: list[SyncedRide]

    @classmethod
    def is_type_of(cls, row: Any, _info: Any) -> bool:
        """Whether a result is one."""
        return isinstance(row, offline_ride.Synced)


ISSUE_RIDE_CAPABILITY = deed(
    RIDE_SUMMARY,
    by=ride_capability.issue,
    kinds=TABLETS,
    writes=True,
    about=(Ride,),
    key=None,
    is_signed=True,
    says="A tablet gets the capability with which it goes on without a network (オフライン許可証の発行).",
)
SYNC_RIDES = deed(
    RIDE_SUMMARY,
    by=ride_sync.sync,
    kinds=TABLETS,
    writes=True,
    about=(Ride,),
    key=None,
    is_signed=True,
    says="A tablet hands in the rides that it kept without a network, ride by ride (オフライン乗車の一括送信).",
)
DECIDE_SEAT = deed(
    RIDE_SUMMARY,
    by=seat_review.decide,
    kinds=frozenset({CallerKind.STAFF_TAXI}),
    writes=True,
    about=(Seat,),
    key="seat_id",
    says="Transport staff decide of a seat that waits, and say why (乗車の確認の決定).",
)
