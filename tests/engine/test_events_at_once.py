"""A life event holds for the next request of the same token on any worker: two engines over one store stand for two."""

from datetime import UTC, datetime

import pytest

from models.ids import Letter
from tests.asking import Asking
from tests.hanamori import NOW, child, family, id_of, resident

DOSES = "query ($i: ID!) { node(id: $i) { ... on Child { vaccinations { totalCount } } } }"


@pytest.fixture
def elsewhere(desk):
    """Another worker of the same town, who has answered the same questions before."""
    return Asking(desk.act.store)


async def answers(workers, who, about, now=NOW):
    """What each worker says to the same holder."""
    return [(await worker(who, DOSES, i=child(about), now=now)).data["node"] for worker in workers]


async def test_a_custody_change_holds_between_two_requests(desk, elsewhere):
    workers = (desk.act, elsewhere)
    before = await answers(workers, "mother", "aki")
    await desk.done("decideAuthority", childId=child("aki"), holderIds=[resident("father")], decidedOn="2026-11-23")

    assert before == [{"vaccinations": {"totalCount": 6}}] * 2
    assert await answers(workers, "mother", "aki") == [None, None]
    assert await answers(workers, "grandmother", "aki") == [None, None]
    assert await answers(workers, "father", "aki") == before


async def test_a_custody_change_to_come_holds_from_midnight_in_tokyo(desk, elsewhere):
    workers = (desk.act, elsewhere)
    await desk.done("decideAuthority", childId=child("aki"), holderIds=[resident("father")], decidedOn="2026-11-24")
    last, first = (datetime(2026, 11, 23, hour, minute, tzinfo=UTC) for hour, minute in ((14, 59), (15, 0)))

    assert None not in await answers(workers, "mother", "aki", last)
    assert await answers(workers, "mother", "aki", first) == [None, None]


async def test_a_measure_holds_between_two_requests_and_so_does_its_end(desk, elsewhere):
    workers = (desk.act, elsewhere)
    before = await answers(workers, "ex", "haru")
    measure = {"familyId": family("hill"), "counterpartyId": resident("ex"), "validFrom": "2026-11-23"}
    made = await desk.done("recordMeasure", **measure)
    hidden = await answers(workers, "ex", "haru")
    await desk.done("endMeasure", familyId=family("hill"), measureId=made["entryIds"][0], endsOn="2026-11-23")

    assert hidden == [None, None]
    assert before == await answers(workers, "ex", "haru") == [{"vaccinations": {"totalCount": 2}}] * 2


async def test_whom_a_measure_names_is_answered_as_for_a_child_that_is_not(desk, elsewhere):
    measure = {"familyId": family("hill"), "counterpartyId": resident("ex"), "validFrom": "2026-11-23"}
    await desk.done("recordMeasure", **measure)
    told = [await elsewhere("ex", DOSES, i=child(name)) for name in ("haru", "nobody")]

    assert told[0].raw == told[1].raw


async def test_the_18th_birthday_holds_at_midnight_in_tokyo_on_every_worker(desk, elsewhere):
    workers = (desk.act, elsewhere)
    last, first = (datetime(2026, 11, 22, hour, minute, tzinfo=UTC) for hour, minute in ((14, 59), (15, 0)))

    assert await answers(workers, "mother", "grown", last) == [{"vaccinations": {"totalCount": 1}}] * 2
    assert await answers(workers, "mother", "grown", first) == [None, None]
    assert await answers(workers, "grown", "grown", first) == [{"vaccinations": {"totalCount": 1}}] * 2


async def test_a_death_holds_between_two_requests(desk, elsewhere):
    workers = (desk.act, elsewhere)
    await desk.done("recordDeath", residentId=resident("stranger"), diedOn="2026-11-23")

    assert await answers(workers, "stranger", "yuki") == [None, None]


async def test_the_end_of_a_pregnancy_holds_between_two_requests(desk, elsewhere):
    question = "query ($i: ID!) { node(id: $i) { ... on Pregnancy { dueOn outcome } } }"
    about = id_of(Letter.PREGNANCY, "sheltered")
    before = (await elsewhere("sheltered", question, i=about)).data["node"]
    await desk.health("endPregnancy", pregnancyId=about, endedOn="2026-11-23", outcome="MISCARRIAGE")
    after = (await elsewhere("sheltered", question, i=about)).data["node"]

    assert (before["outcome"], after["outcome"]) == (None, "MISCARRIAGE")
