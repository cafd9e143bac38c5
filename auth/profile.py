"""What the certificates of a card must say: one profile for each of the two kinds."""

from dataclasses import dataclass
from enum import Enum

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID


class Purpose(Enum):
    """The two kinds of certificate on a card; each has an authority of its own."""

    USER_AUTHENTICATION = "user-authentication"
    DIGITAL_SIGNATURE = "digital-signature"


@dataclass(frozen=True)
class Profile:
    """What a leaf must say: its one policy, exactly these key usages, and this extended one if it names any."""

    policy: x509.ObjectIdentifier
    usages: frozenset[str]
    extended: x509.ObjectIdentifier | None = None


# Policy OIDs: the JPKI certification practice statements; key usages: JPKI certificate profile specification, 3.2.
PROFILES = {
    Purpose.USER_AUTHENTICATION: Profile(
        policy=x509.ObjectIdentifier("1.2.392.200149.8.5.1.3.30"),
        usages=frozenset({"digital_signature"}),
        extended=ExtendedKeyUsageOID.CLIENT_AUTH,
    ),
    Purpose.DIGITAL_SIGNATURE: Profile(
        policy=x509.ObjectIdentifier("1.2.392.200149.8.5.1.1.20"),
        usages=frozenset({"digital_signature", "content_commitment"}),
    ),
}
