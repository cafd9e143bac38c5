"""What mails say, in Japanese and English: that there is something to read, and where. Never what, of whom, or why."""

from datetime import date
from typing import NamedTuple

from models.mailbox import MailLanguage
from models.outbox import MessageKind


class Words(NamedTuple):
    """A mail in one language: its subject, what stands before the link and what stands behind it."""

    subject: str
    before: str
    after: str


# Nothing about health, no name, no place: a mail passes through many hands (docs/notices.md).
LETTERS: dict[MessageKind, tuple[Words, Words]] = {
    MessageKind.INVITATION: (
        Words(
            "共有への招待が届いています",
            "ご家族から記録の共有への招待が届いています。下のリンクを開き、ご自身のマイナンバーカードでログインしてください。",
            "リンクは14日間、1回だけ使えます。心当たりがない場合は、このメールを削除してください。",
        ),
        Words(
            "You have been invited",
            "Somebody in your family invites you to share a record. Open the link and log in with your own card.",
            "The link works once, for 14 days. If you expected nothing of the kind, delete this mail.",
        ),
    ),
    MessageKind.EMERGENCY_LOOK: (
        Words(
            "記録の閲覧についてのお知らせ",
            "緊急時の手続きで記録が閲覧されました。だれが、なぜ閲覧したかは、ログインしてご確認ください。",
            "このメールには記録の内容は書かれていません。",
        ),
        Words(
            "A record was looked at",
            "A record was looked at under the rules for emergencies. Log in to see who looked, and why.",
            "This mail holds nothing of the record itself.",
        ),
    ),
    MessageKind.REMINDER_CONFIRMATION: (
        Words(
            "お知らせの受け取りの確認",
            "この宛先に日付のお知らせを送ってよいか、確認をお願いします。下のリンクを開き、ボタンを押してください。",
            "リンクは14日間使えます。心当たりがない場合は、このメールを削除してください。何も送られません。",
        ),
        Words(
            "Do you want to be reminded?",
            "Somebody wants dates to be sent to this address. If you want them, open the link and press the button.",
            "The link works for 14 days. If you do nothing, nothing is sent.",
        ),
    ),
    MessageKind.REMINDER: (
        Words(
            "日付のお知らせ",
            "{day}が近づいています。ご家族と予定を確認してください。",
            "このメールには日付のほかは書かれていません。",
        ),
        Words(
            "A day to remember",
            "{day} is near. Ask your family what is planned.",
            "This mail holds a date and nothing else.",
        ),
    ),
    MessageKind.RECORD_RECEIVED: (
        Words(
            "記録が届きました",
            "新しい記録が届きました。内容は、ログインしてご確認ください。",
            "このメールには記録の内容は書かれていません。",
        ),
        Words(
            "A record was received",
            "A new record was received. Log in to read it.",
            "This mail holds nothing of the record itself.",
        ),
    ),
    MessageKind.CONFIRMATION: (
        Words(
            "メールアドレスの確認",
            "このメールアドレスが通知先として登録されました。下のリンクを開き、ログインして確認してください。",
            "リンクは24時間、1回だけ使えます。心当たりがない場合は、このメールを削除してください。",
        ),
        Words(
            "Confirm your mail address",
            "This address was entered for notices. Open the link and log in to confirm it.",
            "The link works once, for 24 hours. If you expected nothing of the kind, delete this mail.",
        ),
    ),
    MessageKind.NOTICE: (
        Words(
            "新しいお知らせがあります",
            "新しいお知らせがあります。ログインしてご覧ください。",
            "お知らせの種類、言語、受け取らない時間帯は、ログイン後に変更できます。",
        ),
        Words(
            "There is something new to read",
            "There is something new to read. Log in to see it.",
            "Log in to choose what you want to hear of, in which language and not at which hours.",
        ),
    ),
    MessageKind.CREDENTIAL: (
        Words(
            "ログイン手段の追加のお知らせ",
            "新しいログイン手段が追加されました。ログイン手段の一覧は、ログインしてご確認ください。",
            "心当たりがない場合は、一覧から失効させ、すぐに窓口にお問い合わせください。",
        ),
        Words(
            "There is a new way to log in",
            "A new way to log in was added. Log in to see all that there are.",
            "If you did not add it, close it there and ask at the counter at once.",
        ),
    ),
}
STOP = (
    "今後この宛先へのメールを希望しない場合（ログインは不要です）：",
    "If you want no more mail at this address (no login needed):",
)


class Written(NamedTuple):
    """A mail as it is written: its subject and its paragraphs; those that are links stand alone."""

    subject: str
    paragraphs: list[str]


def letter(kind: MessageKind, language: MailLanguage, link: str, stop_link: str, day: date | None = None) -> Written:
    """The mail of a kind, in one language or in both; `day` is what a reminder names."""
    pairs = list(zip(LETTERS[kind], STOP, strict=True))
    chosen = {MailLanguage.JA: pairs[:1], MailLanguage.EN: pairs[1:], MailLanguage.BOTH: pairs}[language]
    paragraphs = [
        each for words, stop in chosen for each in (words.before.format(day=day), link, words.after, stop, stop_link)
    ]
    return Written(" / ".join(words.subject for words, _ in chosen), paragraphs)
