"""Node: a dose that was given. It has no road back to its child."""

from datetime import date, datetime

import strawberry

from auth.groups import VACC_PLACE, VACC_RECORDS
from models import vaccination as rows
from models.ids import Letter
from models.record import SOURCES
from models.vaccination import DatePrecision, Vaccine
from rules.standing import everything
from schema.declare import computed, each, shown
from schema.node import node
from schema.record import RecordSource


@node(of=rows.Vaccination, letter=Letter.VACCINATION)
class Vaccination:
    """A dose that was given, or an entry that said so (接種記録)."""

    id: strawberry.ID = shown(VACC_RECORDS, says="Opaque id (ID).")
    vaccine: Vaccine | None = shown(VACC_RECORDS, says="The product given; null for one that is not listed (製剤).")
    product_text: str | None = shown(
        VACC_RECORDS, says="What the handbook says, where the product is not listed (製剤の記載)."
    )
    given_on: date = shown(
        VACC_RECORDS, says="The day on which it was given, or the first that it can have been (接種日)."
    )
    precision: DatePrecision = shown(VACC_RECORDS, says="Whether the day, the month or the year is known (日付の精度).")
    is_lot_expired: bool = shown(VACC_RECORDS, says="Whether the lot was out of date, as reported (期限切れ).")
    is_wrongly_given: bool = shown(
        VACC_RECORDS, says="Whether route or volume were wrong, as reported (接種方法・量の誤り)."
    )
    lot: str | None = shown(VACC_PLACE, says="The manufacturer's lot (ロット番号).")
    clinic: str | None = shown(VACC_PLACE, says="Where it was given (接種医療機関).")
    doctor: str | None = shown(VACC_PLACE, says="Who gave it (接種医).")
    municipality_code: str | None = shown(
        VACC_PLACE, says="The city whose programme it was, JIS X 0402 (市区町村コード)."
    )
    recorded_at: datetime | None = shown(VACC_RECORDS, says="When this entry was made, if that is known (登録日時).")
    correction_reason: str | None = shown(VACC_PLACE, says="Why an earlier entry was corrected (訂正の理由).")
    replaces_id: strawberry.ID | None = shown(VACC_RECORDS, says="The entry whose place this one takes (訂正前の記録).")
    is_replaced: bool = shown(VACC_RECORDS, says="Whether a later entry has taken its place (訂正済み).")
    is_void: bool = shown(VACC_RECORDS, says="Whether it says that the dose was never given (取消).")
    sources: list[RecordSource] | None = computed(
        VACC_PLACE,
        by=everything,
        over=(
            each(
                SOURCES.c.record_id,
                *SOURCES.c["organisation", "source_record_id", "legal_basis"],
                order=(SOURCES.c.received_at, SOURCES.c.id),
            ),
        ),
        says="Who told of it, in the order in which it came (記録の出所).",
    )
