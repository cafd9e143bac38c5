"""Values: where points can be spent."""

from schema.faces import value


@value
class PointFacility:
    """A shop, a museum or a facility that takes points of a municipality (ポイント利用施設)."""

    name: str
    municipality_code: str
