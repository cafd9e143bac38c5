"""Every table, so that `SQLModel.metadata` is complete wherever this is imported."""

from sqlmodel import SQLModel

from models import (
    access_log,
    alert,
    application,
    breakglass,
    checkup,
    child,
    claim,
    contest,
    credential,
    deed,
    detour,
    device,
    diary,
    duty_doctor,
    family,
    grant,
    growth,
    guardianship,
    immunity,
    invitation,
    ledger,
    life_event,
    link,
    mailbox,
    municipality,
    notice,
    organisation,
    outbox,
    point,
    point_order,
    pregnancy,
    pregnancy_checkup,
    questionnaire,
    record,
    reminder,
    resident,
    ride,
    rider,
    school_checkup,
    session,
    staff_account,
    vaccination,
)

__all__ = ["METADATA", "subjects"]

MODULES = (
    access_log,
    alert,
    application,
    breakglass,
    checkup,
    child,
    claim,
    contest,
    credential,
    deed,
    detour,
    device,
    diary,
    duty_doctor,
    family,
    grant,
    growth,
    guardianship,
    immunity,
    invitation,
    ledger,
    life_event,
    link,
    mailbox,
    municipality,
    notice,
    organisation,
    outbox,
    point,
    point_order,
    pregnancy,
    pregnancy_checkup,
    questionnaire,
    record,
    reminder,
    resident,
    ride,
    rider,
    school_checkup,
    session,
    staff_account,
    vaccination,
)
METADATA = SQLModel.metadata


def subjects() -> dict[str, type[SQLModel]]:
    """Every model whose rows are about somebody, by the name of its table."""
    models = {
        str(vars(each)["__table__"].name): each for each in SQLModel.__subclasses__() if "__table__" in vars(each)
    }
    return {name: model for name, model in models.items() if "subject" in vars(model)}
