"""Node: a checkup that took place."""

from datetime import date

import strawberry

from auth.groups import CHECKUP_BODY, CHECKUP_DEVELOPMENT, CHECKUP_FINDINGS, CHECKUP_PLACE, DENTAL
from models import checkup as rows
from models.checkup import CheckupKind, Judgement
from models.ids import Letter
from schema.declare import shown
from schema.node import node

strawberry.enum(CheckupKind, description="A visit of the programme (健診の種類).")
strawberry.enum(Judgement, description="The outcome of a checkup (判定).")
ANY_PART = (CHECKUP_BODY, CHECKUP_FINDINGS, CHECKUP_DEVELOPMENT, DENTAL)


@node(of=rows.Checkup, letter=Letter.CHECKUP)
class Checkup:
    """A checkup that took place (健診記録). Whoever may see one of its parts may know of it."""

    id: strawberry.ID = shown(*ANY_PART, says="Opaque id (ID).")
    kind: CheckupKind = shown(*ANY_PART, says="Which visit of the programme (健診の種類).")
    checked_on: date = shown(*ANY_PART, says="The day (受診日).")
    weight_g: int | None = shown(CHECKUP_BODY, says="Weight in grams (体重).")
    height_mm: int | None = shown(CHECKUP_BODY, says="Height in millimetres (身長).")
    head_mm: int | None = shown(CHECKUP_BODY, says="Head circumference in millimetres (頭囲).")
    chest_mm: int | None = shown(CHECKUP_BODY, says="Chest circumference in millimetres (胸囲).")
    judgement: Judgement | None = shown(CHECKUP_FINDINGS, says="The outcome (判定).")
    findings: str | None = shown(CHECKUP_FINDINGS, says="Medical findings (所見).")
    development: str | None = shown(CHECKUP_DEVELOPMENT, says="Development (発達).")
    dental: str | None = shown(DENTAL, says="Teeth (歯科所見).")
    venue: str | None = shown(CHECKUP_PLACE, says="Where it took place (会場).")
