"""`tsumugi import duty-doctors`: a list is kept as a whole, or every fault is told by line and column."""

import csv
import io
import sqlite3

import pytest

from tsumugi.cli import main

LINE = {
    "municipality_code": "102016",
    "duty_date": "2026-11-29",
    "start_time": "09:00",
    "end_time": "18:00",
    "slot": "day",
    "facility_id": "1010000000",
    "name": "糸車医院",
    "name_kana": "いとぐるまいいん",
    "departments": "内科;小児科",
    "address": "花守市糸車町1",
    "lat": "36.389",
    "lon": "139.063",
    "tel": "0270000001",
    "reception_note": "",
    "source_url": "https://duty.example/2026",
    "published_at": "2026-10-01T09:00:00+09:00",
    "valid_revision": "1",
    "status": "confirmed",
}
NIGHT = {"slot": "night", "start_time": "20:00", "end_time": "27:00", "name": "夜間急病所"}
HEAD = list(LINE)
NUMBER = "123456789018"  # passes the check of an Individual Number; nobody's


def listed(*changes, head=HEAD):
    """A list with one line for each of the changes to the usual one."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([(LINE | change)[name] for name in head] for change in changes)
    return text.getvalue()


@pytest.fixture
def town(sqlite_template, tmp_path, monkeypatch):
    """The file of a database with one municipality."""
    path = tmp_path / "town.db"
    path.write_bytes(sqlite_template.read_bytes())
    with sqlite3.connect(path) as connection:
        connection.execute(
            "INSERT INTO municipality (code, name, name_kana, name_en, prefecture, valid_from, is_ours)"
            " VALUES ('102016', 'm', 'm', 'm', 'm', '2000-01-01', 1)"
        )
    connection.close()
    monkeypatch.setenv("TSUMUGI_ENV", "demo")
    monkeypatch.setenv("TSUMUGI_DATA", str(tmp_path))
    monkeypatch.setenv("TSUMUGI_DATABASE_URL", f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
def publish(town, tmp_path, capsys):
    """`publish(text, *options)`: exit code, output, and what went wrong without the name of the file."""

    def command(text, *options):
        file = tmp_path / "list.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        status = main(["import", "duty-doctors", str(file), *options])
        printed = capsys.readouterr()
        return status, printed.out.strip(), printed.err.replace(f"{file}:", "").splitlines()

    return command


def kept(town):
    with sqlite3.connect(town) as connection:
        rows = connection.execute(
            "SELECT duty_date, slot, revision, name, ends_minute FROM dutydoctor ORDER BY 1, 2, 3, 4"
        )
        found = rows.fetchall()
    connection.close()
    return found


def test_a_list_is_imported_with_a_night_past_midnight(publish, town):
    status, out, err = publish(listed({}, NIGHT))

    assert (status, out, err) == (0, "2 duties imported, 0 were there already.", [])
    assert kept(town) == [
        ("2026-11-29", "DAY", 1, "糸車医院", 1080),
        ("2026-11-29", "NIGHT", 1, "夜間急病所", 1620),
    ]


def test_the_same_list_again_changes_nothing(publish, town):
    publish(listed({}, NIGHT))

    assert publish(listed(NIGHT, {}))[1] == "0 duties imported, 2 were there already."
    assert len(kept(town)) == 2


def test_columns_stand_in_any_order_and_a_byte_order_mark_is_none_of_them(publish):
    text = b"\xef\xbb\xbf" + listed({}, head=HEAD[::-1]).encode()

    assert publish(text)[0] == 0


def test_doctors_who_swap_are_told_by_a_later_revision_and_the_earlier_stays(publish, town):
    publish(listed({}))
    publish(listed({"name": "機織医院", "valid_revision": "2", "status": "changed"}))

    assert [(revision, name) for _, _, revision, name, _ in kept(town)] == [(1, "糸車医院"), (2, "機織医院")]


REVISED = {
    "the same revision with another content": ({"tel": "0270000009"}, "1 is there with another content"),
    "the same revision with a facility more": ({"name": "機織医院"}, "1 is there with another content"),
}


@pytest.mark.parametrize(("change", "said"), REVISED.values(), ids=REVISED)
def test_what_was_published_is_not_changed_under_the_same_revision(publish, town, change, said):
    publish(listed({}))

    status, _, err = publish(listed(change))

    assert (status, len(kept(town))) == (1, 1)
    assert err == [f"2: valid_revision: {said}: raise it for the whole slot", "Nothing was imported."]


def test_a_list_older_than_the_one_that_is_there_is_refused(publish):
    publish(listed({"valid_revision": "3"}))

    assert publish(listed({"valid_revision": "2"}))[2][0] == "2: valid_revision: 2 is older than 3, which is there"


BAD = {  # column, cell, what is said
    "a code of another country": ("municipality_code", "102015", "must be six digits"),
    "another city": ("municipality_code", "102067", "is no municipality of this server"),
    "no such day": ("duty_date", "2026-02-30", "must be a date"),
    "a day long ago": ("duty_date", "1999-12-26", "must lie between"),
    "an ordinary day": ("duty_date", "2026-11-24", "is no Sunday, holiday"),
    "no time": ("start_time", "9:00", "must be a time"),
    "a start past midnight": ("start_time", "24:00", "must be before 24:00"),
    "61 minutes": ("end_time", "18:61", "must be a time"),
    "two days": ("end_time", "48:01", "must be a time"),
    "before it starts": ("end_time", "08:59", "is not after start_time"),
    "another slot": ("slot", "evening", "must be one of day, night"),
    "nine digits": ("facility_id", "101000000", "must be the ten digits"),
    "no name": ("name", "", "is empty"),
    "a long name": ("name", "糸" * 201, "is longer than 200"),
    "a line break": ("address", "花守市\n1", "line break"),
    "a number": ("reception_note", NUMBER, "Individual Number"),
    "a blank department": ("departments", "内科;;小児科", "with a semicolon between"),
    "a department twice": ("departments", "内科;内科", "each once"),
    "abroad": ("lat", "51.5", "must be degrees between 20 and 46"),
    "no degrees": ("lon", "east", "must be degrees between 122 and 154"),
    "half a place": ("lon", "", "lat and lon are given together"),
    "hyphens": ("tel", "027-000-0001", "without hyphens"),
    "no address": ("source_url", "duty.example", "must be an address"),
    "a broken address": ("source_url", "https://[", "must be an address"),
    "a moment without its offset": ("published_at", "2026-10-01T09:00:00", "with its offset"),
    "no moment": ("published_at", "October", "must be a moment"),
    "published tomorrow": ("published_at", "2199-01-01T09:00:00+09:00", "is in the future"),
    "revision 0": ("valid_revision", "0", "must be a whole number"),
    "revision 10000000": ("valid_revision", "10000000", "must be a whole number"),
    "another word": ("status", "perhaps", "must be one of confirmed, changed, cancelled"),
}


@pytest.mark.parametrize(("column", "cell", "said"), BAD.values(), ids=BAD)
def test_a_bad_cell_is_told_by_line_and_column_and_nothing_is_imported(publish, town, column, cell, said):
    status, out, err = publish(listed({}, NIGHT | {column: cell} if column != "duty_date" else {column: cell}))

    assert (status, out, kept(town)) == (1, "", [])
    assert [fault for fault in err if fault.startswith(f"3: {column}: ") and said in fault], err
    assert err[-1] == "Nothing was imported."
    assert NUMBER not in "".join(err)


FILES = {
    "nothing": (b"", "1: municipality_code: is missing"),
    "a head alone": (listed(), "1: the list has no lines"),
    "a column too many": (listed({}).replace("status", "status,fee", 1), "1: fee: is no column of this file"),
    "a column twice": (listed({}).replace("status", "tel", 1), "1: tel: is there twice"),
    "a cell too few": (listed({}).rsplit(",", 1)[0], "2: has 17 cells, the head has 18"),
    "an open quote": (listed({}) + '"', "3: is no CSV"),
    "another encoding": (listed({}).encode("cp932"), "2: is not UTF-8"),
    "a line twice": (listed({}, {}), "3: name: is in line 2 already"),
    "too large": (b"x" * 5_000_001, "1: the file is larger"),
}


@pytest.mark.parametrize(("text", "said"), FILES.values(), ids=FILES)
def test_a_file_that_is_no_list_is_told_so(publish, town, text, said):
    status, _, err = publish(text)

    assert (status, kept(town)) == (1, [])
    assert any(fault.startswith(said) for fault in err), err


def test_days_of_the_municipality_are_imported_when_they_are_meant(publish, town):
    assert publish(listed({"duty_date": "2026-08-13"}), "--extra-days")[0] == 0
    assert kept(town)[0][0] == "2026-08-13"


def test_a_night_duty_stands_on_any_day(publish):
    assert publish(listed(NIGHT | {"duty_date": "2026-11-24"}))[0] == 0


def test_a_file_that_is_not_there_is_one_sentence(town, capsys):
    assert main(["import", "duty-doctors", "nowhere.csv"]) == 1
    assert capsys.readouterr().err == "nowhere.csv cannot be read.\n"


def test_a_database_that_is_not_there_is_one_sentence(publish, town):
    town.unlink()

    assert publish(listed({}))[2][0].startswith("There is no database at")
