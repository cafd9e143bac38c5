"""Signatures of documents as this server checks them: with its anchors, its challenges and the real clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from auth import challenge, paying
from auth.credential import Authenticated
from auth.fault import Fault
from auth.login import CardReader
from auth.paying import Payment
from auth.ride_capability import Capabilities
from auth.signature import Presented, SignatureReader, Signed
from auth.tapping import LateTap, Shown, tapped, tapped_then
from models.statements import Within
from tsumugi.anchors import AnchorFolder
from tsumugi.clock import Clock
from tsumugi.log import Log


@dataclass(frozen=True)
class Signatures:
    """See auth/signature.py. The caller is told that a signature does not count; the log is told why."""

    reader: SignatureReader
    anchors: AnchorFolder
    now: Clock
    log: Log
    capabilities: Capabilities | None = None

    async def prepare(self) -> None:
        """Look for new revocation lists, before the transaction."""
        await self.anchors.trust()

    def tapped(self, certificate: str) -> Authenticated | Fault:
        """Whose card a device has read."""
        found = tapped(self.anchors.current, self.reader.peppers, certificate, self.now())
        if isinstance(found, Fault):
            self.log.event("tap_refused", code=found.value)
        return found

    def tapped_before(self, tap: LateTap, ago: timedelta) -> Shown | Fault:
        """Whose card a device had read so long ago."""
        now = self.now()
        found = tapped_then(self.anchors.current, self.reader.peppers, tap, now - ago, now)
        if isinstance(found, Fault):
            self.log.event("tap_refused", code=found.value)
        return found

    async def paid(self, session: AsyncSession, payment: Payment, answer: Mapping[str, str]) -> Authenticated | Fault:
        """Whose card answered at a till; its challenge is spent in the same transaction."""
        now, cards = self.now(), CardReader(self.reader.peppers, self.reader.origins)
        fault = await paying.spent(session, payment, now)
        found = fault or await paying.paid(cards, self.anchors.current, payment, answer, now)
        if isinstance(found, Fault):
            self.log.event("payment_refused", code=found.value)
        return found

    async def examined(self, session: AsyncSession, presented: Presented) -> Signed | Fault:
        """Whose signature it is; its challenge is spent in the same transaction."""
        now = self.now()
        nonce = await challenge.spent(Within(session), presented.nonce, now)
        current = self.anchors.current
        found = nonce if isinstance(nonce, Fault) else self.reader.examined(current, presented, now)
        if isinstance(found, Fault):
            self.log.event("signature_refused", code=found.value)
        return found
