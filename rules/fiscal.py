"""The fiscal year of Japan's public bodies: 1 April to 31 March (Local Autonomy Act, article 208)."""

from datetime import date

APRIL = 4


def fiscal_year_start(day: date) -> date:
    """1 April of the fiscal year of that day."""
    return date(day.year - (day.month < APRIL), APRIL, 1)


def fiscal_year_end(day: date) -> date:
    """31 March of the fiscal year of that day."""
    return date(day.year + (day.month >= APRIL), 3, 31)
