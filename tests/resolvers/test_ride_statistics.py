"""Statistics of rides: counted from the rows by the town's months, for transport staff with a purpose alone."""

from datetime import date, datetime, timedelta

from models.ids import Letter
from models.resident import Resident, Sex
from models.ride import Ride, Seat
from models.rider import Eligibility, Rider, RiderStep, RiderStepKind
from rules.town_time import TOWN_TIME
from tests.hanamori import HOLDERS, id_of, office
from tests.tapping import at

SUMS = "applications rides faresYen subsidiesYen"
STATISTICS = f"""query ($year: Int) {{ rideStatistics(year: $year) {{ fiscalYear
  months {{ month {SUMS} registered riders }} total {{ {SUMS} }} }} }}"""
CLM, ELG = "CLM:2026-1", "ELG:2026-1"
IN_OCTOBER = datetime(2026, 10, 1, tzinfo=TOWN_TIME)
WORDS = {"name": "r", "eligibility": Eligibility.AGE_75, "registered_on": date(2026, 10, 31)}


def crowd():
    """Eleven riders who rode in October, ten of them in September, too; ten applied in October, one just before."""
    for each in range(11):
        person_id, rider_id = id_of(Letter.RESIDENT, f"rider {each}"), id_of(Letter.RIDER, f"rider {each}")
        born = {"birth_date": date(1940, 1, 1), "sex": Sex.FEMALE}
        yield [Resident(id=person_id, name="r", name_kana="r", **born)]
        yield [Rider(id=rider_id, resident_id=person_id, **WORDS)]
        step = RiderStep(
            id=id_of(Letter.LOG, f"step {each}"),
            rider_id=rider_id,
            number=1,
            kind=RiderStepKind.APPLIED,
            eligibility=Eligibility.AGE_75,
            note="",
            taken_by_id=person_id,
            taken_at=IN_OCTOBER if each else IN_OCTOBER - timedelta(minutes=1),
        )
        yield [step]
        for month in (10, 9) if each else (10,):
            yield from ridden(f"{month} {each}", rider_id, at(5, month=month))


def ridden(name, rider_id, boarded_at, **other):
    about = {"organisation_id": office("taxi"), "boarded_at": boarded_at}
    ride = Ride(id=id_of(Letter.RIDE, name), **about, **{"fare_yen": 1_000, "pick_up": "駅", **other})
    yield [ride]
    yield [Seat(id=id_of(Letter.SEAT, name), ride_id=ride.id, rider_id=rider_id, subsidy_yen=500, **about)]


async def asked(act, who, purpose=None, year=None):
    answer = await act(who, STATISTICS, purpose=purpose, year=year)
    return answer.data["rideStatistics"], answer.denied


async def test_what_was_counted_is_told_by_month_and_sums_only_where_nothing_is_withheld(act):
    async with act.store.owner.writing() as session:
        batches = [*crowd(), *ridden("none", id_of(Letter.RIDER, "rider 1"), at(6, month=10), is_cancelled=True)]
        batches += [*ridden("open", id_of(Letter.RIDER, "rider 1"), at(7, month=10), fare_yen=None)]
        for batch in batches:
            session.add_all(batch)
            await session.flush()
    found, _ = await asked(act, "staff_taxi", CLM)
    figures = [list(each.values()) for each in found["months"][-3:]]

    assert (found["fiscalYear"], len(found["months"])) == (2026, 7)
    assert figures == [  # month, applications, rides, fares, subsidies, registered, riders
        ["2026-08-01", None, None, None, None, None, None],
        ["2026-09-01", None, 10, 10_000, 5_000, None, 10],
        ["2026-10-01", 10, 11, 11_000, 5_500, 10, 11],
    ]
    assert set(found["total"].values()) == {None}


async def test_nobody_but_transport_staff_with_a_purpose_is_told_any_figure(act):
    told = {who: await asked(act, who) for who in HOLDERS if who != "anonymous"}
    elsewhere = await asked(act, "staff_taxi", ELG, year=2016), await asked(act, "staff_taxi", CLM, year=-5)

    assert {each for each, _ in told.values()} == {None}
    assert {who: set(denied.values()) for who, (_, denied) in told.items()} == {
        who: {"PURPOSE_REQUIRED" if who == "staff_taxi" else "KIND_NOT_PERMITTED"} for who in told
    }
    assert [(found["fiscalYear"], len(found["months"])) for found, _ in elsewhere] == [(2016, 12), (-5, 0)]
