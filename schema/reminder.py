"""Node: a mail address that gets the date of what is next, and nothing else."""

from datetime import date, datetime

import strawberry

from auth.groups import SHARE_GRANTS
from models.ids import Letter
from models.reminder import REMINDERS
from rules.reminding import ReminderStatus, status
from schema.declare import computed, shown
from schema.node import node

strawberry.enum(ReminderStatus, description="How an address for reminders stands (通知先の状態).")
ROWS = REMINDERS.rows.c


@node(of=REMINDERS, letter=Letter.REMINDER)
class Reminder:
    """An address that a guardian added for somebody without a card (通知先). The address is shown to nobody."""

    id: strawberry.ID = shown(SHARE_GRANTS, says="Opaque id (ID).")
    added_at: datetime = shown(SHARE_GRANTS, says="When it was added (登録日時).")
    confirmed_at: datetime | None = shown(SHARE_GRANTS, says="When whoever reads it confirmed it (確認日時).")
    expires_at: datetime = shown(SHARE_GRANTS, says="When it can be confirmed no more (確認の期限).")
    valid_to: date = shown(SHARE_GRANTS, says="Until the day before this one (終了日).")
    revoked_at: datetime | None = shown(SHARE_GRANTS, says="When it was taken back (取消日時).")
    status: ReminderStatus = computed(
        SHARE_GRANTS,
        by=status,
        over=(ROWS.confirmed_at, ROWS.expires_at, ROWS.valid_to, ROWS.revoked_at),
        says="How it stands today (状態).",
    )
