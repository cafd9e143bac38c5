"""Revocation lists: complete ones of a pinned authority, one for each partition that a leaf can name.

A list is read and checked once, away from any login; a login then looks a serial up. What is missing, stale or of
another partition refuses: nobody is let in because nobody knew.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.x509.oid import CRLEntryExtensionOID, ExtensionOID
from sqlmodel.ext.asyncio.session import AsyncSession

from auth.anchor import UNREADABLE, Anchor, extension
from auth.certificate import Verified
from auth.fault import Fault
from models.credential import RevocationNumber

UNDERSTOOD = frozenset({ExtensionOID.ISSUING_DISTRIBUTION_POINT, ExtensionOID.AUTHORITY_KEY_IDENTIFIER})
ENTRY_UNDERSTOOD = frozenset({CRLEntryExtensionOID.CRL_REASON, CRLEntryExtensionOID.INVALIDITY_DATE})


class Scope(NamedTuple):
    """Whose leaves a list speaks of: those of this issuer that name this distribution point (a name in DER)."""

    issuer_key_id: bytes
    point: bytes


class RevocationList(NamedTuple):
    """A complete list, its signature, issuer and extensions checked; whether it is fresh is asked at each use.

    `since`: from when on a serial that is listed is revoked.
    """

    scope: Scope
    number: int
    this_update: datetime
    next_update: datetime
    serials: frozenset[int]
    since: Callable[[int], datetime | None]


def read(der: bytes, anchors: Sequence[Anchor]) -> RevocationList | Fault:
    """The revocation list in `der`, if one of the anchors signed it and it is complete for its partition."""
    try:
        crl = x509.load_der_x509_crl(der)
        is_understood = _is_understood(crl)
        moments = {entry.serial_number: entry.revocation_date_utc for entry in crl}
        issuer = next((anchor for anchor in anchors if anchor.has_listed(crl)), None)
        partition = extension(crl, x509.IssuingDistributionPoint)
        number = extension(crl, x509.CRLNumber)
        updates = crl.last_update_utc, crl.next_update_utc
    except UNREADABLE:
        return Fault.REVOCATION_MALFORMED
    if issuer is None:
        return Fault.REVOCATION_ISSUER_UNKNOWN
    if not is_understood or (partition is not None and _is_partial(partition)):
        return Fault.REVOCATION_PARTIAL
    points = _directory_names(partition.full_name) if partition is not None else []
    if len(points) != 1:  # no name, or one relative to the issuer, is not "everything"
        return Fault.REVOCATION_SCOPE
    if number is None or updates[1] is None:
        return Fault.REVOCATION_MALFORMED
    scope = Scope(issuer.key_id, points[0])
    return RevocationList(scope, number.crl_number, updates[0], updates[1], frozenset(moments), moments.get)


async def admitted(session: AsyncSession, found: RevocationList) -> RevocationList | Fault:
    """The list, unless a newer one of its scope was seen before, by any worker; remembers its number."""
    key = found.scope.issuer_key_id.hex(), hashlib.sha256(found.scope.point).hexdigest()
    seen = await session.get(RevocationNumber, key, with_for_update=True)
    if seen is None:
        session.add(RevocationNumber(issuer_key_id=key[0], point_hash=key[1], number=str(found.number)))
    elif found.number < int(seen.number):
        return Fault.REVOCATION_ROLLED_BACK
    else:
        seen.number = str(found.number)
    return found


def revoked(
    verified: Verified, lists: Mapping[Scope, RevocationList], now: datetime, then: datetime | None = None
) -> Fault | None:
    """Why the certificate's standing is bad or not known, or None when a fresh list of its partition clears it.

    `then`: an earlier moment that is asked about, at which what was revoked since was good.
    """
    found = next((lists[scope] for scope in _scopes(verified) if scope in lists), None)
    if found is None:
        return Fault.REVOCATION_MISSING
    if not found.this_update <= now <= found.next_update:
        return Fault.REVOCATION_STALE
    serial = verified.certificate.serial_number
    since = found.since(serial)
    was_good = then is not None and since is not None and since > then
    return Fault.CERTIFICATE_REVOKED if serial in found.serials and not was_good else None


def _scopes(verified: Verified) -> list[Scope]:
    """The partitions in which the leaf is listed whatever the reason, and by its own issuer."""
    points = extension(verified.certificate, x509.CRLDistributionPoints) or ()
    complete = [point.full_name for point in points if point.reasons is None and point.crl_issuer is None]
    return [Scope(verified.anchor.key_id, point) for names in complete for point in _directory_names(names)]


def _directory_names(names: Iterable[x509.GeneralName] | None) -> list[bytes]:
    return [name.value.public_bytes() for name in names or () if isinstance(name, x509.DirectoryName)]


def _is_understood(crl: x509.CertificateRevocationList) -> bool:
    """A delta's indicator and an indirect entry's issuer are critical, and not among these."""
    lists = all(found.oid in UNDERSTOOD for found in crl.extensions if found.critical)
    return lists and all(found.oid in ENTRY_UNDERSTOOD for entry in crl for found in entry.extensions if found.critical)


def _is_partial(partition: x509.IssuingDistributionPoint) -> bool:
    return (
        partition.indirect_crl
        or partition.only_contains_ca_certs
        or partition.only_contains_attribute_certs
        or partition.only_some_reasons is not None
    )
