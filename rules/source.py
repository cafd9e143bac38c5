"""Where a figure of the rules was read."""

from typing import NamedTuple


class Source(NamedTuple):
    """A law, a page or a report; without an address where it has none of its own, or the figure was decided here."""

    title: str
    address: str = ""
