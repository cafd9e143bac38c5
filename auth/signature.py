"""A document signed with the card's signature certificate: whose it is, from whom, and that it was signed just now.

The certificate is looked at as at login, by the other profile: one for logging in is refused here. Of what it says
nothing outlives the comparison with the register but a keyed hash of issuer and serial.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from auth import webeid
from auth.attributes import attributes_of
from auth.certificate import Verified
from auth.credential import Authenticated
from auth.fault import Fault
from auth.paying import Payment
from auth.pepper import Label, Pepper, Peppers, certified, keyed
from auth.profile import Purpose
from auth.ride_capability import Capabilities
from auth.tapping import LateTap, Shown
from auth.trust import Trust
from models.application import Signer


class Presented(NamedTuple):
    """A document as a client presents it: what was signed, and for which server and challenge it says that it is."""

    document: str
    origin: str
    nonce: str
    answer: Mapping[str, str]  # certificate and signature in base64, algorithm


class Signed(NamedTuple):
    """Whose signature it is, for one comparison; and the certificate's keyed hash, which may be kept."""

    signer: Signer
    signer_key: str


class Signing(Protocol):
    """Who checks signatures for the deeds: authorities, lists, challenges and the real clock are behind it."""

    async def prepare(self) -> None:
        """What has to be done before the transaction."""

    def now(self) -> datetime:
        """The real clock, by which logins, sessions and codes go."""

    def tapped(self, certificate: str) -> Authenticated | Fault:
        """Whose card a device has read, by its login certificate alone."""

    def tapped_before(self, tap: LateTap, ago: timedelta) -> Shown | Fault:
        """Whose card a device had read so long ago."""

    @property
    def capabilities(self) -> Capabilities | None:
        """What tablets carry on with; None where nobody signs."""

    async def paid(self, session: AsyncSession, payment: Payment, answer: Mapping[str, str]) -> Authenticated | Fault:
        """Whose card answered at a till, with its PIN. The challenge is spent, whatever becomes of the rest."""

    async def examined(self, session: AsyncSession, presented: Presented) -> Signed | Fault:
        """Whose signature it is. The challenge is spent, whatever becomes of the rest."""


@dataclass(frozen=True)
class SignatureReader:
    """Checks signed documents for these origins. Nothing is read from or written to the database here."""

    peppers: Peppers
    origins: tuple[str, ...]

    def examined(self, trust: Trust, presented: Presented, now: datetime) -> Signed | Fault:
        """Certificate, revocation, possession of the key, attributes. The nonce must be spent before."""
        if presented.origin not in self.origins:
            return Fault.ANSWER_ORIGIN
        token = webeid.presented(presented.answer)
        if isinstance(token, Fault):
            return token
        verified = trust.examined(token.certificate, Purpose.DIGITAL_SIGNATURE, now)
        if isinstance(verified, Fault):
            return verified
        fault = webeid.possession_fault(token, verified.certificate, [presented.document.encode()])
        if fault is not None:
            return fault
        signer = attributes_of(verified.certificate)
        if signer is None:
            return Fault.CERTIFICATE_ATTRIBUTES
        return Signed(signer, signer_key(self.peppers.newest, verified))


def signer_key(pepper: Pepper, verified: Verified) -> str:
    """The hash of a signature certificate: the same certificate again, and nothing else, gives it."""
    return keyed(pepper, certified(Label.SIGNATURE, verified.anchor.key_id, verified.certificate.serial_number))
