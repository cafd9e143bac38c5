"""A town file: TOML written by hand, every id and value given; either the whole town or all that is wrong with it."""

import re
import tomllib
from pathlib import Path
from typing import Any

from tsumugi.town.draft import Draft, Entry
from tsumugi.town.faults import Faults, TownFault
from tsumugi.town.lines import lines_of
from tsumugi.town.references import check_references
from tsumugi.town.rows import Town
from tsumugi.town.sense import check_sense
from tsumugi.town.shape import FORMS, LOGINS, Kind
from tsumugi.town.values import enum_of

AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")
AT_END = " (at end of document)"
KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")


def read_town(path: Path) -> Town | list[TownFault]:
    """The town that a file describes, or its first 50 faults by line. The format: docs/town.md."""
    faults = Faults(path)
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors begin a file with a mark
    except OSError as why:
        faults.add(1, "", f"cannot be read: {why.strerror}")
        return faults.first()
    except UnicodeDecodeError:
        faults.add(1, "", "is not UTF-8 text")
        return faults.first()
    try:
        document = tomllib.loads(text)
        draft = Draft(path, lines_of(text))
    except tomllib.TOMLDecodeError as why:
        faults.add(*_syntax_fault(text, str(why)))
        return faults.first()
    except RecursionError:
        faults.add(1, "", "is nested too deeply; a town file has [[tables]] of plain values")
        return faults.first()
    draft.fill(document)
    check_references(draft)
    check_sense(draft)
    return draft.faults.first() or _town(draft)


def _syntax_fault(text: str, why: str) -> tuple[int, str, str]:
    """The line and key of a text that is no TOML; a key given twice is one of these faults."""
    lines = text.splitlines() or [""]
    found = AT_LINE.search(why)
    line = min(int(found.group(1)), len(lines)) if found else len(lines)
    key = KEY.match(lines[line - 1])
    reason = AT_LINE.sub("", why).removesuffix(AT_END)
    if reason == "Cannot overwrite a value":
        reason = "is there twice"
    return line, key.group(1) if key else "", f"no valid TOML: {reason}"


def _town(draft: Draft) -> Town:
    town = Town(draft.head["code"], draft.head["as_of"])
    for table, form in FORMS.items():
        rows: list[Any] = getattr(town, form.shelf.place)
        rows.extend(form.shelf.model(**_values(entry)) for entry in draft.entries[table])
    for municipality in town.municipalities:
        municipality.is_ours = municipality.code == town.code
    for entry, _key, name, id_ in draft.logins():
        (town.cards if entry.table == "resident" else town.clients)[name] = id_
    return town


def _values(entry: Entry) -> dict[str, Any]:
    form = FORMS[entry.table]
    login = LOGINS.get(entry.table)
    return {
        key: enum_of(form, key, value) if form.keys[key].kind is Kind.WORD else value
        for key, value in entry.values.items()
        if key != login
    }
