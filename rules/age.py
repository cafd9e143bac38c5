"""Age as families count it, on the anniversary day; the legal age of the immunisation rules is another function."""

from datetime import date


def age_months(today: date, birth_date: date) -> int:
    """Completed months of age, as people count them: on the same day of the month."""
    return (today.year - birth_date.year) * 12 + today.month - birth_date.month - (today.day < birth_date.day)
