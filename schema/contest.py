"""Node: a contest of a record."""

from datetime import datetime

import strawberry

from auth.groups import VACC_PLACE
from models import contest as rows
from models.contest import ContestOutcome
from models.ids import Letter
from models.record import RecordKind
from schema.declare import shown
from schema.node import node

strawberry.enum(ContestOutcome, description="How the city decided (訂正請求の結果).")


@node(of=rows.Contest, letter=Letter.CONTEST)
class Contest:
    """A guardian says that a record is wrong, and the city decides (訂正請求). Its words tell places."""

    id: strawberry.ID = shown(VACC_PLACE, says="Opaque id (ID).")
    kind: RecordKind = shown(VACC_PLACE, says="What the record is (記録の種類).")
    record_id: strawberry.ID = shown(VACC_PLACE, says="The record, as it was then (対象の記録).")
    statement: str = shown(VACC_PLACE, says="What is wrong, in the guardian's words (請求の理由).")
    contested_at: datetime = shown(VACC_PLACE, says="When (請求日時).")
    decided_at: datetime | None = shown(VACC_PLACE, says="When it was decided; null while it waits (決定日時).")
    outcome: ContestOutcome | None = shown(VACC_PLACE, says="How (結果).")
    decision: str | None = shown(VACC_PLACE, says="Why (決定の理由).")
