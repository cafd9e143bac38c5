"""Node: a resident's mailbox, which nobody else sees."""

from datetime import datetime

import strawberry

from auth.groups import ADDRESS_CONTACT, NOTICES
from models import mailbox as rows
from models.ids import Letter
from models.mailbox import MailLanguage
from models.notice import NoticeKind
from rules.mailboxes import kinds
from schema.declare import computed, shown
from schema.node import node

strawberry.enum(MailLanguage, description="In which language mails are written (メールの言語).")


@node(of=rows.Mailbox, letter=Letter.MAILBOX)
class Mailbox:
    """Where a resident wants mail, of what, in which language and not at which hours (メールの受取設定)."""

    id: strawberry.ID = shown(NOTICES, says="Opaque id (ID).")
    address: str | None = shown(ADDRESS_CONTACT, says="The address; null once it was removed (メールアドレス).")
    kinds: list[NoticeKind] = computed(
        NOTICES, by=kinds, over=(rows.Mailbox.kinds,), says="Of which notices mail is wanted (受け取る種類)."
    )
    language: MailLanguage = shown(NOTICES, says="In which language (言語).")
    quiet_from_minute: int | None = shown(
        NOTICES, says="From this minute of the day in Asia/Tokyo no mail is wanted (受け取らない時間の開始)."
    )
    quiet_to_minute: int | None = shown(NOTICES, says="Until the minute before this one (受け取らない時間の終了).")
    added_at: datetime = shown(NOTICES, says="When the address was entered (登録日時).")
    confirmed_at: datetime | None = shown(NOTICES, says="When the code came back; nothing is sent before (確認日時).")
    removed_at: datetime | None = shown(NOTICES, says="When it was removed (削除日時).")
