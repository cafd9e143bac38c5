"""What a certificate could be known by, wherever something of it was left."""

import base64

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

TELLING = 16  # characters: the last line of a certificate may have four, which stand anywhere by chance


def traces(certificate):
    """Serial, common name, last moment, PEM and bytes, in every spelling that something here might use."""
    serial, der = certificate.serial_number, certificate.public_bytes(Encoding.DER)
    raw = serial.to_bytes(20).lstrip(b"\0")
    (common,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    ends = certificate.not_valid_after_utc
    words = [str(serial), f"{serial:x}", f"{serial:X}", raw.hex(":"), common.value, f"{ends:%y%m%d%H%M%SZ}"]
    words += [f"{ends:%Y-%m-%dT%H:%M:%S}", f"{ends:%Y-%m-%d %H:%M:%S}"]
    lines = certificate.public_bytes(Encoding.PEM).decode().splitlines()[1:-1]  # base64 of DER is the same, joined
    words += [line for line in lines if len(line) >= TELLING]
    return [*map(str.encode, words), der, der[200:264], raw, certificate.signature, base64.b64encode(raw)]
