"""Whoever reads a mailbox confirms it with a button; following the link, and a code of nobody, do nothing."""

import io

import httpx
from starlette.applications import Starlette

from tests.hanamori import NOW
from tests.reminding import added, code_of, of_aki
from tsumugi.clock import real_now
from tsumugi.log import Log
from tsumugi.mail.confirming import Confirming, confirming_routes


def client(store):
    log = Log(io.StringIO(), real_now)
    app = Starlette(routes=confirming_routes(Confirming(store, lambda: NOW, log)))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://tsumugi")


async def test_the_button_confirms_and_the_link_alone_does_not(service):
    await service.apply("mother", "aki")
    await added(service)
    http, path = client(service.act.store), f"/mail/reminder?t={await code_of(service)}"
    asked = await http.get(path)
    before = await of_aki(service)
    pressed = await http.post(path)
    after = await of_aki(service)
    await http.aclose()

    assert (asked.status_code, pressed.status_code) == (200, 200)
    assert (before.confirmed_at, after.confirmed_at) == (None, NOW)
    assert asked.headers["referrer-policy"] == "no-referrer"


async def test_a_code_of_nobody_reads_alike_and_a_malformed_one_is_no_link(store):
    http = client(store)
    nobodys = await http.post(f"/mail/reminder?t={'A' * 22}")
    found = [await http.get("/mail/reminder", params={"t": each}) for each in ("", "é", "A" * 21, "<script>")]
    long = await http.post(f"/mail/reminder?t={'A' * 22}", content=b"x" * 2_000)
    await http.aclose()

    assert nobodys.status_code == 200
    assert {each.status_code for each in (*found, long)} == {404}
    assert not any("<script>" in each.text for each in found)
