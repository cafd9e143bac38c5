"""Ages at which rights change: 15 and 18, at 00:00 in Asia/Tokyo on the birthday."""

from datetime import date

OF_AGE_YEARS = 18  # Civil Code 4 (in force since 2022-04-01)
OWN_SIGNATURE_YEARS = 15  # no signature certificate below 15: a login is then treated as the guardian helping


def birthday(birth_date: date, years: int) -> date:
    """The day on which an age is shown; for a birth on 29 February in a common year the 1st of March."""
    year = birth_date.year + years
    try:
        return birth_date.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def is_of_age(birth_date: date, today: date) -> bool:
    """Whether guardianship of this person has ended."""
    return today >= birthday(birth_date, OF_AGE_YEARS)
