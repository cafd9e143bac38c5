"""The folder of trust (TSUMUGI_ANCHORS): pinned authorities by purpose, read once; revocation lists, read as they come.

`user-authentication/*.pem` and `digital-signature/*.pem` are the authorities, `crl/*.crl` the lists in DER. A list that
does not hold is logged and passed over; one that is gone stays in force until its own end, and then logins are refused.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from time import monotonic

from cryptography import x509
from cryptography.x509.oid import NameOID

from auth import revocation
from auth.anchor import UNREADABLE, Anchor
from auth.fault import Fault
from auth.profile import Purpose
from auth.revocation import RevocationList
from auth.trust import Trust
from models.store import Store
from tsumugi.halt import Halt
from tsumugi.log import Log

LISTS = "crl"
LOOK_EVERY_S = 1.0
NOT_FOR_PRODUCTION = frozenset({"JPKI-DEMO", "JPKI-TEST"})  # our demo's authority; the test authority of the real one

Stamp = tuple[int, int, int]


def read_anchors(folder: Path, *, demo: bool) -> Mapping[Purpose, tuple[Anchor, ...]]:
    """The pinned authorities; raises Halt for a demo or test authority outside the demo, and for what is none."""
    anchors = {purpose: tuple(_anchors(folder / purpose.value)) for purpose in Purpose}
    if not anchors[Purpose.USER_AUTHENTICATION]:
        raise Halt(f"There is no authority in {folder / Purpose.USER_AUTHENTICATION.value}: nobody could log in.")
    if not demo and any(_is_for_play(anchor) for group in anchors.values() for anchor in group):
        raise Halt(f"An authority in {folder} is a demo's or a test's; only the demo may trust it.")
    return anchors


class AnchorFolder:
    """Watches the folder; `trust` is what a login asks."""

    def __init__(self, folder: Path, store: Store, log: Log, *, demo: bool) -> None:
        self._lists = folder / LISTS
        self._store = store
        self._log = log
        self._trust = Trust(read_anchors(folder, demo=demo))
        self._seen: dict[Path, Stamp] = {}
        self._looked_at = -LOOK_EVERY_S
        self._looking = asyncio.Lock()

    async def trust(self) -> Trust:
        """Whom we trust now; looks for new lists at most once a second."""
        if monotonic() - self._looked_at >= LOOK_EVERY_S:
            await self.refresh()
        return self._trust

    @property
    def current(self) -> Trust:
        """Whom we trusted at the last look: for those who hold a transaction, since taking a new list needs one."""
        return self._trust

    async def refresh(self) -> None:
        """Take the lists into force that are new since the last look."""
        async with self._looking:
            for path, stamp in self._stamps().items():
                if self._seen.get(path) != stamp:
                    await self._take(path)
                    self._seen[path] = stamp
            self._looked_at = monotonic()

    def _stamps(self) -> dict[Path, Stamp]:
        found = {path: path.stat() for path in sorted(self._lists.glob("*.crl"))}
        return {path: (stat.st_ino, stat.st_mtime_ns, stat.st_size) for path, stat in found.items()}

    async def _take(self, path: Path) -> None:
        anchors = [anchor for group in self._trust.anchors.values() for anchor in group]
        found = await asyncio.to_thread(lambda: revocation.read(path.read_bytes(), anchors))
        if isinstance(found, RevocationList):
            found = await self._admitted(found)
        if isinstance(found, Fault):
            self._log.event("revocation_list_refused", code=found.value)
        else:
            self._trust = Trust(self._trust.anchors, {**self._trust.lists, found.scope: found})

    async def _admitted(self, found: RevocationList) -> RevocationList | Fault:
        return await self._store.transact(lambda session: revocation.admitted(session, found), serialised=False)


def _anchors(folder: Path) -> list[Anchor]:
    anchors = []
    for path in sorted(folder.glob("*.pem")):
        try:
            anchors.append(Anchor.of(x509.load_pem_x509_certificate(path.read_bytes())))
        except UNREADABLE:
            raise Halt(f"The file {path} is not the certificate of an authority in PEM.") from None
    return anchors


def _is_for_play(anchor: Anchor) -> bool:
    named = anchor.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return any(attribute.value in NOT_FOR_PRODUCTION for attribute in named)
