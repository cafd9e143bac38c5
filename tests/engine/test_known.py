"""What relations come to is kept as long as the register says the same, and not a moment longer."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from auth.access import Standing
from auth.caller import Acr, Holder
from engine import known
from engine.answer import Engine
from engine.known import Acquaintances
from engine.mode import Plans
from engine.running import Running
from models.guardianship import Guardianship
from models.organisation import CallerKind
from tests.asking import AUDIT_KEY, CURSOR_KEY, Asking

DAY = date(2026, 11, 23)
RESIDENT = CallerKind.RESIDENT
MOTHER, AUNT = (Holder(name, RESIDENT, Acr.CARD_PIN) for name in ("mother", "aunt"))
ROWS = [("me", "home", "1990-04-01", "", "", "", "")]
WARDS = "{ viewer { wards { totalCount } } }"


def test_the_same_rows_of_the_same_day_come_to_the_same():
    kept = Acquaintances()
    first = kept.facts(MOTHER, ROWS, DAY)

    assert kept.facts(MOTHER, [*ROWS], DAY) is first
    assert first.known(MOTHER, Standing(RESIDENT)) is first.known(MOTHER, Standing(RESIDENT))


@pytest.mark.parametrize(
    "other",
    [
        (MOTHER, ROWS, DAY + timedelta(days=1)),
        (MOTHER, [("me", "elsewhere", *ROWS[0][2:])], DAY),
        (MOTHER, [], DAY),
        (AUNT, ROWS, DAY),
        (MOTHER._replace(acr=Acr.TAP), ROWS, DAY),
    ],
    ids=["another day", "another home", "nothing", "another caller", "a tap"],
)
def test_whatever_differs_is_worked_out_anew(other):
    kept = Acquaintances()
    first = kept.facts(MOTHER, ROWS, DAY)

    assert kept.facts(*other) is not first


def test_few_callers_are_kept_and_none_with_very_many_facts(monkeypatch):
    monkeypatch.setattr(known, "KEPT", 2)
    monkeypatch.setattr(known, "MOST_FACTS", 1)
    kept = Acquaintances()
    for name in "abca":
        kept.facts(Holder(name, RESIDENT, Acr.CARD_PIN), ROWS, DAY)
    kept.facts(MOTHER, ROWS * 2, DAY)

    assert [holder.id for holder in kept._kept] == ["c", "a"]


def test_what_was_read_is_certain_at_the_moment_it_was_read_and_at_no_other():
    kept, here, there = Acquaintances(), object(), object()
    kept.facts(MOTHER, ROWS, DAY).moment = here, 7

    assert kept.certain(MOTHER, DAY, (here, 7)) is not None
    assert kept.certain(MOTHER, DAY + timedelta(days=1), (here, 7)) is None
    assert [kept.certain(MOTHER, DAY, each) for each in ((here, 8), (there, 7), None)] == [None] * 3


async def test_the_register_is_read_again_once_anybody_has_written(own_town, monkeypatch):
    read, sound = [], known.register_rows

    async def noted(texts, holder, *given):
        read.append(holder.id)
        return await sound(texts, holder, *given)

    monkeypatch.setattr(known, "register_rows", noted)
    asking, times = Asking(own_town), []
    asking.engine = Engine(own_town, CURSOR_KEY, AUDIT_KEY, Plans.ON)
    for is_written in (False, False, True, False):
        if is_written:
            async with own_town.owner.writing() as session:
                await session.exec(update(Guardianship).values(valid_to=date(2099, 1, 1)))
        await asking("mother", WARDS)
        times.append(len(read))

    assert times == ([1, 1, 2, 2] if own_town.is_sqlite else times)  # elsewhere the register is confirmed in one trip


async def test_who_loses_a_ward_loses_it_at_once(own_town):
    asking = Asking(own_town)
    asking.engine = Engine(own_town, CURSOR_KEY, AUDIT_KEY, Plans.ON)
    before = (await asking("mother", WARDS)).data
    again = (await asking("mother", WARDS)).data
    async with own_town.owner.writing() as session:
        await session.exec(update(Guardianship).values(valid_to=date(2020, 1, 1)))
    after = (await asking("mother", WARDS)).data

    assert before == again
    assert before["viewer"]["wards"]["totalCount"] > 0
    assert after["viewer"]["wards"]["totalCount"] == 0


async def test_a_plan_that_gives_up_as_expected_gives_up_all_the_same(own_town):
    asking = Asking(own_town)
    asking.engine = Engine(own_town, CURSOR_KEY, AUDIT_KEY, Plans.ON)
    text = "query ($n: Int) { children(first: $n) { totalCount } }"
    await asking("mother", text, n=1)
    answer, _ = await asking.engine.outcome(asking.engine.asked(asking.question("mother", text, n=101)))

    assert (answer.path, answer.gave_up, answer.has_errors) == ("fields", "refused", True)


async def test_what_is_known_of_a_caller_is_confirmed_in_the_trip_that_asks_for_more(own_town, monkeypatch):
    trips = []
    sound = Running._as_expected

    async def noted(*given):
        outcome = await sound(*given)
        trips.append(outcome is not None)
        return outcome

    monkeypatch.setattr(Running, "_as_expected", noted)
    asking = Asking(own_town)
    asking.engine = Engine(own_town, CURSOR_KEY, AUDIT_KEY, Plans.ON)
    for _ in range(3):
        await asking("mother", WARDS)

    assert trips == ([] if own_town.is_sqlite else [True, True])  # SQLite has no trips to save
