"""A deadline holds for work that waits, and costs work nothing that does not."""

import asyncio

import pytest

from tsumugi.deadline import within


async def work(*waits):
    for each in waits:
        await asyncio.sleep(each)
    return "done"


@pytest.mark.parametrize("waits", [(), (0,), (0, 0.001)], ids=["for nothing", "once", "twice"])
async def test_work_that_is_done_in_time_is_answered(waits):
    assert await within(10, work(*waits)) == "done"


@pytest.mark.parametrize("waits", [(5,), (0, 5)], ids=["at once", "later"])
async def test_work_that_waits_too_long_is_ended(waits):
    with pytest.raises(TimeoutError):
        await within(0.01, work(*waits))


async def test_what_fails_fails_as_it_would_alone():
    async def fail(*, late):
        if late:
            await asyncio.sleep(0)
        raise ValueError(late)

    for late in (False, True):
        with pytest.raises(ValueError, match=str(late)):
            await within(10, fail(late=late))


async def test_work_may_deal_with_the_end_of_its_wait():
    async def stubborn():
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            return "put away"

    waiting = asyncio.create_task(within(10, stubborn()))
    await asyncio.sleep(0)
    waiting.cancel()

    assert await waiting == "put away"
