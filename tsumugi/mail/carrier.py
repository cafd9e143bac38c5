"""Carries mails to the city's mail server over SMTP, and says of each what became of it."""

import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from email.message import EmailMessage
from enum import Enum
from types import TracebackType
from typing import NamedTuple, Self

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)

FOR_GOOD = 500  # RFC 5321, 4.2.1: the same again will fail again


class Relay(NamedTuple):
    """The mail server. `is_tls`: TLS from the first byte; `is_starttls`: it must be turned on before anything else."""

    host: str
    port: int
    is_tls: bool
    is_starttls: bool
    username: str | None
    password: str | None
    timeout_s: int
    trusted: ssl.SSLContext | None


class Fate(Enum):
    """What became of one mail."""

    SENT = "the server said that it has it"
    AGAIN = "the server will not have it now"
    REFUSED = "the server will never have it"
    AWAY = "no server; the mail was not handed over"
    UNCERTAIN = "handed over, and no answer came"
    TAKEN = "it was ours no more"


class Carrier:
    """One connection for a batch of mails, opened when the first is carried, and again after it broke."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._smtp: SMTP | None = None

    async def __aenter__(self) -> Self:
        """See class."""
        return self

    async def __aexit__(self, _kind: type[BaseException] | None, _why: object, _trace: TracebackType | None) -> None:
        """Say goodbye, if somebody still listens."""
        if self._smtp is not None and self._smtp.is_connected:
            with suppress(SMTPException, OSError):
                await self._smtp.quit()

    async def carry(self, mail: EmailMessage, sender: str, hand_over: Callable[[], Awaitable[bool]]) -> Fate:
        """Bring one mail to the server. `hand_over` is asked last before its text goes out, and may say no."""
        try:
            smtp = await self._opened()
        except (SMTPException, OSError):
            return self._dropped(Fate.AWAY)
        refusal = await self._announced(smtp, sender, mail["To"].addresses[0].addr_spec)
        if refusal is not None:
            return refusal
        if not await hand_over():
            await self._reset(smtp)
            return Fate.TAKEN
        try:
            await smtp.data(mail.as_bytes())
        except SMTPDataError as why:
            return await self._refused(smtp, why)
        except (SMTPException, OSError):
            return self._dropped(Fate.UNCERTAIN)
        return Fate.SENT

    async def _announced(self, smtp: SMTP, sender: str, recipient: str) -> Fate | None:
        """From whom to whom; None when the server waits for the text."""
        try:
            await smtp.mail(sender)
            await smtp.rcpt(recipient)
        except SMTPRecipientRefused as why:
            return await self._refused(smtp, why)
        except SMTPResponseException:  # of the sender: it is our fault or the server's, and no recipient's
            await self._reset(smtp)
            return Fate.AGAIN
        except (SMTPException, OSError):
            return self._dropped(Fate.AWAY)
        return None

    async def _opened(self) -> SMTP:
        if self._smtp is None or not self._smtp.is_connected:
            relay = self._relay
            self._smtp = SMTP(
                hostname=relay.host,
                port=relay.port,
                username=relay.username,
                password=relay.password,
                local_hostname="localhost",  # the machine's own name is nobody's business
                timeout=relay.timeout_s,
                use_tls=relay.is_tls,
                start_tls=relay.is_starttls,
                tls_context=relay.trusted,
            )
            await self._smtp.connect()
        return self._smtp

    async def _refused(self, smtp: SMTP, why: SMTPResponseException) -> Fate:
        await self._reset(smtp)
        return Fate.REFUSED if why.code >= FOR_GOOD else Fate.AGAIN

    async def _reset(self, smtp: SMTP) -> None:
        """Forget the mail that was begun; a server that will not is left."""
        try:
            await smtp.rset()
        except (SMTPException, OSError):
            self._dropped(Fate.AWAY)

    def _dropped(self, fate: Fate) -> Fate:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None
        return fate
