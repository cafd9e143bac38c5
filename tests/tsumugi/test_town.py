"""A town file is loaded whole or refused whole, each fault with its file, line and key."""

import re
import tomllib
from datetime import date

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from models.columns import table_of
from tests.house.source import ROOT
from tests.tsumugi.town_text import values, written
from tsumugi.demo.town import HOUSEHOLDS, make_town
from tsumugi.town.faults import MOST
from tsumugi.town.load import BATCH, Occupied, load
from tsumugi.town.read import read_town
from tsumugi.town.rows import SHELVES, Town, columns
from tsumugi.town.shape import FORMS

EVERY_KEY = ROOT / "tests/data/every_key.toml"
EXAMPLE = ROOT / "docs/examples/hanamachi.toml"
PAGE = ROOT / "docs/town.md"
TEXT = EVERY_KEY.read_text(encoding="utf-8")
GOOD_ID = "0000000000000000000000000"


@pytest.fixture
def faults_of(tmp_path):
    def read(text, *, as_bytes=False):
        path = tmp_path / "town.toml"
        path.write_bytes(text if as_bytes else text.encode("utf-8"))
        found = read_town(path)
        assert isinstance(found, list), "this file should be refused"
        assert {fault.file for fault in found} == {str(path)}
        return found

    return read


def broken(table, key, value, number=1):
    """The full town with one value of one table replaced (None leaves the key out), and the line where it stands."""
    start = -1
    for _ in range(number):
        start = TEXT.index(f"\n[[{table}]]\n", start + 1)
    found = re.compile(rf"^{key} = (?:\"\"\".*?\"\"\"|[^\n]*)$", re.MULTILINE | re.DOTALL).search(TEXT, start)
    head = TEXT[: found.start()]
    line = head.count("\n") + 1
    if value is None:
        return TEXT[: found.start()] + TEXT[found.end() + 1 :], TEXT[: start + 1].count("\n") + 1
    return f"{head}{key} = {value}{TEXT[found.end() :]}", line


def shown(fault):
    return fault.line, fault.key


async def count(store):
    async with store.owner.reading() as connection:
        sums = [select(func.count()).select_from(table_of(shelf.model)) for shelf in SHELVES]
        return [(await connection.execute(each)).scalar_one() for each in sums]


# what is right


@pytest.mark.parametrize("path", [EVERY_KEY, EXAMPLE], ids=lambda path: path.stem)
def test_an_example_is_read_without_a_fault(path):
    assert isinstance(read_town(path), Town)


def test_the_full_town_uses_every_table_and_every_key():
    document = tomllib.loads(TEXT)
    used = {name: {key for entry in document[name] for key in entry} for name in FORMS}

    assert used == {name: set(form.keys) for name, form in FORMS.items()}


def test_cards_and_clients_stand_beside_the_rows():
    town = read_town(EVERY_KEY)

    assert town.cards == {"mother": f"102016-R{GOOD_ID}1"}
    assert town.clients == {"clinic": f"102016-O{GOOD_ID}2", "nurse": f"102016-O{GOOD_ID}4"}


def test_the_municipality_of_the_file_is_ours():
    assert [each.is_ours for each in read_town(EVERY_KEY).municipalities] == [True]
    assert [each.code for each in make_town(families=HOUSEHOLDS).municipalities if each.is_ours] == ["102016"]


def test_a_town_written_out_and_read_again_is_the_same(tmp_path):
    path = tmp_path / "again.toml"
    path.write_text(written(read_town(EVERY_KEY)), encoding="utf-8")

    assert values(read_town(path)) == values(read_town(EVERY_KEY))


def test_windows_line_ends_change_neither_town_nor_lines(tmp_path, faults_of):
    text, line = broken("checkup", "kind", '"NEVER"')
    (tmp_path / "right.toml").write_bytes(TEXT.replace("\n", "\r\n").encode())

    assert isinstance(read_town(tmp_path / "right.toml"), Town)
    assert [shown(fault) for fault in faults_of(text.replace("\n", "\r\n"))] == [(line, "checkup.kind")]


# what is wrong with one value

