"""The server process: what must be in order before it starts, the port, and the workers behind it."""

import asyncio
import errno
import functools
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from uvicorn import Config, Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess

import migrations
from models.store import Store, Unreachable
from tsumugi.anchors import read_anchors
from tsumugi.app import make_app
from tsumugi.clock import real_now
from tsumugi.endpoint import DEADLINE_S
from tsumugi.halt import Halt
from tsumugi.intake import MAX_BODY_BYTES
from tsumugi.keyring import Keyring
from tsumugi.log import Log, route_libraries
from tsumugi.place import refuse_unopenable, sqlite_file
from tsumugi.settings import Settings

BACKLOG = 2048
MAX_HEAD_BYTES = 65_536  # the URL of a GET with its 32 KB, and headers
MESSAGES_WAITING = 16  # of one client, before it is made to wait
PATIENCE_S = 10.0  # for a database that does not answer at all
BYPASSING = (
    "The role of TSUMUGI_DATABASE_URL could walk round row-level security, as superuser, with BYPASSRLS or as owner of"
    " the tables: give the application a role of its own, see docs/service.md."
)
WORKER_PATIENCE_S = 60  # for a worker that gives no sign of life, also while it starts on a busy machine
LAST_REQUESTS_S = int(DEADLINE_S) + 1


class FrugalProtocol(HttpToolsProtocol):
    """HTTP with a bound on what comes before the body; the parser itself has none."""

    _head_bytes = 0

    def data_received(self, data: bytes) -> None:
        """Count what has come of an unfinished head, and hang up beyond the limit."""
        before: Any = self.scope  # one for each request, with a method when its head is over; none before the first
        super().data_received(data)
        scope: Any = self.scope
        if scope is not before or (scope is not None and "method" in scope):
            self._head_bytes = 0
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            self.transport.close()


def listen(host: str, port: int, named: str = "TSUMUGI_PORT") -> socket.socket:
    """The port, taken at once, so that a second server never gets as far as its database; raises Halt.

    `named`: where the port is said.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as why:
        listening.close()
        if why.errno == errno.EADDRINUSE:
            raise Halt(f"Port {port} is in use: set {named} to another one.") from None
        raise Halt(f"Cannot listen on {host}, port {port}: check TSUMUGI_HOST.") from None
    listening.set_inheritable(True)
    return listening


def refuse_unfit(settings: Settings) -> None:
    """Refuse what no worker could start with; raises Halt.

    A database that is not there, not durable or of another version, or whose second wall our role could walk round;
    secrets or authorities missing or of a demo.
    """
    file = sqlite_file(settings.database_url)
    if file is not None:
        _refuse_missing(file)
    refuse_unsafe(settings)
    found, wanted = _step(settings), migrations.head()
    if found != wanted:
        raise Halt(f"The database is at step {found or 'none'}, this program needs {wanted}: run `tsumugi migrate`.")
    Keyring.load(settings.secrets, demo=settings.is_demo)
    read_anchors(settings.anchors, demo=settings.is_demo)


def _step(settings: Settings) -> str | None:
    try:
        return migrations.current(settings.database_url)
    except DBAPIError:
        raise Halt("The role of TSUMUGI_DATABASE_URL may not read the tables: run `tsumugi migrate`.") from None


def refuse_unsafe(settings: Settings) -> None:
    """Refuse a database that is not there, not durable, or whose second wall is open to our role; raises Halt.

    A demo may be tried with one role for everything, and then has no second wall.
    """
    asyncio.run(_refuse_unsafe(settings))


def _refuse_missing(file: Path) -> None:
    if not file.is_file():
        raise Halt(f"There is no database at {file}: run `tsumugi migrate`, or `tsumugi demo` for a demonstration.")
    refuse_unopenable(file)


async def _refuse_unsafe(settings: Settings) -> None:
    store = Store(settings.database_url, pooled=False)
    try:
        async with asyncio.timeout(PATIENCE_S):
            await store.check()
            is_excused = settings.is_demo and settings.has_one_role
            if not is_excused and await store.is_bypassed():
                raise Halt(BYPASSING)
    except Unreachable as why:
        sentence = str(why)
        raise Halt(f"{sentence[0].upper()}{sentence[1:]}: check TSUMUGI_DATABASE_URL.") from None
    except TimeoutError:
        raise Halt("The database does not answer: check TSUMUGI_DATABASE_URL.") from None
    finally:
        await store.close()


def serve(settings: Settings, listening: socket.socket) -> None:
    """Answer until SIGTERM or SIGINT, then finish what was begun."""
    config = Config(functools.partial(worker_app, settings), **_options(settings))
    if settings.workers > 1:
        Multiprocess(config, sockets=[listening]).run()
        return
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, _nothing_more)  # uvicorn puts this back and raises the signal again when it is done
    Server(config).run(sockets=[listening])


def worker_app(settings: Settings) -> Starlette:
    """The application of one worker process, its log routed."""
    log = Log(sys.stderr, real_now, worker=os.getpid())
    route_libraries(log)
    return make_app(settings, log)


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "factory": True,
        "workers": settings.workers,
        "loop": "uvloop",
        "http": FrugalProtocol,
        "ws": "websockets-sansio",
        "ws_max_size": MAX_BODY_BYTES,
        "ws_max_queue": MESSAGES_WAITING,
        "ws_per_message_deflate": False,  # what is compressed beside a secret tells of it
        "lifespan": "on",
        "log_config": None,
        "access_log": False,
        "proxy_headers": False,
        "server_header": False,
        "timeout_graceful_shutdown": LAST_REQUESTS_S,
        "timeout_worker_healthcheck": WORKER_PATIENCE_S,
    }


def _nothing_more(_signal: int, _frame: object) -> None:
    """The server has stopped in good order; the process ends with 0."""
