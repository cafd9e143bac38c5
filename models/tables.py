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
    municipality,
    organisation,
    point,
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
    municipality,
    organisation,
    point,
    resident,
    ride,
    rider,
    vaccination,
)
METADATA = SQLModel.metadata
