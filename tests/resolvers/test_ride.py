"""Rides by tablets: opened, tapped, closed, corrected, cancelled; limits, refusals, and what is posted."""

import io
from datetime import date

from sqlalchemy import func, select, update

from models.columns import table_of
from models.credential import Credential
from models.ids import Letter
from models.refusal import RefusalCode
from models.resident import Resident
from models.ride import Ride, RideEntry, Seat, SubsidyEntry
from models.rider import Rider, RiderState
from tests.applying import SIGNED_AT, bearer
from tests.hanamori import id_of, office, resident
from tests.resolvers.test_deed import counted
from tests.tapping import Taxi, at, ride, subsidies
from tsumugi import anchors
from tsumugi.pki.office import KeyKind, Office

R = RefusalCode
QUOTA = "{ viewer { rider { quotaToday { used remaining } quotaThisYear { used remaining } } } }"
TAPPED = {"__typename": "Tapped"}


async def quota(act, who, **words):
    found = (await act(who, QUOTA, **words)).data["viewer"]["rider"]
    return found["quotaToday"]["used"], found["quotaThisYear"]["used"]


async def posted(act, name):
    """The sum of what was posted of a ride, and how many entries that took."""
    seat, entry = table_of(Seat), table_of(SubsidyEntry)
    question = select(func.coalesce(func.sum(entry.c.subsidy_yen), 0), func.count()).select_from(entry)
    async with act.store.owner.reading() as connection:
        found = await connection.execute(
            question.join(seat, seat.c.id == entry.c.seat_id).where(seat.c.ride_id == ride(name))
        )
        return tuple(found.one())


async def changed(act, model, id, **values):
    table = table_of(model)
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(update(table).where(table.c.id == id).values(**values))


async def test_one_alone_taps_and_pays_half(taxi, act):
    opened = await taxi.open("first")
    tapped = await taxi.tap("first", "mother")
    closed = await taxi.close("first", 731)

    assert (opened["status"], opened["fareYen"]) == ("OPEN", None)
    assert tapped == TAPPED | {"isAccepted": True, "remainingToday": 1}
    assert (closed["status"], closed["fareYen"], subsidies(closed)) == ("CLOSED", 731, [365])
    assert closed["history"] == [{"number": 1, "kind": "CLOSED", "fareYen": 731, "reason": None}]
    assert (await quota(act, "mother"), await posted(act, "first")) == ((1, 3), (365, 1))


async def test_the_third_ride_of_a_day_is_granted_nothing_and_lost_by_nobody_and_the_other_still_shares(taxi, act):
    for name in ("first", "second"):
        await taxi.ridden(name, "mother")
    taps, closed = await taxi.ridden("third", "mother", "natsu", fare_yen=3_000)
    elsewhere, _ = await taxi.ridden("elsewhere", "mother", who="other-taxi", tablet="other-1")
    (tomorrow,), _ = await taxi.ridden("tomorrow", "mother", now=at(24))

    assert [each["isAccepted"] for each in (*taps, *elsewhere)] == [False, True, False]
    assert [each["remainingToday"] for each in (*taps, *elsewhere, tomorrow)] == [0, 1, 0, 1]
    assert subsidies(closed) == [0, 500]
    assert await quota(act, "mother") == (2, 5)


