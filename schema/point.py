"""Nodes: a point account and its entries; and the deeds that move points."""

from datetime import date, datetime
from typing import Any

import strawberry

from auth.groups import POINTS_ACCOUNTS, POINTS_BALANCE, POINTS_HISTORY
from models import point as rows
from models.ids import Letter
from models.ledger import PointHoldPart, PointLot, PointPosting
from models.organisation import CallerKind
from models.point import EntryKind, ReversalReason
from models.point_order import OrderState, PointLink, PointOrder, Provider
from resolvers import point_account, point_card, point_orders, point_sale
from rules.point_providers import conversions, linked
from rules.points import available, balance, open_lots
from schema.declare import computed, each, edge, shown
from schema.deed import deed
from schema.faces import Connection, value
from schema.node import node

strawberry.enum(Provider, name="PointProvider", description="Whose points become a municipality's (交換元).")
strawberry.enum(OrderState, name="ConversionState", description="How a conversion stands (交換の状態).")
strawberry.enum(ReversalReason, description="Why staff took an entry back (取消の理由).")
strawberry.enum(EntryKind, name="PointEntryKind", description="What moved the points (増減の種類).")


@node(of=rows.PointEntry, letter=Letter.ENTRY)
class PointEntry:
    """One movement of points (ポイント履歴)."""

    id: strawberry.ID = shown(POINTS_HISTORY, says="Opaque id (ID).")
    kind: EntryKind = shown(POINTS_HISTORY, says="What moved the points (種類).")
    points: int = shown(POINTS_HISTORY, says="Whole points, positive into the account (ポイント数).")
    posted_at: datetime = shown(POINTS_HISTORY, says="When (日時).")
    facility: str | None = shown(
        POINTS_HISTORY, says="The shop or facility; of a conversion the provider and its units (利用先)."
    )
    reason: ReversalReason | None = shown(POINTS_HISTORY, says="Why an entry was taken back (取消の理由).")


@value
class HeldLot:
    """Points of one origin, with their last valid day (ポイントの内訳). Without a municipality they are reserved."""

    points: int
    held_points: int
    expires_on: date
    municipality_code: str | None


@value
class ConversionOrder:
    """So many units of a provider, to be converted (ポイント交換の申込)."""

    provider: Provider
    units: int
    state: OrderState
    ordered_at: datetime


LOTS = (
    each(
        PointLot.account_id,
        PointLot.id,
        PointLot.code,
        PointLot.expires_on,
        PointLot.created_at,
        order=(PointLot.expires_on, PointLot.id),
    ),
    each(
        PointPosting.account_id,
        PointPosting.from_lot_id,
        PointPosting.to_lot_id,
        PointPosting.points,
        order=(PointPosting.seq,),
    ),
    each(
        PointHoldPart.account_id,
        PointHoldPart.hold_id,
        PointHoldPart.lot_id,
        PointHoldPart.points,
        order=(PointHoldPart.seq,),
    ),
    each(rows.PointEntry.account_id, rows.PointEntry.hold_id, order=(rows.PointEntry.posted_at, rows.PointEntry.id)),
)


@node(of=rows.PointAccount, letter=Letter.ACCOUNT)
class PointAccount:
    """The points that somebody holds in this municipality (自治体ポイント口座)."""

    id: strawberry.ID = shown(POINTS_BALANCE, says="Opaque id (ID).")
    opened_on: date = shown(POINTS_BALANCE, says="The day on which it was opened (開設日).")
    balance: int = computed(
        POINTS_BALANCE,
        by=balance,
        over=(
            each(
                rows.PointEntry.account_id,
                rows.PointEntry.points,
                order=(rows.PointEntry.posted_at, rows.PointEntry.id),
            ),
        ),
        says="Whole points, reserved and held ones among them (残高).",
    )
    available: int = computed(
        POINTS_BALANCE, by=available, over=LOTS, says="What can be spent today: assigned, and not held (利用可能残高)."
    )
    lots: list[HeldLot] = computed(
        POINTS_BALANCE, by=open_lots, over=LOTS, says="What there is, what is taken first before others (内訳)."
    )
    conversions: list[ConversionOrder] | None = computed(
        POINTS_ACCOUNTS,
        by=conversions,
        over=(
            each(
                PointOrder.account_id,
                PointOrder.provider,
                PointOrder.units,
                PointOrder.state,
                PointOrder.ordered_at,
                order=(PointOrder.ordered_at, PointOrder.id),
            ),
        ),
        says="What was to be converted, the first one first (交換の申込).",
    )
    linked_providers: list[Provider] | None = computed(
        POINTS_ACCOUNTS,
        by=linked,
        over=(
            each(
                PointLink.account_id,
                PointLink.provider,
                PointLink.ended_at,
                order=(PointLink.linked_at, PointLink.id),
            ),
        ),
        says="With whom the account is linked (連携中の交換元).",
    )
    entries: Connection[PointEntry] | None = edge(
        POINTS_HISTORY,
        to=rows.PointEntry.account_id,
        order=(rows.PointEntry.posted_at, rows.PointEntry.id),
        says="Movements, earliest first (履歴).",
    )


