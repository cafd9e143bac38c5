"""Deed: a tablet gets the capability with which it goes on without a network; and what a capability is worth later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import orjson
import strawberry

from auth.fault import Fault
from auth.ride_capability import Capability, tablet_key
from models.ids import Letter
from models.refusal import RefusalCode, Refused
from resolvers.deed import Task
from rules.ride_sync import CAPABILITY_LASTS


@dataclass(kw_only=True)
class IssueRideCapability:
    """For the tablet that asks; it may ask again whenever it has a network."""

    idempotency_key: strawberry.ID


class Issued(NamedTuple):
    """The signed letter, and its time."""

    capability: str
    valid_from: datetime
    valid_to: datetime
    looks: Sequence[tuple[str, str]] = ()

    def packed(self) -> str:
        """As JSON text."""
        return orjson.dumps([*self[:3]]).decode()

    @classmethod
    def unpacked(cls, text: str) -> "Issued":
        """Back from the text."""
        capability, first, last = orjson.loads(text)
        return cls(capability, datetime.fromisoformat(first), datetime.fromisoformat(last))


async def issue(task: Task, given: IssueRideCapability) -> Issued | Refused:  # noqa: ARG001 - the frame says so
    """The capability, in which nobody who rides is named; or why this is no tablet that may have one."""
    signing, device = task.context.signing, task.context.caller.holder.device
    if signing is None or signing.capabilities is None or device is None:
        return Refused(RefusalCode.NOT_PERMITTED)
    key = await _key(task, device.id)
    if isinstance(key, Refused):
        return key
    first = task.context.now.replace(microsecond=0)
    found = Capability(task.new_id(Letter.LOG), device.id, key, first, first + CAPABILITY_LASTS)
    return Issued(signing.capabilities.written(found), found.valid_from, found.valid_to)


async def shown(task: Task, text: str) -> Capability | Refused:
    """The capability in a letter, if this tablet got it and still has the key that it is bound to."""
    signing, device = task.context.signing, task.context.caller.holder.device
    if signing is None or signing.capabilities is None or device is None:
        return Refused(RefusalCode.NOT_PERMITTED)
    key = await _key(task, device.id)
    if isinstance(key, Refused):
        return key
    found = signing.capabilities.read(text)
    is_own = isinstance(found, Capability) and (found.device_id, found.key_thumbprint) == (device.id, key)
    return found if is_own and isinstance(found, Capability) else Refused(RefusalCode.CAPABILITY_INVALID, "capability")


async def _key(task: Task, device_id: str) -> str | Refused:
    found = await tablet_key(task.session, device_id)
    if found is Fault.DEVICE_DISABLED:
        return Refused(RefusalCode.TABLET_DISABLED)
    return Refused(RefusalCode.NOT_PERMITTED) if isinstance(found, Fault) else found
