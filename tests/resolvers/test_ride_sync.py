"""Rides without a network: handed in later in any order, judged one by one; what is refused, and what staff decide."""

from datetime import date, timedelta
from itertools import permutations

from joserfc.jwk import ECKey
from sqlalchemy import select, update

from auth import credential, jws
from auth.ride_capability import TYPE
from models.columns import table_of
from models.credential import ClientKey, Credential
from models.device import Device
from models.ids import Letter
from models.refusal import RefusalCode
from models.resident import Resident
from models.ride import Ride, Seat
from models.rider import Eligibility, Rider, RiderState, RiderStep, RiderStepKind
from tests.applying import SIGNED_AT, bearer
from tests.auth.conftest import PEPPERS
from tests.hanamori import NOW, id_of, office, resident
from tests.resolvers.test_deed import counted
from tests.resolvers.test_ride import changed, posted
from tests.syncing import LATER, device, opened
from tests.tapping import TOKENS, at, ride, subsidies
from tsumugi.pki.office import KeyKind

R = RefusalCode
CLAIMS = {"who": "staff_taxi", "purpose": "CLM:2026-1"}
WAITING = """{ ridesToReview { totalCount edges { node { id syncedAt isClockOff
  seats { edges { node { id reviewCause reviewOutcome reviewReason reviewedAt } } } } } } }"""


def outcomes(answer):
    return [[tap["outcome"] for tap in each["taps"]] or each["code"] for each in answer["rides"]]


async def waiting(act):
    found = (await act("staff_taxi", WAITING, purpose="CLM:2026-1")).data["ridesToReview"]["edges"]
    return {each["node"]["id"]: each["node"] for each in found}


async def seats(act, name):
    """Of a ride by its order: whether each counts, and its subsidy."""
    seat = table_of(Seat)
    question = select(seat.c.is_counted, seat.c.subsidy_yen).where(seat.c.ride_id == ride(name))
    async with act.store.owner.reading() as connection:
        return [tuple(each) for each in await connection.execute(question.order_by(seat.c.position))]


async def riders(act, name):
    """Of a ride by its order."""
    seat = table_of(Seat)
    question = select(seat.c.rider_id).where(seat.c.ride_id == ride(name)).order_by(seat.c.position)
    async with act.store.owner.reading() as connection:
        return list(await connection.scalars(question))


async def test_a_ride_of_three_days_before_counts_on_its_day_and_once(fleet):
    item = fleet.kept("first", "mother", "natsu", fare_yen=1_001)
    first = await fleet.sync(item, item, now=at(26), idempotencyKey="the-same-batch")
    again = await fleet.sync(item, item, now=at(26), idempotencyKey="the-same-batch")
    later = await fleet.sync(item, now=at(27))

    assert first["rides"][0] == {
        "rideId": ride("first"),
        "outcome": "ACCEPTED",
        "code": None,
        "field": None,
        "subsidyYen": 1_000,
        "taps": [{"outcome": "COUNTED", "code": None}] * 2,
    }
    assert first["rides"][1] == later["rides"][0] == first["rides"][0] | {"outcome": "KNOWN"}
    assert again == first


async def test_a_third_ride_of_a_day_goes_to_staff_whichever_tablet_comes_back_first(fleet, act):
    await fleet.equip("other", who="other-taxi")
    for number, order in enumerate(permutations(range(3))):
        for tablet, who in (("tablet-1", "taxi"), ("other", "other-taxi")):
            await fleet.issue(tablet, who=who, now=at(23 + number, 8))
        for which in order:
            tablet, who = (("tablet-1", "taxi"), ("other", "other-taxi"))[which % 2]
            began = at(23 + number, 9 + which)
            item = fleet.kept(f"{number} {which}", "mother", opened_at=began, tablet=tablet)
            await fleet.sync(item, tablet=tablet, who=who, now=at(23 + number, 18))
        found = [await seats(act, f"{number} {which}") for which in range(3)]
        assert found == [[(True, 500)], [(True, 500)], [(False, 0)]], order
        assert [(await posted(act, f"{number} {which}"))[0] for which in range(3)] == [500, 500, 0], order

    found = await waiting(act)
    causes = {each["node"]["reviewCause"] for node in found.values() for each in node["seats"]["edges"]}
    assert (found.keys(), causes) == ({ride(f"{number} 2") for number in range(6)}, {"OVER_LIMIT"})


