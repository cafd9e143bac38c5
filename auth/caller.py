"""Who asks: what a verified token says of its holder, before any relation is looked at."""

from enum import Enum
from typing import NamedTuple

from models.organisation import CallerKind

NO_LOGIN, LOGIN, HIGHEST = 0, 1, 2  # ranks of `Acr`


class Acr(Enum):
    """How surely the holder was recognised, as the token's `acr` claim says it."""

    __hash__ = object.__hash__  # there is one of each, and every question looks one up

    TAP = "tap"
    KEY = "key"
    CARD_PIN = "card-pin"
    APP = "app"
    CITY = "city"
    MFA = "mfa"

    @property
    def rank(self) -> int:
        """A higher rank satisfies a demand for a lower one: a tap identifies, everything above authenticates."""
        return NO_LOGIN if self is Acr.TAP else HIGHEST if self is Acr.MFA else LOGIN


class Device(NamedTuple):
    """One machine of an organisation, with the words of its scope (auth/scope.py)."""

    id: str
    scope: frozenset[str]


class Holder(NamedTuple):
    """The id of a resident, a staff member or an organisation; its kind; and how surely it was recognised.

    `device`: the one of the organisation's machines that asks, where it is one with a scope of its own.
    """

    id: str
    kind: CallerKind
    acr: Acr
    device: Device | None = None

    @property
    def client_id(self) -> str:
        """Who signed the assertion, where one was signed."""
        return self.id if self.device is None else self.device.id


NOBODY = Holder("", CallerKind.ANONYMOUS, Acr.TAP)
ROUTER = NOBODY._replace(id="router")  # nobody, asked for by the router
