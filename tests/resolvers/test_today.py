"""The day, its holiday and its doctors: public, by the town's own calendar."""

from datetime import UTC, datetime

import pytest

from resolvers.context import today
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
