"""`desk`: the register's desk and health staff at work in Hanamori, and what everybody then sees of a child."""

import itertools
import json
from datetime import UTC, datetime
from functools import cache

import pytest
from graphql import parse, validate
from sqlalchemy import select

from models.columns import table_of
from models.ids import Letter
from models.tables import METADATA
from schema.graph import known_to
from tests.hanamori import HOLDERS, NOW, child, dose, family, id_of

CHANGE = """__typename ... on RegisterChange { entryIds childIds isPreview effectiveOn changes { name about
  relationsBefore relationsAfter gains loses gainsWriting losesWriting } } ... on Refused { code field }"""
SHOWN = {  # group: the node that shows it, and a field of that group alone
    "ADDRESS_CONTACT": ("family", "Family", "address"),
    "IDENTITY": ("child", "Child", "name"),
    "ALLERGY_ALERT": ("child", "Child", "allergies"),
    "GROWTH_HOME": ("child", "Child", "growth { edges { node { id } } }"),
    "VACC_RECORDS": ("records", "Vaccination", "vaccine"),
    "VACC_PLACE": ("records", "Vaccination", "clinic"),
    "CHECKUP_BODY": ("records", "Checkup", "weightG"),
    "CHECKUP_FINDINGS": ("records", "Checkup", "findings"),
    "CHECKUP_DEVELOPMENT": ("records", "Checkup", "development"),
    "DENTAL": ("records", "Checkup", "dental"),
    "CHECKUP_PLACE": ("records", "Checkup", "venue"),
}
GROUPS = set(SHOWN)
RECORDS = {  # of each child, those that no clinic supplied: own rows are read whatever changes
    "aki": [dose("aki", 1), id_of(Letter.CHECKUP, "aki 1")],
    "haru": [dose("haru", 6), id_of(Letter.CHECKUP, "haru 2")],
    "fuyu": [dose("fuyu", 10)],
    "natsu": [dose("natsu", 8)],
    "yuki": [],
}
RESIDENTS_AND_OFFICES = [name for name, holder in HOLDERS.items() if not holder.kind.value.startswith("staff_")]


def document(deed):
    title = deed[0].upper() + deed[1:]
    return f"mutation ($input: {title}Input!) {{ done: {deed}(input: $input) {{ {CHANGE} }} }}"


@cache
def usable(kind):
    """What this kind of caller may ask for, by group."""
    known = known_to(kind)
    parts = {group: f"{{ ... on {type_} {{ {group}: {field} }} }}" for group, (_, type_, field) in SHOWN.items()}
    return {
        group: part for group, part in parts.items() if not validate(known, parse(f'{{ nodes(ids: ["x"]) {part} }}'))
    }


STATED = {"partner": "MOV:2026-1"}  # the others who are asked read nothing by duty
LOG = {"accessentry", "audittail", "audithead"}


class Desk:
    """Does deeds, each with a key of its own, and tells what came of it."""

    def __init__(self, act):
        self.act, self.numbers = act, itertools.count()

    clerk = HOLDERS["staff_registry"].id

    @staticmethod
    def at(day):
        """09:00 of a day in Tokyo."""
        return datetime(day.year, day.month, day.day, tzinfo=UTC)

    async def raw(self, deed, /, who="staff_registry", purpose="REG:2026-1", now=NOW, **given):
        defaults = {"evidence": "令和8年 審判書", "idempotencyKey": f"key-{next(self.numbers):05}"}
        return await self.act(who, document(deed), input=defaults | given, purpose=purpose, now=now)

    async def __call__(self, deed, /, **given):
        return (await self.raw(deed, **given)).data["done"]

    async def done(self, deed, /, **given):
        """The same, which must not be refused."""
        found = await self(deed, **given)
        assert found["__typename"] == "RegisterChange", found
        return found

    async def health(self, deed, /, **given):
        return await self(deed, who="staff_health", purpose="PRG:2026-1", **given)

    async def read(self, question, who="staff_registry", purpose="REG:2026-1", **variables):
        return (await self.act(who, question, purpose=purpose, **variables)).data

    async def rows(self, model):
        """Every row of a table as it stands."""
        table = table_of(model)
        async with self.act.store.owner.reading() as connection:
            return (await connection.execute(select(table).order_by(*table.primary_key))).all()

    async def everything(self):
        """All rows of all tables but the access log, which grows by every look."""
        found = {}
        async with self.act.store.owner.reading() as connection:
            for table in (table for table in METADATA.sorted_tables if table.name not in LOG):
                rows = await connection.execute(select(table).order_by(*table.primary_key))
                found[table.name] = rows.all()
        return found

    async def seen(self, who, name, home, now=NOW):
        """The field groups of a child and its family that somebody sees, of those that the graph shows today."""
        ids = {"family": [family(home)], "child": [child(name)], "records": RECORDS[name]}
        parts = usable(HOLDERS[who].kind)
        asked = [f"a{group}: nodes(ids: {json.dumps(ids[SHOWN[group][0]])}) {part}" for group, part in parts.items()]
        told = await self.act(who, f"{{ __typename {' '.join(asked)} }}", purpose=STATED.get(who), now=now)
        return GROUPS & set(_named(told.data))

    async def seen_by_all(self, name, home, now=NOW):
        names = {HOLDERS[who].id: who for who in RESIDENTS_AND_OFFICES}
        return {who: await self.seen(who, name, home, now) for who in names.values() if who != "anonymous"}


def _named(found):
    """The names under which anything is."""
    pairs = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for name, each in pairs:
        if each not in (None, []):
            yield name
            yield from _named(each)


@pytest.fixture
def desk(act):
    """The desk of a town that may be written."""
    return Desk(act)
