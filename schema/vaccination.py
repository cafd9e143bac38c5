"""Node: a dose that was given. It has no road back to its child."""

from datetime import date

import strawberry

from auth.groups import VACC_PLACE, VACC_RECORDS
from models import vaccination as rows
from models.ids import Letter
from models.vaccination import Vaccine
from schema.declare import shown
from schema.node import node


@node(of=rows.Vaccination, letter=Letter.VACCINATION)
class Vaccination:
    """A dose that was given (接種記録)."""

    id: strawberry.ID = shown(VACC_RECORDS, says="Opaque id (ID).")
    vaccine: Vaccine = shown(VACC_RECORDS, says="The product given (製剤).")
    given_on: date = shown(VACC_RECORDS, says="The day on which it was given (接種日).")
    lot: str | None = shown(VACC_PLACE, says="The manufacturer's lot (ロット番号).")
    clinic: str | None = shown(VACC_PLACE, says="Where it was given (接種医療機関).")
    doctor: str | None = shown(VACC_PLACE, says="Who gave it (接種医).")
    municipality_code: str | None = shown(
        VACC_PLACE, says="The city whose programme it was, JIS X 0402 (市区町村コード)."
    )
