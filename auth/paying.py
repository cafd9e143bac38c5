"""A payment with the card and its PIN: the card answers a challenge together with where it pays, and how much.

What it signs is as long as a nonce of Web eID may be, and no nonce of a login, which has no full stop: an answer at a
till lets nobody in, and a login pays nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlmodel.ext.asyncio.session import AsyncSession

from auth import challenge, webeid
from auth.credential import Authenticated
from auth.fault import Fault
from auth.login import CardReader
from auth.trust import Trust
from models.credential import ClientKey
from models.statements import Within


class Payment(NamedTuple):
    """A challenge, for so many points at one terminal of one shop."""

    nonce: str
    shop_id: str
    terminal_id: str
    points: int

    @property
    def said(self) -> str:
        """What the card signs in place of a nonce."""
        return ".".join((self.nonce, self.shop_id, self.terminal_id, str(self.points)))


async def spent(session: AsyncSession, payment: Payment, now: datetime) -> Fault | None:
    """Take the challenge, for the terminal that asked for it, if one showed its key; it is gone in any case."""
    found = await challenge.spent(Within(session), payment.nonce, now)
    if isinstance(found, Fault):
        return found
    if found.key_thumbprint is None:
        return None
    own = await session.get(ClientKey, (payment.terminal_id, found.key_thumbprint))
    return Fault.DPOP_OTHER_KEY if own is None else None


async def paid(
    reader: CardReader, trust: Trust, payment: Payment, answer: Mapping[str, str], now: datetime
) -> Authenticated | Fault:
    """Whose card answered. The challenge must be spent before."""
    token = webeid.presented(answer)
    return token if isinstance(token, Fault) else await reader.proved(trust, token, payment.said, now)
