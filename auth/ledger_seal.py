"""Where the chains of the ledger of points end, under one signature; the key is the access log's, outside the database.

The one before is not kept: whoever cuts entries off has no signature for what is left.
"""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from auth.chain import canonical

HEAD, EXPORT = b"tsumugi ledger, ends\n", b"tsumugi ledger, export\n"  # one signature never serves for the other
HEAD_SIGNED = ("accounts", "hash", "key_id", "signed_at")
EXPORT_SIGNED = ("exported_at", "hash", "key_id", "lines_hash")


class End(NamedTuple):
    """The newest entry of an account."""

    account_id: str
    number: int
    hash: str


def hash_of(ends: Iterable[End]) -> str:
    """SHA-256 over the ends of all accounts, by account."""
    return hashlib.sha256(canonical({"ends": [[*each] for each in sorted(ends)]})).hexdigest()
