"""A subscription behind the dispatcher: the events of the one city that it is about, one by one as they come."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import httpx
from starlette.types import Message, Receive, Scope, Send

from auth.strict import json_object
from engine.errors import ErrorCode
from tsumugi import bounded
from tsumugi.dispatch.merging import Body, merged, spoilt_by
from tsumugi.dispatch.shards import Shard
from tsumugi.dispatch.splitting import Split
from tsumugi.stream.wire import BEAT, COMPLETE, HEADERS, gone, told

SEND_S = (
    30.0  # for a client to take an event, of which the connection's buffers hold some: whoever is away holds a place
)
WHOLE_S = 330.0  # a city ends a subscription with its token, after five minutes; one that does not is ended here
MAX_BYTES = 1024 * 1024  # of one event, as the router takes it


class Invalid(Exception):
    """An event that is none."""


@dataclass(frozen=True)
class Events:
    """The ASGI application that tells them until the city or the client has enough.

    `is_there`: whether the city is still in the federation. What is not taken is not read: a client that is slow makes
    its city wait, which has a limit for that. A client or a city that goes on beyond ours is broken off.
    """

    shard: Shard
    response: httpx.Response
    split: Split
    is_there: Callable[[], bool]

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """One connection to its end."""
        running = {asyncio.create_task(self._tell_in_time(send)), asyncio.create_task(gone(receive))}
        try:
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in running:
                each.cancel()
            try:
                for why in await asyncio.gather(*running, return_exceptions=True):
                    if isinstance(why, Exception) and not isinstance(why, TimeoutError):
                        self.shard.log.failure("city_failed", why, city=self.shard.city.code)
            finally:
                await self.shard.leave(self.response)  # also where this is cancelled once more

    async def _tell_in_time(self, send: Send) -> None:
        async def sent(message: Message) -> None:
            async with asyncio.timeout(SEND_S):
                await send(message)

        async with asyncio.timeout(WHOLE_S):
            await self._tell(sent)

    async def _tell(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        async for answer in self._answers():
            piece = told(json.dumps(self._merged(answer)).encode()) if answer else BEAT
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": COMPLETE, "more_body": False})

    def _merged(self, answer: Body | ErrorCode) -> Body:
        """What the router is told; the log hears of an end too soon, and of what does not count."""
        whole = merged(self.split, [answer])
        if answer is ErrorCode.PARTNER_UNAVAILABLE:
            self.shard.broke_off()
        elif spoilt_by(whole):
            self.shard.spoilt(ErrorCode.PARTNER_ANSWER_INVALID.value)
        return whole

    async def _answers(self) -> AsyncIterator[Body | ErrorCode | None]:
        """What the city says, None for a sign of life; an ErrorCode is the last."""
        try:
            async for each in _events(self.response):
                if not self.is_there():
                    yield ErrorCode.UNKNOWN_MUNICIPALITY
                    return
                if _said(each, b"event") == b"complete":
                    return
                yield _read(_said(each, b"data"))
        except Invalid:
            yield ErrorCode.PARTNER_ANSWER_INVALID
        except httpx.HTTPError:
            yield ErrorCode.PARTNER_UNAVAILABLE


async def _events(response: httpx.Response) -> AsyncIterator[bytes]:
    """Each event as it was sent; raises HTTPError where they break off."""
    rest = b""
    async for piece in bounded.pieces(response):
        *whole, rest = (rest + piece).split(b"\n\n")
        for each in whole:
            yield each
        if len(rest) > MAX_BYTES:
            raise Invalid
    raise httpx.RemoteProtocolError("broken off")


def _said(event: bytes, name: bytes) -> bytes:
    lines = (line.partition(b":") for line in event.split(b"\n"))
    return b"\n".join(value.strip() for field, _, value in lines if field == name)


def _read(data: bytes) -> Body | None:
    """A GraphQL response; None where nothing is said."""
    if not data:
        return None
    answer = json_object(data)
    if answer is None or not isinstance(answer.get("data") or {}, dict):
        raise Invalid
    return answer