WRONG = [
    ("municipality", "code", '"102015"', "check digit"),
    ("municipality", "code", "102016", "six digits"),
    ("municipality", "name", '""', "empty"),
    ("municipality", "name", '"  "', "empty"),
    ("municipality", "name", "7", "text in quotes"),
    ("municipality", "name", '"a\\u0000b"', "control character"),
    ("municipality", "name", f'"{"長" * 1001}"', "longer"),
    ("municipality", "valid_to", "1969-12-31", "before valid_from"),
    ("organisation", "kind", '"RESIDENT"', "no word"),
    ("organisation", "kind", '"clinic"', "CLINIC"),
    ("organisation", "kind", "3", "one word"),
    ("organisation", "municipality_code", '"102067"', "no [[municipality]]"),
    ("staff_member", "kind", '"CLINIC"', "no word"),
    ("staff_member", "organisation_id", f'"102016-O{GOOD_ID}9"', "no [[organisation]]"),
    ("staff_member", "client", '"Nurse"', "small letters"),
    ("staff_member", "client", '"../nurse"', "small letters"),
    ("staff_member", "client", '"clinic"', "already"),
    ("family", "id", f'"102016-R{GOOD_ID}9"', "kind letter R"),
    ("family", "id", f'"102015-F{GOOD_ID}9"', "no id"),
    ("family", "id", f'"102016-F{GOOD_ID}I"', "no id"),
    ("family", "id", '"102016-F1"', "no id"),
    ("family", "id", "1", "must be text"),
    ("family", "id", f'"102067-F{GOOD_ID}1"', "no [[municipality]]"),
    ("family", "address", '"番号 1234-5678-9018"', "Individual Number"),
    ("family", "phone", '"１２３４５６７８９０１８"', "Individual Number"),
    ("resident", "birth_date", "1899-12-31", "out of range"),
    ("resident", "birth_date", "2200-01-01", "out of range"),
    ("resident", "birth_date", "2026-11-24", "after the day of the town"),
    ("resident", "birth_date", '"1992-02-24"', "must be a date"),
    ("resident", "birth_date", "1992-02-24T00:00:00+09:00", "must be a date"),
    ("resident", "sex", '"female"', "FEMALE"),
    ("resident", "card", '"123456789018"', "a letter first"),
    ("resident", "card", '"a123456789018"', "name"),
    ("resident", "family_id", f'"102016-F{GOOD_ID}9"', "no [[family]]"),
    ("child", "resident_id", f'"102016-R{GOOD_ID}9"', "no [[resident]]"),
    ("child", "birth_date", "2023-09-22", "not that of the resident"),
    ("child", "died_on", "2023-09-22", "before"),
    ("child", "died_on", "2026-11-24", "after the day of the town"),
    ("guardianship", "kind", '"joint parental authority"', "no word"),
    ("guardianship", "valid_from", "2023-09-22", "before the child's birth_date"),
    ("guardianship", "valid_to", "2023-09-22", "before valid_from"),
    ("guardianship", "recorded_at", "2023-09-28T10:00:00", "offset"),
    ("guardianship", "recorded_at", "2023-09-28", "offset"),
    ("guardianship", "recorded_at", "2023-09-28T10:00:00.5+09:00", "whole seconds"),
    ("guardianship", "recorded_at", "0001-01-01T00:00:00+09:00", "out of range"),
    ("protection_measure", "counterparty_id", f'"102016-R{GOOD_ID}9"', "no [[resident]]"),
    ("protection_measure", "valid_to", "2026-06-30", "before valid_from"),
    ("grant", "grantee_id", f'"102016-O{GOOD_ID}9"', "no [[resident]] or [[organisation]]"),
    ("grant", "grantee_id", f'"102016-C{GOOD_ID}1"', "kind letter C"),
    ("grant", "field_groups", '"IDENTITY NOTHING"', "no word"),
    ("grant", "field_groups", '"IDENTITY  NOTICES"', "no word"),
    ("grant", "field_groups", '"IDENTITY IDENTITY"', "twice"),
    ("grant", "field_groups", '["IDENTITY"]', "must be text"),
    ("grant", "revoked_at", "2026-04-30T20:00:00+09:00", "before recorded_at"),
    ("care", "bond", '"MARRIED"', "PUPIL"),
    ("organisation", "client", '"anonymous"', "not anonymous"),
    ("checkup", "checked_on", "2023-09-22", "before the child's birth_date"),
    ("checkup", "checked_on", "2026-11-21", "after the child's died_on"),
    ("checkup", "weight_g", "4400.0", "whole number"),
    ("checkup", "weight_g", "true", "whole number"),
    ("checkup", "weight_g", "0", "is not between"),
    ("checkup", "weight_g", "99999999999999999999", "is not between"),
    ("checkup", "weight_g", "100000", "cannot be right at the age"),
    ("vaccination", "vaccine", '"HEPB3"', "RV1"),
    ("vaccination", "given_on", "2023-09-22", "before the child's birth_date"),
    ("vaccination", "municipality_code", '"072028"', "no [[municipality]]"),
    ("child", "due_on", "2024-09-23", "cannot be the expected day"),
    ("growth", "measured_on", "2023-09-22", "before the child's birth_date"),
    ("growth", "recorded_by_id", f'"102016-R{GOOD_ID}9"', "no [[resident]]"),
    ("rider", "registered_on", "1940-05-31", "before the resident's birth_date"),
    ("rider", "valid_to", "2026-01-09", "before registered_on"),
    ("ride", "boarded_at", "2026-11-24T00:00:00+09:00", "after the day of the town"),
    ("ride", "fare_yen", "100001", "is not between"),
    ("seat", "organisation_id", f'"102016-O{GOOD_ID}2"', "not that of the ride"),
    ("seat", "boarded_at", "2026-01-09T23:59:00+09:00", "before rider.registered_on"),
    ("seat", "boarded_at", "2026-11-01T00:00:00+09:00", "after the resident's died_on"),
    ("seat", "subsidy_yen", "-1", "is not between"),
    ("point_account", "opened_on", "1992-02-23", "before the resident's birth_date"),
    ("point_entry", "points", "-1", "wrong sign"),
    ("point_entry", "points", "0", "wrong sign"),
    ("point_entry", "posted_at", "2025-06-30T12:00:00+09:00", "before point_account.opened_on"),
    ("duty_doctor", "ends_minute", "539", "before starts_minute"),
    ("duty_doctor", "starts_minute", "1440", "is not between"),
]


