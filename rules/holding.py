"""Which other cities have a part of a child's record: by a move, by what came over, by what guardians agreed to."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from rules.linking import LinkStatus, status


class RecordHolder(NamedTuple):
    """One city. `own_child_id`: the child in its own graph, as long as a guardian's consent is not taken back."""

    organisation_id: str
    organisation: str
    municipality_code: str
    moved_on: date | None
    record_count: int
    last_received_at: datetime | None
    consent: LinkStatus | None
    own_child_id: str | None


def holders(today: date, moved_out_on: date | None, rows: Sequence[Any]) -> list[RecordHolder]:
    """The cities in the order of the rows. The one to which the child has moved out keeps nothing back from here."""
    by_city: dict[str, list[Any]] = {}
    for each in rows:
        if each.moved_on is None or moved_out_on is None or each.moved_on < moved_out_on:
            by_city.setdefault(each.organisation_id, []).append(each)
    return [_holder(today, found) for found in by_city.values()]


def _holder(today: date, rows: Sequence[Any]) -> RecordHolder:
    """A link that stands is the consent, else the newest one; of a city that handed in again, the last word counts."""
    links = [(_status(today, each), each) for each in rows if each.issued_at is not None]
    consent, link = max(links, key=_weight, default=(None, None))
    received = [each.received_at for each in rows if each.received_at is not None]
    return RecordHolder(
        rows[0].organisation_id,
        rows[0].organisation,
        rows[0].municipality_code,
        min((each.moved_on for each in rows if each.moved_on is not None), default=None),
        len(received),
        max(received, default=None),
        consent,
        link.own_child_id if link is not None and consent is LinkStatus.LINKED else None,
    )


def _status(today: date, link: Any) -> LinkStatus:
    return status(today, link.expires_at, link.linked_at, link.revoked_at)


def _weight(link: tuple[LinkStatus, Any]) -> tuple[bool, datetime, str]:
    return link[0] is LinkStatus.LINKED, link[1].issued_at, link[1].id
