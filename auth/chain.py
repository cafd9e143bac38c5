"""The chain of the access log: how an entry is hashed to the one before it, and how heads are signed (Ed25519)."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Literal, Self, cast

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

BEFORE_THE_FIRST = "0" * 64
CURVE: Literal["Ed25519"] = "Ed25519"
HEAD, END = b"tsumugi access log, head\n", b"tsumugi access log, end\n"  # one signature never serves for the other
HEAD_SIGNED = ("first_seq", "hash", "key_id", "seq", "signed_at")
END_SIGNED = ("entries", "exported_at", "hash", "key_id")


class AuditKey:
    """A key that signs heads; kept outside the database. Raises ValueError for another kind of key."""

    def __init__(self, pem: bytes) -> None:
        try:
            key = _imported(pem)
        except (JoseError, KeyError, ValueError) as why:
            raise ValueError("this is no key") from why
        self.id = key.thumbprint()
        self.public_jwk = {**key.as_dict(private=False), "kid": self.id, "use": "sig"}
        self._private = cast("Ed25519PrivateKey", key.private_key)

    @classmethod
    def generate(cls) -> bytes:
        """A new key in PEM."""
        return OKPKey.generate_key(CURVE).as_pem(private=True)

    def signed(self, label: bytes, values: Mapping[str, object]) -> dict[str, object]:
        """The values with the key's id and its signature over both."""
        named = {**values, "key_id": self.id}
        return {**named, "signature": self._private.sign(label + canonical(named)).hex()}


class PublicKeys:
    """The public keys of a JWKS, by id. Raises ValueError when it holds something else."""

    def __init__(self, keys: Mapping[str, Ed25519PublicKey]) -> None:
        self._keys = keys

    @classmethod
    def read(cls, jwks: object) -> Self:
        """From the JSON of `tsumugi audit keys`; a key's id is worked out anew, not believed."""
        try:
            keys = [_imported(each, private=False) for each in jwks["keys"]]  # type: ignore[index]
        except (JoseError, KeyError, TypeError, ValueError, AttributeError) as why:
            raise ValueError("this is no set of public keys") from why
        return cls({key.thumbprint(): cast("Ed25519PublicKey", key.public_key) for key in keys})

    @classmethod
    def of(cls, keys: Sequence[AuditKey]) -> Self:
        """The public ones of private keys."""
        return cls.read({"keys": [each.public_jwk for each in keys]})

    def has_signed(self, label: bytes, names: Sequence[str], values: Mapping[str, Any]) -> bool:
        """Whether one of the keys signed exactly these values; a signature has one spelling."""
        key, text = self._keys.get(str(values["key_id"])), str(values["signature"])
        try:
            signature = bytes.fromhex(text)
            if key is None or signature.hex() != text:
                return False
            key.verify(signature, label + canonical({name: values[name] for name in names}))
        except (InvalidSignature, ValueError):
            return False
        return True


def _imported(given: Any, *, private: bool = True) -> OKPKey:
    key = OKPKey.import_key(given)
    if key.curve_name != CURVE or key.is_private is not private:
        raise ValueError(CURVE)
    return key


def canonical(values: Mapping[str, object]) -> bytes:
    """The one spelling of some values: JSON with sorted keys, without spaces."""
    return orjson.dumps(values, option=orjson.OPT_SORT_KEYS)


def moment(at: datetime) -> str:
    """A moment as the chain spells it: UTC, whole seconds."""
    return at.astimezone(UTC).replace(microsecond=0).isoformat()


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the log as the chain and the export spell it."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name
    return moment(value) if isinstance(value, datetime) else value


def hash_of(entry: Mapping[str, Any]) -> str:
    """SHA-256 over every value of an entry but its own hash; the hash before it is one of them."""
    return hash_of_plain(plain({name: value for name, value in entry.items() if name != "hash"}))


def hash_of_plain(covered: Mapping[str, Any]) -> str:
    """The same over values that are spelled as the chain spells them, and all covered."""
    return hashlib.sha256(canonical(covered)).hexdigest()


def hash_of_sorted(covered: Mapping[str, Any]) -> str:
    """The same where the values stand in the order of their names already, in half of the time."""
    return hashlib.sha256(orjson.dumps(covered)).hexdigest()


def chained(seq: int, last_hash: str, drafts: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The drafts as entries behind the one with this number and hash."""
    for number, draft in enumerate(drafts, start=seq + 1):
        entry = {**draft, "seq": number, "previous_hash": last_hash}
        last_hash = entry["hash"] = hash_of(entry)
        yield entry
