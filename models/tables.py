"""Every table, so that `SQLModel.metadata` is complete wherever this is imported."""

from sqlmodel import SQLModel

from models import (
    checkup,
    child,
    credential,
    deed,
    duty_doctor,
    family,
    grant,
    growth,
    guardianship,
    invitation,
    life_event,
    municipality,
    organisation,
    outbox,
    point,
    pregnancy,
    resident,
    ride,
    rider,
    vaccination,
)

__all__ = ["METADATA"]

MODULES = (
    checkup,
    child,
    credential,
    deed,
    duty_doctor,
    family,
    grant,
    growth,
    guardianship,
    invitation,
    life_event,
    municipality,
    organisation,
    outbox,
    point,
    pregnancy,
    resident,
    ride,
    rider,
    vaccination,
)
METADATA = SQLModel.metadata
