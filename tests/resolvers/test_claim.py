"""Monthly closing: a claim that can be made again, adjustments in the next month alone, each company its own."""

import hashlib
from datetime import date

from models.claim import Claim
from models.refusal import RefusalCode
from tests.hanamori import office, resident
from tests.resolvers.test_deed import counted, done
from tests.tapping import at, ride, subsidies

R = RefusalCode
CLM = "CLM:2026-1"
FIELDS = "operator month rideCount subsidyYen adjustmentYen content sha256"
CLOSE = f"""mutation ($input: CloseClaimsInput!) {{ done: closeClaims(input: $input) {{ __typename
  ... on Claim {{ id {FIELDS} }} ... on Refused {{ code field }} }} }}"""
CLAIMS = f"query ($month: Date) {{ claims(month: $month) {{ totalCount edges {{ node {{ {FIELDS} }} }} }} }}"
DECEMBER, JANUARY = at(1, month=12), at(4, month=1, year=2027)


async def close(act, month="2026-11-01", key="close-0001", now=DECEMBER, of="taxi"):
    given = {"organisationId": office(of), "month": month, "idempotencyKey": key}
    return await done(act, "staff_taxi", CLOSE, given, purpose=CLM, now=now)


async def claims(act, who, **words):
    found = (await act(who, CLAIMS, **words)).data["claims"]
    return found["totalCount"], [each["node"] for each in found["edges"]]


async def test_a_month_is_closed_once_with_all_of_its_rides_those_from_before_the_tablets_too(taxi, act):
    await taxi.ridden("first", "mother", "natsu", fare_yen=800)
    early = await close(act, key="close-0000", now=at(30))
    made = await close(act)
    again, half = await close(act, key="close-0002"), await close(act, "2026-11-02", "close-0003")
    stranger = await close(act, key="close-0004", of="shop")

    assert (early["code"], again["code"], half["code"], stranger["code"]) == (
        *(R.DATE_OUT_OF_RANGE, R.ALREADY_RECORDED, R.DATE_OUT_OF_RANGE, R.NOT_FOUND),
    )
    assert (made["operator"], made["month"], made["rideCount"], made["adjustmentYen"]) == ("taxi", "2026-11-01", 4, 0)
    assert made["subsidyYen"] == 600 + 1_200 + 600 + 800  # three of the town's own, and this one
    assert f"RIDE,{ride('first')},2026-11-23,2,800,800" in made["content"].splitlines()
    assert made["sha256"] == hashlib.sha256(made["content"].encode()).hexdigest()
    assert resident("mother") not in made["content"]


async def test_a_closed_month_is_corrected_by_staff_in_the_next_and_by_no_taxi(taxi, act):
    await taxi.ridden("first", "mother", fare_yen=800)
    await close(act)
    words = {"rideId": ride("first"), "reason": "照合", "now": DECEMBER}
    driver = [await taxi.do("correctRide", fareYen=700, **words), await taxi.do("cancelRide", **words)]
    staff = await taxi.do("correctRide", who="staff_taxi", purpose=CLM, fareYen=700, **words)
    await taxi.ridden("second", "natsu", now=DECEMBER)
    december = await close(act, "2026-12-01", "close-0002", JANUARY)
    count, seen = await claims(act, "taxi")

    assert {each["code"] for each in driver} == {R.MONTH_CLOSED}
    assert subsidies(staff) == [350]
    assert (december["rideCount"], december["subsidyYen"], december["adjustmentYen"]) == (1, 450, -50)
    assert f"ADJUSTMENT,{ride('first')},2026-11-23,1,700,-50" in december["content"].splitlines()
    assert (count, [each["month"] for each in seen]) == (2, ["2026-12-01", "2026-11-01"])


async def test_a_ride_under_way_keeps_its_month_open(taxi, act):
    before = await counted(act, Claim)
    await taxi.open("first")
    waiting = await close(act)
    await taxi.do("cancelRide", rideId=ride("first"), reason="乗車せず")
    closed = await close(act, key="close-0002")

    assert (waiting["code"], waiting["field"]) == (R.RIDE_OPEN, ["input", "month"])
    assert (closed["rideCount"], await counted(act, Claim)) == (3, before + 1)


async def test_months_are_closed_in_their_order_so_that_no_ride_is_left_behind(taxi, act):
    await taxi.ridden("first", "mother", fare_yen=800)
    early = await close(act, "2026-12-01", "close-0001", JANUARY)
    closed = [await close(act, f"2026-{month}-01", f"close-{month}", JANUARY) for month in (11, 12)]

    assert (early["code"], early["field"]) == (R.EARLIER_MONTH_OPEN, ["input", "month"])
    assert [each["rideCount"] for each in closed] == [4, 0]


async def test_a_ride_that_was_cancelled_before_the_closing_is_in_no_claim(taxi, act):
    await taxi.ridden("first", "mother", fare_yen=800)
    await taxi.do("cancelRide", rideId=ride("first"), reason="乗車せず")
    made = await close(act)

    assert (made["rideCount"], ride("first") in made["content"]) == (3, False)


async def test_a_company_sees_its_own_claims_and_nobody_else_does_but_staff(act):
    await close(act)
    await close(act, key="close-0002", of="other-taxi")
    seen = {who: (await claims(act, who))[0] for who in ("taxi", "other-taxi", "mother", "staff_health")}
    staff = await claims(act, "staff_taxi", purpose=CLM)
    chosen = [await claims(act, "staff_taxi", purpose=CLM, month=month) for month in ("2026-11-01", "2026-09-01")]
    chosen.append(await claims(act, "taxi", month="2026-09-01"))

    assert [(count, {each["month"] for each in found}) for count, found in chosen] == [
        (2, {"2026-11-01"}),
        (1, {"2026-09-01"}),
        (0, set()),
    ]
    assert seen == {"taxi": 1, "other-taxi": 2, "mother": 0, "staff_health": 0}
    assert {each["operator"] for each in staff[1]} == {"taxi", "other-taxi"}
    assert date.fromisoformat(staff[1][0]["month"]) == date(2026, 11, 1)
