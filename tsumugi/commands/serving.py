"""`tsumugi serve`, `tsumugi demo` and `tsumugi demo clock set`: the running server and its clock."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

import migrations
from models.store import Store
from resolvers.context import today
from tsumugi import server
from tsumugi.clock import DomainClock, real_now
from tsumugi.commands.working import beside
from tsumugi.demo.claiming import close_months
from tsumugi.demo.telling import tell
from tsumugi.demo.town import CODE, FAMILIES, make_town
from tsumugi.founding import found, has_town, migrate, republish
from tsumugi.halt import Halt
from tsumugi.place import make_folder
from tsumugi.settings import Settings
from tsumugi.town.rows import Town


class Wish(NamedTuple):
    """What the command line says of a demo; None where it says nothing."""

    families: int | None
    municipality: str | None
    at: datetime
    has_worker: bool = False


def serve(settings: Settings) -> None:
    """Answer until told to stop."""
    if not settings.is_demo and not settings.origin:
        raise Halt("TSUMUGI_ORIGIN is missing: say what cards sign, for example https://kosodate.example.jp.")
    with server.listen(settings.host, settings.port) as listening:
        server.refuse_unfit(settings)
        server.serve(settings, listening)


def demo(settings: Settings, wish: Wish, say: Callable[[str], None]) -> None:
    """Make a town where there is none, set the clock, and answer."""
    with server.listen(settings.host, settings.port) as listening:
        make_folder(settings.data)
        if not settings.is_sqlite:
            server.refuse_unsafe(settings)
        if settings.has_one_role:
            say("TSUMUGI_MIGRATION_URL names no other role, so this demo has no row-level security: docs/service.md.")
        try:
            is_new = not has_town(settings) if migrations.current(settings.migration_url) else True
        except (SQLAlchemyError, OSError):
            raise Halt("The database cannot be reached: check TSUMUGI_MIGRATION_URL.") from None
        if is_new:
            _found(settings, wish, say)
        elif wish.families is not None or wish.municipality is not None:
            raise Halt(f"There is a town in {settings.data} already: choose another TSUMUGI_DATA for a new one.")
        else:
            migrate(settings)
            republish(settings, real_now())
        DomainClock(settings.data).set(wish.at)
        server.refuse_unfit(settings)
        say(f"Tsumugi answers at http://{settings.host}:{settings.port}/graphql; Ctrl-C ends it.")
        with beside(is_wanted=wish.has_worker):
            server.serve(settings, listening)


def set_clock(settings: Settings, moment: datetime) -> str:
    """Move the domain clock of the demo in this data folder."""
    clock = DomainClock(settings.data)
    if not clock.file.exists():
        raise Halt(f"There is no demo in {settings.data}: set TSUMUGI_DATA to its folder.")
    clock.set(moment)
    return f"The town's clock stands at {moment.isoformat(timespec='seconds')}."


def _found(settings: Settings, wish: Wish, say: Callable[[str], None]) -> None:
    families = FAMILIES if wish.families is None else wish.families
    try:
        town = make_town(wish.municipality or CODE, families, today(wish.at))
    except ValueError as why:
        raise Halt(f"No such town can be made: {why}.") from None
    say(f"Making a town of {families} families in {settings.data}, with cards for its cast ...")
    found(settings, town, real_now())
    asyncio.run(_told(settings, town, wish.at))


async def _told(settings: Settings, town: Town, now: datetime) -> None:
    """The town's claims and first notices, by its owner."""
    store = Store(settings.migration_url, pooled=False)
    try:
        await close_months(store, town)
        await tell(store, town, now, real_now())
    finally:
        await store.close()
