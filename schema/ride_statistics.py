"""Values: figures of the taxi subsidy by month, for transport staff."""

from datetime import date

from schema.faces import value


@value
class RideFigures:
    """One month (月別の利用状況). Null: fewer than ten, or the amounts that belong to fewer than ten rides or riders.

    `registered`: registrations in force at its end, in tens. `riders`: those who rode, each once. Amounts are yen.
    """

    month: date
    applications: int | None
    registered: int | None
    riders: int | None
    rides: int | None
    fares_yen: int | None
    subsidies_yen: int | None


@value
class RideSums:
    """All these months together (合計); null wherever one of them is withheld, so that nothing can be subtracted."""

    applications: int | None
    rides: int | None
    fares_yen: int | None
    subsidies_yen: int | None


@value
class RideStatistics:
    """A fiscal year of the taxi subsidy (マイタクの統計), by the year of its April.

    A month is told once it is over and no tablet may bring anything to it any more.
    """

    fiscal_year: int
    months: list[RideFigures]
    total: RideSums
