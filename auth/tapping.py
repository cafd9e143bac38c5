"""A tap: a device read the card's login certificate without a PIN. It identifies, it does not authenticate.

The certificate is public and can be copied, so whoever is recognised by it is known by `tap` alone. It is looked at as
at login, found by its keyed hash, and dropped. A tap that is handed in later can bring the card's signature: since no
server was there, it alone shows that the card was.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from auth import revocation, webeid
from auth.caller import Acr
from auth.credential import Authenticated, Scheme, lookup_keys
from auth.fault import Fault
from auth.pepper import Peppers
from auth.profile import Purpose
from auth.strict import base64_bytes
from auth.trust import Trust
from auth.webeid import HASHES, CardToken


def tapped(trust: Trust, peppers: Peppers, certificate: str, now: datetime) -> Authenticated | Fault:
    """Whose card it is, by a certificate (DER in base64) that is good and not revoked."""
    der = base64_bytes(certificate)
    if der is None:
        return Fault.ANSWER_MALFORMED
    verified = trust.examined(der, Purpose.USER_AUTHENTICATION, now)
    if isinstance(verified, Fault):
        return verified
    return Authenticated(Scheme.CARD, lookup_keys(peppers, verified), Acr.TAP)


class LateTap(NamedTuple):
    """A tap without a network: the certificate, the card's signature over `message` if there is one, in base64."""

    certificate: str
    message: bytes
    algorithm: str | None
    signature: str | None


class Shown(NamedTuple):
    """Whose card it is, and whether it signed."""

    card: Authenticated
    is_proved: bool


def tap_message(capability_id: str, ride_id: str, tapped_at: datetime) -> bytes:
    """What the card signs in the taxi: for this capability, this ride and this moment alone, and never a login."""
    moment = tapped_at.astimezone(UTC).replace(microsecond=0).isoformat()
    return f"tsumugi-tap:1\n{capability_id}\n{ride_id}\n{moment}".encode()


def tapped_then(trust: Trust, peppers: Peppers, tap: LateTap, then: datetime, now: datetime) -> Shown | Fault:
    """Whose card it is, by a certificate that was good at that moment and not yet revoked."""
    der = base64_bytes(tap.certificate)
    if der is None:
        return Fault.ANSWER_MALFORMED
    verified = trust.identified(der, Purpose.USER_AUTHENTICATION, then)
    if isinstance(verified, Fault):
        return verified
    fault = revocation.revoked(verified, trust.lists, now, then)
    if fault is not None:
        return fault
    card = Authenticated(Scheme.CARD, lookup_keys(peppers, verified), Acr.TAP)
    if tap.signature is None or tap.algorithm is None:
        return Shown(card, is_proved=False)
    signature = base64_bytes(tap.signature)
    if signature is None or tap.algorithm not in HASHES:
        return Fault.ANSWER_ALGORITHM if signature is not None else Fault.ANSWER_MALFORMED
    token = CardToken(der, tap.algorithm, signature)
    return webeid.possession_fault(token, verified.certificate, [tap.message]) or Shown(card, is_proved=True)
