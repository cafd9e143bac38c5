"""Values: the published terms of the taxi subsidy, one from one day to another."""

from datetime import date

import strawberry

from rules.rides import Medium
from schema.faces import value
from schema.immunisation import RuleSource

strawberry.enum(Medium, name="RideMedium", description="With what a rider shows the registration (利用方法).")


@value
class RideTerms:
    """What the city paid of a fare, and how often, from one day to another, both included (マイタク助成の条件).

    Alone a percentage of the fare up to a cap; together up to a cap for each registered rider; never above the fare.
    Boarding is possible between two minutes of the day. `isAssumed`: the figures were published, the first day was not.
    """

    effective_from: date
    effective_to: date | None
    alone_rate_percent: int
    alone_cap_yen: int
    shared_cap_yen: int
    rounding_unit_yen: int
    daily_limit: int
    yearly_limit: int
    first_boarding_minute: int
    last_boarding_minute: int
    grace_days: int
    media: list[Medium]
    is_assumed: bool
    sources: list[RuleSource]
