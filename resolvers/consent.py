"""What is agreed to by applying for the record service today. Public."""

from resolvers.context import Context
from rules import service_consent
from rules.service_consent import Consent


async def in_force(context: Context) -> Consent:
    """The version that counts on the town's day."""
    return service_consent.in_force(context.today)
