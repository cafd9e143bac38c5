"""The age at which a child's growth is compared: corrected for birth before term; never used for vaccinations."""

from datetime import date, timedelta
from typing import NamedTuple

from rules.age import age_months
from rules.births import TERM, VIABLE

# Preterm is before 37 completed weeks: World Health Organization, ICD-10, volume 2, definitions of perinatal medicine.
# A child of less than 22 weeks is not viable, so such an expected day is wrong, and nothing is corrected by it.
PRETERM_BEFORE = timedelta(weeks=37)
# Corrected age is a term for children up to 3 years who were born preterm: American Academy of Pediatrics, Age
# Terminology During the Perinatal Period, Pediatrics 2004;114:1362. No Japanese rule that we know names a day, so this
# project decides for the third birthday.
CORRECTED_UNTIL_MONTHS = 36


class Age(NamedTuple):
    """Days since birth; days since the expected day for a preterm child who is not three yet, negative before it."""

    days: int
    corrected_days: int | None

    @property
    def compared_days(self) -> int:
        """The age of the children with whom this one is compared."""
        return self.days if self.corrected_days is None else self.corrected_days


def age(birth_date: date, due_on: date | None, day: date) -> Age:
    """The age on a day; `due_on` is the expected day as it stood at birth."""
    days = (day - birth_date).days
    if due_on is None or not is_preterm(birth_date, due_on) or age_months(day, birth_date) >= CORRECTED_UNTIL_MONTHS:
        return Age(days, None)
    return Age(days, (day - due_on).days)


def age_days(_today: date, birth_date: date, day: date) -> int:
    """For a field of the graph: days since birth."""
    return age(birth_date, None, day).days


def corrected_age_days(_today: date, birth_date: date, due_on: date | None, day: date) -> int | None:
    """For a field of the graph: the corrected age, None where nothing is corrected."""
    return age(birth_date, due_on, day).corrected_days


def is_preterm(birth_date: date, due_on: date) -> bool:
    """Whether a child was born before 37 completed weeks."""
    return VIABLE <= TERM - (due_on - birth_date) < PRETERM_BEFORE
