"""Which table a measure is compared with, where the child stands in it, and the chart: for the fields of the graph.

One measure of one child is compared with one edition: of the national surveys that have this measure for this sex the
newest, of what was imported for it last; where there is none, the WHO standards. So a chart and the percentiles beside
it are of one piece; outside the ages of that edition nothing is said, and whoever wants another edition asks for it.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from models.growth import Measure
from models.resident import Sex
from rules.growth import who
from rules.growth.ages import Age, age
from rules.growth.ranks import Band, Rank
from rules.growth.survey import Survey, unpacked

NATIONAL = "JP-"  # and the year of the survey: JP-2023
PUBLISHED = "published"


class Table(NamedTuple):
    """The lines of one measure and sex in one edition, named. `quality`: how they came about, in the source's words."""

    edition: str
    source: str
    quality: str
    lines: who.Standard | Survey

    def rank(self, age_days: int, value: int) -> Rank | None:
        """See `lines`."""
        return self.lines.rank(age_days, value)

    @property
    def bands(self) -> tuple[Band, ...]:
        """The seven lines of a chart."""
        return self.lines.bands() if isinstance(self.lines, who.Standard) else self.lines.bands


class GrowthPercentile(NamedTuple):
    """One measure of one day among those of other children."""

    measure: Measure
    value: int
    edition: str
    age_days: int
    is_age_corrected: bool
    z: float | None
    percentile: float | None
    label: str


class GrowthPoint(NamedTuple):
    """One measure of one day on the child's own chart."""

    measured_on: date
    age_days: int
    is_age_corrected: bool
    value: int


class GrowthCurve(NamedTuple):
    """A chart of one measure."""

    measure: Measure
    edition: str
    source: str
    quality: str
    bands: Sequence[Band]
    points: Sequence[GrowthPoint]


def edition_of(survey_year: int) -> str:
    """The name of a national edition."""
    return f"{NATIONAL}{survey_year}"


def chosen(kept: Sequence[Any], measure: Measure, sex: Sex, edition: str | None) -> Table | None:
    """The table that a measure is compared with; `kept`: what was imported, of each survey in order of import."""
    found = [row for row in kept if row.measure is measure and row.sex is sex]
    if edition is not None:
        found = [row for row in found if edition_of(row.survey_year) == edition]
    if found:
        newest = max(row.survey_year for row in found)
        row = [each for each in found if each.survey_year == newest][-1]
        return Table(edition_of(newest), row.source, row.quality, unpacked(row.lines))
    standard = who.standard(measure, sex) if edition in {None, who.EDITION} else None
    return standard and Table(who.EDITION, who.SOURCE, PUBLISHED, standard)


def percentiles(_today: date, *inputs: Any, edition: str | None = None) -> list[GrowthPercentile]:
    """Of an entry: birth date, sex, expected day, day, the four measures, and what was imported."""
    birth_date, sex, due_on, day, *values, kept = inputs
    return list(_ranked(age(birth_date, due_on, day), sex, values, kept, edition))


def _ranked(
    at: Age, sex: Sex, values: Sequence[int | None], kept: Sequence[Any], edition: str | None
) -> Iterator[GrowthPercentile]:
    for measure, value in zip(Measure, values, strict=True):
        if value is None or (table := chosen(kept, measure, sex, edition)) is None:
            continue
        rank = table.rank(at.compared_days, value)
        if rank is not None:
            yield GrowthPercentile(
                measure, value, table.edition, at.compared_days, at.corrected_days is not None, *rank
            )


def curves(_today: date, *inputs: Any, edition: str | None = None) -> list[GrowthCurve]:
    """Of a child: birth date, sex, expected day, entries that stand, and what was imported."""
    return _charts("measured_on", inputs, edition)


def checkup_curves(_today: date, *inputs: Any, edition: str | None = None) -> list[GrowthCurve]:
    """The same of checkups in the place of entries."""
    return _charts("checked_on", inputs, edition)


def _charts(day: str, inputs: Sequence[Any], edition: str | None) -> list[GrowthCurve]:
    birth_date, sex, due_on, entries, kept = inputs
    measured = [(getattr(each, day), each) for each in entries]
    return [
        GrowthCurve(measure, *table[:3], table.bands, list(_points(birth_date, due_on, measured, measure)))
        for measure in Measure
        if (table := chosen(kept, measure, sex, edition)) is not None
    ]


def _points(
    birth_date: date, due_on: date | None, measured: Sequence[tuple[date, Any]], measure: Measure
) -> Iterator[GrowthPoint]:
    for day, entry in measured:
        value = getattr(entry, measure.value)
        if value is not None:
            at = age(birth_date, due_on, day)
            yield GrowthPoint(day, at.compared_days, at.corrected_days is not None, value)
