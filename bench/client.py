"""The client: a few connections that are kept and ask the same again and again, for as little CPU as possible."""

import asyncio
import socket
from time import perf_counter
from typing import NamedTuple

OK = b"HTTP/1.1 200"
END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length:"
PATIENCE_S = 30


class Load(NamedTuple):
    """What one server took: answers, how long in all, and the seconds of each."""

    answers: int
    seconds: float
    latencies: list[float]


class Refused(Exception):
    """A server answered something that was not asked for."""


class _Line(asyncio.Protocol):
    """One connection; `done` is set when the time is up and the last answer has come."""

    def __init__(self, request: bytes, until: float, latencies: list[float]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._request, self._until, self._latencies = request, until, latencies
        self._buffer, self._wanted, self._asked_at = bytearray(), 0, 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first time."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Ask again when the answer is whole."""
        self._buffer += data
        if not self._wanted:
            self._wanted = _whole_length(self._buffer)
        if self._wanted and len(self._buffer) >= self._wanted:
            self._answered()

    def connection_lost(self, exc: Exception | None) -> None:
        """The server hung up on us."""
        if not self.done.done():
            self.done.set_exception(exc or Refused("the server hung up"))

    def _answered(self) -> None:
        now = perf_counter()
        self._latencies.append(now - self._asked_at)
        if not self._buffer.startswith(OK):
            self.done.set_exception(Refused(bytes(self._buffer[:400]).decode("utf-8", "replace")))
        elif now < self._until:
            self._ask()
            return
        else:
            self.done.set_result(None)
        self._transport.close()

    def _ask(self) -> None:
        self._buffer.clear()
        self._wanted, self._asked_at = 0, perf_counter()
        self._transport.write(self._request)


def _whole_length(answer: bytearray) -> int:
    """How many bytes the answer has; 0 while its head is not whole. Every server here announces a length."""
    end = answer.find(END_OF_HEAD)
    if end < 0:
        return 0
    head = bytes(answer[:end]).lower()
    at = head.index(LENGTH) + len(LENGTH)
    return end + len(END_OF_HEAD) + int(head[at:].split(b"\r", 1)[0])


def ask(port: int, request: bytes) -> bytes:
    """One answer's body; raises Refused when it is not 200."""
    answer = bytearray()
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as connection:
        connection.sendall(request)
        while not answer or not (wanted := _whole_length(answer)) or len(answer) < wanted:
            part = connection.recv(65_536)
            if not part:
                raise Refused("the server hung up")
            answer += part
    if not answer.startswith(OK):
        raise Refused(answer[:400].decode("utf-8", "replace"))
    return bytes(answer.partition(END_OF_HEAD)[2])


async def load(port: int, request: bytes, connections: int, seconds: float) -> Load:
    """Ask over that many connections for that long."""
    loop, started, latencies = asyncio.get_running_loop(), perf_counter(), list[float]()
    opened = [
        await loop.create_connection(lambda: _Line(request, started + seconds, latencies), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.gather(*(line.done for _, line in opened))
    return Load(len(latencies), perf_counter() - started, latencies)
