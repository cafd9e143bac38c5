"""The cities whose word counts for residents who are linked here (TSUMUGI_CITIES), and the letters that they write."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from auth import city_letter, jws
from auth.city_letter import Introduced
from auth.fault import Fault
from auth.strict import json_object
from models.ids import is_municipality_code
from tsumugi.halt import Halt
from tsumugi.published import KEYS_AGAIN_S, Client, PublishedKeys, a_client
from tsumugi.settings import is_origin
from tsumugi.signin import JWKS

KEYS_FOR_S = 300  # as long as a city lets others keep them: what it takes back is soon believed no more


class Cities:
    """Their issuers by municipality code; nobody else is believed, and none is asked at an address that it named."""

    def __init__(self, issuers: Mapping[str, str], client: Client = a_client) -> None:
        self.issuers = issuers
        self.codes = {issuer: code for code, issuer in issuers.items()}
        self._published = {
            issuer: PublishedKeys(issuer + JWKS, jws.ALGORITHM, client, KEYS_FOR_S) for issuer in self.codes
        }

    async def introduced(self, text: str, to: str, now: datetime) -> Introduced | Fault:
        """Of whom a letter to us speaks, or why it does not count."""
        letter = jws.read(text, city_letter.TYPE)
        if isinstance(letter, Fault):
            return letter
        published = self._published.get(str(letter.claims.get("iss")))
        if published is None:
            return Fault.CITY_UNKNOWN
        key = await _key(published, letter.kid)
        return Fault.JWS_KEY_UNKNOWN if key is None else city_letter.read(letter, key, to, now)


async def _key(published: PublishedKeys, kid: str) -> ECKey | None:
    found = (await published.known()).get(kid) or (await published.known(KEYS_AGAIN_S)).get(kid)
    return found if isinstance(found, ECKey) else None


def read_cities(file: Path | None, own: str) -> Cities:
    """The cities of a file without our own line; raises Halt when a line of it makes no sense."""
    if file is None:
        return Cities({})
    try:
        listed: Any = (json_object(file.read_bytes()) or {})["cities"]
        found = {str(each["code"]): str(each["issuer"]) for each in listed}
    except (OSError, KeyError, TypeError):
        found = {"": ""}
    if not all(is_municipality_code(code) and is_origin(issuer) for code, issuer in found.items()):
        raise Halt(
            f"The file {file} must list cities, each with its code and its issuer, an address like https://HOST."
        )
    return Cities({code: issuer for code, issuer in found.items() if issuer != own})
