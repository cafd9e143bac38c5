"""The card as an authenticator: from a Web eID token and a spent nonce to a proved credential."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from auth import webeid
from auth.caller import Acr
from auth.certificate import Verified
from auth.credential import Authenticated, Scheme, lookup_keys
from auth.fault import Fault
from auth.pepper import Peppers
from auth.profile import Purpose
from auth.trust import Trust
from auth.webeid import CardToken


class Responder(Protocol):
    """Who is asked for the standing of a certificate in place of the lists."""

    async def fault(self, verified: Verified, now: datetime) -> Fault | None:
        """Why the certificate is not cleared, or None when it is."""


@dataclass(frozen=True)
class CardReader:
    """Checks answers of cards for these origins. Nothing is read from or written to the database here."""

    peppers: Peppers
    origins: tuple[str, ...]
    responder: Responder | None = None

    async def authenticate(
        self, trust: Trust, token: Mapping[str, object], nonce: str, now: datetime
    ) -> Authenticated | Fault:
        """Who answered: certificate, possession of the key, then revocation, so that no stranger makes us ask.

        The nonce must be spent before.
        """
        answer = webeid.parsed(token)
        return answer if isinstance(answer, Fault) else await self.proved(trust, answer, nonce, now)

    async def proved(self, trust: Trust, answer: CardToken, said: str, now: datetime) -> Authenticated | Fault:
        """The same of a token that is read. What the card was told to sign is a nonce; at a till it says more."""
        verified = trust.identified(answer.certificate, Purpose.USER_AUTHENTICATION, now)
        if isinstance(verified, Fault):
            return verified
        fault = webeid.signature_fault(answer, verified.certificate, self.origins, said)
        fault = fault or await self._standing(trust, verified, now)
        return fault or Authenticated(Scheme.CARD, lookup_keys(self.peppers, verified), Acr.CARD_PIN)

    async def _standing(self, trust: Trust, verified: Verified, now: datetime) -> Fault | None:
        return trust.fault(verified, now) if self.responder is None else await self.responder.fault(verified, now)
