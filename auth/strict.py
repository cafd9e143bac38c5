"""Strict readings of untrusted text: one accepted spelling for each value, None for everything else."""

import base64
import json
from collections.abc import Mapping
from math import isfinite
from typing import NoReturn, get_origin, get_type_hints


def json_object(text: bytes) -> dict[str, object] | None:
    """A JSON object in UTF-8 without duplicate members, NaN, infinities, lone surrogates or bottomless nesting.

    The caller caps the size before.
    """
    try:
        value = json.loads(text.decode(), object_pairs_hook=_distinct, parse_constant=_refuse, parse_float=_finite)
        json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate would raise later, where nobody expects it
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def base64_bytes(text: str) -> bytes | None:
    """The bytes of standard base64 in its canonical, padded form."""
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return value if base64.b64encode(value).decode() == text else None


def base64url_bytes(text: str) -> bytes | None:
    """The bytes of base64url in its canonical form without padding, as JOSE writes it."""
    if "=" in text or "+" in text or "/" in text:
        return None
    return base64_bytes(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4))


def is_plain(text: str) -> bool:
    """Printable ASCII: what an identifier is made of, and what every database takes."""
    return text.isascii() and text.isprintable()


def shape(form: type) -> dict[str, type]:
    """The members of a typed dictionary, each with the type that JSON gives it."""
    return {name: get_origin(kind) or kind for name, kind in get_type_hints(form).items()}


def fits(members: Mapping[str, object], wanted: Mapping[str, type]) -> bool:
    """Whether exactly the wanted members are there, each of exactly its type (true is not the integer 1)."""
    return members.keys() == wanted.keys() and all(type(value) is wanted[name] for name, value in members.items())


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError("no number is so great")
    return value
