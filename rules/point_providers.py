"""How points come from each provider, with the source; and how orders read to their holder.

Rates and smallest units were not found: each municipality's server is told them (docs/points.md).
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple, Protocol

from models.point_order import OrderState, Provider
from rules.source import Source


class Way(Enum):
    """How a provider knows whose points it takes."""

    ACCOUNT_LINK = "the holder has linked the two accounts"
    COUPON_CODE = "the provider gave the holder a code"


class Offer(NamedTuple):
    """How points come from a provider."""

    way: Way
    source: Source


POITAN = Source("ポイ探 2017-09-27", "https://poitan.jp/")
MANETATSU = Source("マネーの達人 2017-10-04", "https://manetatsu.com/")
DIAMOND = Source("ザイ・オンライン 2018-01", "https://diamond.jp/zai/")
MIKATIMEZ = Source("mikatimez")
OFFERS = {
    Provider.SUMITOMO_MITSUI_CARD: Offer(Way.COUPON_CODE, MANETATSU),
    Provider.JCB: Offer(Way.COUPON_CODE, DIAMOND),
    Provider.SAISON: Offer(Way.ACCOUNT_LINK, POITAN),
    Provider.MUFG_NICOS: Offer(Way.COUPON_CODE, MIKATIMEZ),
    Provider.OTHER_CARD: Offer(Way.COUPON_CODE, MANETATSU),
    Provider.JAL: Offer(Way.ACCOUNT_LINK, POITAN),
    Provider.ANA: Offer(Way.COUPON_CODE, DIAMOND),
    Provider.DOCOMO: Offer(Way.ACCOUNT_LINK, POITAN),
    Provider.CHUBU_ELECTRIC: Offer(Way.ACCOUNT_LINK, POITAN),
    Provider.KANSAI_ELECTRIC: Offer(Way.COUPON_CODE, MANETATSU),
    Provider.CYMONS: Offer(Way.COUPON_CODE, MANETATSU),
}


class LinkRow(Protocol):
    """A link as it is kept."""

    provider: Provider
    ended_at: datetime | None


class OrderRow(Protocol):
    """An order as it is kept."""

    provider: Provider
    units: int
    state: OrderState
    ordered_at: datetime


class Conversion(NamedTuple):
    """An order as its holder sees it."""

    provider: Provider
    units: int
    state: OrderState
    ordered_at: datetime


def conversions(_today: date, orders: Sequence[OrderRow]) -> list[Conversion]:
    """Every order, the first one first."""
    return [Conversion(each.provider, each.units, each.state, each.ordered_at) for each in orders]


def linked(_today: date, links: Sequence[LinkRow]) -> list[Provider]:
    """The providers with whom the account is linked today."""
    return [each.provider for each in links if each.ended_at is None]
