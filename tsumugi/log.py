"""The log: one JSON object a line, made of allowed keys with short plain values only.

Nothing that a person typed, sent or is can get in: no message of an exception, no query, no variable, no header, no id.
"""

import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TextIO

import orjson

Plain = str | int | float | bool | None

KEYS = frozenset(
    {
        "at",  # when, real clock
        "city",  # that a dispatcher asked: the six digits of a municipality
        "code",  # an error code, or the fault of a refused token
        "dialect",  # sqlite or postgresql
        "duration_ms",
        "event",  # what happened: one word of ours
        "gave_up",  # why no plan answered, in one word
        "exception",  # the types of an exception and its causes, a database's with its word for the fault
        "kind",  # of caller: what the token says
        "large_pages",  # into which the system put what a worker begins with
        "level",  # of a library's message, whose text is dropped
        "library",
        "method",
        "path",  # by which a question was answered: plan or fields
        "reference",  # the number that the answer shows
        "route",  # its template, never the path
        "status",
        "suspect",  # a plan and the fields differ, or it gave up in vain; with the document's hash
        "version",
        "where",  # the places in the code, innermost last
        "worker",  # process id
    }
)
# Code words, numbers, dotted names, places in code. No blank, no quote, no letter beyond ASCII: no name, no text.
_PLAIN = re.compile(r"[A-Za-z0-9_.:/<>+,-]+", re.ASCII)
SAFE = {int, float, bool, type(None)}
_LONGEST = 400
_FRAMES = 6
_CAUSES = 4
_HOUSE = Path(__file__).parent.parent


class Log:
    """Writes events to a stream; what is not allowed is dropped without a word."""

    def __init__(self, stream: TextIO, now: Callable[[], datetime], **always: Plain) -> None:
        self._stream = stream
        self._now = now
        self._always = always

    def event(self, event: str, **values: Plain) -> None:
        """Write one line."""
        line: dict[str, Plain] = {"at": self._now().isoformat(timespec="milliseconds"), "event": event}
        line |= {
            key: value
            for key, value in (self._always | values).items()
            if key in KEYS and (value.__class__ in SAFE or _is_plain(value))
        }
        self._stream.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE).decode())
        self._stream.flush()

    def failure(self, event: str, exception: BaseException, **values: Plain) -> None:
        """Write what went wrong as types and places in the code, without what it says."""
        chain = list(_chain(exception))
        types = ",".join(_type(link) for link in chain)
        self.event(event, exception=types, where=_places(chain[-1]), **values)


class _Library(logging.Handler):
    """What libraries log, reduced to who, how serious and which exception: their texts may quote a request."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        exception = record.exc_info[1] if record.exc_info else None
        if exception is None:
            self._log.event("library", library=record.name, level=record.levelname)
        else:
            self._log.failure("library", exception, library=record.name, level=record.levelname)


def route_libraries(log: Log) -> None:
    """Send what every library logs through the log; no other handler stays, and no library keeps one of its own."""
    root = logging.getLogger()
    root.handlers[:] = [_Library(log)]
    root.setLevel(logging.WARNING)
    for name in list(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    access = logging.getLogger("uvicorn.access")
    access.disabled, access.propagate = True, False  # where nobody would hear, uvicorn does not even word its lines
    logging.captureWarnings(capture=True)

    def unraisable(found: "sys.UnraisableHookArgs") -> None:
        _lost(log, found.exc_value)

    def in_thread(found: threading.ExceptHookArgs) -> None:
        _lost(log, found.exc_value)

    sys.unraisablehook, threading.excepthook = unraisable, in_thread


def _lost(log: Log, exception: BaseException | None) -> None:
    """An exception that nobody caught, which Python would print with all that it says."""
    if exception is not None:
        log.failure("lost", exception)


def _is_plain(value: Plain) -> bool:
    return not isinstance(value, str) or (len(value) <= _LONGEST and _is_plain_text(value))


@lru_cache(maxsize=1_000)  # words of ours, which are few
def _is_plain_text(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None


def _chain(exception: BaseException) -> Iterator[BaseException]:
    """An exception and what caused it, the first cause last; of a group the first member."""
    link: BaseException | None = exception
    for _ in range(_CAUSES):
        if link is None:
            return
        yield link
        link = link.exceptions[0] if isinstance(link, BaseExceptionGroup) else link.__cause__ or link.__context__


def _type(exception: BaseException) -> str:
    """The type; of a database's fault also the database's own word for it, such as SQLITE_FULL or 53100."""
    word = getattr(exception, "sqlite_errorname", None) or getattr(exception, "sqlstate", None)
    name = type(exception).__qualname__
    return f"{name}:{word}" if isinstance(word, str) else name


def _places(exception: BaseException) -> str:
    """The innermost places in the code; of files that are not ours only the name."""
    frames = list(traceback.walk_tb(exception.__traceback__))[-_FRAMES:]
    return ",".join(f"{_short(frame.f_code.co_filename)}:{line}" for frame, line in frames) or "unknown"


def _short(filename: str) -> str:
    path = Path(filename)
    inside = path.is_relative_to(_HOUSE) and ".venv" not in path.parts
    return path.relative_to(_HOUSE).as_posix() if inside else f"{path.parent.name}/{path.name}"
