"""The daily run tells each thing once, whoever runs it and however often, and nobody who is not to be told."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from models.application import ApplicationStep, StepKind
from models.child import Child
from models.ids import Letter
from models.notice import DailyRun, Notice, NoticeEvent, NoticeKind
from models.pregnancy import Pregnancy
from models.vaccination import Vaccination, Vaccine
from resolvers import informing
from resolvers.informing import LEASE, begun
from tests.hanamori import NOW, child, id_of
from tests.sharing import changed as change
from tests.sharing import rows
from tests.telling import DAY, inbox, serve, work

UNBORN = id_of(Letter.PREGNANCY, "sheltered")
CLOCK = datetime(2026, 11, 26, tzinfo=UTC)
BORN = date(2026, 9, 24)  # two months old by law on the day of the tests


async def told(act, name):
    """The keys of what was written about a child."""
    return sorted(each.key for each in await rows(act.store, Notice) if each.subject_id == child(name))


@pytest.fixture
async def born(act):
    """Yuki is a baby of two months, on the day."""
    await change(act, Child, {"birth_date": BORN}, id=child("yuki"))
    async with act.store.owner.writing() as session:
        for each in await rows(act.store, Vaccination):
            if each.child_id == child("yuki"):
                await session.delete(await session.get_one(Vaccination, each.id))
    await serve(act, "yuki")
    return act


async def test_what_is_due_is_told_once_a_day_and_kind_however_many_doses(born):
    for _ in range(2):
        await work(born)

    assert await told(born, "yuki") == ["VACCINATION_DUE:2026-11-23"]
    [notice] = (await inbox(born, "stranger")).values()
    assert notice["message"]["titleJa"] == "予防接種の時期です"


async def test_nothing_is_told_of_whom_nobody_applied_for_or_whoever_did_withdrew(born):
    for state in (StepKind.WITHDRAWN, StepKind.REFUSED):
        await change(born, ApplicationStep, {"kind": state}, child_id=child("yuki"))
        await work(born)

    assert {each.kind for each in await rows(born.store, Notice)} == {NoticeKind.AGE, NoticeKind.ANNOUNCEMENT}
    assert await told(born, "yuki") == []


async def test_an_application_in_pregnancy_is_one_for_the_children_of_it(born):
    await change(born, ApplicationStep, {"child_id": None, "pregnancy_id": UNBORN}, child_id=child("yuki"))
    await change(born, Child, {"pregnancy_id": UNBORN}, id=child("yuki"))

    await work(born)

    assert await told(born, "yuki") == ["VACCINATION_DUE:2026-11-23"]


async def test_an_age_is_told_on_its_day_and_not_again(born):
    for days in range(4):
        await work(born, NOW + days * DAY)

    assert "MONTH_OF_AGE:2" in await told(born, "yuki")
    assert len(await told(born, "yuki")) == len(set(await told(born, "yuki")))


async def test_a_dose_that_was_given_is_not_asked_for(born):
    given = {"child_id": child("yuki"), "given_on": date(2026, 11, 23)}
    async with born.store.owner.writing() as session:
        for number, vaccine in enumerate((Vaccine.RV5, Vaccine.HEPB, Vaccine.PCV20, Vaccine.DPT_IPV_HIB)):
            session.add(Vaccination(id=id_of(Letter.VACCINATION, f"b{number}"), vaccine=vaccine, **given))

    await work(born)

    assert await told(born, "yuki") == []


@pytest.mark.parametrize("gone", ["died_on", "moved_out_on"])
async def test_of_a_child_who_is_gone_nothing_is_written(born, gone):
    await change(born, Child, {gone: date(2026, 11, 23)}, id=child("yuki"))

    await work(born)

    assert await told(born, "yuki") == []


async def test_a_week_of_pregnancy_is_told_to_the_mother_alone(act):
    await change(act, Pregnancy, {"due_on": date(2027, 4, 12)}, id=UNBORN)  # 20 weeks on the day
    await serve(act, "sheltered", of=Letter.PREGNANCY)

    await work(act)

    [notice] = [each for each in (await inbox(act, "sheltered")).values() if each["subjectId"] == UNBORN]
    assert notice["kind"] == NoticeKind.WEEK_OF_PREGNANCY.name
    others = [await inbox(act, who) for who in ("counterparty", "mother")]
    assert UNBORN not in {each["subjectId"] for found in others for each in found.values()}


async def test_a_days_run_is_in_one_workers_hands_and_is_taken_up_when_that_one_died(act):
    first = await asyncio.gather(*(begun(act.store, NOW, CLOCK) for _ in range(3)))

    assert sorted(first) == [False, False, True]
    assert not await begun(act.store, NOW, CLOCK + LEASE - timedelta(seconds=1))
    assert await begun(act.store, NOW, CLOCK + LEASE)


async def test_events_that_nobody_looks_back_to_are_forgotten(act, monkeypatch):
    monkeypatch.setattr(informing, "EVENTS_KEPT", 1)
    async with act.store.owner.writing() as session:
        session.add_all([NoticeEvent(seq=number, row_id="n", subject_id="s") for number in (1_001, 1_002, 1_003)])

    await work(act)

    assert len(await rows(act.store, NoticeEvent)) == 1


async def test_a_day_that_is_done_is_done(act):
    await work(act)

    [run] = await rows(act.store, DailyRun)
    assert run.done_at == NOW
    assert not await begun(act.store, NOW, CLOCK + 9 * DAY)
