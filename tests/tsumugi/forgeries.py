"""Letters that are not quite as we or our clients wrote them: from one good letter and its key, every forgery."""

import hashlib
import hmac
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from auth.strict import base64url_bytes
from tests.auth import forge

HEADERS = (  # None leaves a member out
    *({"alg": alg} for alg in ("none", "None", "HS256", "RS256", "ES384", "EdDSA", "es256", ["ES256"], None)),
    *({"typ": typ} for typ in ("JWS", "at+JWT", "secevent+jwt", 1, None)),
    *({"kid": kid} for kid in ("another", "../../etc/passwd", "' OR 1=1 --", "\0", 1)),
    {"crit": ["exp"], "exp": 1},
    {"crit": []},
    {"b64": False, "crit": ["b64"]},
    {"zip": "DEF"},
    {"jku": "https://example.jp/keys"},
    {"x5u": "https://example.jp/keys"},
    {"x5c": []},
    {"cty": "JWT"},
    {"jwk": {"kty": "EC"}},
    {"enc": "A256GCM"},
)
VALUES = (None, {}, True, 7, "x" * 200, "\0", [], ["a", "b"], 0.5)
EVERY = 9  # of how many characters one is changed


def without_none(members):
    return {name: value for name, value in members.items() if value is not None}


def forgeries(good, key, wrong, free):
    """Each forgery of a letter by its name; `key` made the good one, and signs what only its holder could sign.

    `wrong` are changes of claims beyond those of their types, `free` claims that may have any value of their type.
    """
    parts = good.split(".")
    header, claims = (json.loads(base64url_bytes(part)) for part in parts[:2])
    sign = forge.es256(key)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signers = {
        "signed": sign,
        "shared": lambda message: hmac.new(public, message, hashlib.sha256).digest(),
        "unsigned": lambda message: b"",
    }
    found = {
        f"{name}, header {change}": forge.compact(without_none(header | change), claims, signer)
        for change in HEADERS
        for name, signer in signers.items()
    }
    kept = {name: type(claims[name]) if name in free else None for name in claims}
    changes = [{name: value} for name in claims for value in VALUES if type(value) is not kept[name]]
    changes += [*wrong, {"scope": "everything"}]
    found |= {f"claims {change}": forge.compact(header, without_none(claims | change), sign) for change in changes}
    return found | {f"form {name}": text for name, text in _forms(good, header, claims, key).items()}


def _forms(good, header, claims, key):
    head, body, signature = good.split(".")
    sign, other = forge.es256(key), forge.es256(forge.ec_key("forger"))
    twice = [json.dumps(each)[:-1].encode() + b',"alg":"ES256","jti":"1"}' for each in (header, claims)]
    return {
        "by another key": forge.compact(header, claims, other),
        "in DER": forge.compact(header, claims, lambda message: key.sign(message, ec.ECDSA(hashes.SHA256()))),
        "of zeros": forge.compact(header, claims, lambda message: bytes(64)),
        "with a tail": forge.compact(header, claims, lambda message: sign(message) + b"\0"),
        "of other bytes": forge.compact(header, claims, lambda message: sign(message + b" ")),
        "a header with a member twice": forge.compact(twice[0], claims, sign),
        "claims with a member twice": forge.compact(header, twice[1], sign),
        "claims that are no object": forge.compact(header, b"[]", sign),
        "claims of 10,000 characters": forge.compact(header, claims | {"jti": "1" * 10_000}, sign),
        "claims nested deeply": forge.compact(header, b"[" * 2_000 + b"]" * 2_000, sign),
        "one part": head,
        "two parts": f"{head}.{body}",
        "four parts": f"{good}.{signature}",
        "padded": f"{head}=.{body}.{signature}",
        "in capitals": good.upper(),
        **{f"changed at {at}": f"{good[:at]}{'A' if good[at] != 'A' else 'B'}{good[at + 1 :]}" for at in _places(good)},
    }


def _places(good):
    return [at for at in range(0, len(good), EVERY) if good[at] != "."]
