"""Each field of each node, as each caller of the matrix, by each path, against the matrix itself."""

import csv
import logging
import sys

import pytest
from sqlalchemy import event, insert

from engine.mode import Plans
from models.columns import table_of
from models.tables import METADATA
from schema.node import NODES
from tests.asking import COUNTED, kept
from tests.sweep.asking import ROOTS, Asker
from tests.sweep.cases import made
from tests.sweep.matrix import DATA, FIELDS, MATRIX, TYPES
from tests.sweep.sweep import PLANTED, TEXT, Sweep

pytestmark = pytest.mark.usefixtures("unmeasured")


async def written(store, town):
    shelves = {table: [] for table in METADATA.sorted_tables}
    for row in kept(town.rows):
        table = table_of(type(row))
        values = {column.key: getattr(row, column.key) for column in table.columns}
        shelves[table].append({key: value for key, value in values.items() if key not in COUNTED or value is not None})
    async with store.owner.engine.begin() as connection:
        for table, values in shelves.items():
            if values:
                await connection.execute(insert(table), values)


def hurry(connection, _record):
    """Nobody pulls the plug: what the access log writes at each look need not reach the disk."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


@pytest.fixture
async def swept(fresh_store):
    town, store = made(), fresh_store
    if store.is_sqlite:
        event.listen(store.engine.sync_engine, "connect", hurry)
    await written(store, town)
    return town, Sweep(Asker(store))


def test_every_field_of_every_node_has_its_line():
    declared = {(node.name, name) for node in NODES.values() for name in node.fields}

    assert {(rule.type, rule.name) for rule in FIELDS} == declared


def test_the_matrix_has_30_callers_and_35_groups():
    with (DATA / "permission-field-groups.csv").open(encoding="utf-8") as file:
        groups = {row["field_group"] for row in csv.DictReader(file)}

    assert len(MATRIX) == 30
    assert groups == MATRIX["anonymous"].keys() - {"caller", "description", "basis"}
    assert len(groups) == 35


async def test_everybody_sees_exactly_what_the_matrix_says(swept, caplog, capsys, size):
    caplog.set_level(logging.INFO)
    town, sweep = swept
    sweep.asker.renew((Plans.ON, Plans.COMPARE)[size("paths in the sweep") - 1])
    cases = [caller.case for caller in town.callers]
    for caller, foreign in zip(town.callers, [*cases[1:], cases[0]], strict=True):
        await sweep.caller(caller, foreign, TYPES)
        for type_ in ROOTS:
            await sweep.listed(caller, type_, cases)
        await sweep.logged(caller, cases)
        await sweep.statistics(caller)

    with capsys.disabled():
        without = 30 * (35 - len({group for rule in FIELDS for group in rule.groups}))
        leaks, denials = (sum(each[0] == what for each in sweep.found) for what in ("leak", "over-denial"))
        told = f"{leaks} leaks, {denials} over-denials, {without} cells of the matrix without a field"
        sys.stdout.write(f"\n{sweep.tried.total()} combinations, {told}\n")
    assert sweep.found == [], "\n".join(map(str, sweep.found[:20]))
    assert sweep.tried.total() > 20_000
    assert [stray for caller in town.callers for stray in sweep.strays(caller, cases)] == []
    assert sweep.tried["planted text"] > len(PLANTED)
    assert "mark0" not in caplog.text + sweep.asker.log.getvalue() + "".join(sweep.asker.heads)
    assert '"suspect"' not in sweep.asker.log.getvalue()
    assert sweep.asker.log.getvalue().count('"event":"graphql"') == len(sweep.asker.heads) > 1_000


def test_every_planted_text_is_looked_for():
    texts = {value for row in made().rows for value in row.model_dump().values() if isinstance(value, str)}

    assert {end for text in texts for _, end in TEXT.findall(text)} == set(PLANTED)


async def test_no_byte_of_a_closed_case_reaches_those_who_see_nothing(swept):
    town, sweep = swept
    blind = [
        caller
        for caller in town.callers
        if not caller.rows or caller.rows[0] in {"anonymous", "restricted_counterparty", "parent_without_authority"}
    ]
    for caller in blind:
        await sweep.caller(caller, caller.case, TYPES)

    answers = b"".join(body for bodies in sweep.asker.bytes.values() for body in bodies)
    assert len(blind) > 10
    assert b"mark" not in answers
