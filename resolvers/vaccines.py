"""The catalogue of vaccines. Public, and read from no database."""

from resolvers.context import Context
from rules.immunisation import catalogue as tables
from rules.immunisation.catalogue import Catalogue

CATALOGUE = tables.catalogue()


async def catalogue(_context: Context) -> Catalogue:
    """Every product and series that the rules know."""
    return CATALOGUE
