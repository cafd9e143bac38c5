"""Node: a measurement made at home."""

from datetime import date

import strawberry

from auth.groups import GROWTH_HOME
from models import growth as rows
from models.ids import Letter
from schema.declare import shown
from schema.node import node


@node(of=rows.Growth, letter=Letter.GROWTH)
class Growth:
    """A measurement made at home (成長記録)."""

    id: strawberry.ID = shown(GROWTH_HOME, says="Opaque id (ID).")
    measured_on: date = shown(GROWTH_HOME, says="The day (計測日).")
    weight_g: int | None = shown(GROWTH_HOME, says="Weight in grams (体重).")
    height_mm: int | None = shown(GROWTH_HOME, says="Height in millimetres (身長).")
    head_mm: int | None = shown(GROWTH_HOME, says="Head circumference in millimetres (頭囲).")
    chest_mm: int | None = shown(GROWTH_HOME, says="Chest circumference in millimetres (胸囲).")
