"""What a client accepts: the media type and the language of the answer, from its headers (RFC 9110, section 12.5)."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

MAX_RANGES = 30  # browsers send eight
HEADERS_KEPT = 500  # at most 64 KiB each; the clients of a town send some dozen
JAPANESE, ENGLISH = "ja", "en"
PAGE = "text/html"
EVENTS = "text/event-stream"


class Media(StrEnum):
    """The two media types of a GraphQL answer (GraphQL over HTTP, 2025)."""

    GRAPHQL = "application/graphql-response+json"
    JSON = "application/json"


class _Range(NamedTuple):
    name: str
    charset: str
    quality: float


@lru_cache(maxsize=HEADERS_KEPT)
def media(accept: str | None) -> Media | None:
    """The best of what is accepted, None when nothing is.

    A client that names nothing gets plain JSON; one that likes both alike gets the newer type, whose status tells more.
    """
    if not (accept or "").strip():
        return Media.JSON
    ranges = list(_ranges(accept or ""))
    wishes = {kind: _wish(kind, ranges) for kind in Media}
    best = max(wishes.values())
    if best == (0.0, 0):
        return None
    if wishes[Media.GRAPHQL] == wishes[Media.JSON]:
        return Media.GRAPHQL if best[1] == _EXACT else Media.JSON
    return max(Media, key=wishes.__getitem__)


def wants_page(accept: str | None) -> bool:
    """Whether a browser's person asks: HTML stands before everything else that we could answer."""
    return _is_before_all(PAGE, accept)


@lru_cache(maxsize=HEADERS_KEPT)
def wants_events(accept: str | None) -> bool:
    """Whether a client wants server-sent events, before everything else that we could answer."""
    return _is_before_all(EVENTS, accept)


def _is_before_all(name: str, accept: str | None) -> bool:
    ranges = list(_ranges(accept or ""))
    wish = max((found.quality for found in ranges if found.name == name), default=0.0)
    return wish > max(_wish(kind, [found for found in ranges if found.name in _NAMES])[0] for kind in Media)


@lru_cache(maxsize=HEADERS_KEPT)
def language(accept: str | None) -> str:
    """`ja` or `en`, whichever is preferred; Japanese when neither is named."""
    best, found = 0.0, JAPANESE
    for wished in _ranges(accept or ""):
        tag = wished.name.split("-")[0]
        if tag in {JAPANESE, ENGLISH} and wished.quality > best:
            best, found = wished.quality, tag
    return found


_EXACT = 3
_NAMES = frozenset(kind.value for kind in Media)


def _wish(kind: Media, ranges: Iterable[_Range]) -> tuple[float, int]:
    """How much a type is wished for, by the most specific range that covers it, and how specific that is."""
    precedence = {kind.value: _EXACT, "application/*": 2, "*/*": 1}
    covering = [
        (precedence[found.name], found.quality) for found in ranges if found.name in precedence and _is_utf8(found)
    ]
    specific, quality = max(covering, default=(0, 0.0))
    return (quality, specific) if quality else (0.0, 0)


def _is_utf8(found: _Range) -> bool:
    return found.charset in {"", "utf-8", "utf8"}


def _ranges(header: str) -> Iterator[_Range]:
    for part in header.split(",")[:MAX_RANGES]:
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        values = dict(pair.split("=", 1) for pair in parameters if "=" in pair)
        charset = values.get("charset", "").strip('" ')
        yield _Range(name, charset, _quality(values.get("q", "1")))


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0
