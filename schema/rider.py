"""Node: a rider, somebody registered for the taxi subsidy."""

from datetime import date

import strawberry

from auth.groups import (
    IDENTITY,
    RIDE_ELIGIBILITY_REASON,
    RIDE_QUOTA_TODAY,
    RIDE_QUOTA_YEAR,
    RIDE_SUMMARY,
)
from models import rider as rows
from models.ids import Letter
from models.ride import Ride as RideRow
from models.ride import Seat as SeatRow
from models.rider import Eligibility
from rules.rides import quota_this_year, quota_today
from schema.declare import computed, each, edge, shown
from schema.faces import Connection, value
from schema.node import node
from schema.ride import Ride

strawberry.enum(Eligibility, description="Why somebody may ride (対象理由).")
SEATS = (each(SeatRow.rider_id, SeatRow.boarded_at, order=(SeatRow.boarded_at, SeatRow.id)),)
ANY_PART = (RIDE_SUMMARY, RIDE_ELIGIBILITY_REASON, RIDE_QUOTA_TODAY, RIDE_QUOTA_YEAR)


@value
class RideQuota:
    """Rides from one day to another, both included: allowed, taken, left (利用回数)."""

    valid_from: date
    valid_to: date
    limit: int
    used: int
    remaining: int


@node(of=rows.Rider, letter=Letter.RIDER)
class Rider:
    """A registration for the taxi subsidy (マイタク登録者), unrelated to any other id of the person."""

    id: strawberry.ID = shown(*ANY_PART, says="Opaque id (ID).")
    name: str | None = shown(IDENTITY, says="Name (氏名).")
    registered_on: date | None = shown(RIDE_SUMMARY, RIDE_QUOTA_YEAR, says="First day of the registration (登録日).")
    valid_to: date | None = shown(
        RIDE_SUMMARY, RIDE_QUOTA_YEAR, says="The registration ends before this day (有効期限)."
    )
    eligibility: Eligibility | None = shown(RIDE_ELIGIBILITY_REASON, says="Why the rider is entitled (対象理由).")
    quota_today: RideQuota | None = computed(
        RIDE_QUOTA_TODAY, by=quota_today, over=SEATS, says="Rides of today (本日の利用回数)."
    )
    quota_this_year: RideQuota | None = computed(
        RIDE_QUOTA_YEAR, by=quota_this_year, over=SEATS, says="Rides of the fiscal year (年度の利用回数)."
    )
    rides: Connection[Ride] | None = edge(
        RIDE_SUMMARY,
        to=SeatRow.rider_id,
        link=(SeatRow.ride_id, RideRow.id),
        order=(RideRow.boarded_at, RideRow.id),
        says="The rider's rides, earliest first (乗車記録).",
    )
