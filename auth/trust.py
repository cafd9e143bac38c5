"""Whom we trust with what: the pinned authorities of each purpose, and the revocation lists that are in force."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from auth import certificate, credential, revocation
from auth.anchor import Anchor
from auth.certificate import Verified
from auth.fault import Fault
from auth.pepper import Peppers
from auth.profile import PROFILES, Purpose
from auth.revocation import RevocationList, Scope


@dataclass(frozen=True)
class Trust:
    """Anchors stand apart by purpose, so that a signature certificate can never log anybody in."""

    anchors: Mapping[Purpose, tuple[Anchor, ...]]
    lists: Mapping[Scope, RevocationList] = field(default_factory=dict)

    def identified(self, der: bytes, purpose: Purpose, now: datetime) -> Verified | Fault:
        """The certificate if it is good for that purpose; whether it was revoked is another question."""
        return certificate.examined(der, self.anchors.get(purpose, ()), PROFILES[purpose], now)

    def examined(self, der: bytes, purpose: Purpose, now: datetime) -> Verified | Fault:
        """The certificate if it is good for that purpose and the lists know that it was not revoked."""
        verified = self.identified(der, purpose, now)
        return verified if isinstance(verified, Fault) else self.fault(verified, now) or verified

    def fault(self, verified: Verified, now: datetime) -> Fault | None:
        """What the lists have against a certificate, if only that none is about it."""
        return revocation.revoked(verified, self.lists, now)

    def lists_key(self, peppers: Peppers, lookup_key: str) -> bool:
        """Whether a list names the certificate of a credential, which itself was not kept."""
        listed = (credential.listed_keys(each, found) for found in self.lists.values() for each in peppers.held)
        return any(lookup_key in keys for keys in listed)
