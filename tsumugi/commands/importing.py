"""`tsumugi import`: tables that others publish, each file as a whole or not at all."""

from datetime import datetime
from pathlib import Path

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.growth import GrowthReference
from rules.growth.curves import edition_of
from rules.growth.survey import packed
from tsumugi.halt import Halt
from tsumugi.settings import Settings
from tsumugi.survey_file import SurveyFault, SurveyTable, read_survey
from tsumugi.transacting import transacted


def growth_reference(settings: Settings, path: Path, now: datetime) -> str:
    """Add the tables of a survey that are not there yet; every fault is told by line and column."""
    found = read_survey(path)
    faults = [each for each in found if isinstance(each, SurveyFault)]
    if faults:
        raise Halt("\n".join(f"{path}: {each}" for each in faults) + "\nNothing was imported.")
    tables = [each for each in found if isinstance(each, SurveyTable)]

    async def work(session: AsyncSession) -> list[SurveyTable]:
        made = [table for table in tables if not await _is_kept(session, table)]
        session.add_all([_row(table, now) for table in made])
        return made

    made = transacted(settings, work, serialised=True)
    return "\n".join(_told(table, is_new=table in made) for table in tables)


def _told(table: SurveyTable, *, is_new: bool) -> str:
    year, measure, sex = table.key
    what = f"{edition_of(year)} {measure.value} {sex.value}: {len(table.rows)} lines"
    return what if is_new else f"{what}, there already"


async def _is_kept(session: AsyncSession, table: SurveyTable) -> bool:
    """Whether what was imported last says the same."""
    year, measure, sex = table.key
    same = select(GrowthReference).where(
        col(GrowthReference.survey_year) == year,
        col(GrowthReference.measure) == measure,
        col(GrowthReference.sex) == sex,
    )
    last = (await session.exec(same.order_by(col(GrowthReference.id).desc()).limit(1))).first()
    return last is not None and (last.source, last.quality, last.lines) == _said(table)


def _said(table: SurveyTable) -> tuple[str, str, str]:
    return table.source, table.quality, packed(table.rows)


def _row(table: SurveyTable, now: datetime) -> GrowthReference:
    source, quality, lines = _said(table)
    return GrowthReference(
        survey_year=table.key.survey_year,
        measure=table.key.measure,
        sex=table.key.sex,
        source=source,
        quality=quality,
        lines=lines,
        imported_at=now,
    )
