"""Node: a rider, somebody registered for the taxi subsidy."""

from datetime import date, datetime

import strawberry

from auth.groups import (
    IDENTITY,
    RIDE_ELIGIBILITY_REASON,
    RIDE_QUOTA_TODAY,
    RIDE_QUOTA_YEAR,
    RIDE_SUMMARY,
)
from models.ids import Letter
from models.organisation import CallerKind
from models.ride import Ride as RideRow
from models.ride import Seat as SeatRow
from models.rider import Eligibility, RiderStep, RiderStepKind
from models.rider_view import RIDERS
from resolvers import rider
from rules.riders import Exclusion, RiderStatus, is_resident, status, steps
from rules.rides import quota_this_year, quota_today
from schema.declare import computed, each, edge, shown
from schema.deed import deed
from schema.faces import Connection, value
from schema.node import node
from schema.ride import Ride

strawberry.enum(Eligibility, description="Why somebody may ride (対象理由).")
strawberry.enum(Exclusion, name="RideExclusion", description="Another support that rules it out (対象外となる助成).")
strawberry.enum(RiderStatus, description="How a registration stands (登録の状態).")
strawberry.enum(RiderStepKind, description="What happened to a registration (手続きの段階).")
ROWS = RIDERS.rows.c
RIDERS_BY_AGE = (ROWS.is_settled, ROWS.registered_on, ROWS.id)  # applications that wait come first
SEATS = (each(SeatRow.rider_id, SeatRow.boarded_at, SeatRow.is_counted, order=(SeatRow.boarded_at, SeatRow.id)),)
HOLDING = (RIDE_SUMMARY, RIDE_QUOTA_YEAR)
ANY_PART = (RIDE_SUMMARY, RIDE_ELIGIBILITY_REASON, RIDE_QUOTA_TODAY, RIDE_QUOTA_YEAR)


@value
class RideQuota:
    """Rides from one day to another, both included: allowed, taken, left (利用回数)."""

    valid_from: date
    valid_to: date
    limit: int
    used: int
    remaining: int


@value
class RiderStepEntry:
    """One step of a registration (手続きの履歴). `note`: what was shown, or what staff said to the rider."""

    kind: RiderStepKind
    eligibility: Eligibility
    valid_from: date | None
    valid_to: date | None
    note: str
    taken_at: datetime


@node(of=RIDERS, letter=Letter.RIDER)
class Rider:
    """A registration for the taxi subsidy (マイタク登録者), unrelated to any other id of the person."""

    id: strawberry.ID = shown(*ANY_PART, says="Opaque id (ID).")
    name: str | None = shown(IDENTITY, says="Name (氏名).")
    status: RiderStatus | None = computed(
        *HOLDING,
        by=status,
        over=(ROWS.state, ROWS.registered_on, ROWS.valid_to, ROWS.left_on),
        says="How the registration stands today (状態).",
    )
    is_settled: bool | None = shown(*HOLDING, says="Whether no application waits for staff (手続き済み).")
    is_resident: bool | None = computed(
        RIDE_ELIGIBILITY_REASON, by=is_resident, over=(ROWS.left_on,), says="Whether the person lives here (住民登録)."
    )
    registered_on: date | None = shown(
        *HOLDING, says="First day of the registration; until it is accepted, of the application (登録日)."
    )
    valid_to: date | None = shown(*HOLDING, says="The registration ends before this day (有効期限).")
    eligibility: Eligibility | None = shown(RIDE_ELIGIBILITY_REASON, says="Why the rider is entitled (対象理由).")
    steps: list[RiderStepEntry] | None = computed(
        RIDE_ELIGIBILITY_REASON,
        by=steps,
        over=(
            each(
                RiderStep.rider_id,
                *(RiderStep.kind, RiderStep.eligibility, RiderStep.valid_from, RiderStep.valid_to),
                *(RiderStep.note, RiderStep.taken_at),
                order=(RiderStep.number,),
            ),
        ),
        says="Every step of the registration, earliest first (履歴).",
    )
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


STAFF = frozenset({CallerKind.STAFF_TAXI})
DECIDING = frozenset({"ELG"})
APPLY_FOR_RIDES = deed(
    RIDE_ELIGIBILITY_REASON,
    by=rider.apply,
    kinds=frozenset({CallerKind.RESIDENT}),
    about=(Rider,),
    key=None,
    says="Somebody applies for the taxi subsidy, for oneself or for a ward (マイタクの利用申請).",
)
APPLY_AT_COUNTER = deed(
    RIDE_ELIGIBILITY_REASON,
    by=rider.apply_at_counter,
    kinds=STAFF,
    about=(Rider,),
    key=None,
    purposes=DECIDING,
    says="Transport staff enter an application at the counter (窓口での利用申請).",
)
DECIDE_RIDER = deed(
    RIDE_ELIGIBILITY_REASON,
    by=rider.decide,
    kinds=STAFF,
    writes=True,
    about=(Rider,),
    key="rider_id",
    says="Transport staff decide an application that waits, and say why (利用申請の決定).",
)
SUSPEND_RIDER = deed(
    RIDE_ELIGIBILITY_REASON,
    by=rider.suspend,
    kinds=STAFF,
    writes=True,
    about=(Rider,),
    key="rider_id",
    says="Transport staff suspend a registration, and say why (利用の停止).",
)
REINSTATE_RIDER = deed(
    RIDE_ELIGIBILITY_REASON,
    by=rider.reinstate,
    kinds=STAFF,
    writes=True,
    about=(Rider,),
    key="rider_id",
    says="Transport staff put a suspended registration in force again (停止の解除).",
)
