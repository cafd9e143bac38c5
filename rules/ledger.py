"""The ledger's plain values: codes of its accounts, postings, and the hash that chains an account's entries.

The accounts and which operation moves what between them: the project's table, after the scheme of 2017. An account's
code begins with its kind: issuer (what a provider owes), reserved and points (held by somebody, in lots), merchant (to
be settled in yen), grant (spent by a programme), expired (fallen back to the municipality), opening (held before this
ledger began).
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, Protocol

BEFORE_THE_FIRST = "0" * 64


def issuer(provider: str) -> str:
    """What a provider owes for points that it converted."""
    return f"issuer:{provider}"


def reserved(account_id: str) -> str:
    """Converted, and not yet assigned to a municipality."""
    return f"reserved:{account_id}"


def held(municipality_code: str, account_id: str) -> str:
    """To be spent in a municipality."""
    return f"points:{municipality_code}:{account_id}"


def merchant(municipality_code: str, organisation_id: str) -> str:
    """What a shop has taken in."""
    return f"merchant:{municipality_code}:{organisation_id}"


def grant(municipality_code: str, programme: str) -> str:
    """What a programme has given."""
    return f"grant:{municipality_code}:{programme}"


def expired(municipality_code: str) -> str:
    """What was not spent in time."""
    return f"expired:{municipality_code}"


def opening(municipality_code: str) -> str:
    """What came from, and went to, nowhere that this ledger knows of."""
    return f"opening:{municipality_code}"


def municipality_of(code: str) -> str | None:
    """The municipality where the points of a code can be spent; None while they are reserved."""
    kind, _, rest = code.partition(":")
    return rest.partition(":")[0] if kind == "points" else None


class Posting(NamedTuple):
    """So many points from one account to another, out of a lot and into one where somebody holds them."""

    debit: str
    credit: str
    points: int
    from_lot: str | None = None
    to_lot: str | None = None
    hold: str | None = None

    def turned(self) -> "Posting":
        """The opposite."""
        return Posting(self.credit, self.debit, self.points, self.to_lot, self.from_lot)


class NewLot(NamedTuple):
    """A lot that an entry opens."""

    id: str
    code: str
    expires_on: date
    created_at: datetime


class Entered(Protocol):
    """An entry, as far as its hash covers it."""

    id: Any
    account_id: Any
    number: Any
    kind: Any
    points: Any
    posted_at: Any
    facility: Any
    organisation_id: Any
    hold_id: Any
    refunds_id: Any
    reverses_id: Any
    reason: Any
    key_hash: Any


NAMES = ("id", "account_id", "number", "points", "facility", "organisation_id", "hold_id", "refunds_id", "reverses_id")


def effect(postings: Iterable[Posting]) -> int:
    """What postings come to for the holder."""
    return sum(each.points * ((each.to_lot is not None) - (each.from_lot is not None)) for each in postings)


def digest(previous: str, entry: Entered, postings: Sequence[Posting], lots: Sequence[NewLot]) -> str:
    """The hash of an entry with all that belongs to it: SHA-256 of a JSON array in ASCII, lots by id.

    A reason is at its end, where there is one: what was written before there were any keeps its hash.
    """
    said = [getattr(entry, name) for name in NAMES]
    when, opened = _moment(entry.posted_at), sorted([*lots])
    parts = [[each.id, each.code, each.expires_on.isoformat(), _moment(each.created_at)] for each in opened]
    why = [] if entry.reason is None else [entry.reason.name]
    text = json.dumps(
        [previous, *said, entry.kind.name, when, entry.key_hash, [[*each] for each in postings], parts, *why],
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode()).hexdigest()


def key_hash(*words: str) -> str:
    """What is kept of what must not be entered twice."""
    return hashlib.sha256("\0".join(words).encode(errors="replace")).hexdigest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat()
