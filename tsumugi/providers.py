"""The folder of providers (TSUMUGI_PROVIDERS): what was agreed with each, in TOML, and our key beside it."""

import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from auth.detour import Secrets
from auth.identity_token import ALGORITHMS, Key
from auth.strict import is_plain
from tsumugi.halt import Halt
from tsumugi.keyring import Keyring
from tsumugi.private import read_private
from tsumugi.provider import Provider, Terms
from tsumugi.settings import LOOPBACK

APP = "app"
ADDRESSES = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "redirect_uri")
TEXTS = ("client_id", "scope", "acr_values", "algorithm", "key_algorithm")
LISTS = ("acr",)
DEFAULTS: dict[str, Any] = {"scope": "openid", "acr_values": "", "algorithm": "RS256", "key_algorithm": "RS256"}
NONCES, VERIFIERS = "detour-nonce", "detour-verifier"


def read_provider(folder: Path, name: str, keyring: Keyring) -> Provider | None:
    """The provider of that name, if the folder has its terms; raises Halt for what makes no sense."""
    path = folder / f"{name}.toml"
    if not path.exists():
        return None
    found = DEFAULTS | _table(path)
    _refuse(path, found)
    key = _key(folder / f"{name}.pem", found["key_algorithm"])
    terms = Terms(**{each: found[each] for each in (*ADDRESSES, *TEXTS)}, acr=frozenset(found["acr"]), key=key)
    return Provider(terms, Secrets(keyring.seal(f"{NONCES}-{name}"), keyring.seal(f"{VERIFIERS}-{name}")))


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Halt(f"The file {path} is no TOML.") from None


def _refuse(path: Path, found: dict[str, Any]) -> None:
    """Every member is there, none more, each of its form."""
    wanted = {*ADDRESSES, *TEXTS, *LISTS}
    if found.keys() != wanted:
        raise Halt(f"The file {path} must have: {', '.join(sorted(wanted - DEFAULTS.keys()))}; and nothing unknown.")
    bad = [each for each in ADDRESSES if not _is_address(found[each])]
    bad += [each for each in TEXTS if not (isinstance(found[each], str) and is_plain(found[each]))]
    bad += [each for each in ("algorithm", "key_algorithm") if found[each] not in ALGORITHMS]
    bad += [each for each in LISTS if not _are_texts(found[each])]
    if bad:
        raise Halt(f"In the file {path} this makes no sense: {', '.join(bad)}.")


def _is_address(value: object) -> bool:
    """Https, or http on this machine."""
    if not isinstance(value, str) or not is_plain(value):
        return False
    parts = urlsplit(value)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    return is_safe and bool(parts.hostname) and not (parts.query or parts.fragment or parts.username)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) and each for each in value)


def _key(path: Path, algorithm: str) -> Key:
    wanted = ALGORITHMS[algorithm]
    kind = RSAKey if wanted == "RSA" else ECKey
    try:
        key: Key = kind.import_key(read_private(path))
        is_fit = key.is_private and (isinstance(key, RSAKey) or key.curve_name == wanted)
    except (JoseError, ValueError):
        is_fit = False
    if not is_fit:
        raise Halt(f"The file {path} is not a private key for {algorithm} in PEM.")
    key.ensure_kid()
    return key
