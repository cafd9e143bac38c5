"""Several worker processes share one outbox: a mail server that is away loses nothing, and each mail leaves once."""

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select

from models.columns import table_of
from models.invitation import Invitation
from models.outbox import MessageKind, Outbox
from models.store import Store
from tests.databases import both_roles
from tests.mailing import Inbox
from tests.running import PATIENCE_S, ROOT, Tsumugi

pytestmark = pytest.mark.usefixtures("unmeasured")

MESSAGES, WORKERS = 40, 2
CHILD, MOTHER = "102016-C00000000000000000000000001", "102016-R00000000000000000000000001"
AT = datetime(2026, 11, 22, tzinfo=UTC)
FAR = AT + timedelta(days=365)
OUTBOX = table_of(Outbox)


@pytest.fixture
def town(tmp_path, postgresql):
    name = f"work_{uuid4().hex}"
    url = postgresql.create(name)
    made = Tsumugi(tmp_path / "town", **both_roles(url))
    seeded = made.run("seed", ROOT / "tests" / "data" / "every_key.toml")
    assert seeded.returncode == 0, seeded.stderr
    made.database_url = url
    yield made
    postgresql.drop(name)


async def invited(store):
    """So many invitations to somebody, each with its mail."""
    ids = [f"102016-H{number:026}" for number in range(MESSAGES)]
    shared = {"child_id": CHILD, "invited_by_id": MOTHER, "field_groups": "IDENTITY", "valid_to": FAR.date()}
    moments = {"invited_at": AT, "expires_at": FAR}
    waiting = {"kind": MessageKind.INVITATION, "secret": "code", "created_at": AT, "due_at": AT, "attempts": 0}
    mails = [{"id": each, "about_id": each, "address": f"a{each[-4:]}@mail.example", **waiting} for each in ids]
    async with store.engine.begin() as connection:
        await connection.execute(
            insert(table_of(Invitation)), [{"id": each, "code_hash": each, **shared, **moments} for each in ids]
        )
        await connection.execute(insert(OUTBOX), mails)


async def count(store, *where):
    async with store.engine.connect() as connection:
        return await connection.scalar(select(func.count()).select_from(OUTBOX).where(*where))


async def until(is_so, what):
    for _ in range(10 * PATIENCE_S):
        if await is_so():
            return
        await asyncio.sleep(0.1)
    raise AssertionError(what)


async def test_each_mail_leaves_once_though_the_server_was_away_and_workers_end_in_order(town):
    store, inbox = Store(town.database_url, pooled=False), Inbox()
    await invited(store)
    mail = {"TSUMUGI_SMTP_URL": f"smtp://127.0.0.1:{inbox.port}", "TSUMUGI_SMTP_TLS": "off"}
    command = [sys.executable, "-m", "tsumugi", "work"]
    log = (town.data.parent / "work.log").open("w")
    environ = town.environ | mail | {"TSUMUGI_ENV": "demo"}
    workers = [subprocess.Popen(command, env=environ, stderr=log) for _ in range(WORKERS)]  # noqa: ASYNC220 - they start at once
    try:
        await until(lambda: count(store, OUTBOX.c.attempts > 0), "nobody tried")
        async with inbox:
            await until(lambda: count_all_sent(store), "not everything left")
            for worker in workers:
                worker.send_signal(signal.SIGTERM)
            ends = [await asyncio.to_thread(worker.wait, PATIENCE_S) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
        log.close()
        await store.close()
    assert ends == [0] * WORKERS
    assert Counter(inbox.ids).most_common(1)[0][1] == 1
    assert len(inbox.ids) == MESSAGES


async def count_all_sent(store):
    return await count(store, OUTBOX.c.sent_at.is_not(None)) == MESSAGES