@pytest.mark.parametrize(("table", "key", "value", "reason"), WRONG, ids=lambda each: str(each)[:30])
def test_a_wrong_value_is_told_with_its_line_and_key(faults_of, table, key, value, reason):
    text, line = broken(table, key, value)
    found = [fault for fault in faults_of(text) if shown(fault) == (line, f"{table}.{key}")]

    assert any(reason in fault.message for fault in found), found


WRONG_SECOND = [
    ("guardianship", "is_sealed", "1", "true or false"),
    ("guardianship", "replaces_id", f'"102016-L{GOOD_ID}9"', "no [[guardianship]] above it"),
    ("guardianship", "replaces_id", f'"102016-L{GOOD_ID}5"', "no [[guardianship]] above it"),
    ("protection_measure", "replaces_id", f'"102016-L{GOOD_ID}1"', "no [[protection_measure]] above it"),
    ("grant", "pregnancy_id", f'"102016-P{GOOD_ID}1"\nchild_id = "102016-C{GOOD_ID}1"', "either child_id"),
]


@pytest.mark.parametrize(("table", "key", "value", "reason"), WRONG_SECOND, ids=lambda each: str(each)[:30])
def test_a_wrong_value_of_a_second_entry_is_told_with_its_line_and_key(faults_of, table, key, value, reason):
    text, line = broken(table, key, value, number=2)
    found = [fault for fault in faults_of(text) if shown(fault) == (line, f"{table}.{key}")]

    assert any(reason in fault.message for fault in found), found


@pytest.mark.parametrize("table", ["family", "child", "vaccination", "ride", "point_entry"])
def test_what_the_graph_shows_has_an_id_of_this_city(faults_of, table):
    other = TEXT[TEXT.index("[[municipality]]") : TEXT.index("[[organisation]]")].replace("102016", "072028")
    text = TEXT.replace('code = "102016"', 'code = "072028"', 1).replace(
        "[[organisation]]", f"{other}[[organisation]]", 1
    )
    found = [fault.message for fault in faults_of(text) if fault.key == f"{table}.id"]

    assert any("begins with another code" in message for message in found)


def test_a_mark_at_the_beginning_of_a_file_is_no_fault(tmp_path):
    (tmp_path / "marked.toml").write_bytes(b"\xef\xbb\xbf" + TEXT.encode())

    assert isinstance(read_town(tmp_path / "marked.toml"), Town)


def test_what_belongs_together_is_given_together(faults_of):
    text, line = broken("pregnancy", "outcome", None)

    assert [shown(fault) for fault in faults_of(text)] == [(line, "pregnancy.outcome")]


@pytest.mark.parametrize(
    ("table", "key"),
    [(name, key.name) for name, form in FORMS.items() for key in form.keys.values() if key.is_required],
)
def test_a_missing_key_is_told_at_its_table(faults_of, table, key):
    text, line = broken(table, key, None)

    assert (line, f"{table}.{key}") in [shown(fault) for fault in faults_of(text)]


