"""The card as an authenticator: from a Web eID token and a spent nonce to a proved credential."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from auth import webeid
from auth.caller import Acr
from auth.credential import Authenticated, Pepper, Scheme, lookup_key
from auth.fault import Fault
from auth.profile import Purpose
from auth.trust import Trust


@dataclass(frozen=True)
class CardReader:
    """Checks answers of cards for these origins. Nothing is read from or written to the database here."""

    pepper: Pepper
    origins: tuple[str, ...]

    def authenticate(
        self, trust: Trust, token: Mapping[str, object], nonce: str, now: datetime
    ) -> Authenticated | Fault:
        """Who answered: certificate, revocation, then possession of the key. The nonce must be spent before."""
        answer = webeid.parsed(token)
        if isinstance(answer, Fault):
            return answer
        verified = trust.examined(answer.certificate, Purpose.USER_AUTHENTICATION, now)
        if isinstance(verified, Fault):
            return verified
        fault = webeid.signature_fault(answer, verified.certificate, self.origins, nonce)
        return fault or Authenticated(Scheme.CARD, lookup_key(self.pepper, verified), Acr.CARD_PIN)
