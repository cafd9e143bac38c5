"""The office behind the demo's cards: both authorities, who was revoked, and the folder in which it publishes."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from auth.anchor import Anchor
from auth.certificate import Verified
from auth.profile import Purpose
from tsumugi.anchors import LISTS
from tsumugi.card import KeyPair, PrivateKey, SoftCard
from tsumugi.pki.authority import RSA_BITS, RSA_EXPONENT, Authority, partition_name
from tsumugi.pki.bearer import Bearer
from tsumugi.private import read_private, write_private

REGISTER = "register.json"
KEY, CERTIFICATE = "authority.key", "authority.pem"


class KeyKind(Enum):
    """What a card's chip can do: today's RSA, or the curves of the next one, which are made much faster."""

    RSA = "RSA-2048"
    P256 = "P-256"
    P384 = "P-384"

    def make(self) -> PrivateKey:
        """A new key."""
        if self is KeyKind.RSA:
            return rsa.generate_private_key(RSA_EXPONENT, RSA_BITS)
        return ec.generate_private_key(ec.SECP256R1() if self is KeyKind.P256 else ec.SECP384R1())


@dataclass
class Register:
    """What the office must remember: the number of its last lists, where it issued, and what it revoked, when."""

    number: int = 0
    codes: list[str] = field(default_factory=list)
    revoked: list[tuple[str, str, str]] = field(default_factory=list)  # distribution point, serial, moment


@dataclass
class Office:
    """Keys and register stand in `folder`, for the owner only; certificates and lists go to `anchors`."""

    folder: Path
    anchors: Path
    authorities: dict[Purpose, Authority]
    register: Register

    @classmethod
    def open(cls, folder: Path, anchors: Path, now: datetime) -> Self:
        """The office in a folder, founded there on the first call."""
        if (folder / REGISTER).exists():
            register = Register(**json.loads(read_private(folder / REGISTER)))
            return cls(folder, anchors, {purpose: _read(folder, purpose) for purpose in Purpose}, register)
        office = cls(folder, anchors, {purpose: Authority.found(purpose, now) for purpose in Purpose}, Register())
        for purpose, authority in office.authorities.items():
            key = authority.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            certificate = authority.certificate.public_bytes(Encoding.PEM)
            write_private(folder / purpose.value / KEY, key)
            write_private(folder / purpose.value / CERTIFICATE, certificate)
            write_private(anchors / purpose.value / CERTIFICATE, certificate)
        office._save()  # last, so that a half-founded office is founded again
        return office

    def look(self) -> None:
        """Take up what another process has issued or revoked since."""
        self.register = Register(**json.loads(read_private(self.folder / REGISTER)))

    def issue(self, bearer: Bearer, now: datetime, kind: KeyKind = KeyKind.RSA, *, signature: bool = True) -> SoftCard:
        """A new card; it works once `publish` has named its municipality. May run in several threads at once."""
        if bearer.municipality_code not in self.register.codes:
            self.register.codes.append(bearer.municipality_code)
        login = self._pair(Purpose.USER_AUTHENTICATION, bearer, kind, now)
        return SoftCard(login, self._pair(Purpose.DIGITAL_SIGNATURE, bearer, kind, now) if signature else None)

    def verified(self, card: SoftCard) -> Verified:
        """The login certificate of a card that this office has just issued, for `credential.enrol`."""
        anchor = Anchor.of(self.authorities[Purpose.USER_AUTHENTICATION].certificate)
        return Verified(card.authentication.certificate, anchor)

    def revoke(self, certificate: x509.Certificate, now: datetime) -> None:
        """End a certificate, and publish."""
        self.register.revoked.append((_point(certificate), str(certificate.serial_number), now.isoformat()))
        self.publish(now)

    def publish(self, now: datetime) -> None:
        """New lists for every municipality, complete and with a higher number; they are good for 90 days."""
        self.register.number += 1
        self._save()  # before the lists: a number must never be used twice
        for purpose, authority in self.authorities.items():
            for code in set(self.register.codes):
                revoked = self._revoked(partition_name(purpose, code).rfc4514_string())
                crl = authority.revocation_list(code, revoked, self.register.number, now)
                write_private(self.anchors / LISTS / f"{purpose.value}-{code}.crl", crl.public_bytes(Encoding.DER))

    def revoked(self) -> dict[int, datetime]:
        """Every serial that was revoked, wherever, and when."""
        return {int(serial): datetime.fromisoformat(at) for _, serial, at in self.register.revoked}

    def _pair(self, purpose: Purpose, bearer: Bearer, kind: KeyKind, now: datetime) -> KeyPair:
        key = kind.make()
        return KeyPair(key, self.authorities[purpose].issue(bearer, key.public_key(), now))

    def _revoked(self, point: str) -> dict[int, datetime]:
        return {
            int(serial): datetime.fromisoformat(at) for where, serial, at in self.register.revoked if where == point
        }

    def _save(self) -> None:
        write_private(self.folder / REGISTER, json.dumps(asdict(self.register)).encode())


def _read(folder: Path, purpose: Purpose) -> Authority:
    key = load_pem_private_key(read_private(folder / purpose.value / KEY), None)
    assert isinstance(key, rsa.RSAPrivateKey), "the office founds its authorities with RSA keys"
    return Authority(purpose, key, x509.load_pem_x509_certificate(read_private(folder / purpose.value / CERTIFICATE)))


def _point(certificate: x509.Certificate) -> str:
    """The one distribution point that the office writes into a certificate."""
    points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    return "".join(
        name.value.rfc4514_string() for name in points[0].full_name or () if isinstance(name, x509.DirectoryName)
    )
