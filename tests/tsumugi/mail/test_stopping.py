"""Mail is stopped by whoever reads the mailbox, with one click and no login, and by nobody else."""

import io

import httpx
import pytest
from starlette.applications import Starlette

from models.outbox import MailStop
from tests.mailing import SEAL
from tests.sharing import rows
from tsumugi.clock import real_now
from tsumugi.log import Log
from tsumugi.mail.stopping import Stopping, stopping_routes

TOKEN = SEAL.close("obaasan@mail.example.jp")
ONE_CLICK = {"List-Unsubscribe": "One-Click"}  # RFC 8058, 3.2


@pytest.fixture
def client(store):
    app = Starlette(routes=stopping_routes(Stopping(store, SEAL, real_now, Log(io.StringIO(), real_now))))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://tsumugi")


async def test_one_click_stops_mail_and_following_the_link_does_not(client, store):
    asked = await client.get(f"/mail/stop?t={TOKEN}")
    before = await rows(store, MailStop)

    clicked = await client.post(f"/mail/stop?t={TOKEN}", data=ONE_CLICK)

    [row] = await rows(store, MailStop)
    assert (asked.status_code, before, clicked.status_code) == (200, [], 200)
    assert (row.sealed, row.lifted_at) == (TOKEN, None)


async def test_it_can_be_taken_back_on_the_page_that_says_so(client, store):
    stopped = await client.post(f"/mail/stop?t={TOKEN}")

    resumed = await client.post(f"/mail/resume?t={TOKEN}")

    [row] = await rows(store, MailStop)
    assert f"/mail/resume?t={TOKEN}" in stopped.text
    assert f"/mail/stop?t={TOKEN}" in resumed.text
    assert row.lifted_at is not None


@pytest.mark.parametrize("token", ["", "x", TOKEN[:-2], "é", "A" * 501, "<script>"])
async def test_a_link_that_is_not_ours_stops_nothing_and_is_not_repeated(client, store, token):
    asked = await client.get("/mail/stop", params={"t": token})
    clicked = await client.post("/mail/stop", params={"t": token})

    assert (asked.status_code, clicked.status_code) == (404, 404)
    assert not token or len(token) < 5 or token not in asked.text
    assert await rows(store, MailStop) == []


async def test_a_long_body_is_read_no_further_than_it_needs_to_be(client, store):
    assert (await client.post(f"/mail/stop?t={TOKEN}", content=b"x" * 2_000)).status_code == 404
    assert await rows(store, MailStop) == []


async def test_the_page_sends_the_link_to_nobody(client):
    headers = (await client.get(f"/mail/stop?t={TOKEN}")).headers

    assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")
    assert "default-src 'none'" in headers["content-security-policy"]
