"""Providers of points: who they are, accounts that are linked with them, and orders to convert what they hold."""

from datetime import datetime
from enum import Enum
from typing import ClassVar

from sqlmodel import Field, SQLModel

from models.columns import instant, maybe_instant, named
from models.subject import Noun, Subject

TOKEN_CHARACTERS = 100


class Provider(Enum):
    """Who converted points in 2017; rates and smallest units were never published."""

    SUMITOMO_MITSUI_CARD = "三井住友カード"
    JCB = "JCB (Oki Doki)"
    SAISON = "クレディセゾン (永久不滅)"
    MUFG_NICOS = "三菱UFJニコス"
    OTHER_CARD = "other card companies"
    JAL = "JAL mileage"
    ANA = "ANA mileage"
    DOCOMO = "NTT docomo dポイント"
    CHUBU_ELECTRIC = "中部電力 カテエネ"
    KANSAI_ELECTRIC = "関西電力 はぴeみる"
    CYMONS = "サイモンズ"


class OrderState(Enum):
    """How an order stands."""

    WAITING = "the provider has not answered yet"
    ENTERED = "the points are in the account"
    REFUSED = "the provider, or the ledger, said no"
    CONTRADICTED = "the provider's answer is about something else: nothing was entered, somebody has to look"


class PointLink(SQLModel, table=True):
    """An account that is linked with a provider, who knows its holder by `token`; forgotten when the link ends."""

    subject: ClassVar[Subject] = Subject(Noun.ACCOUNT, "account_id")

    id: str = Field(primary_key=True, max_length=34)
    account_id: str = Field(foreign_key="pointaccount.id", index=True, max_length=34)
    provider: Provider = named(Provider)
    token: str | None = Field(default=None, max_length=TOKEN_CHARACTERS)
    linked_at: datetime = instant()
    ended_at: datetime | None = maybe_instant()


class PointOrder(SQLModel, table=True):
    """So many units of a provider to be converted. `token`: of the link, or a coupon's code, until there is an answer.

    `due_at`: when the provider is asked next. An entry answers one order.
    """

    subject: ClassVar[Subject] = Subject(Noun.ACCOUNT, "account_id")

    id: str = Field(primary_key=True, max_length=34)
    account_id: str = Field(foreign_key="pointaccount.id", index=True, max_length=34)
    provider: Provider = named(Provider)
    units: int
    token: str | None = Field(default=None, max_length=TOKEN_CHARACTERS)
    state: OrderState = named(OrderState)
    tries: int = 0
    ordered_at: datetime = instant()
    due_at: datetime = instant(index=True)
    settled_at: datetime | None = maybe_instant()
    transaction_id: str | None = Field(default=None, max_length=TOKEN_CHARACTERS)
    entry_id: str | None = Field(default=None, foreign_key="pointentry.id", unique=True, max_length=34)
