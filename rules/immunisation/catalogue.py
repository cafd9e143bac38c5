"""The vaccines as a public catalogue: products, series, and where each figure was read."""

from datetime import date
from typing import NamedTuple

from models.immunisation import Antigen, Programme, VaccineKind
from models.resident import Sex
from models.vaccination import Vaccine
from rules.immunisation.products import PRODUCTS
from rules.immunisation.tables import COURSE_OF, RULES_VERSION, SERIES
from rules.immunisation.terms import Product, Series, Version
from rules.source import Source


class VaccineProduct(NamedTuple):
    """A product, the days on which it is in the programme and on sale, and the series to which its doses belong."""

    vaccine: Vaccine
    name: str
    kind: VaccineKind
    antigens: list[Antigen]
    series: list[str]
    routine_from: date | None
    routine_to: date | None
    sold_until: date | None
    sources: list[Source]


class SeriesRule(NamedTuple):
    """What the law said of a series from one day to another."""

    id: str
    effective_from: date | None
    effective_to: date | None
    sources: list[Source]


class VaccineSeries(NamedTuple):
    """Doses against one disease that belong together; for everybody born in the time told, or of one sex."""

    id: str
    name: str
    name_ja: str
    programme: Programme
    products: list[Vaccine]
    born_from: date | None
    born_to: date | None
    sex: Sex | None
    notes: list[str]
    rules: list[SeriesRule]


class Catalogue(NamedTuple):
    """All of them, and the version of the tables."""

    rules_version: str
    products: list[VaccineProduct]
    series: list[VaccineSeries]


def catalogue() -> Catalogue:
    """In the order of the tables."""
    products, series = map(_product, PRODUCTS.values()), map(_series, SERIES.values())
    return Catalogue(RULES_VERSION, list(products), list(series))


def _product(row: Product) -> VaccineProduct:
    return VaccineProduct(
        vaccine=row.vaccine,
        name=row.name,
        kind=row.kind,
        antigens=sorted(row.antigens),
        series=[series.id for series in COURSE_OF[row.vaccine].series if row.vaccine in series.products],
        routine_from=_known(row.routine_from),
        routine_to=_known(row.routine_to),
        sold_until=_known(row.sold_until),
        sources=list(row.sources),
    )


def _series(row: Series) -> VaccineSeries:
    return VaccineSeries(
        id=row.id,
        name=row.name,
        name_ja=row.name_ja,
        programme=row.programme,
        products=list(row.products),
        born_from=_known(row.cohort.first),
        born_to=_known(row.cohort.last),
        sex=row.sex,
        notes=list(row.notes),
        rules=[_rule(version) for version in row.versions],
    )


def _rule(version: Version) -> SeriesRule:
    return SeriesRule(version.id, _known(version.effective_from), _known(version.effective_to), list(version.sources))


def _known(day: date) -> date | None:
    """None for an end that no source tells."""
    return None if day in (date.min, date.max) else day
