"""What holds for every child: order, unrelated doses, the passing of time and the day named earliest change nothing."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, example, given
from hypothesis import strategies as st

from models.immunisation import Counts, LegalStatus, Programme, Reason, SeriesStatus
from models.resident import Sex
from models.vaccination import Vaccine
from rules.immunisation.products import PRODUCTS
from rules.immunisation.record import Given, Record
from rules.immunisation.schedule import schedule
from rules.immunisation.tables import COURSE_OF, SERIES
from rules.immunisation.windows import programme_days, version_on
from tests.rules.children import NEW_RULES, TODAY, children

ROUTINE = (LegalStatus.ROUTINE, LegalStatus.ROUTINE_BY_EXCEPTION)
DAY = timedelta(days=1)
LATE = (Given(Vaccine.JE, date(2019, 5, 6)), Given(Vaccine.JE, date(2025, 8, 22)))
# Until 2026 the first phase stood open again, and came before the second, whose earliest day was then.
RECOVERED = Record(born_on=date(2016, 5, 1), sex=Sex.FEMALE, doses=LATE, recovered_on=date(2024, 1, 1))
UNRELATED = [
    Vaccine.FLU_INACT,
    Vaccine.HEPB,
    Vaccine.JE,
    Vaccine.DT,
    Vaccine.PCV20,
    Vaccine.RSV_MATERNAL,
    Vaccine.HPV9,
]  # inactivated, and no part of another
LAST_SWITCH = date(2025, 8, 1)  # since then nothing new may follow what was begun
AS_OF = st.dates(date(2026, 4, 1), date(2027, 6, 30))  # no rule changes in this time


def told(record, as_of):
    """What can be known of the child on that day."""
    return replace(record, doses=tuple(one for one in record.doses if one.given_on <= as_of))


def offers(record, as_of):
    """Every next dose of a routine series, with a product that is in the programme on its earliest day."""
    for outlook in schedule(record, as_of).series:
        series = SERIES[outlook.series]
        if outlook.next is not None and series.programme is Programme.ROUTINE_A:
            for product in outlook.next.products:
                earliest = outlook.next.earliest
                first, last = programme_days(version_on(series, earliest), PRODUCTS[product])
                if first <= earliest <= last and earliest >= LAST_SWITCH:
                    yield outlook, product


def judged(record, product, day):
    """The verdict on one more dose."""
    found = schedule(replace(record, doses=(*record.doses, Given(product, day))), max(day, TODAY))
    return next(one for one in found.doses if (one.given.product, one.given.given_on) == (product, day))


@given(children(), AS_OF)
def test_the_dates_of_a_forecast_are_in_order(record, as_of):
    for outlook in schedule(record, as_of).series:
        if outlook.next is not None:
            _, earliest, recommended, past_due, latest, *_ = outlook.next
            days = [earliest, recommended, past_due or recommended, latest or date.max]
            assert days == sorted(days)
            assert as_of <= (latest or as_of)


@given(children(), AS_OF)
def test_the_status_follows_from_the_dates(record, as_of):
    for outlook in schedule(record, as_of).series:
        coming = outlook.next
        offered = outlook.status in (SeriesStatus.NOT_YET, SeriesStatus.DUE, SeriesStatus.OVERDUE)
        assert offered == (coming is not None)
        if coming is not None:
            assert (outlook.status is SeriesStatus.NOT_YET) == (as_of < coming.recommended)
            is_past = coming.past_due is not None and as_of >= coming.past_due
            assert (outlook.status is SeriesStatus.OVERDUE) == is_past


@given(children(), AS_OF)
@example(RECOVERED, date(2026, 4, 1))
def test_a_dose_on_the_earliest_day_is_routine_and_counts(record, as_of):
    record = told(record, as_of)
    for outlook, product in offers(record, as_of):
        earliest = outlook.next.earliest
        if record.recovered_on is not None:
            earliest = max(earliest, as_of)  # after an illness windows overlap: on a day that is past another was open
        verdict = judged(record, product, earliest)
        assert verdict.counts is Counts.COUNTED, (outlook, verdict)
        is_another_phase = verdict.series != outlook.series  # an earlier phase that is open again comes first
        assert verdict.legal_status is outlook.next.legal_status or (
            is_another_phase and verdict.legal_status in ROUTINE
        )


@given(children(), AS_OF)
def test_a_dose_on_the_day_before_is_not(record, as_of):
    record = replace(
        told(record, as_of), recovered_on=None
    )  # after an illness windows overlap, and each has its earliest day
    for outlook, product in offers(record, as_of):
        verdict = judged(record, product, outlook.next.earliest - DAY)
        is_two_dose_hpv = outlook.series == "hpv9" and outlook.next.n == 2  # a sooner dose leads to three
        is_another_dose = verdict.n != outlook.next.n  # an age limit has made it the next one since
        assert verdict.legal_status not in ROUTINE or is_two_dose_hpv or is_another_dose, (outlook, verdict)


@given(children(), st.sampled_from(UNRELATED), st.integers(0, 6000))
def test_an_unrelated_inactivated_dose_changes_nothing(record, product, age_days):
    day = record.born_on + age_days * DAY
    assume(NEW_RULES <= day <= TODAY)
    others = {one.id for one in COURSE_OF[product].series}
    before = schedule(record, TODAY)
    after = schedule(replace(record, doses=(*record.doses, Given(product, day))), TODAY)

    def apart(found):
        doses = [one for one in found.doses if one.series not in others and one.given.product is not product]
        return doses, [one for one in found.series if one.series not in others]

    assert apart(before) == apart(after)


@given(children(), st.randoms(use_true_random=False), AS_OF)
def test_the_order_in_which_doses_are_told_changes_nothing(record, chance, as_of):
    doses = list(record.doses)
    chance.shuffle(doses)

    assert schedule(replace(record, doses=tuple(doses)), as_of) == schedule(record, as_of)


@given(children(), st.dates(date(2010, 6, 1), TODAY))
def test_asking_for_an_old_day_gives_the_old_answers(record, day):
    old = replace(record, doses=tuple(one for one in record.doses if one.given_on <= day))
    then, now = schedule(old, day), schedule(record, TODAY)

    assert schedule(record, day).series == then.series
    kept = [one for one in now.doses if one.given.given_on <= day and one.reasons != (Reason.DUPLICATE_RECORD,)]
    assert [one for one in then.doses if one.reasons != (Reason.DUPLICATE_RECORD,)] == kept


@given(children(first=date(2020, 8, 1), last=date(2024, 6, 1)), st.integers(0, 100))
def test_whole_weeks_later_the_rules_in_days_say_the_same(record, weeks):
    moved = timedelta(weeks=weeks)
    doses = tuple(one for one in record.doses if one.product in (Vaccine.RV1, Vaccine.RV5))
    later = tuple(one._replace(given_on=one.given_on + moved) for one in doses)
    as_of = record.born_on + timedelta(days=120)
    one = schedule(replace(record, doses=doses), as_of)
    other = schedule(replace(record, born_on=record.born_on + moved, doses=later), as_of + moved)

    def said(found):
        verdicts = [(verdict.legal_status, verdict.counts, verdict.reasons, verdict.n) for verdict in found.doses]
        ends = [
            (outlook.latest or as_of) - found.as_of for outlook in found.series if outlook.series.startswith("rota")
        ]
        return verdicts, ends

    assert said(one)[0] == said(other)[0]
    if one.series[0].latest is not None:
        assert said(one)[1][0] == said(other)[1][0]


@given(children(), AS_OF)
def test_no_dose_is_dropped_and_each_has_its_reasons(record, as_of):
    found = schedule(record, as_of)

    assert len(found.doses) == len(record.doses)
    assert all((one.reasons == (Reason.OK,)) or (one.reasons and Reason.OK not in one.reasons) for one in found.doses)


def followed(record):
    """The record of a child that comes on every recommended day, and has there what is recommended by then."""
    day = record.born_on
    while True:
        coming = [one for one in schedule(record, day).series if one.next is not None and is_routine(one)]
        if not coming:
            return record, day
        day = max(day, min(one.next.recommended for one in coming))
        ready = [one for one in schedule(record, day).series if one.next is not None and is_routine(one)]
        product = next(one.next.products[0] for one in ready if one.next.recommended <= day)
        record = replace(record, doses=(*record.doses, Given(product, day)))


def is_routine(outlook):
    return SERIES[outlook.series].programme is Programme.ROUTINE_A


@given(st.dates(date(2026, 4, 1), date(2027, 3, 31)), st.sampled_from(Sex))
def test_who_comes_on_every_recommended_day_has_every_dose_in_the_programme(born_on, sex):
    record, day = followed(Record(born_on=born_on, sex=sex))
    found = schedule(record, day)
    complete = {one.series for one in found.series if one.status is SeriesStatus.COMPLETE}
    girls = {"hpv9"} if sex is Sex.FEMALE else set()

    assert {one.legal_status for one in found.doses} == {LegalStatus.ROUTINE}
    assert (
        complete
        == {"rota-rv1", "hepb", "dpt-ipv-hib", "pcv", "bcg", "mr-1", "mr-2", "varicella", "je-1", "je-2", "dt-2"}
        | girls
    )


@given(children(), AS_OF)
def test_once_every_dose_was_reviewed_nothing_asks_any_more(record, as_of):
    doses = tuple(one._replace(reviewed=True) for one in record.doses)
    before, after = schedule(record, as_of), schedule(replace(record, doses=doses), as_of)
    past = [one for one in after.doses if Reason.RECORDED_IN_FUTURE not in one.reasons]

    assert Counts.NEEDS_REVIEW not in {one.counts for one in past}
    assert SeriesStatus.NEEDS_REVIEW not in {one.status for one in after.series}
    assert len(after.doses) == len(before.doses)


@given(children(), AS_OF)
def test_a_review_says_nothing_of_a_dose_that_is_not_in_doubt(record, as_of):
    found = schedule(record, as_of)
    doubtful = {one.given for one in found.doses if one.counts is Counts.NEEDS_REVIEW}
    doses = tuple(one if one in doubtful else one._replace(reviewed=False) for one in record.doses)

    def said(told):
        return [one._replace(given=one.given._replace(reviewed=None)) for one in told.doses]

    assert said(schedule(replace(record, doses=doses), as_of)) == said(found)
