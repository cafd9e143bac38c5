"""A message as a mail: text and HTML, a way to stop it, and an id that stays the same however often it is tried."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from auth.seal import Seal
from models.mailbox import MailLanguage
from models.outbox import MessageKind
from resolvers.outbox import Claimed
from rules.letters import Written, letter

STOP = "/mail/stop"
CONFIRM = "/mail/reminder"  # of this server, since whoever reads the mail has no card to log in with
PATHS = {
    MessageKind.INVITATION: "/invitation",
    MessageKind.EMERGENCY_LOOK: "/access-log",
    MessageKind.REMINDER: "/",
    MessageKind.CONFIRMATION: "/mailbox",
    MessageKind.NOTICE: "/notices",
    MessageKind.RECORD_RECEIVED: "/records",
    MessageKind.CREDENTIAL: "/credentials",
}
LANGUAGES = {MailLanguage.JA: "ja", MailLanguage.EN: "en", MailLanguage.BOTH: "ja, en"}


class Office(NamedTuple):
    """Who writes: the sender's address and name, where links lead, and where mail is stopped.

    `seal` closes an address, so that the link that stops mail says nothing and cannot be made up.
    """

    sender: str
    name: str
    link: str
    origin: str
    seal: Seal

    def written(self, message: Claimed, address: str, language: MailLanguage, now: datetime) -> EmailMessage:
        """The mail. Raises ValueError for an address that could add a header."""
        link = self._link(message)
        stop = f"{self.origin}{STOP}?t={self.seal.close(address)}"
        words = letter(message.kind, language, link, stop, message.day)
        mail = EmailMessage(policy=SMTP)
        mail["From"] = Address(self.name, addr_spec=self.sender)
        mail["To"] = Address(addr_spec=address)
        mail["Subject"] = words.subject
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = f"<{message.id}@{urlsplit(self.origin).hostname}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["List-Unsubscribe"] = f"<{stop}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
        # Base64 throughout: no line is ever too long, and no server has to know more than ASCII.
        mail.set_content("\n\n".join(words.paragraphs) + "\n", cte="base64")
        mail.add_alternative(_html(words, link, stop), subtype="html", cte="base64")
        mail["Content-Language"] = LANGUAGES[language]  # set earlier, it would go down with the text
        return mail

    def _link(self, message: Claimed) -> str:
        code = quote(message.secret or "")
        if message.kind is MessageKind.REMINDER_CONFIRMATION:
            return f"{self.origin}{CONFIRM}?t={code}"
        return self.link + PATHS[message.kind] + (f"#{code}" if code else "")


def _html(words: Written, *links: str) -> str:
    paragraphs = [
        f'<p><a href="{escape(each)}">{escape(each)}</a></p>' if each in links else f"<p>{escape(each)}</p>"
        for each in words.paragraphs
    ]
    return f"<!doctype html>\n<meta charset=utf-8>\n<title>{escape(words.subject)}</title>\n" + "\n".join(paragraphs)
