"""A deadline for work that waits: whoever waits for nothing is through before a clock could be wound."""

import asyncio
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """What the work comes to. Raises TimeoutError when it has waited for too long."""
    try:
        waits_for = work.send(None)
    except StopIteration as done:
        found: T = done.value
        return found
    async with asyncio.timeout(seconds):
        return await _resumed(work, waits_for)


@coroutine
def _resumed(work: Coroutine[Any, Any, T], waits_for: Any) -> Generator[Any, Any, T]:
    """The rest of a coroutine that has been stepped once."""
    try:
        while True:
            try:
                sent = yield waits_for
            except BaseException as why:  # noqa: BLE001 - the end of the wait is the work's to deal with
                waits_for = work.throw(why)
            else:
                waits_for = work.send(sent)
    except StopIteration as done:
        found: T = done.value
        return found
    finally:
        work.close()
