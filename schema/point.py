"""Nodes: a point account and its entries."""

from datetime import date, datetime

import strawberry

from auth.groups import POINTS_BALANCE, POINTS_HISTORY
from models import point as rows
from models.ids import Letter
from models.point import EntryKind
from rules.points import balance
from schema.declare import computed, each, edge, shown
from schema.faces import Connection
from schema.node import node

strawberry.enum(EntryKind, name="PointEntryKind", description="What moved the points (増減の種類).")


@node(of=rows.PointEntry, letter=Letter.ENTRY)
class PointEntry:
    """One movement of points (ポイント履歴)."""

    id: strawberry.ID = shown(POINTS_HISTORY, says="Opaque id (ID).")
    kind: EntryKind = shown(POINTS_HISTORY, says="What moved the points (種類).")
    points: int = shown(POINTS_HISTORY, says="Whole points, positive into the account (ポイント数).")
    posted_at: datetime = shown(POINTS_HISTORY, says="When (日時).")
    facility: str | None = shown(POINTS_HISTORY, says="The shop or facility (利用先).")


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
        says="Whole points (残高).",
    )
    entries: Connection[PointEntry] | None = edge(
        POINTS_HISTORY,
        to=rows.PointEntry.account_id,
        order=(rows.PointEntry.posted_at, rows.PointEntry.id),
        says="Movements, earliest first (履歴).",
    )
