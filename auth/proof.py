"""Proof: an export of the access log is read line by line and the first line that does not hold is named.

It needs the export and the public keys, nothing else.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson

from auth.chain import BEFORE_THE_FIRST, END, END_SIGNED, HEAD, HEAD_SIGNED, PublicKeys, canonical, hash_of

ENTRY_NAMES = frozenset(
    {
        "seq",
        "id",
        "at",
        "actor_id",
        "actor_kind",
        "office_id",
        "office",
        "purpose_code",
        "case_reference",
        "noun",
        "subject_id",
        "fields",
        "cells",
        "is_denied",
        "previous_hash",
        "hash",
    }
)
NAMES = {
    "entry": ENTRY_NAMES,
    "head": frozenset({*HEAD_SIGNED, "signature"}),
    "end": frozenset({*END_SIGNED, "signature"}),
}


class Intact(NamedTuple):
    """The chain holds: how many entries, the last hash, when the export was made, and the keys that signed."""

    entries: int
    hash: str
    exported_at: str
    key_ids: tuple[str, ...]


class Broken(NamedTuple):
    """The first link that does not hold: the line, the entry that it is or follows, and why."""

    line: int
    seq: int
    why: str


def proven(lines: Iterable[bytes], keys: PublicKeys) -> Intact | Broken:
    """Whether an export is the whole chain as it was written. Lines keep their line breaks."""
    proof, number = _Proof(keys), 0
    for number, line in enumerate(lines, start=1):
        why = proof.broken_by(line)
        if why is not None:
            return Broken(number, proof.place, why)
    return proof.end or Broken(number + 1, proof.seq, "the closing line is missing: the export was cut off")


class _Proof:
    """What has been read so far."""

    def __init__(self, keys: PublicKeys) -> None:
        self._keys = keys
        self._key_ids: dict[str, None] = {}
        self._hash, self._covered = BEFORE_THE_FIRST, 0
        self.seq = self.place = 0
        self.end: Intact | None = None

    def broken_by(self, line: bytes) -> str | None:
        """Why the chain does not hold at this line; None when it does."""
        self.place = self.seq
        if self.end is not None:
            return "something follows the closing line"
        found = _parsed(line)
        if found is None:
            return "the line is not as it was exported"
        kind, values = found
        return {"entry": self._entry, "head": self._head, "end": self._end}[kind](values)

    def _entry(self, values: dict[str, Any]) -> str | None:
        self.place = self.seq + 1
        if values["seq"] != self.place:
            return f"entry {self.place} is missing or out of its place"
        if values["previous_hash"] != self._hash:
            return "it does not follow the entry before it"
        if values["hash"] != hash_of(values):
            return "its content is not what was hashed"
        self.seq, self._hash = self.place, values["hash"]
        return None

    def _head(self, values: dict[str, Any]) -> str | None:
        if values["first_seq"] != self._covered + 1 or values["seq"] != self.seq or values["hash"] != self._hash:
            return "the signed head does not belong to the entries before it"
        if not self._keys.has_signed(HEAD, HEAD_SIGNED, values):
            return "the head is not signed by one of the keys"
        self._covered = self.seq
        self._key_ids[values["key_id"]] = None
        return None

    def _end(self, values: dict[str, Any]) -> str | None:
        if values["entries"] != self.seq or values["hash"] != self._hash:
            return "entries are missing before the closing line"
        if self._covered != self.seq:
            return "the last entries have no signed head"
        if not self._keys.has_signed(END, END_SIGNED, values):
            return "the closing line is not signed by one of the keys"
        self._key_ids[values["key_id"]] = None
        self.end = Intact(self.seq, self._hash, values["exported_at"], tuple(self._key_ids))
        return None


def _parsed(line: bytes) -> tuple[str, dict[str, Any]] | None:
    """The kind and values of a line in the one spelling that an export has."""
    try:
        found = orjson.loads(line)
    except ValueError:
        return None
    if not isinstance(found, dict) or len(found) != 1 or canonical(found) + b"\n" != line:
        return None
    kind, values = next(iter(found.items()))
    return (kind, values) if isinstance(values, dict) and values.keys() == NAMES.get(kind) else None
