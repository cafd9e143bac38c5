"""Node: a resident's mailbox, which nobody else sees; and the deeds that change one."""

from datetime import datetime

import strawberry

from auth.groups import ADDRESS_CONTACT, NOTICES
from models import mailbox as rows
from models.ids import Letter
from models.mailbox import MailLanguage
from models.notice import NoticeKind
from models.organisation import CallerKind
from resolvers import mailbox
from rules.mailboxes import kinds
from schema.declare import computed, shown
from schema.deed import deed
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


RESIDENTS = frozenset({CallerKind.RESIDENT})
ADD_MAILBOX = deed(
    ADDRESS_CONTACT,
    by=mailbox.add,
    about=(Mailbox,),
    key=None,
    kinds=RESIDENTS,
    says="A mail address is entered; it counts once its code came back (メールアドレスの登録).",
)
CONFIRM_MAILBOX = deed(
    ADDRESS_CONTACT,
    by=mailbox.confirm,
    about=(Mailbox,),
    key=None,
    kinds=RESIDENTS,
    locks=True,
    says="The code that was sent to the address came back (メールアドレスの確認).",
)
CHANGE_MAILBOX = deed(
    ADDRESS_CONTACT,
    by=mailbox.change,
    about=(Mailbox,),
    key="mailbox_id",
    kinds=RESIDENTS,
    says="Other kinds, another language, other quiet hours (受取設定の変更).",
)
REMOVE_MAILBOX = deed(
    ADDRESS_CONTACT,
    by=mailbox.remove,
    about=(Mailbox,),
    key="mailbox_id",
    kinds=RESIDENTS,
    ends=True,
    says="Nothing comes there any more but of a new way to log in that is added within a day; then the address is"
    " forgotten (メールアドレスの削除).",
)
