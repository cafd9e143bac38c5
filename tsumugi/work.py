"""The background worker: tells what is published and due, posts mail, turns the calendar of points; ends in order."""

import asyncio
import os
import secrets
import signal
import ssl
import sys
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth.chain import PublicKeys
from models.columns import table_of
from models.municipality import Municipality
from models.store import Store, is_outage
from resolvers.audience import address
from resolvers.informing import Place, begun, step
from resolvers.ledger_ends import signed_anew
from resolvers.mailing import Directory
from resolvers.outbox import Queue, forgotten
from resolvers.point_jobs import EVERY_ACCOUNT, kept_up
from resolvers.reminders_due import queued
from schema.notice import NODE
from tsumugi.clock import Clock, DomainClock, real_now
from tsumugi.converting import Converter, agreed
from tsumugi.keyring import MAIL_STOP, Keyring
from tsumugi.log import Log, route_libraries
from tsumugi.mail.carrier import Relay
from tsumugi.mail.posting import Postman
from tsumugi.mail.writing import Office
from tsumugi.settings import Settings

IDLE_S = 1.0  # between two looks at what there is to do
OUTAGE_S = 5.0  # after the database was away
TICKET_BYTES = 16


class Town(NamedTuple):
    """The municipality whose server this is."""

    code: str
    name: str


class Worker:
    """One worker process: it tells what is published and what is due, and posts mail."""

    def __init__(self, settings: Settings, store: Store, log: Log) -> None:
        self._settings = settings
        self._store = store
        self._log = log
        self._today: Clock = DomainClock(settings.data) if settings.is_demo else real_now
        keyring = Keyring.load(settings.secrets, demo=settings.is_demo)
        self._seal = keyring.seal(MAIL_STOP)
        self._audit = keyring.audit
        self._stopping = asyncio.Event()
        self._tended_at: datetime | None = None
        self._turned_at: datetime | None = None
        self._converter = Converter(store, agreed(settings.point_providers))
        self._town: Town | None = None
        self._postman: Postman | None = None
        self._place: Place | None = None  # how far the day's run has come, while it is ours

    def stop(self) -> None:
        """Finish what was begun and nothing more."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until told to stop; a database that is away is waited for."""
        self._log.event("work_started")
        while not self._stopping.is_set():
            try:
                wait_s = 0.0 if await self.round() else IDLE_S
            except Exception as why:  # noqa: BLE001 - what failed is tried again; a worker that ends posts nothing
                self._log.failure("work_failed", why)
                wait_s = OUTAGE_S if is_outage(why) else IDLE_S
            await self._rest(wait_s)
        self._log.event("work_stopped")

    async def _tend_outbox(self) -> None:
        """Once an hour, mail server or not: what is owed today comes in by one worker, what was held a day goes."""
        now = self._today()
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour != self._tended_at:
            await self._store.transact(lambda session: queued(session, now))
            await self._store.transact(lambda session: forgotten(session, now))
            self._tended_at = hour

    async def round(self) -> bool:
        """A little of everything; whether there is more to do at once."""
        town = self._town = self._town or await _town(self._store)
        if town is None:
            return False
        await self._tend_outbox()
        is_busy = bool(await address(self._store, town.code, self._today()))
        is_busy |= await self._inform(town)
        is_busy |= await self._turn_calendar(town)
        is_busy |= bool(await self._converter.convert(town.code, self._today()))
        self._postman = self._postman or self._hired(town)
        if self._postman is not None:
            is_busy |= bool(await self._postman.post(self._stopping.is_set))
        return is_busy

    async def _turn_calendar(self, town: Town) -> bool:
        """Once an hour, and so at midnight in Japan: points expire or are assigned, holds end; some at a time.

        Then the ends of the ledger are signed.
        """
        now = self._today()
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour == self._turned_at:
            return False
        if await kept_up(self._store, town.code, now):
            return True
        await self._sign(now)
        self._turned_at = hour
        return False

    async def _sign(self, now: datetime) -> None:
        """What was cut off is not signed over; whoever runs this finds it by `tsumugi ledger verify`."""

        async def work(session: AsyncSession) -> str | None:
            keys = PublicKeys.of(self._audit)
            return await signed_anew(await session.connection(), self._audit[0], keys, now)

        if await self._store.transact(work, opening=EVERY_ACCOUNT) is not None:
            self._log.event("ledger_unsigned")

    async def _inform(self, town: Town) -> bool:
        """The next step of the day's run."""
        now = self._today()
        if self._place is None:
            if not await begun(self._store, now, real_now()):
                return False
            self._place = Place()
        self._place = await step(self._store, self._place, town.code, now, real_now())
        return self._place is not None

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    def _hired(self, town: Town) -> Postman | None:
        """None without a mail server: what waits goes on waiting."""
        settings = self._settings
        relay = relay_of(settings)
        if relay is None:
            return None
        directory = Directory(self._store, self._seal, NODE.source)
        queue = Queue(self._store, secrets.token_hex(TICKET_BYTES))
        office = Office(settings.mail_from, town.name, settings.mail_link, settings.origin[0], self._seal)
        return Postman(queue, directory, relay, office, self._today, real_now, self._log)


async def _town(store: Store) -> Town | None:
    """The municipality whose server this is, once there is one."""
    rows = table_of(Municipality)
    async with store.reading() as connection:
        found = (await connection.execute(select(rows.c.code, rows.c.name).where(rows.c.is_ours))).first()
    return None if found is None else Town(*found)


def relay_of(settings: Settings) -> Relay | None:
    """The mail server of the settings."""
    smtp = settings.smtp
    if smtp is None:
        return None
    trusted = ssl.create_default_context(cafile=None if settings.smtp_ca is None else str(settings.smtp_ca))
    return Relay(
        smtp.host,
        smtp.port,
        smtp.is_tls,
        not smtp.is_tls and settings.smtp_starttls,
        smtp.username,
        smtp.password,
        settings.smtp_timeout,
        trusted,
    )


def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT."""
    log = Log(sys.stderr, real_now, worker=os.getpid())
    route_libraries(log)
    asyncio.run(_work(settings, log))


async def _work(settings: Settings, log: Log) -> None:
    store = Store(settings.database_url)
    worker = Worker(settings, store, log)
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(ending, worker.stop)
    try:
        await worker.run()
    finally:
        await store.close()
