"""`tsumugi import growth-reference`: a survey's file as a whole or not at all, each fault by line and column."""

import asyncio

import pytest
from sqlalchemy import select

from models.columns import table_of
from models.growth import GrowthReference
from models.store import Store
from rules.growth.survey import unpacked
from tests.databases import as_application
from tsumugi.cli import main
from tsumugi.survey_file import COLUMNS, MOST_LINES

HEAD = ",".join(COLUMNS)
LINES = (  # invented
    "2023,weight,kg,male,birth,at birth,0,0,0,1.00,2.00,3.00,4.00,5.00,6.00,7.01,published,a survey",
    "2023,weight,kg,male,m1,a month,1,2,,2.0,3.0,4.0,5.0,6.0,7.0,8.0,published,a survey",
    "2023,weight,kg,male,m2,two months,2,12,,3,4,5,6,7,8,9,computed,a survey",
    "2010,chest_circumference,cm,female,m0,a month,0,1,,31.1,32,33,34,35,36,37,published,another",
)


@pytest.fixture
def town(database_url, tmp_path, monkeypatch):
    """An empty town's folder, with the database in the settings."""
    monkeypatch.setenv("TSUMUGI_DATA", str(tmp_path))
    url = as_application(database_url).replace("+aiosqlite", "").replace("+asyncpg", "")
    monkeypatch.setenv("TSUMUGI_DATABASE_URL", url)
    return database_url


@pytest.fixture
def put(tmp_path, capsys):
    """Import a text: exit code, output, error."""

    def imported(text):
        file = tmp_path / "survey.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        code = main(["import", "growth-reference", str(file)])
        told = capsys.readouterr()
        return code, told.out, told.err.replace(str(tmp_path), "")

    return imported


def file_of(*lines):
    return "\n".join([HEAD, *lines, ""])


def kept(url):
    async def read():
        store = Store(url)
        async with store.reading() as connection:
            rows = (await connection.execute(select(table_of(GrowthReference)).order_by("id"))).all()
        await store.close()
        return rows

    return asyncio.run(read())


def test_a_file_is_imported_and_a_second_time_it_is_there_already(town, put):
    first, second = put("\ufeff" + file_of(*LINES)), put(file_of(*LINES))
    rows = kept(town)

    assert first == (0, "JP-2023 weight_g male: 3 lines\nJP-2010 chest_mm female: 1 lines\n", "")
    assert second[1].count(", there already") == len(rows) == 2
    assert unpacked(rows[0].lines).bands[0][1:] == (1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_010)
    assert (rows[0].source, rows[0].quality) == ("a survey", "published; computed")


def test_a_corrected_file_adds_what_differs_and_changes_nothing(town, put):
    put(file_of(*LINES))
    put(file_of(LINES[0].replace("7.01", "7.02"), *LINES[1:]))
    rows = kept(town)

    assert [row.survey_year for row in rows] == [2023, 2010, 2023]
    assert [unpacked(row.lines).bands[0].p97 for row in rows] == [7_010, 370, 7_020]


BAD = {
    "a year": ("2023,w", "1066,w", "survey_year: is no whole number from 1900 to 2199"),
    "a measure": ("weight", "size", "measure: is not weight or height or head_circumference or chest_circumference"),
    "a unit": (",kg,", ",g,", "unit: is not kg"),
    "a sex": (",male,", ",boy,", "sex: is not female or male"),
    "no number": (",1.00,", ",one,", "p3: is no number"),
    "not finite": (",1.00,", ",NaN,", "p3: is not in whole grams"),
    "half a gram": (",1.00,", ",1.0005,", "p3: is not in whole grams"),
    "grams for kilograms": (",1.00,", ",1000,", "p3: is out of range: look at the unit"),
    "not rising": (",2.00,", ",3.00,", "p25: is not above the percentile before"),
    "a month": (",0,0,0,", ",x,0,0,", "age_months_min: is no whole number from 0 to 240"),
    "a band without an end": (",0,0,0,", ",1,1,,", "age_months_max: is not above age_months_min"),
    "an age": (",0,0,0,", ",0,0,-1,", "age_days: is no whole number from 0 to 7305"),
    "no source": (",a survey", ",", "source: is empty"),
    "a column more": (",a survey", ",a survey,", "has 19 columns instead of 18"),
}


@pytest.mark.parametrize(("old", "new", "told"), BAD.values(), ids=BAD)
def test_a_bad_line_is_named_by_line_and_column_and_nothing_is_imported(town, put, old, new, told):
    code, out, error = put(file_of(LINES[3], LINES[0].replace(old, new, 1), LINES[1]))

    assert (code, out) == (1, "")
    assert error.startswith("/survey.csv: line 3")
    assert told in error
    assert error.endswith("Nothing was imported.\n")
    assert kept(town) == []


def test_lines_out_of_order_are_told_where_they_stand(put):
    assert "line 3, age_months_min: is not older than the line before" in put(file_of(*LINES[1::-1]))[2]
    assert (
        "line 3, age_months_min: is not where the band before ends"
        in put(file_of(LINES[1], LINES[2].replace(",2,12,", ",3,12,")))[2]
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: the file holds no line of a table"),
        (HEAD, "line 1: the file holds no line of a table"),
        (HEAD.replace(",unit", ""), "line 1, unit: the columns are survey_year,"),
        (HEAD + ",extra", "line 1, extra: the columns are"),
        (b"\xff\xfe", "line 1: the file is not UTF-8 text"),
        (file_of('2023,"weight'), "line 2: is no line of CSV"),
        (file_of(*["x"] * (MOST_LINES + 1)), "line 2: has 1 columns instead of 18"),
        (file_of(*[""] * MOST_LINES, LINES[0]), f"line {MOST_LINES + 1}: a table has at most {MOST_LINES} lines"),
    ],
)
def test_what_is_no_table_is_told(put, text, told):
    assert told in put(text)[2]


def test_a_file_that_is_not_there_is_told(capsys, tmp_path):
    assert main(["import", "growth-reference", str(tmp_path / "none.csv")]) == 1
    assert "line 1: the file cannot be read: No such file" in capsys.readouterr().err


def test_without_a_database_nothing_is_made(put, monkeypatch, tmp_path):
    monkeypatch.setenv("TSUMUGI_DATA", str(tmp_path))
    told = put(file_of(*LINES))

    assert (told[0], told[2].startswith("There is no database at")) == (1, True)


def test_a_database_without_its_tables_is_told(put, monkeypatch, tmp_path):
    (tmp_path / "empty.db").touch()
    monkeypatch.setenv("TSUMUGI_DATABASE_URL", f"sqlite:///{tmp_path}/empty.db")

    assert "The database cannot be used" in put(file_of(*LINES))[2]