async def test_staff_accept_or_refuse_what_waits_once_and_say_why(fleet, act):
    rides = [fleet.kept(str(hour), "mother", opened_at=at(23, hour)) for hour in (9, 10, 11, 12)]
    assert outcomes(await fleet.sync(*reversed(rides), now=at(23, 18))) == [["WAITING"]] * 2 + [["COUNTED"]] * 2
    ids = {name: node["seats"]["edges"][0]["node"]["id"] for name, node in (await waiting(act)).items()}
    eleven, noon = ids[ride("11")], ids[ride("12")]
    decide = {"isAccepted": True, "reason": "通院", **CLAIMS}
    silent = await fleet.do("decideSeat", seatId=eleven, **{**decide, "reason": " "})
    taxi = await fleet.do("decideSeat", seatId=eleven, isAccepted=True, reason="通院", tablet=device("tablet-1"))
    accepted = await fleet.do("decideSeat", seatId=eleven, **decide)
    refused = await fleet.do("decideSeat", seatId=noon, **{**decide, "isAccepted": False})
    twice = await fleet.do("decideSeat", seatId=noon, **decide)
    before = await fleet.sync(fleet.kept("8", "mother", opened_at=at(23, 9)), now=at(23, 18))

    assert [each["code"] for each in (silent, taxi, twice)] == [R.VALUE_MISSING, R.NOT_PERMITTED, R.ALREADY_RECORDED]
    assert (subsidies(accepted), subsidies(refused)) == ([500], [0])
    assert outcomes(before) == [["WAITING"]]  # three count already: one would not do
    assert outcomes(await fleet.sync(*rides, now=at(23, 18))) == [["COUNTED"]] * 3 + [["UNCOUNTED"]]
    assert (await waiting(act)).keys() == {ride("8")}


async def test_what_staff_accept_takes_a_ride_that_has_become_free(fleet, act):
    rides = [fleet.kept(str(hour), "mother", opened_at=at(23, hour), end=None) for hour in (9, 10, 11)]
    await fleet.sync(*rides, now=at(23, 18))
    await fleet.do("cancelRide", rideId=ride("9"), reason="乗車せず", tablet=device("tablet-1"))
    (seat,) = (await waiting(act))[ride("11")]["seats"]["edges"]
    await fleet.do("decideSeat", seatId=seat["node"]["id"], isAccepted=True, reason="通院", **CLAIMS)
    done = await fleet.close("11", 731, tablet=device("tablet-1"))
    third = await fleet.sync(fleet.kept("12", "mother", opened_at=at(23, 12)), now=at(23, 18))
    (seat,) = (await waiting(act))[ride("12")]["seats"]["edges"]
    await fleet.do("cancelRide", rideId=ride("12"), reason="乗車せず", tablet=device("tablet-1"))
    late = await fleet.do("decideSeat", seatId=seat["node"]["id"], isAccepted=True, reason="通院", **CLAIMS)

    assert (subsidies(done), outcomes(third), late["code"]) == ([365], [["WAITING"]], R.ENTRY_ENDED)
    assert await waiting(act) == {}  # of a cancelled ride nothing is left to decide


async def test_a_card_that_has_not_signed_waits_and_one_that_signed_something_else_is_refused(fleet, act):
    taps = [
        fleet.held("first", "mother", at(23, 9, 1), is_signed=False),
        fleet.held("other ride", "natsu", at(23, 9, 2)),
        fleet.held("first", "stranger", at(23, 9, 3)) | {"algorithm": "RS256"},
        fleet.held("first", "stranger", at(23, 9, 3)) | {"algorithm": "none"},
        fleet.held("first", "stranger", at(23, 9, 3)) | {"signature": "-"},
        fleet.held("first", "ex", at(23, 9, 4)),  # who is no rider
        {"tappedAt": at(23, 9, 5).isoformat(), "certificate": "?"},
        {"tappedAt": at(23, 9, 5).isoformat(), "certificate": "AAAA"},
    ]
    answer = await fleet.sync(fleet.kept("first", taps=taps))
    await fleet.sync(fleet.kept("first", "mother"))  # it signs: staff decide all the same

    assert outcomes(answer) == [["WAITING", *["REFUSED"] * 7]]
    assert {each["code"] for each in answer["rides"][0]["taps"]} == {None, R.CARD_NOT_ACCEPTED}
    assert await seats(act, "first") == [(False, 0)]


