"""Faults planted in the engine, one at a time: the comparison must find each. `PLANTED`: by what is wrong, how."""

from dataclasses import replace
from datetime import timedelta
from operator import gt

from sqlalchemy import true

from auth.access import Verdict
from auth.relations import Register
from engine import collect, known, levels, looking, loops, page, plan, plans, roots, running
from models.ids import Letter
from resolvers import cursor, statements, texts
from resolvers.cursor import Window
from resolvers.doorway import OPEN, Doorway
from schema import viewer
from schema.graph import represented
from schema.node import NODES
from tests.hanamori import child, id_of

PLANTED, SHARED = {}, {}  # of the plans alone; of what both paths stand on, which only the oracle can find
AKI, DOSES = child("aki"), "vaccinations(first: 2) { totalCount edges { cursor node { id } } }"
DIRECTED = (  # for faults that chance meets seldom: who asks, and what
    ("staff_health for VAC", f'{{ nodes(ids: ["{AKI}", "{AKI}"]) {{ ... on Child {{ id {DOSES} }} }} }}'),
    ("staff_health for EMG", "{ children { totalCount } families { totalCount } }"),
    ("clinic", f'{{ node(id: "{AKI}") {{ ... on Child {{ checkups {{ edges {{ node {{ id }} }} }} {DOSES} }} }} }}'),
    ("taxi", f'{{ node(id: "{id_of(Letter.RIDE, "3")}") {{ id }} rides {{ totalCount edges {{ node {{ id }} }} }} }}'),
    (
        "mother",
        f'{{ node(id: "{AKI}") {{ ... on Child {{ accessLog {{ totalCount edges {{ node {{ id }} }} }} }} }} }}',
    ),
    ("counterparty", f'{{ viewer {{ wards {{ totalCount }} }} node(id: "{child("fuyu")}") {{ id }} }}'),
    ("staff_health for CHK", "{ families { edges { node { guardians { name } } } } }"),
    ("grown", "{ viewer { wards { edges { node { id } } } record { id ageMonths } } }"),
    (
        "mother",
        f'{{ _entities(representations: [{{ __typename: "Child", id: "{AKI}", name: "x" }}]) {{ __typename }} }}',
    ),
)


def planted(what, owner, name, faults=PLANTED):
    """A fault: `owner.name` becomes what the function makes of it."""

    def keep(make):
        faults[what] = owner, name, make
        return make

    return keep


def shared(what, owner, name):
    """The same of what both paths share."""
    return planted(what, owner, name, SHARED)


def plant(what, monkeypatch):
    """From now on the engine has this fault."""
    owner, name, make = (PLANTED | SHARED)[what]
    sound = owner.__dict__[name] if isinstance(owner, type) else getattr(owner, name)
    monkeypatch.setattr(owner, name, make(sound))


# Who may see what.
planted("a mask is dropped", levels.Levels, "_mask")(lambda sound: lambda *_, **__: None)
planted("an edge is asked as a field", levels, "mask_of")(lambda sound: lambda noun, sees, _: sound(noun, sees, None))
planted("the door is taken for every permission", levels, "covers")(lambda sound: lambda *_: True)
planted("nobody is asked at the door", known, "doorway")(lambda sound: lambda *_: Doorway())
planted("the supplier is turned away", known, "doorway")(
    lambda sound: lambda *given: replace(sound(*given), supplier_id=None, own_ids=None)
)
planted("a veil is dropped", known, "doorway")(lambda sound: lambda *given: replace(sound(*given), veil=None))
planted("the door lets in the others", Doorway, "admitted")(
    lambda sound: lambda door, ids: [each for each in ids if each not in sound(door, ids)]
)
planted("the door is thought to hold for all", Doorway, "holds")(lambda sound: lambda door, ids: not door.is_shut)
planted("a list is not narrowed", Doorway, "narrowed")(lambda sound: lambda door, ids: door)
planted("a closed list is read", roots, "verdict")(lambda sound: lambda *_: Verdict.OPEN)
planted("relations of yesterday", running, "facts_of")(
    lambda sound: lambda *given: sound(*given[:-1], given[-1] - timedelta(days=1))
)
planted("a representation may be of anything", roots, "entity_key")(
    lambda sound: (
        lambda context, given: (
            (NODES[given["__typename"]], given["id"])
            if isinstance(given, dict) and "name" in given
            else sound(context, given)
        )
    )
)
planted("a representation that names nothing is no try", roots, "entity_key")(
    lambda _sound: lambda _context, given: represented(given)
)


@planted("a measure is ignored", running, "facts_of")
def _(sound):
    async def facts_of(*given):
        keeps_away, Register.is_kept_away = Register.is_kept_away, lambda *_: False
        try:
            return await sound(*given)
        finally:
            Register.is_kept_away = keeps_away

    return facts_of


