"""Answers of others are asked for plainly and never unpacked: 1,000 bytes stay 1,000 bytes in all of our readers."""

import gzip

import httpx
import pytest

from auth.fault import Fault
from engine.errors import ErrorCode
from models.point_order import Provider
from resolvers.point_orders import Waiting
from tests.tsumugi.dispatch.test_dispatch import HOME, UNHEARD
from tsumugi import bounded, converting, published
from tsumugi.dispatch.events import _events
from tsumugi.dispatch.roster import City
from tsumugi.dispatch.shards import Shard
from tsumugi.responder import ANSWERS, Responder

URL = "http://liar.example"
PACKED = gzip.compress(gzip.compress(bytes(10_000_000)))


class Liar(httpx.AsyncBaseTransport):
    """Answers a small body which would be a large one."""

    def __init__(self, **headers):
        self.headers, self.asked = {"content-encoding": "gzip, gzip", **headers}, []

    async def handle_async_request(self, request):
        self.asked.append(request.headers["accept-encoding"])
        return httpx.Response(200, headers=self.headers, stream=httpx.ByteStream(PACKED))


async def test_what_is_packed_is_nobodys_answer():
    liar = Liar(**{"content-type": ANSWERS})
    order = Waiting("o", "a", Provider.SUMITOMO_MITSUI_CARD, 1, "t")

    def client():
        return httpx.AsyncClient(transport=liar)

    shard = Shard(City(HOME, URL, URL), UNHEARD)
    assert len(PACKED) < 1_000
    assert await published.asked(client, URL) is Fault.PROVIDER_UNAVAILABLE
    assert await Responder(URL, client)._answer(b"?") is None
    assert await converting.Over(URL, client).take(order) is None
    assert await shard.ask(client(), b"", {}) is ErrorCode.PARTNER_UNAVAILABLE
    liar.headers["content-type"] = "text/event-stream"
    heard = await shard.listen(client(), b"", {})
    with pytest.raises(httpx.DecodingError):
        await anext(_events(heard))
    assert liar.asked == ["identity"] * 5


async def test_a_body_is_read_up_to_its_limit():
    bodies = [httpx.Response(200, stream=httpx.ByteStream(bytes(length))) for length in (9, 10, 11)]

    assert [await bounded.body(each, 10) for each in bodies] == [bytes(9), bytes(10), None]