async def test_a_ride_comes_in_parts_and_its_fare_is_shared_anew(fleet, act):
    whole = fleet.kept("first", "natsu", "mother", fare_yen=1_001)
    later, sooner = whole["taps"][1], whole["taps"][0]
    parts = [
        whole | {"taps": [], "end": None},
        whole | {"taps": [later], "end": None},
        whole | {"taps": [later, later]},
        whole | {"taps": [sooner]},
    ]
    answers = [(await fleet.sync(each))["rides"][0] for each in (*parts, *parts)]

    assert [each["outcome"] for each in answers] == ["ACCEPTED"] * 4 + ["KNOWN"] * 4
    assert [each["subsidyYen"] for each in answers] == [None, None, 500, 1_000] + [1_000] * 4
    assert await seats(act, "first") == [(True, 500), (True, 500)]
    assert await posted(act, "first") == (1_000, 2)


async def test_a_ride_with_a_network_goes_on_without_one(fleet, act):
    tablet = device("tablet-1")
    await fleet.open("first", tablet=tablet, now=at(23, 8))
    await fleet.tap("first", "mother", tablet=tablet, now=at(23, 8))
    outside = await fleet.sync(fleet.kept("first", "natsu", opened_at=at(23, 8)))
    item = fleet.kept("first", opened_at=at(23, 8), fare_yen=3_000)
    item = item | {"taps": [fleet.held("first", "natsu", at(23, 9, 10))]}
    item["end"]["closedAt"] = at(23, 9, 20).isoformat()
    answer = await fleet.sync(item)

    assert (outcomes(outside), outside["rides"][0]["field"]) == (
        [R.OUTSIDE_CAPABILITY],
        ["input", "rides", "0", "taps"],
    )
    assert (outcomes(answer), await seats(act, "first")) == ([["COUNTED"]], [(True, 500), (True, 500)])


async def test_who_was_read_with_a_network_comes_first_whenever_the_others_are_handed_in(fleet, act):
    tablet, item = device("tablet-1"), fleet.kept("first", "mother", end=None)
    await fleet.open("first", tablet=tablet, now=NOW)
    await fleet.sync(item)
    await fleet.tap("first", "natsu", tablet=tablet, now=at(23, 12))
    before = await riders(act, "first")
    await fleet.sync(item)

    assert before == await riders(act, "first") == [id_of(Letter.RIDER, who) for who in ("natsu", "mother")]