# Pages.
planted("the last row of a page is kept", plan, "_cut")(
    lambda sound: lambda groups, reading: [rows[:: -1 if reading.backwards else 1] for rows in groups]
)
planted("a page before a cursor is upside down", plan, "_cut")(
    lambda sound: lambda groups, reading: sound(groups, replace(reading, backwards=False))
)
planted("more rows follow backwards, too", page.Shown, "has_next")(lambda sound: property(lambda shown: shown.has_more))
planted("nothing ever precedes", page.Shown, "has_previous")(lambda sound: property(lambda shown: False))
planted("the end is the start", page, "INFORMATION")(lambda sound: {**sound, "endCursor": sound["startCursor"]})
planted("a cursor is bound to no parent", plan, "sealing")(
    lambda sound: lambda *given: lambda cursors, _parent: sound(*given)(cursors, None)
)
planted("all are counted", texts.Texts, "counted")(
    lambda sound: lambda texts_, listing, _shape, **words: sound(texts_, listing, OPEN, **words)
)
planted("a page is counted, not the list", page, "_part")(
    lambda sound: lambda cell: (lambda shown: len(shown.rows)) if cell.what == "totalCount" else sound(cell)
)
planted("`after` is ignored", plan, "Window")(lambda sound: lambda **words: Window(**{**words, "after": None}))
planted("a page of the usual size", plan, "Window")(
    lambda sound: lambda **words: Window(**{**words, "first": words["first"] and 20})
)

# What is selected.
planted("@skip is ignored", collect.Selections, "_is_kept")(
    lambda sound: (
        lambda self, node: any(each.name.value == "skip" for each in node.directives or ()) or sound(self, node)
    )
)
planted("a condition is always true", collect.Selections, "_value")(lambda sound: lambda *_: True)
planted("a fragment fits every type", collect.Selections, "_applies")(lambda sound: lambda *_: True)
planted("an alias is lost", collect.Selections, "fields")(
    lambda sound: lambda *given: {nodes[0].name.value: nodes for nodes in sound(*given).values()}
)
planted("of fields under one key the first is taken", levels, "sets_of")(lambda sound: lambda nodes: sound(nodes[:1]))
planted("a row is called by its interface", levels, "Constant")(
    lambda sound: lambda key, value: sound(key, "Node" if value in NODES else value)
)
planted("two columns share their conversion", loops.Loops, "_conversion")(
    lambda sound: (
        lambda self, level, declared: self._converted.setdefault(
            (level.node.name, declared.nullable), self._made(level, declared)
        )
    )
)
planted("a day of last month", loops.Loops, "view")(
    lambda sound: (
        lambda *given: (
            lambda groups, abouts, masks, kids, me, today, counts: sound(*given)(
                groups, abouts, masks, kids, me, today - timedelta(days=31), counts
            )
        )
    )
)
planted("plans of one caller for all", plans.Planner, "plan")(
    lambda sound: (
        lambda self, document, operation, standing, conditions: self._kept.setdefault(
            (id(operation), *conditions.values()), (document, self.compiled(document, operation, standing, conditions))
        )[1]
    )
)
planted("plans of one condition for all", plans.Planner, "plan")(
    lambda sound: (
        lambda self, document, operation, standing, conditions: self._kept.setdefault(
            (id(operation), standing), (document, self.compiled(document, operation, standing, conditions))
        )[1]
    )
)

# What is on record.
planted("null is a look", looking, "is_certain")(lambda sound: lambda cell: True)
planted("a list is one look", loops, "cells_of")(lambda sound: lambda value: min(1, sound(value)))
planted("rows below are seen once", looking, "_times")(lambda sound: lambda *_: None)
planted("a row asked for twice is seen once", roots, "Counter")(lambda sound: lambda keys: dict.fromkeys(keys, 1))
planted("a vain try is forgotten", looking, "note")(lambda sound: lambda run: (run.tries.clear(), sound(run)))
planted("two aliases are one look", looking, "_seen")(lambda sound: lambda looks, *given: sound(_Once(looks), *given))


class _Once:
    def __init__(self, looks):
        self.looks, self.known = looks, set()

    def saw(self, *look):
        if look[:2] not in self.known:
            self.known.add(look[:2])
            self.looks.saw(*look)


# What both paths stand on.
shared("no statement asks at the door", statements.Selects, "_door")(lambda sound: lambda *_, **__: [])
shared("no statement knows a supplier", statements.Selects, "_door")(
    lambda sound: lambda self, source, shape, **words: sound(self, source, shape._replace(by_supplier=False), **words)
)
shared("no statement has a veil", statements.Selects, "_door")(
    lambda sound: lambda self, source, shape, **words: sound(self, source, shape._replace(veiled_for=None), **words)
)
shared("a door for few is open to all", statements.Selects, "_one_of_few")(lambda sound: lambda *_: true())
shared("everything is counted", statements.Selects, "counted")(
    lambda sound: lambda self, listing, _shape, **words: sound(self, listing, OPEN, **words)
)
shared("a page starts with the row of its cursor", statements, "_beyond")(
    lambda sound: (
        lambda *given: [
            each.left >= each.right if each.operator is gt else each.left <= each.right for each in sound(*given)
        ]
    )
)
shared("a page lies on the other side of its cursor", statements, "_beyond")(
    lambda sound: lambda listing, reading: sound(listing, replace(reading, backwards=not reading.backwards))
)
shared("ties are broken anyhow", statements, "_ordered")(lambda sound: lambda *given: sound(*given)[:1])
shared("the newest are never first", statements, "_ordered")(
    lambda sound: lambda listing, reading: [each.element.asc() for each in sound(listing, reading)]
)
shared("a page is a row short", cursor.Cursors, "reading")(
    lambda sound: lambda *given: replace(found := sound(*given), limit=max(1, found.limit - 1))
)
shared("nobody is kept away", Register, "is_kept_away")(lambda sound: lambda *_: False)
shared("consents open nothing", Register, "granted")(lambda sound: lambda *_: {})
shared("of what is shared nothing is listed", viewer, "_shared")(lambda sound: lambda *_: iter(()))