async def ridden_before(act, times):
    """So many rides of the mother in the fiscal year, from before the tablets."""
    rides, seats = [], []
    for number in range(times):
        when = {"organisation_id": office("taxi"), "boarded_at": at(1 + number % 28, month=6 + number // 28)}
        rides.append({"id": id_of(Letter.RIDE, f"past {number}"), "pick_up": "駅", **when})
        about = {"ride_id": rides[-1]["id"], "rider_id": id_of(Letter.RIDER, "mother")}
        seats.append({"id": id_of(Letter.SEAT, f"past {number}"), **about, **when})
    async with act.store.owner.writing() as session:
        session.add_all(Ride(**each) for each in rides)
        await session.flush()
        session.add_all(Seat(**each) for each in seats)


async def test_the_year_has_its_limit_and_the_next_begins_in_april(taxi, act):
    await ridden_before(act, 66)  # and twice in November
    seventieth, _ = [await taxi.ridden(name, "mother") for name in ("a", "b")][1]
    beyond, _ = await taxi.ridden("beyond", "mother", now=at(24))
    spring, _ = await taxi.ridden("spring", "mother", now=at(1, month=4, year=2027))

    assert [each[0] for each in (seventieth, beyond, spring)] == [
        TAPPED | {"isAccepted": True, "remainingToday": 0},
        TAPPED | {"isAccepted": False, "remainingToday": 0},
        TAPPED | {"isAccepted": True, "remainingToday": 1},
    ]


async def test_a_corrected_fare_reverses_what_was_posted_and_overwrites_nothing(taxi, act):
    await taxi.ridden("first", "mother", "natsu", fare_yen=800)
    driver = await taxi.do("correctRide", rideId=ride("first"), fareYen=1_001, reason="打ち間違い")
    staff = await taxi.do(
        "correctRide", who="staff_taxi", purpose="CLM:2026-1", rideId=ride("first"), fareYen=700, reason="照合"
    )

    assert (subsidies(driver), subsidies(staff)) == ([500, 500], [350, 350])
    assert [(each["kind"], each["fareYen"]) for each in staff["history"]] == [
        ("CLOSED", 800),
        ("CORRECTED", 1_001),
        ("CORRECTED", 700),
    ]
    assert await posted(act, "first") == (700, 10)


async def test_a_cancelled_ride_gives_the_count_back_on_its_day(taxi, act):
    for name in ("first", "second"):
        await taxi.ridden(name, "mother")
    cancelled = await taxi.do("cancelRide", rideId=ride("first"), reason="乗車せず")
    (again,), _ = await taxi.ridden("third", "mother")
    twice = await taxi.do("cancelRide", rideId=ride("first"), reason="乗車せず")

    assert (cancelled["status"], subsidies(cancelled)) == ("CANCELLED", [0])
    assert again == TAPPED | {"isAccepted": True, "remainingToday": 0}
    assert (twice["code"], await posted(act, "first")) == (R.ENTRY_ENDED, (0, 2))


async def test_a_ride_from_before_the_tablets_is_corrected_too(taxi, act):
    old = id_of(Letter.RIDE, "1")
    given = {"who": "staff_taxi", "purpose": "CLM:2026-1", "rideId": old, "reason": "照合"}
    answer = await taxi.do("correctRide", fareYen=900, **given)
    async with act.store.owner.reading() as connection:
        total = await connection.scalar(select(func.sum(table_of(SubsidyEntry).c.subsidy_yen)))

    assert [(each["kind"], each["fareYen"]) for each in answer["history"]] == [("CLOSED", 1_200), ("CORRECTED", 900)]
    assert (subsidies(answer), total) == ([450, 450], 900)


OPENINGS = {  # what is said otherwise, code, field
    "neither end in the city": ({"pickUpMunicipality": "072028", "dropOffMunicipality": "072028"}, R.OUT_OF_AREA, None),
    "no municipality": ({"dropOffMunicipality": "102017"}, R.VALUE_UNKNOWN, "dropOffMunicipality"),
    "a minute after the hours": ({"now": at(23, 18, 1)}, R.OUT_OF_HOURS, None),
    "a minute before them": ({"now": at(23, 6, 59)}, R.OUT_OF_HOURS, None),
    "an id of another kind": ({"rideId": id_of(Letter.SEAT, "x")}, R.VALUE_UNKNOWN, "rideId"),
    "an id that is taken": ({"rideId": id_of(Letter.RIDE, "1")}, R.ALREADY_RECORDED, "rideId"),
    "another company's id": ({"rideId": id_of(Letter.RIDE, "3")}, R.ALREADY_RECORDED, "rideId"),
    "a place that is a number": ({"pickUp": "123456789018"}, R.INDIVIDUAL_NUMBER_REFUSED, "pickUp"),
    "no sequence": ({"sequence": -1}, R.VALUE_OUT_OF_RANGE, "sequence"),
    "a clock without a zone": ({"toldAt": "2026-11-23T09:00:00"}, R.VALUE_OUT_OF_RANGE, "toldAt"),
}


async def test_no_ride_is_opened_out_of_area_out_of_hours_or_under_an_id_that_is_taken(taxi, act):
    for name, (given, code, field) in OPENINGS.items():
        answer = await taxi.open("refused", **given)
        assert (answer.get("code"), answer.get("field")) == (code, field and ["input", field]), name
    assert await counted(act, Ride) == 4


async def test_a_card_that_is_no_riders_is_refused_and_nobody_learns_why(taxi, act, issuing):
    await taxi.open("first")
    rider = id_of(Letter.RIDER, "mother")
    answers = {"of nobody who rides": await taxi.tap("first", "ex")}
    for words in ("AAAA", "not base64"):
        answers[words] = await taxi.tap("first", "ex", certificate=words)
    for name, table, id, before, after in (
        ("suspended", Rider, rider, {"state": RiderState.SUSPENDED}, {"state": RiderState.REGISTERED}),
        ("over", Rider, rider, {"valid_to": date(2026, 11, 23)}, {"valid_to": None}),
        ("to come", Rider, rider, {"registered_on": date(2026, 11, 24)}, {"registered_on": date(2026, 4, 1)}),
        ("moved", Resident, resident("mother"), {"moved_out_on": date(2026, 11, 23)}, {"moved_out_on": None}),
        ("dead", Resident, resident("mother"), {"died_on": date(2026, 11, 22)}, {"died_on": None}),
    ):
        await changed(act, table, id, **before)
        answers[name] = await taxi.tap("first", "mother")
        await changed(act, table, id, **after)
    accepted = await taxi.tap("first", "mother")
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(update(table_of(Credential)).values(closed_at=at(22)))
    answers["closed"] = await taxi.tap("first", "natsu")

    assert {name: (each["code"], each["field"]) for name, each in answers.items()} == dict.fromkeys(
        answers, (R.CARD_NOT_ACCEPTED, None)
    )
    assert (accepted["isAccepted"], await counted(act, Seat)) == (True, 6)


async def test_a_ride_is_one_tablets_and_ends_once(taxi, act):
    early = await taxi.open("first") and await taxi.do("correctRide", rideId=ride("first"), fareYen=900, reason="誤")
    bad = [await taxi.close("first", fare) for fare in (0, -1, 100_001)]
    other = await taxi.tap("first", "mother", tablet="tablet-2")
    stranger = await taxi.tap("first", "mother", who="other-taxi")
    await taxi.tap("first", "mother")
    twice = await taxi.tap("first", "mother")
    await taxi.close("first")
    late = [await taxi.close("first"), await taxi.tap("first", "natsu")]

    assert early["code"] == R.RIDE_OPEN
    assert {(each["code"], *each["field"]) for each in bad} == {(R.FARE_OUT_OF_RANGE, "input", "fareYen")}
    assert (other["code"], stranger["code"], twice["code"]) == (R.FOREIGN_TABLET, R.NOT_FOUND, R.ALREADY_RECORDED)
    assert {each["code"] for each in late} == {R.RIDE_CLOSED}
    assert (await counted(act, Seat), await counted(act, RideEntry)) == (6, 1)


async def test_a_ride_from_outside_must_end_inside_and_words_are_asked_for(taxi):
    await taxi.open("first", pickUpMunicipality="072028")
    outside = await taxi.close("first", dropOffMunicipality="072028")
    nowhere = await taxi.close("first", dropOffMunicipality="1")
    silent = await taxi.close("first", dropOff=" ")
    closed = await taxi.close("first")
    unsaid = [
        await taxi.do("correctRide", rideId=ride("first"), fareYen=fare, reason=reason)
        for fare, reason in ((900, ""), (0, "誤"))
    ] + [await taxi.do("cancelRide", rideId=ride("first"), reason="")]

    assert [each["code"] for each in (outside, nowhere, silent)] == [R.OUT_OF_AREA, R.VALUE_UNKNOWN, R.VALUE_MISSING]
    assert (closed["status"], subsidies(closed)) == ("CLOSED", [])
    assert [each["code"] for each in unsaid] == [R.VALUE_MISSING, R.FARE_OUT_OF_RANGE, R.VALUE_MISSING]


async def test_a_tap_is_answered_again_by_its_key_and_counts_once(taxi, act):
    await taxi.open("first")
    first, again = [await taxi.tap("first", "mother", idempotencyKey="the-same-tap") for _ in range(2)]

    assert first == again == TAPPED | {"isAccepted": True, "remainingToday": 1}
    assert await quota(act, "mother") == (1, 3)


async def test_a_machine_that_only_reads_and_the_company_without_one_of_staffs_purposes_open_nothing(taxi):
    staff = await taxi.do("cancelRide", who="staff_taxi", purpose="ELG:2026-1", rideId=ride("x"), reason="照合")
    desk = await taxi.open("first", tablet=None)

    assert (staff["code"], desk["status"]) == (R.PURPOSE_REQUIRED, "OPEN")


async def test_a_card_that_was_revoked_is_refused_like_any_other(act, tmp_path, monkeypatch):
    monkeypatch.setattr(anchors, "LOOK_EVERY_S", 0)
    issuer, log = Office.open(tmp_path / "authority", tmp_path / "anchors", SIGNED_AT), io.StringIO()
    card = issuer.issue(bearer("mother"), SIGNED_AT, KeyKind.P256)
    issuer.publish(SIGNED_AT)
    taxi = Taxi(act, issuer, {"mother": card}, log)
    await taxi.enrol(issuer)
    await taxi.open("first")
    issuer.revoke(card.authentication.certificate, SIGNED_AT)
    answer = await taxi.tap("first", "mother")

    assert (answer["code"], await counted(act, Seat)) == (R.CARD_NOT_ACCEPTED, 5)
    assert "CERTIFICATE_REVOKED" in log.getvalue()
