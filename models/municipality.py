"""A municipality: its code, its names, and when the code was in force (codes change by merger)."""

from datetime import date

from sqlmodel import Field, SQLModel


class Municipality(SQLModel, table=True):
    """One row a code of JIS X 0402.

    `is_ours` marks the one whose server this is; a town file says it once, at its top.
    """

    code: str = Field(primary_key=True, max_length=6)
    name: str
    name_kana: str
    name_en: str
    prefecture: str
    valid_from: date
    valid_to: date | None = None
    is_ours: bool = False
