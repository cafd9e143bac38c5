"""Node: what the city pays a taxi company for a month."""

from datetime import date, datetime

import strawberry

from auth.groups import RIDE_SUMMARY
from models.claim import CLAIMS
from models.ids import Letter
from models.organisation import CallerKind
from resolvers import claim
from schema.declare import shown
from schema.deed import deed
from schema.node import node

BY_MONTH = (CLAIMS.rows.c.month, CLAIMS.rows.c.id)


@node(of=CLAIMS, letter=Letter.CLAIM)
class Claim:
    """The subsidies of one taxi company in one month, as they were claimed when it was closed (月次請求)."""

    id: strawberry.ID = shown(RIDE_SUMMARY, says="Opaque id (ID).")
    operator: str = shown(RIDE_SUMMARY, says="The taxi company (事業者).")
    month: date = shown(RIDE_SUMMARY, says="The month's first day (対象月).")
    ride_count: int = shown(RIDE_SUMMARY, says="Rides of this month (乗車件数).")
    subsidy_yen: int = shown(RIDE_SUMMARY, says="What the city pays, adjustments included (請求額).")
    adjustment_yen: int = shown(RIDE_SUMMARY, says="The part that belongs to rides of earlier months (調整額).")
    content: str = shown(RIDE_SUMMARY, says="The claim's file, as CSV without any rider (請求データ).")
    sha256: str = shown(RIDE_SUMMARY, says="SHA-256 of the file, as hexadecimal text (ハッシュ値).")
    closed_at: datetime = shown(RIDE_SUMMARY, says="When the month was closed (締め日時).")


CLOSE_CLAIMS = deed(
    RIDE_SUMMARY,
    by=claim.close,
    kinds=frozenset({CallerKind.STAFF_TAXI}),
    writes=True,
    about=(Claim,),
    key=None,
    says="Transport staff close a month of one taxi company; later changes are adjustments in the next (月次締め).",
)
