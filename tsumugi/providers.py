"""The folder of providers (TSUMUGI_PROVIDERS): what was agreed with each, in TOML, and our key beside it."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from auth.detour import Secrets
from auth.identity_token import ALGORITHMS, Key
from auth.staff import Duty, StaffTerms
from auth.strict import is_plain
from models.ids import Letter, parsed
from models.organisation import STAFF_KINDS
from tsumugi.halt import Halt
from tsumugi.keyring import Keyring
from tsumugi.private import read_private
from tsumugi.provider import Provider, Terms
from tsumugi.settings import LOOPBACK

APP, STAFF = "app", "staff"
ADDRESSES = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "redirect_uri")
TEXTS = ("client_id", "scope", "acr_values", "algorithm", "key_algorithm")
LISTS = ("acr",)
DEFAULTS: dict[str, Any] = {"scope": "openid", "acr_values": "", "algorithm": "RS256", "key_algorithm": "RS256"}
STAFF_DEFAULTS: dict[str, Any] = {"acr": [], "amr": [], "subject_claim": "sub", "groups_claim": "groups", "groups": {}}
STAFF_OWN = ("amr", "subject_claim", "groups_claim", "groups")
STAFF_BY_WORD = {kind.value: kind for kind in STAFF_KINDS}
NONCES, VERIFIERS = "detour-nonce", "detour-verifier"


def read_provider(folder: Path, name: str, keyring: Keyring) -> Provider | None:
    """The provider of that name, if the folder has its terms; raises Halt for what makes no sense."""
    path = folder / f"{name}.toml"
    if not path.exists():
        return None
    found = _table(path)
    if not _are_texts(found.get("acr", ["-"])):
        raise Halt(f"In the file {path} this makes no sense: acr.")
    return _provider(path, found, keyring)


def read_staff(folder: Path, keyring: Keyring) -> tuple[Provider, StaffTerms] | None:
    """The municipality's own provider and what its words mean, if the folder has its terms; raises Halt likewise."""
    path = folder / f"{STAFF}.toml"
    if not path.exists():
        return None
    found = STAFF_DEFAULTS | _table(path)
    own = {each: found.pop(each) for each in STAFF_OWN}
    terms = _staff_terms(path, own, found["acr"])
    provider = _provider(path, found, keyring)
    return provider, replace(terms, issuer=provider.terms.issuer)


def _staff_terms(path: Path, own: dict[str, Any], acr: Any) -> StaffTerms:
    """Some way to tell a second factor, some group, each group of a kind of staff."""
    texts = ("subject_claim", "groups_claim")
    bad = [each for each in texts if not (isinstance(own[each], str) and own[each])]
    bad += [each for each, value in (("acr", acr), ("amr", own["amr"])) if value != [] and not _are_texts(value)]
    duties = _duties(own["groups"])
    bad += ["groups"] * (duties is None) + ["acr, amr"] * (acr == [] == own["amr"])
    if bad or duties is None:
        raise Halt(f"In the file {path} this makes no sense: {', '.join(bad)}.")
    return StaffTerms(
        issuer="",
        acr=frozenset(acr),
        amr=frozenset(own["amr"]),
        subject_claim=own["subject_claim"],
        groups_claim=own["groups_claim"],
        duties=duties,
    )


def _duties(groups: Any) -> dict[str, Duty] | None:
    if not isinstance(groups, dict) or not groups:
        return None
    found = {name: _duty(each) for name, each in groups.items()}
    good = {name: duty for name, duty in found.items() if duty is not None}
    return good if len(good) == len(found) else None


def _duty(given: Any) -> Duty | None:
    if not isinstance(given, dict) or given.keys() - {"kind", "office"}:
        return None
    office = given.get("office")
    is_office = office is None or getattr(parsed(office), "letter", None) is Letter.ORGANISATION
    kind = STAFF_BY_WORD.get(str(given.get("kind")))
    return Duty(kind, office) if kind is not None and is_office else None


def _provider(path: Path, given: dict[str, Any], keyring: Keyring) -> Provider:
    found, folder, name = DEFAULTS | given, path.parent, path.stem
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
