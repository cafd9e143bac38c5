"""Nodes: an allergy of a child, and a physician who treats it."""

from datetime import date, datetime

import strawberry

from auth.groups import ALLERGY_ALERT, CHECKUP_PLACE
from models.alert import AllergyKind, Practice
from models.entry_view import AllergyEntry, PhysicianEntry
from models.ids import Letter
from models.organisation import CallerKind
from resolvers import alert
from rules.entries import EntryStatus
from schema.declare import shown
from schema.deed import deed
from schema.entry import recorded
from schema.node import node

strawberry.enum(AllergyKind, description="What a child is allergic to (アレルギーの種類).")
strawberry.enum(Practice, description="What a physician is to a child (診療の種類).")
RESIDENTS = frozenset({CallerKind.RESIDENT})
ALLERGY_AT, ALLERGY_STATUS, ALLERGY_REPLACES, ALLERGY_REASON = recorded(ALLERGY_ALERT, AllergyEntry)
PHYSICIAN_AT, PHYSICIAN_STATUS, PHYSICIAN_REPLACES, PHYSICIAN_REASON = recorded(CHECKUP_PLACE, PhysicianEntry)


@node(of=AllergyEntry, letter=Letter.ALLERGY)
class Allergy:
    """An allergy as guardians know it (アレルギー)."""

    id: strawberry.ID = shown(ALLERGY_ALERT, says="Opaque id (ID).")
    kind: AllergyKind = shown(ALLERGY_ALERT, says="What kind of thing (種類).")
    substance: str = shown(ALLERGY_ALERT, says="To what (原因).")
    reaction: str | None = shown(ALLERGY_ALERT, says="What happens (症状).")
    since: date | None = shown(ALLERGY_ALERT, says="Since when it is known (判明日).")
    over_on: date | None = shown(ALLERGY_ALERT, says="Since when it is there no more (解除日).")
    recorded_at: datetime = ALLERGY_AT
    status: EntryStatus = ALLERGY_STATUS
    replaces_id: strawberry.ID | None = ALLERGY_REPLACES
    correction_reason: str | None = ALLERGY_REASON


@node(of=PhysicianEntry, letter=Letter.PHYSICIAN)
class Physician:
    """Who treats a child, and where to call (かかりつけ医). All of it tells a place."""

    id: strawberry.ID = shown(CHECKUP_PLACE, says="Opaque id (ID).")
    practice: Practice = shown(CHECKUP_PLACE, says="What they are to the child (診療の種類).")
    clinic: str = shown(CHECKUP_PLACE, says="Where (医療機関).")
    doctor: str | None = shown(CHECKUP_PLACE, says="Who (医師).")
    phone: str | None = shown(CHECKUP_PLACE, says="Phone (電話番号).")
    since: date | None = shown(CHECKUP_PLACE, says="Since when (開始日).")
    recorded_at: datetime = PHYSICIAN_AT
    status: EntryStatus = PHYSICIAN_STATUS
    replaces_id: strawberry.ID | None = PHYSICIAN_REPLACES
    correction_reason: str | None = PHYSICIAN_REASON


RECORD_ALLERGY = deed(
    ALLERGY_ALERT, by=alert.record_allergy, says="A guardian writes down an allergy (アレルギーの記録)."
)
CORRECT_ALLERGY = deed(
    ALLERGY_ALERT,
    by=alert.correct_allergy,
    about=(Allergy,),
    key="allergy_id",
    says="An allergy is put right by a new entry (アレルギーの訂正).",
)
RECORD_PHYSICIAN = deed(
    CHECKUP_PLACE,
    kinds=RESIDENTS,
    by=alert.record_physician,
    says="A guardian writes down who treats a child (かかりつけ医の記録).",
)
CORRECT_PHYSICIAN = deed(
    CHECKUP_PLACE,
    kinds=RESIDENTS,
    by=alert.correct_physician,
    about=(Physician,),
    key="physician_id",
    says="Who treats a child is put right by a new entry (かかりつけ医の訂正).",
)
