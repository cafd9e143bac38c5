"""One value of a town file against its key: what the row keeps, or what is wrong."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple

import sqlalchemy as sa

from models.ids import is_municipality_code, parsed
from rules.individual_number import contains_individual_number
from tsumugi.town.rows import columns
from tsumugi.town.shape import Form, Key, Kind

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)
LONGEST = 1_000  # signs of a text
LOGIN_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")  # also the name of a file
NOBODY = "anonymous"  # `--as anonymous` asks without a login
LINE_SIGNS = "\n\t"


class Wrong(NamedTuple):
    """What is wrong with a value, in words that do not repeat free text."""

    message: str


def check(key: Key, raw: object) -> Any:
    """The value as given when it is right for its key (words stay words), else Wrong."""
    return CHECKS[key.kind](key, raw)


def enum_of(form: Form, key: str, word: str) -> Enum:
    """The enum member that a checked word names."""
    column = next(column for column in columns(form.shelf.model) if column.key == key)
    assert isinstance(column.type, sa.Enum)
    words: type[Enum] = column.type.enum_class  # type: ignore[assignment]
    return words[word]


def _id(key: Key, raw: object) -> Any:
    letters = " or ".join(key.letters)
    form = f"an id is <municipality code>-<{letters}><26 of 0-9 A-Z without I L O U>"
    if not isinstance(raw, str):
        return Wrong(f"must be text: {form}")
    parts = parsed(raw)
    if parts is None:
        return Wrong(f'"{_shown(raw)}" is no id: {form}, and the sixth digit of the code is its check digit')
    if parts.letter not in key.letters:
        return Wrong(f'"{raw}" has the kind letter {parts.letter}, here it is {letters}')
    return raw


def _code(_key: Key, raw: object) -> Any:
    if not isinstance(raw, str):
        return Wrong("must be text of six digits")
    if not is_municipality_code(raw):
        return Wrong(f'"{_shown(raw)}" is no municipality code: six digits, the last one the check digit of JIS X 0402')
    return raw


def _text(_key: Key, raw: object) -> Any:
    if not isinstance(raw, str):
        return Wrong("must be text in quotes")
    if not raw.strip():
        return Wrong("must not be empty; leave the key out where nothing is known")
    if len(raw) > LONGEST:
        return Wrong(f"is longer than {LONGEST} signs")
    if any(unicodedata.category(sign) == "Cc" and sign not in LINE_SIGNS for sign in raw):
        return Wrong("holds a control character")
    if contains_individual_number(raw):
        return Wrong("holds what may be an Individual Number (My Number); no record may contain one")
    return raw


def _whole(key: Key, raw: object) -> Any:
    if not isinstance(raw, int) or isinstance(raw, bool):
        return Wrong("must be a whole number without quotes")
    return raw if key.low <= raw <= key.high else Wrong(f"{raw} is not between {key.low} and {key.high}")


def _flag(_key: Key, raw: object) -> Any:
    return raw if isinstance(raw, bool) else Wrong("must be true or false without quotes")


def _date(_key: Key, raw: object) -> Any:
    if not isinstance(raw, date) or isinstance(raw, datetime):
        return Wrong("must be a date without quotes, as 2026-11-23")
    return raw if FIRST_DAY <= raw <= LAST_DAY else _too_far(raw)


def _moment(_key: Key, raw: object) -> Any:
    if not isinstance(raw, datetime) or raw.tzinfo is None:
        return Wrong("must be a date and time with its offset and without quotes, as 2026-11-23T09:00:00+09:00")
    if raw.microsecond:
        return Wrong("must be whole seconds")
    return raw if FIRST_DAY <= raw.date() <= LAST_DAY else _too_far(raw.date())


def _word(key: Key, raw: object) -> Any:
    if isinstance(raw, str) and raw in key.words:
        return raw
    found = f'"{_shown(raw)}" is no word of this key' if isinstance(raw, str) else "must be one word in quotes"
    return Wrong(f"{found}: {', '.join(key.words)}")


def _list_of_words(key: Key, raw: object) -> Any:
    if not isinstance(raw, str) or not raw:
        return Wrong("must be text: words separated by one space")
    words = raw.split(" ")
    unknown = [word for word in words if word not in key.words]
    if unknown:
        return Wrong(f'"{_shown(unknown[0])}" is no word of this key: {", ".join(key.words)}')
    return raw if len(set(words)) == len(words) else Wrong("names a word twice")


def _name(_key: Key, raw: object) -> Any:
    if isinstance(raw, str) and LOGIN_NAME.fullmatch(raw) and not contains_individual_number(raw) and raw != NOBODY:
        return raw
    return Wrong(f"must be a name of 1 to 40 signs: small letters, digits and hyphens, a letter first; not {NOBODY}")


def _too_far(day: date) -> Wrong:
    return Wrong(f"{day} is out of range: dates stand between {FIRST_DAY} and {LAST_DAY}")


def _shown(text: str) -> str:
    """A text that is no free text, short and without control characters; digits that could be a number are left out."""
    short = text[:40]
    return "..." if contains_individual_number(text) or not short.isprintable() else short


CHECKS: dict[Kind, Callable[[Key, object], Any]] = {
    Kind.ID: _id,
    Kind.CODE: _code,
    Kind.TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
    Kind.WORD: _word,
    Kind.WORDS: _list_of_words,
    Kind.NAME: _name,
    Kind.FLAG: _flag,
}
