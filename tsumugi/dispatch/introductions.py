"""Tokens of cities in which the caller is linked: the home writes a letter to the city, which gives a token for it."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from time import monotonic
from typing import NamedTuple
from urllib.parse import urljoin

from joserfc.jwk import ECKey

from auth import router
from auth.city_letter import CITY, LINKED
from auth.strict import is_plain, json_object
from engine.errors import ErrorCode
from tsumugi.clock import Clock
from tsumugi.dispatch.roster import City

KEPT_S = 60.0  # as long as a partner's token: so long a logout at home may go unnoticed in the other city
MOST = 10_000
MAX_LENGTH = 4_096  # of a letter or a token: ours have less than a thousand characters
Post = Callable[[City, str, bytes, Mapping[str, str]], Awaitable[tuple[int, bytes]]]


class Home(NamedTuple):
    """The caller's own city, with the token that it gave."""

    city: City
    token: str


class Introductions:
    """What was given is kept for a minute; that somebody is a stranger is not, so that a link counts at once."""

    def __init__(self, key: ECKey, now: Clock, post: Post) -> None:
        self._key, self._now, self._post = key, now, post
        self._kept: dict[tuple[bytes, str], tuple[str, float]] = {}

    async def token(self, home: Home, city: City) -> str | ErrorCode | None:
        """The city's token, None where the caller is a stranger there, or why one of the two gave none."""
        token, until = self._kept.get(_name(home, city), ("", 0.0))
        if monotonic() < until:
            return token
        authorization = {"authorization": f"Bearer {home.token}"}
        letter = await self._given(home.city, CITY + city.code, {}, authorization)
        if letter is None or isinstance(letter, ErrorCode):
            return letter
        given = await self._given(city, LINKED, {"letter": letter}, {})
        if given is None or isinstance(given, ErrorCode):
            return given
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[_name(home, city)] = given, monotonic() + KEPT_S
        return given

    def forget(self, home: Home, city: City) -> None:
        """The city takes its token no more."""
        self._kept.pop(_name(home, city), None)

    async def _given(
        self, city: City, path: str, sent: Mapping[str, str], headers: Mapping[str, str]
    ) -> str | ErrorCode | None:
        """What a city gives for what the router brings; None where it refuses, a code for what is neither."""
        url = urljoin(city.url, path)
        digest = hashlib.sha256(sent.get("letter", "").encode()).hexdigest()
        signed = {
            router.HEADER: router.written(self._key, url, digest, self._now()),
            "content-type": "application/json",
        }
        status, raw = await self._post(city, url, json.dumps(sent).encode(), {**signed, **headers})
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return ErrorCode.PARTNER_UNAVAILABLE
        if status != HTTPStatus.OK:
            return None
        found = (json_object(raw) or {}).get("access_token" if sent else "letter")
        is_sound = isinstance(found, str) and is_plain(found) and 0 < len(found) <= MAX_LENGTH
        return str(found) if is_sound else ErrorCode.PARTNER_ANSWER_INVALID


def _name(home: Home, city: City) -> tuple[bytes, str]:
    """A token is a secret: it is known here by its digest."""
    return hashlib.sha256(home.token.encode()).digest(), city.code
