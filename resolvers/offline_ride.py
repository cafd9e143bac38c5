"""What a tablet hands in of rides that it kept without a network, and what it is told of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
import strawberry

from models.refusal import RefusalCode
from rules.ride_sync import SeatOutcome, SyncOutcome


@dataclass(kw_only=True)
class OfflineTapInput:
    """A card as it was read, by the tablet's clock. `signature`: the card's, over the text of docs/rides.md, in base64.

    `algorithm`: `RS256`, `ES256` or `ES384`. Without a signature staff decide whether the tap counts.
    """

    tapped_at: datetime
    certificate: str
    algorithm: str | None = None
    signature: str | None = None


@dataclass(kw_only=True)
class OfflineEndInput:
    """How it ended, by the tablet's clock."""

    closed_at: datetime
    fare_yen: int
    drop_off: str
    drop_off_municipality: str


@dataclass(kw_only=True)
class OfflineRideInput:
    """All that the tablet knows of a ride by now, opened with a network or without. `end`: once it is over."""

    ride_id: strawberry.ID
    sequence: int
    opened_at: datetime
    pick_up: str
    pick_up_municipality: str
    drop_off_municipality: str
    taps: list[OfflineTapInput]
    end: OfflineEndInput | None = None


@dataclass(kw_only=True)
class SyncRides:
    """At most 50 rides, in any order, known before or not. `sentAt`: what the tablet's clock says now."""

    capability: str
    sent_at: datetime
    rides: list[OfflineRideInput]
    idempotency_key: strawberry.ID


class SyncedTap(NamedTuple):
    """What a tablet is told of a card: never who, never why not."""

    outcome: SeatOutcome
    code: RefusalCode | None = None

    @classmethod
    def unpacked(cls, outcome: str, code: str | None) -> "SyncedTap":
        """Back from JSON."""
        return cls(SeatOutcome(outcome), None if code is None else RefusalCode(code))


class SyncedRide(NamedTuple):
    """What became of one ride; of a refused one why, and where in the input."""

    ride_id: str
    outcome: SyncOutcome
    code: RefusalCode | None = None
    field: list[str] | None = None
    subsidy_yen: int | None = None
    taps: Sequence[SyncedTap] = ()

    @classmethod
    def unpacked(cls, *said: Any) -> "SyncedRide":
        """Back from JSON."""
        ride_id, outcome, code, field, subsidy_yen, taps = said
        seats = [SyncedTap.unpacked(*each) for each in taps]
        return cls(
            ride_id, SyncOutcome(outcome), None if code is None else RefusalCode(code), field, subsidy_yen, seats
        )


class Synced(NamedTuple):
    """What became of a batch, ride by ride in its order.

    `is_kept`: whether a receipt may be kept of it, since of what may be an Individual Number not even a digest is.
    """

    rides: Sequence[SyncedRide]
    looks: Sequence[tuple[str, str]] = ()
    is_kept: bool = True

    def packed(self) -> str:
        """As JSON text."""
        return orjson.dumps([[[*each] for each in self.rides], [[*each] for each in self.looks]], default=list).decode()

    @classmethod
    def unpacked(cls, text: str) -> "Synced":
        """Back from the text."""
        rides, looks = orjson.loads(text)
        return cls([SyncedRide.unpacked(*each) for each in rides], [(of, id) for of, id in looks])