def test_what_need_not_be_given_may_be_left_out(tmp_path):
    optional = {key.name for form in FORMS.values() for key in form.keys.values()}
    optional -= {key.name for form in FORMS.values() for key in form.keys.values() if key.is_required}
    of_two = {"allergies", "child_id", "pregnancy_id", "vaccine", "product_text", "antigen", "condition"}
    document = [line for line in TEXT.splitlines() if line.partition(" = ")[0] not in optional - of_two]
    kept = "\n".join(document).replace("[[growth]]", "[[growth]]\nweight_g = 7000")
    (tmp_path / "bare.toml").write_text(kept, encoding="utf-8")

    assert isinstance(read_town(tmp_path / "bare.toml"), Town)


def test_no_message_repeats_an_individual_number(faults_of):
    for table, key in (("family", "address"), ("family", "id"), ("resident", "card"), ("resident", "sex")):
        text, _ = broken(table, key, '"123456789018"')
        assert "123456789018" not in str(faults_of(text))


# what is wrong with the file


def test_an_unknown_key_and_an_unknown_table_are_told(faults_of):
    text = TEXT.replace("[[ride]]\n", "[[ride]]\ntip_yen = 100\n") + "\n[[taxi]]\nname = 'x'\n"
    found = [fault.key for fault in faults_of(text)]

    assert found == ["ride.tip_yen", "taxi"]


def test_a_database_column_that_the_file_says_elsewhere_is_no_key(faults_of):
    for table, key in (("duty_doctor", "id"), ("municipality", "is_ours")):
        assert [each.key for each in faults_of(TEXT.replace(f"[[{table}]]", f"[[{table}]]\n{key} = 1"))] == [
            f"{table}.{key}"
        ]


@pytest.mark.parametrize("text", ["[resident]\nid = 1", "resident = 1", "resident = [1]"])
def test_a_table_in_another_form_is_told(faults_of, text):
    found = faults_of('code = "102016"\nas_of = 2026-11-23\n' + text)

    assert (3, "resident", "must be written as [[resident]]") in [fault[1:] for fault in found]


def test_the_keys_at_the_top_must_be_there_and_right(faults_of):
    assert [shown(fault) for fault in faults_of("")] == [(1, "as_of"), (1, "code")]
    found = faults_of('# comment\ncode = "102067"\nas_of = "today"\n')
    assert [shown(fault) for fault in found] == [(2, "code"), (3, "as_of")]


@pytest.mark.parametrize(
    ("text", "line", "key", "reason"),
    [
        ('code = "102016"\ncode = "102016"\n', 2, "code", "twice"),
        ("\n\nas_of = 2026-02-30\n", 3, "as_of", "no valid TOML"),
        ('code = "102016\nas_of = 1\n', 1, "code", "no valid TOML"),
        ("code =", 1, "code", "no valid TOML"),
        ("= 1", 1, "", "no valid TOML"),
        ("code = " + "[" * 100_000, 1, "", ""),
    ],
    ids=lambda each: str(each)[:20],
)
def test_a_file_that_is_no_toml_is_told_with_its_line(faults_of, text, line, key, reason):
    (fault,) = faults_of(text)

    assert (fault.line, fault.key) == (line, key)
    assert reason in fault.message


def test_a_file_that_cannot_be_read_is_told(tmp_path, faults_of):
    (fault,) = read_town(tmp_path / "nowhere.toml")

    assert "No such file" in fault.message
    assert str(fault).endswith("nowhere.toml:1: cannot be read: No such file or directory")
    assert "UTF-8" in faults_of(b"code = \xff", as_bytes=True)[0].message


def test_every_fault_is_told_at_once_up_to_fifty(faults_of):
    one, other = broken("growth", "weight_g", "1")[0], broken("ride", "fare_yen", "0")[0]
    both = one.replace("fare_yen = 1500", "fare_yen = 0")

    assert len(faults_of(other)) == 1
    assert [fault.key for fault in faults_of(both)] == ["growth.weight_g", "ride.fare_yen"]
    many = faults_of(TEXT + "[[family]]\n" * 100)
    assert len(many) == MOST
    assert many == sorted(many)


def test_a_fault_is_printed_as_file_line_key_and_message(faults_of):
    text, line = broken("child", "birth_date", "2027-01-05")
    fault = faults_of(text)[0]

    assert (
        str(fault)
        == f"{fault.file}:{line}: child.birth_date: 2027-01-05 is after the day of the town, as_of 2026-11-23"
    )


