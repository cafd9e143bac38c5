"""Server-sent events as they are written: graphql-sse's mode of distinct connections, and the sign of life between two.

Source of the events: the protocol's own description in the repository of graphql-sse. A line ends with LF alone, by
which routers tell one event from the next.
"""

from starlette.types import Receive

BEAT_S = 12.0  # proxies give up a connection on which nothing comes, mostly after a minute
PERSONAL = [(b"cache-control", b"private, no-store"), (b"x-content-type-options", b"nosniff")]
HEADERS = [*PERSONAL, (b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no")]
COMPLETE = b"event: complete\ndata:\n\n"
BEAT = b":\n\n"


def told(body: bytes) -> bytes:
    """One answer as an event."""
    return b"event: next\ndata: " + body + b"\n\n"


async def gone(receive: Receive) -> None:
    """Until the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