BAD = {  # what is said otherwise, code, field
    "an id of another kind": ({"rideId": id_of(Letter.SEAT, "x")}, R.VALUE_UNKNOWN, "rideId"),
    "another company's ride": ({"rideId": id_of(Letter.RIDE, "3")}, R.ALREADY_RECORDED, "rideId"),
    "another tablet's ride": ({"rideId": id_of(Letter.RIDE, "1")}, R.FOREIGN_TABLET, "rideId"),
    "a cancelled ride": ({"rideId": ride("cancelled")}, R.ENTRY_ENDED, "rideId"),
    "another fare": ({"rideId": ride("closed"), "fareYen": 999}, R.RIDE_CLOSED, "end.fareYen"),
    "neither end in the city": (
        {"pickUpMunicipality": "072028", "dropOffMunicipality": "072028"},
        *(R.OUT_OF_AREA, None),
    ),
    "it ended outside": (
        {"pickUpMunicipality": "072028", "endsIn": "072028"},
        R.OUT_OF_AREA,
        "end.dropOffMunicipality",
    ),
    "it ended nowhere": ({"endsIn": "1"}, R.VALUE_UNKNOWN, "end.dropOffMunicipality"),
    "no fare": ({"fareYen": 0}, R.FARE_OUT_OF_RANGE, "end.fareYen"),
    "a fare above all": ({"fareYen": 100_001}, R.FARE_OUT_OF_RANGE, "end.fareYen"),
    "no sequence": ({"sequence": -1}, R.VALUE_OUT_OF_RANGE, "sequence"),
    "no place": ({"pickUp": " "}, R.VALUE_MISSING, "pickUp"),
    "ten cards": (
        {"taps": [{"tappedAt": "2026-11-23T09:01:00+09:00", "certificate": "?"}] * 10},
        *(R.VALUE_OUT_OF_RANGE, "taps"),
    ),
    "opened after it was sent": ({"openedAt": "2026-11-24T12:01:00+09:00"}, R.VALUE_OUT_OF_RANGE, "openedAt"),
    "opened without a zone": ({"openedAt": "2026-11-23T09:00:00"}, R.VALUE_OUT_OF_RANGE, "openedAt"),
    "closed before it was opened": ({"closedAt": "2026-11-23T08:59:00+09:00"}, R.VALUE_OUT_OF_RANGE, "end.closedAt"),
    "a tap after the end": (
        {"taps": [{"tappedAt": "2026-11-23T09:31:00+09:00", "certificate": "?"}]},
        *(R.VALUE_OUT_OF_RANGE, "taps.0.tappedAt"),
    ),
    "a minute after the hours": ({"openedAt": "2026-11-23T18:01:00+09:00", "end": None}, R.OUT_OF_HOURS, "openedAt"),
    "before the capability": ({"openedAt": "2026-11-23T08:59:59+09:00"}, R.OUTSIDE_CAPABILITY, "openedAt"),
}


def spoilt(item, changes):
    end = {"fareYen": "fareYen", "closedAt": "closedAt", "endsIn": "dropOffMunicipality"}
    ends = {end[name]: value for name, value in changes.items() if name in end}
    found = item | {name: value for name, value in changes.items() if name not in end}
    return found | ({"end": found["end"] | ends} if found["end"] else {})


async def test_a_bad_ride_is_refused_by_its_place_and_spoils_no_other(fleet, act):
    await fleet.sync(*(fleet.kept(name, "stranger") for name in ("closed", "cancelled")))
    await fleet.do("cancelRide", rideId=ride("cancelled"), reason="乗車せず", tablet=device("tablet-1"))
    before = await counted(act, Ride), await counted(act, Seat)
    items = [spoilt(fleet.kept("bad"), changes) for changes, *_ in BAD.values()]
    answer = await fleet.sync(*items, fleet.kept("good", "mother"), now=at(24, 12))
    *bad, good = answer["rides"]

    for number, (name, (_, code, field)) in enumerate(BAD.items()):
        place = ["input", "rides", str(number), *(field.split(".") if field else ())]
        assert (bad[number]["outcome"], bad[number]["code"], bad[number]["field"]) == ("REFUSED", code, place), name
    assert (good["outcome"], good["rideId"], bad[0]["rideId"]) == ("ACCEPTED", ride("good"), "")
    assert (await counted(act, Ride), await counted(act, Seat)) == (before[0] + 1, before[1] + 1)


async def test_a_number_that_may_be_somebodys_leaves_no_receipt(fleet):
    given = {"idempotencyKey": "numbered-1"}
    refused = await fleet.sync(fleet.kept("first", pickUp="123456789018"), **given)
    other = await fleet.sync(fleet.kept("first", pickUp="駅"), **given)

    assert outcomes(refused) == [R.INDIVIDUAL_NUMBER_REFUSED]
    assert other["rides"][0]["outcome"] == "ACCEPTED"


async def test_a_clock_that_is_hours_off_is_put_right_and_flagged(fleet, act):
    told = fleet.kept("slow", "mother", opened_at=at(23, 4)), fleet.kept("right", "mother")
    for item, sent_at in zip(told, (at(23, 7), at(23, 12, 9)), strict=True):
        await fleet.sync(item, now=at(23, 12), sentAt=sent_at.isoformat())
    found = "{ rides { edges { node { id boardedAt isClockOff syncedAt } } } }"
    nodes = [each["node"] for each in (await act("staff_taxi", found, purpose="CLM:1")).data["rides"]["edges"]]
    shown = {each["id"]: each for each in nodes if each["syncedAt"]}

    assert (shown[ride("slow")]["boardedAt"], shown[ride("slow")]["isClockOff"]) == ("2026-11-23T00:00:00+00:00", True)
    assert (shown[ride("right")]["boardedAt"], shown[ride("right")]["isClockOff"]) == (
        "2026-11-23T00:00:00+00:00",
        False,
    )


