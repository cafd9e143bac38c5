"""Places in listings: a good cursor of every caller at every row, and bad ones of all kinds."""

import json
from collections import defaultdict
from dataclasses import dataclass
from random import Random

from sqlalchemy import null, select

from auth.caller import Holder
from resolvers.cursor import PAGE_LIMIT, Cursors
from resolvers.statements import _rows
from schema.declare import What
from schema.faces import camel
from schema.node import NODES, ROOTS
from tests.asking import CURSOR_KEY
from tests.differential.askers import SEEING
from tests.differential.paths import Paths, question, seen
from tests.hanamori import HOLDERS

IDS = "query ($i: [ID!]!) { nodes(ids: $i) { id } }"
BROKEN = ("", "nothing", "é", "a" * 44, "====", "0")
LISTINGS = {  # by type and field, as an operation names them
    (owner, camel(each.name)): each.listing
    for owner, fields in [*((node.name, node.fields) for node in NODES.values()), *ROOTS.items()]
    for each in fields.values()
    if each.what in {What.PAGE, What.LISTED}
}


@dataclass
class Places:
    """By listing and parent, the values of the order's keys of each row; all ids, and by asker those that it sees."""

    rows: dict
    ids: list
    seen: dict

    @classmethod
    async def of(cls, store):
        """All that there are in this town, whoever may see them."""
        found, ids = {}, set()
        async with store.owner.reading() as connection:
            for listing in LISTINGS.values():
                found[listing.name] = defaultdict(list)
                key = listing.source.key
                above = null() if listing.via is None else listing.via
                table = key.table if listing.via is None else _rows(listing)
                places = [column.label(f"place{at}") for at, column in enumerate(listing.order)]
                every = select(above.label("parent"), key.label("key"), *places).select_from(table)
                for parent, id_, *position in await connection.execute(every):
                    found[listing.name][parent].append(tuple(position))
                    ids |= {parent, id_}
        every = sorted(ids - {None})
        return cls(found, every, await _seen(store, every))

    def cursor(self, chance: Random, holder: Holder, place, parent):
        """Of a row of this listing below this parent; now and then somebody else's, elsewhere's, or broken."""
        luck = chance.random()
        if luck < 0.05:
            return chance.choice(BROKEN)
        if luck < 0.1:
            holder = chance.choice(list(HOLDERS.values()))
        if luck > 0.95:
            place = chance.choice(list(LISTINGS))
        listing = LISTINGS.get(place) or chance.choice(list(LISTINGS.values()))
        below = self.rows[listing.name]
        if parent not in below or luck > 0.9:
            parent = chance.choice(sorted(below, key=str)) if below else None
        positions = sorted(below[parent], key=str) if below else []
        found = Cursors(CURSOR_KEY, holder.id).sealed(listing, parent, chance.choice(positions)) if positions else ""
        return found[:-3] + "x" + found[-2:] if 0.1 < luck < 0.12 else found


async def _seen(store, ids):
    """What each asker is given of all there is."""
    engine = Paths(store).fields
    found = {}
    for asker in SEEING:
        if asker.name not in found:
            found[asker.name] = []
            for start in range(0, len(ids), PAGE_LIMIT):
                told = await seen(engine, question(asker, IDS, {"i": ids[start : start + PAGE_LIMIT]}))
                found[asker.name] += [each["id"] for each in json.loads(told.body)["data"]["nodes"] if each]
    return found
