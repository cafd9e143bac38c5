"""What became due lately is found by the day on which it did."""

from datetime import date, timedelta
from types import SimpleNamespace

from models.checkup import CheckupKind
from models.resident import Sex
from models.vaccination import DatePrecision, Vaccine
from rules.checkup_plan import Life
from rules.due import checkup_days, vaccination_days
from rules.immunisation.telling import Child

BORN = date(2026, 5, 10)
TWO_MONTHS = date(2026, 7, 9)  # the day before, by law


def days(today, given=(), born=BORN):
    return vaccination_days(today, Child(born, Sex.FEMALE, None, None, given, (), ()))


def dose(number, vaccine):
    about = {"id": f"v{number}", "vaccine": vaccine, "given_on": TWO_MONTHS, "precision": DatePrecision.DAY}
    return SimpleNamespace(**about, product_text=None, is_lot_expired=False, is_wrongly_given=False)


def test_the_first_doses_become_due_together_and_are_told_for_two_weeks():
    [day] = days(TWO_MONTHS)

    assert day == TWO_MONTHS
    assert days(TWO_MONTHS - timedelta(days=1)) == []
    assert day in days(TWO_MONTHS + timedelta(days=13))
    assert day not in days(TWO_MONTHS + timedelta(days=14))


def test_what_was_given_is_due_no_more():
    given = [dose(*each) for each in enumerate((Vaccine.RV5, Vaccine.HEPB, Vaccine.PCV20, Vaccine.DPT_IPV_HIB))]

    assert TWO_MONTHS not in days(TWO_MONTHS, given)


def test_a_birth_that_no_calendar_has_is_due_for_nothing():
    assert days(TWO_MONTHS, born=date(1700, 1, 1)) == []


def test_a_checkup_is_told_for_two_weeks_from_when_it_is_offered_unless_it_took_place():
    life = Life("102016", BORN)
    [first, *_] = {day for days in range(60) for day in checkup_days(BORN + timedelta(days=days), life, [])}

    assert checkup_days(first - timedelta(days=1), life, []) == []
    assert checkup_days(first + timedelta(days=13), life, []) == [first]
    assert checkup_days(first, life, [(CheckupKind.MONTH_1, first)]) == []
