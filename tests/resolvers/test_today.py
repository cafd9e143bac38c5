"""The day, its holiday and its doctors: public, by the town's own calendar."""

from datetime import UTC, date, datetime

import pytest

from models.duty_doctor import DutyDoctor, DutySlot, DutyStatus
from resolvers.context import today
from resolvers.today import CALL_FIRST
from rules.town_time import TOWN_TIME
from tests.hanamori import CODE

DAY = "query ($d: Date) { today(date: $d) { date holiday isDutyDay onDutyDoctors { name } } }"
DOCTORS = "{ today { onDutyDoctors { name phone slot departments startsAt endsAt receptionNote } } }"


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 22, 14, 59, 59, tzinfo=UTC), "2026-11-22"),
        (datetime(2026, 11, 22, 15, 0, tzinfo=UTC), "2026-11-23"),
    ],
)
def test_a_day_begins_at_midnight_in_tokyo(moment, day):
    assert today(moment).isoformat() == day


@pytest.mark.parametrize(("day", "is_duty"), [("0001-01-01", True), ("9999-12-31", True), ("2026-11-24", False)])
async def test_a_day_of_which_nothing_was_published_has_no_doctors(ask, day, is_duty):
    found = (await ask("anonymous", DAY, d=day)).data["today"]

    assert found == {"date": day, "holiday": None, "isDutyDay": is_duty, "onDutyDoctors": []}


@pytest.mark.parametrize("given", [{}, {"d": None}, {"d": "2026-11-23"}])
async def test_today_is_the_towns_today_unless_another_day_is_asked_for(ask, given):
    found = (await ask("anonymous", DAY, **given)).data["today"]

    assert (found["date"], found["holiday"], found["isDutyDay"]) == ("2026-11-23", "勤労感謝の日", True)


@pytest.mark.parametrize("day", ["2026-02-30", "today", 20261123, ""])
async def test_what_is_no_day_is_the_clients_mistake(ask, day):
    assert (await ask("anonymous", DAY, d=day)).codes == ["BAD_USER_INPUT"]


async def test_the_newest_revision_counts_and_what_was_cancelled_is_gone(ask):
    found = (await ask("anonymous", DOCTORS)).data["today"]["onDutyDoctors"]

    assert [(each["name"], each["phone"]) for each in found] == [
        ("みなみ医院", "027-000-0002"),
        ("夜間急病所", "027-000-0000"),
    ]


async def test_a_night_ends_on_the_next_morning(ask):
    found = (await ask("anonymous", DOCTORS)).data["today"]["onDutyDoctors"][-1]

    assert (found["slot"], found["departments"]) == ("NIGHT", ["内科", "小児科"])
    assert (found["startsAt"], found["endsAt"]) == ("2026-11-23T20:00:00+09:00", "2026-11-24T03:00:00+09:00")


async def test_the_municipality_is_the_one_whose_server_this_is(ask):
    told = await ask("anonymous", "{ municipality { code name nameKana nameEn prefecture } }")

    assert told.data["municipality"]["code"] == CODE


async def test_a_town_that_is_not_there_yet_has_no_municipality(act):
    async with act.store.owner.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE municipality SET is_ours = (1 = 0)")

    assert (await act("anonymous", "{ municipality { code } }")).data == {"municipality": None}


async def test_public_answers_are_the_same_for_everybody_and_read_no_relations(ask):
    told = await ask("mother", DAY)

    assert told.public
    assert len(told.statements) == 1


NAMES = (
    "query ($d: Date) { today(date: $d) { isDutyDay dutyDayReasons onDutyDoctors { name receptionNote isChanged } } }"
)


def at(*moment):
    return {"now": datetime(2026, 11, *moment, tzinfo=TOWN_TIME)}


async def on_duty(asked, *moment, **given):
    found = await asked("anonymous", NAMES, **given, **(at(*moment) if moment else {}))
    return [each["name"] for each in found.data["today"]["onDutyDoctors"]]


async def publish(act, **other):
    usual = {
        "municipality_code": CODE,
        "duty_date": date(2026, 11, 23),
        "starts_minute": 540,
        "ends_minute": 1080,
        "slot": DutySlot.DAY,
        "name": "にし医院",
        "departments": "内科",
        "address": "花守市西町1",
        "phone": "0270000003",
        "source_url": "https://duty.example/2026",
        "published_at": datetime(2026, 11, 1, tzinfo=UTC),
        "revision": 3,
        "status": DutyStatus.CHANGED,
    }
    async with act.store.owner.writing() as session:
        session.add(DutyDoctor(**usual | other))


@pytest.mark.parametrize(
    ("moment", "names"),
    [
        ((23, 17, 59), ["みなみ医院", "夜間急病所"]),
        ((23, 18, 0), ["夜間急病所"]),
        ((24, 2, 59), ["夜間急病所"]),
        ((24, 3, 0), []),
    ],
)
async def test_today_shows_who_is_still_on_duty_last_night_included(ask, moment, names):
    assert await on_duty(ask, *moment) == names


async def test_of_another_day_every_duty_that_begins_on_it_is_shown(ask):
    assert await on_duty(ask, 30, 12, d="2026-11-23") == ["みなみ医院", "夜間急病所"]
    assert await on_duty(ask, 23, 9, d="2026-11-24") == []


async def test_a_later_revision_takes_the_place_of_the_whole_slot(act):
    await publish(act)

    assert await on_duty(act) == ["にし医院", "夜間急病所"]


@pytest.mark.parametrize(("year", "is_shown"), [(2024, False), (2026, True)])
async def test_what_was_published_too_long_ago_is_hidden(act, year, is_shown):
    await publish(act, published_at=datetime(year, 1, 1, tzinfo=UTC))

    assert ("にし医院" in await on_duty(act)) is is_shown


async def test_an_ordinary_day_with_duties_by_day_is_the_municipalitys_own(act):
    await publish(act, duty_date=date(2026, 11, 24))
    told = (await act("anonymous", NAMES, d="2026-11-24")).data["today"]

    assert (told["isDutyDay"], told["dutyDayReasons"]) == (True, ["MUNICIPALITY"])


async def test_a_night_duty_makes_no_duty_day(act):
    await publish(act, duty_date=date(2026, 11, 24), slot=DutySlot.NIGHT)

    assert (await act("anonymous", NAMES, d="2026-11-24")).data["today"]["isDutyDay"] is False


async def test_every_duty_says_to_call_first_and_whether_it_was_changed(ask):
    told = (await ask("anonymous", NAMES)).data["today"]

    assert told["dutyDayReasons"] == ["NATIONAL_HOLIDAY"]
    assert [(each["receptionNote"], each["isChanged"]) for each in told["onDutyDoctors"]] == [
        (CALL_FIRST, True),
        (CALL_FIRST, False),
    ]


async def test_a_place_is_told_in_degrees(act):
    await publish(act, latitude_microdegrees=36_389_000, longitude_microdegrees=139_063_500)
    told = (await act("anonymous", "{ today { onDutyDoctors { latitude longitude } } }")).data["today"]

    assert told["onDutyDoctors"][0] == {"latitude": 36.389, "longitude": 139.0635}