async def test_what_comes_after_seven_days_or_after_the_claim_is_refused_and_what_was_known_is_known(fleet, act):
    known = fleet.kept("known", "mother", opened_at=at(24, 10))
    await fleet.sync(known, now=at(24, 18))
    late = await fleet.sync(fleet.kept("late"), known, now=at(1, month=12))
    about = {"organisationId": office("taxi"), "month": "2026-11-01"}
    closed = await fleet.do("closeClaims", now=at(1, month=12), **about, **CLAIMS)
    claimed = await fleet.sync(fleet.kept("claimed", opened_at=at(24)), known, now=at(1, month=12))

    assert closed["__typename"] == "Claim"
    assert outcomes(late) == [R.SYNC_TOO_LATE, ["COUNTED"]]
    assert outcomes(claimed) == [R.MONTH_CLOSED, ["COUNTED"]]
    assert await counted(act, Ride) == 5


async def test_what_was_claimed_gives_way_to_no_earlier_ride(fleet, act):
    await fleet.equip("other", who="other-taxi")
    for who, tablet in (("taxi", "tablet-1"), ("other-taxi", "other")):
        await fleet.issue(tablet, who=who, now=at(30, 8))
    rides = [fleet.kept(str(hour), "mother", opened_at=at(30, hour)) for hour in (10, 11)]
    await fleet.sync(*rides, now=at(30, 18))
    await fleet.do("closeClaims", now=at(1, month=12), organisationId=office("taxi"), month="2026-11-01", **CLAIMS)
    other = {"tablet": "other", "who": "other-taxi", "now": at(1, month=12)}
    answer = await fleet.sync(fleet.kept("9", "mother", opened_at=at(30), tablet="other"), **other)

    assert (outcomes(answer), await seats(act, "11")) == ([["WAITING"]], [(True, 500)])


def forged(claims, key=None, **changes):
    return jws.written({**claims, **changes}, key or TOKENS.keys[0], TYPE)


async def test_a_capability_is_one_tablets_with_one_key_and_names_nobody(fleet, act):
    await fleet.equip("tablet-2")
    text = fleet.capabilities["tablet-1"]
    claims = dict(jws.read(text, TYPE).claims)
    letters = {
        "none": "x",
        "another tablet's": fleet.capabilities["tablet-2"],
        "of an unknown key": forged(claims, ECKey.generate_key("P-256", auto_kid=True)),
        "changed": text[:-8] + ("AAAAAAAA" if text[-8:] != "AAAAAAAA" else "BBBBBBBB"),
        "another server's": forged(claims, iss="https://elsewhere.example"),
        "bound to no key": forged(claims, cnf="x"),
        "bound to more than a key": forged(claims, cnf={"jkt": "x", "more": 1}),
        "bound to another key": forged(claims, cnf={"jkt": "x"}),
        "with more": forged(claims, riders=["x"]),
    }
    answers = {name: await fleet.sync(fleet.kept("a"), capability=letter) for name, letter in letters.items()}

    assert {name: (each["code"], each["field"]) for name, each in answers.items()} == dict.fromkeys(
        letters, (R.CAPABILITY_INVALID, ["input", "capability"])
    )
    assert claims.keys() == {"iss", "sub", "jti", "iat", "exp", "cnf"}
    assert claims["exp"] - claims["iat"] == timedelta(days=3).total_seconds()
    assert opened(text).device_id == device("tablet-1")


