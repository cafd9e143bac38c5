"""A tap: a device read the card's login certificate without a PIN. It identifies, it does not authenticate.

The certificate is public and can be copied, so whoever is recognised by it is known by `tap` alone. It is looked at as
at login, found by its keyed hash, and dropped.
"""

from datetime import datetime

from auth.caller import Acr
from auth.credential import Authenticated, Scheme, lookup_keys
from auth.fault import Fault
from auth.pepper import Peppers
from auth.profile import Purpose
from auth.strict import base64_bytes
from auth.trust import Trust


def tapped(trust: Trust, peppers: Peppers, certificate: str, now: datetime) -> Authenticated | Fault:
    """Whose card it is, by a certificate (DER in base64) that is good and not revoked."""
    der = base64_bytes(certificate)
    if der is None:
        return Fault.ANSWER_MALFORMED
    verified = trust.examined(der, Purpose.USER_AUTHENTICATION, now)
    if isinstance(verified, Fault):
        return verified
    return Authenticated(Scheme.CARD, lookup_keys(peppers, verified), Acr.TAP)