@value
class SpendCode:
    """A code to show at a till (利用コード): for one purchase, within a minute. It is told to its holder alone."""

    spend_code: str
    most_points: int
    expires_at: datetime

    @classmethod
    def is_type_of(cls, row: Any, _info: Any) -> bool:
        """Whether a result is one."""
        return isinstance(row, point_account.IssuedSpendCode)


@value
class HeldPoints:
    """Points that a shop may take until a moment (仮押さえ). Whose they are is not told."""

    hold_id: strawberry.ID
    points: int
    expires_at: datetime

    @classmethod
    def is_type_of(cls, row: Any, _info: Any) -> bool:
        """Whether a result is one."""
        return isinstance(row, point_sale.Held)


RESIDENTS, SHOPS = frozenset({CallerKind.RESIDENT}), frozenset({CallerKind.SHOP})
LINK_MY_KEY = deed(
    POINTS_ACCOUNTS,
    by=point_account.link,
    about=(PointAccount,),
    key=None,
    locks=True,
    says="A My Key ID is linked; it opens an account where there was none (マイキーIDの登録).",
)
CHOOSE_MUNICIPALITY = deed(
    POINTS_ACCOUNTS,
    by=point_account.choose,
    about=(PointAccount,),
    key="account_id",
    locks=True,
    says="To which municipality reserved points go after 14 days (基本自治体の設定).",
)
ISSUE_SPEND_CODE = deed(
    POINTS_BALANCE,
    by=point_account.issue,
    about=(PointAccount,),
    key="account_id",
    kinds=RESIDENTS,
    locks=True,
    says="A code to show at a till, for one purchase within a minute (利用コードの発行).",
)
ASSIGN_POINTS = deed(
    POINTS_BALANCE,
    by=point_account.assign_points,
    about=(PointAccount,),
    key="account_id",
    kinds=RESIDENTS,
    locks=True,
    says="Reserved points are assigned to a municipality; they do not come back (ポイントの充当).",
)
GRANT_POINTS = deed(
    POINTS_BALANCE,
    by=point_account.grant,
    about=(PointAccount,),
    key="account_id",
    locks=True,
    says="Points staff give points for volunteer work or a class, once for each account (ポイントの付与).",
)
REVERSE_POINTS = deed(
    POINTS_BALANCE,
    by=point_account.reverse,
    about=(PointEntry,),
    key="entry_id",
    locks=True,
    says="Points staff take an entry back by its opposite, and say why (ポイントの取消).",
)
HOLD_POINTS = deed(
    POINTS_HISTORY,
    by=point_sale.hold,
    about=(PointEntry,),
    key=None,
    kinds=SHOPS,
    writes=True,
    locks=True,
    says="A shop holds points with the code that their holder shows, for five minutes (ポイントの仮押さえ).",
)
HOLD_POINTS_BY_CARD = deed(
    POINTS_HISTORY,
    by=point_card.hold,
    about=(PointEntry,),
    key=None,
    kinds=SHOPS,
    writes=True,
    locks=True,
    is_signed=True,
    says="A shop holds points of whoever enters the PIN of the card at the terminal (カードによる仮押さえ).",
)
CAPTURE_POINTS = deed(
    POINTS_HISTORY,
    by=point_sale.capture,
    about=(PointEntry,),
    key=None,
    kinds=SHOPS,
    writes=True,
    locks=True,
    says="A shop takes what it holds, or a part; the rest is free again (ポイントの利用確定).",
)
VOID_HOLD = deed(
    POINTS_HISTORY,
    by=point_sale.void,
    about=(PointEntry,),
    key=None,
    kinds=SHOPS,
    writes=True,
    locks=True,
    says="A shop takes nothing of what it holds (仮押さえの取消).",
)
REFUND_POINTS = deed(
    POINTS_HISTORY,
    by=point_sale.refund,
    about=(PointEntry,),
    key=None,
    kinds=SHOPS,
    writes=True,
    locks=True,
    says="A shop gives points of a purchase back (ポイントの返還).",
)
LINK_PROVIDER = deed(
    POINTS_ACCOUNTS,
    by=point_orders.link,
    about=(PointAccount,),
    key="account_id",
    locks=True,
    says="The account is linked with a provider that links accounts (交換元との連携).",
)
UNLINK_PROVIDER = deed(
    POINTS_ACCOUNTS,
    by=point_orders.unlink,
    about=(PointAccount,),
    key="account_id",
    ends=True,
    locks=True,
    says="The link with a provider ends (連携の解除).",
)
CONVERT_POINTS = deed(
    POINTS_ACCOUNTS,
    by=point_orders.convert,
    about=(PointAccount,),
    key="account_id",
    locks=True,
    says="A provider's units are ordered to be converted into reserved points (ポイント交換の申込).",
)