async def test_only_a_tablet_in_force_gets_a_capability_or_hands_in(fleet, act):
    item, key = fleet.kept("a"), {"idempotencyKey": "the-same-capability"}
    first, again = [await fleet.issue("tablet-1", **key) for _ in range(2)]
    batch = {"capability": first["capability"], "sentAt": NOW.isoformat(), "rides": [item]}
    sized = [await fleet.sync(*rides) for rides in ([], [item] * 51)]
    zoneless = await fleet.sync(item, sentAt="2026-11-23T12:00:00")
    barred = [
        await fleet.do(deed, tablet=None, **given)
        for deed, given in (("issueRideCapability", {}), ("syncRides", batch))
    ]
    barred.append(await fleet.do("issueRideCapability", tablet=device("nowhere")))
    await changed(act, Device, device("tablet-1"), disabled_at=NOW)
    ended = [await fleet.issue("tablet-1"), await fleet.sync(item, **batch)]
    await changed(act, Device, device("tablet-1"), disabled_at=None)
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(update(table_of(ClientKey)).values(closed_at=NOW))
    barred.append(await fleet.issue("tablet-1"))

    assert first == again
    assert [(each["code"], each["field"][1]) for each in (*sized, zoneless)] == [
        *[(R.VALUE_OUT_OF_RANGE, "rides")] * 2,
        (R.VALUE_OUT_OF_RANGE, "sentAt"),
    ]
    assert {each["code"] for each in barred} == {R.NOT_PERMITTED}
    assert {each["code"] for each in ended} == {R.TABLET_DISABLED}


async def test_d15_what_held_when_the_card_was_read_decides(fleet, act):
    mother, rider = resident("mother"), id_of(Letter.RIDER, "mother")
    suspended = RiderStep(
        id=id_of(Letter.LOG, "suspended"),
        rider_id=rider,
        number=1,
        kind=RiderStepKind.SUSPENDED,
        eligibility=Eligibility.DISABILITY,
        note="照会中",
        taken_by_id="s",
        taken_at=at(23, 10),
    )
    async with act.store.owner.writing() as session:
        session.add(suspended)
    cases = {  # what is so by the time of the sync, and whether the card that was read at nine is refused
        "died the day after": (Resident, mother, {"died_on": date(2026, 11, 24)}, False),
        "died the day before": (Resident, mother, {"died_on": date(2026, 11, 22)}, True),
        "moved away the day after": (Resident, mother, {"died_on": None, "moved_out_on": date(2026, 11, 24)}, False),
        "suspended at ten": (Rider, rider, {"state": RiderState.SUSPENDED}, False),
        "suspended before": (RiderStep, suspended.id, {"taken_at": at(23, 8)}, True),
        "in force again": (Rider, rider, {"state": RiderState.REGISTERED}, False),
        "its card closed at eleven": (Credential, mother, {"closed_at": LATER - timedelta(hours=1)}, False),
        "its card closed at eight": (Credential, mother, {"closed_at": LATER - timedelta(hours=4)}, True),
    }
    for name, (model, id, values, is_refused) in cases.items():
        table = table_of(model)
        column = table.c.resident_id if model is Credential else table.c.id
        async with act.store.owner.engine.begin() as connection:
            await connection.execute(update(table).where(column == id).values(**values))
        answer = await fleet.sync(fleet.kept(name, "mother"), now=at(23, 12))
        assert (outcomes(answer) == [["REFUSED"]]) is is_refused, ("D15", name, answer)


async def test_d15_a_card_revoked_since_counts_and_one_revoked_before_does_not(fleet, act, issuing):
    card = issuing.issue(bearer("mother"), SIGNED_AT, KeyKind.P256)
    async with act.store.owner.writing() as session:
        credential.enrol(session, PEPPERS, resident("mother"), issuing.verified(card), NOW)
    fleet.cards = {**fleet.cards, "lost": card}
    answers = []
    try:
        for hours in (1, 4):  # before the sync at noon; the card was read at nine
            issuing.revoke(card.authentication.certificate, LATER - timedelta(hours=hours))
            await fleet.signing.anchors.refresh()
            answers.append(outcomes(await fleet.sync(fleet.kept(str(hours), "lost"), now=at(23, 12))))
    finally:
        issuing.register.revoked.clear()
        issuing.publish(SIGNED_AT)

    assert answers == [[["COUNTED"]], [["REFUSED"]]]
