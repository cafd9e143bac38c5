"""Devices at the token endpoint: which organisation a machine acts for, within which scope, and with which key."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth import caller
from auth.caller import Acr, Holder
from auth.fault import Fault
from models.credential import ClientKey
from models.device import Device
from models.organisation import STAFF_KINDS, Organisation


async def holder(session: AsyncSession, client_id: str) -> Holder | Fault:
    """The organisation that this device acts for; its row is held, so that no login slips past a disabling."""
    row = (await session.exec(select(Device).where(col(Device.id) == client_id).with_for_update())).one_or_none()
    if row is None:
        return Fault.CLIENT_UNKNOWN
    if row.disabled_at is not None:
        return Fault.DEVICE_DISABLED
    organisation = await session.get_one(Organisation, row.organisation_id)
    if organisation.kind in STAFF_KINDS:
        return Fault.CLIENT_UNKNOWN
    return Holder(organisation.id, organisation.kind, Acr.KEY, caller.Device(row.id, frozenset(row.scope.split(" "))))


async def fault(
    session: AsyncSession, device: caller.Device | None, key_thumbprint: str | None, now: datetime
) -> Fault | None:
    """What else is asked of a device: that it holds its own key. When it was last seen is written down."""
    if device is None:
        return None
    if key_thumbprint is None:
        return Fault.DPOP_MISSING
    if await session.get(ClientKey, (device.id, key_thumbprint)) is None:
        return Fault.DPOP_OTHER_KEY
    row = await session.get_one(Device, device.id)
    row.last_seen_at = now
    session.add(row)
    return None