# what is wrong between entries


@pytest.mark.parametrize(
    ("table", "key", "twin"),
    [
        ("municipality", "code", {"name_en": '"Other"'}),
        ("family", "id", {"phone": '"000"'}),
        ("child", "resident_id", {"id": f'"102016-C{GOOD_ID}2"'}),
        ("rider", "resident_id", {"id": f'"102016-D{GOOD_ID}2"'}),
        ("point_account", "resident_id", {"id": f'"102016-A{GOOD_ID}2"'}),
        ("seat", "rider_id", {"id": f'"102016-S{GOOD_ID}2"'}),
    ],
)
def test_nothing_is_there_twice(faults_of, table, key, twin):
    entry = TEXT[TEXT.index(f"[[{table}]]") :].split("\n\n")[0]
    for name, value in twin.items():
        entry = re.sub(rf"^{name} = .*$", f"{name} = {value}", entry, flags=re.MULTILINE)
    found = faults_of(f"{TEXT}\n{entry}\n")

    assert [(fault.key, fault.message) for fault in found] == [
        (f"{table}.{key}", f"is there already, in [[{table}]] number 1")
    ]


def test_an_id_is_unique_across_tables(faults_of):
    text, line = broken("staff_member", "id", f'"102016-O{GOOD_ID}2"')

    assert (line, "staff_member.id") in [shown(fault) for fault in faults_of(text)]


def test_an_office_does_not_log_in(faults_of):
    text = TEXT.replace('name = "こども健康課"\n', 'name = "こども健康課"\nclient = "office"\n')

    assert [fault.key for fault in faults_of(text)] == ["organisation.client"]


def test_a_balance_is_never_below_zero_in_order_of_time(faults_of):
    text, line = broken("point_entry", "points", "-501", number=2)
    early, early_line = broken("point_entry", "posted_at", "2025-07-15T12:00:00+09:00", number=2)

    assert [shown(fault) for fault in faults_of(text)] == [(line, "point_entry.points")]
    assert [shown(fault) for fault in faults_of(early)] == [(early_line - 1, "point_entry.points")]


def test_a_growth_has_at_least_one_measure(faults_of):
    entry = TEXT[TEXT.index("[[growth]]") :].split("\n\n")[0]
    bare = re.sub(r"^(weight_g|height_mm|head_mm|chest_mm) = .*\n", "", entry, flags=re.MULTILINE)

    assert [fault.key for fault in faults_of(TEXT.replace(entry, bare))] == ["growth.weight_g"]


# into the database


async def test_every_row_of_a_town_file_is_written(store):
    town = read_town(EVERY_KEY)
    await load(town, store.owner)

    assert await count(store) == [len(rows) for _, rows in town.shelved()]


async def test_the_demo_town_is_written_in_bulk_and_not_row_by_row(store):
    town, bulks = make_town(families=HOUSEHOLDS), []
    event.listen(store.owner.engine.sync_engine, "before_cursor_execute", lambda *call: bulks.append(call[2]))
    await load(town, store.owner)

    assert sum(statement.startswith("INSERT") for statement in bulks) <= len(SHELVES)
    assert await count(store) == [len(rows) for _, rows in town.shelved()]


async def test_a_town_that_breaks_at_its_end_writes_nothing(store):
    town = read_town(EVERY_KEY)
    town.seats[0].ride_id = f"102016-T{GOOD_ID}9"
    with pytest.raises(IntegrityError):
        await load(town, store.owner)

    assert sum(await count(store)) == 0


async def test_a_database_keeps_one_town(store):
    town = read_town(EVERY_KEY)
    await load(town, store.owner)
    before = await count(store)
    with pytest.raises(Occupied):
        await load(read_town(EXAMPLE), store)

    assert await count(store) == before


async def test_a_town_larger_than_a_batch_is_written(store):
    town = read_town(EVERY_KEY)
    [entry, *_] = town.point_entries
    body = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    row = {column.key: getattr(entry, column.key) for column in columns(type(entry))}
    for number in range(BATCH + 1):
        digits = "".join(body[number >> shift & 31] for shift in (10, 5, 0))
        town.point_entries.append(type(entry)(**row | {"id": f"102016-E{'1' * 23}{digits}"}))
    await load(town, store.owner)

    assert sum(await count(store)) == sum(len(rows) for _, rows in town.shelved())


def test_a_demo_town_of_another_day_stands_on_that_day():
    assert make_town(families=HOUSEHOLDS, today=date(2027, 5, 1)).as_of == date(2027, 5, 1)
