"""Answers of others as they come over the wire, up to a limit; unpacked, few bytes would become many."""

from collections.abc import AsyncIterator

import httpx

PLAIN = {"accept-encoding": "identity"}  # what is asked with, as nothing else is read


async def pieces(response: httpx.Response) -> AsyncIterator[bytes]:
    """The body as it was sent; raises HTTPError for one that is packed."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise httpx.DecodingError("packed")
    async for piece in response.aiter_raw():
        yield piece


async def body(response: httpx.Response, most: int) -> bytes | None:
    """The whole, None where it is longer, and then it is read no further; raises HTTPError as `pieces` does."""
    found = bytearray()
    async for piece in pieces(response):
        found += piece
        if len(found) > most:
            return None
    return bytes(found)
