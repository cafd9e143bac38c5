"""The shape of a town file: read off the models, printed as docs/town.md, and the same in both."""

import re

from models.columns import table_of
from tests.house.source import ROOT
from tsumugi.town.page import town_page
from tsumugi.town.rows import SHELVES
from tsumugi.town.shape import FORMS, LETTERS, LOGINS, NOT_YET, SAID_ONCE

PAGE = ROOT / "docs/town.md"


def test_a_table_is_loaded_after_the_tables_that_it_refers_to():
    order = [table_of(shelf.model) for shelf in SHELVES]
    for position, each in enumerate(order):
        referred = {foreign.column.table for foreign in each.foreign_keys} & set(order)
        assert referred <= {*order[:position], each}


def test_every_key_of_the_file_is_a_column_of_its_model_and_the_other_way_round():
    for name, form in FORMS.items():
        all_columns = {column.key for column in table_of(form.shelf.model).columns}
        numbered = {"id"} - form.keys.keys()
        said_once = {key for table, key in SAID_ONCE | NOT_YET if table == name}
        logins = {LOGINS[name]} if name in LOGINS else set()

        assert form.keys.keys() - logins == all_columns - numbered - said_once
        assert not numbered or name in {"municipality", "duty_doctor"}


def test_every_id_has_the_letter_of_its_table():
    assert LETTERS.keys() == FORMS.keys() - {"municipality", "duty_doctor"}


def documented():
    """Key, value, required, and words of each table of the page."""
    tables = re.split(r"^### \[\[(\w+)\]\]$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    row = re.compile(r"^\| `(\w+)` \| ([a-z ]+?)(?:, unique)? \| (yes|no) \| (.*?) ?\|$", re.MULTILINE)
    return {name: row.findall(text) for name, text in zip(tables[1::2], tables[2::2], strict=True)}


def test_the_page_is_printed_from_the_shape():
    assert PAGE.read_text(encoding="utf-8") == town_page()


def test_the_page_documents_every_table_and_key_as_it_is():
    expected = {
        name: [(key.name, key.kind.value, "yes" if key.is_required else "no") for key in form.keys.values()]
        for name, form in FORMS.items()
    }

    assert {name: [each[:3] for each in keys] for name, keys in documented().items()} == expected


def test_the_page_names_every_allowed_word():
    for name, keys in documented().items():
        for key, _, _, limits in keys:
            assert set(FORMS[name].keys[key].words) <= set(re.findall(r"`([A-Z0-9_]+)`", limits))
