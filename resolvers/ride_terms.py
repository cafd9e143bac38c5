"""The terms of the taxi subsidy. Public, and read from no database."""

from resolvers.context import Context
from rules.rides import TERMS, Terms


async def every_terms(_context: Context) -> list[Terms]:
    """Every version, the first one first."""
    return list(TERMS)
