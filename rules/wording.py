"""Words of a notice in both languages."""

from typing import NamedTuple


class Wording(NamedTuple):
    """A title and a text, Japanese and English."""

    title_ja: str
    title_en: str
    text_ja: str
    text_en: str
