"""Draws what a client could send at its wildest: tests/generating.py, and everything that can be wrong with it."""

from dataclasses import dataclass, field

from graphql import is_abstract_type, is_leaf_type, is_non_null_type

from models.organisation import CallerKind
from schema.query import BY_LETTER
from tests.differential.askers import Asker, somebody
from tests.differential.places import Places
from tests.generating import BAD, NOT_ASKED, Drawing, Operation, Operations, Pool, Word, literal

TEXTS = (
    "Child.name",
    "Child.vaccinations",
    "Family.address",
    "Vaccination.lot",
    "Ride.pickUp",
    "Query.today",
    "No.thing",
    "WHO-2006",
    "JP-2010",
)
DAYS = ("2026-11-23", "2026-11-24", "2024-02-29", "1999-12-31")
SIZES = (0, 1, 1, 2, 2, 3, 4, 5, 100)
OUT_OF_RANGE = (-1, 101)
WRONG = (None, "x", 1.5, True, [], {}, 2**31, -1)
MOST_CONDITIONS = 3  # of a plan four at most; now and then there are more
KINDS = {  # the lists in which a kind of caller sees something
    CallerKind.RESIDENT: {"viewer"},
    CallerKind.STAFF_HEALTH: {"children", "families", "pregnancies", "applications", "recordReviews", "contests"},
    CallerKind.STAFF_REGISTRY: {"children", "families"},
    CallerKind.STAFF_EDUCATION: {"children", "schoolReviews"},
    CallerKind.STAFF_TAXI: {"riders", "rides", "ridesToReview", "claims", "rideStatistics"},
    CallerKind.STAFF_POINTS: {"pointEntries"},
    CallerKind.AUDITOR: {"auditLog"},
    CallerKind.SUPERVISOR: {"auditLog"},
    CallerKind.TAXI_OPERATOR: {"rides"},
    CallerKind.SHOP: {"pointEntries"},
    CallerKind.CLINIC: {"children", "pregnancies"},
}
ROADS = {"node", "nodes", "_entities", "edges", "id", "wards"}  # where rows are met
KEYED = {("Query", "node"), ("Query", "nodes"), ("Query", "_entities")}
CHANGES = (  # to a good representation
    {"name": "spoof"},
    {"__typename": "Child"},
    {"__typename": "Nothing"},
    {"__typename": ["Child"]},
    {"id": 5},
    {"id": "102016-c"},
)
NOT_FOUND = ("102016-C" + "0" * 26, "102016-F" + "Z" * 26, "102016-L" + "0" * 26, "072028-C" + "0" * 26)


@dataclass
class Wild(Pool):
    """What is drawn from, and for whom."""

    places: Places | None = None
    asker: Asker | None = None

    def id(self, chance):
        """Mostly of a row that the asker sees, if there is one."""
        seen = self.places.seen.get(self.asker.name)
        return chance.choice(seen if seen and chance.random() < 0.7 else self.ids)


@dataclass(frozen=True)
class Drawn(Operation):
    """An operation of somebody, with the variables that decide what is selected; `other` asks it as well."""

    asker: Asker
    other: Asker
    booleans: dict = field(default_factory=dict)

    def asked(self):
        """Who asks with which variables: as drawn, with the booleans turned around, and somebody else."""
        yield self.asker, self.variables
        if self.booleans:
            yield self.asker, self.variables | {name: not value for name, value in self.booleans.items()}
        if self.other is not self.asker:
            yield self.other, self.variables


def drawing_from(schema, chance, places):
    """`draw()` gives the next operation, with who asks it."""
    pool = Wild([*places.ids, *NOT_FOUND], [], TEXTS, DAYS, places)
    operations = Operations(schema, chance, pool, WildDrawing)

    def draw():
        pool.asker = somebody(chance)
        return operations.draw()

    return draw


class WildDrawing(Drawing):
    """One operation in the making. `above`: the id of the row below which is being drawn, where that is known."""

    not_asked = NOT_ASKED - {"accessLog", "auditLog"}

    def __init__(self, drawn_by):
        super().__init__(drawn_by)
        self.booleans, self.kept, self.place, self.above, self.last = {}, {}, None, None, None

    def is_lucky(self, probability):
        return self.chance.random() < probability

    def operation(self):
        drawn = super().operation()
        other = somebody(self.chance) if self.is_lucky(0.2) else self.pool.asker
        return Drawn(drawn.text, drawn.variables, self.pool.asker, other, self.booleans)

    def selections(self, owner, depth):
        if not is_abstract_type(owner) and self.kept.get(owner.name) and self.is_lucky(0.1):
            return f"{{ ...{self.chance.choice(self.kept[owner.name])}{self.directive()} __typename }}"
        return super().selections(owner, depth)

    def names(self, owner):
        names = super().names(owner)
        if self.is_lucky(0.7):
            roads = ROADS | KINDS.get(self.pool.asker.holder.kind, set())
            names.sort(key=lambda name: name not in roads)
        return names

    def abstract(self, owner, depth):
        """Now and then for the type of the row that is meant, twice, and for the interface itself."""
        types = sorted(self.schema.get_possible_types(owner), key=lambda each: each.name)
        few = self.chance.sample(types, self.chance.randint(0, 3))
        meant = [each for each in types if self.above and each.name == named_by(self.above)]
        few = [*meant * self.chance.choice((1, 1, 2)), *few]
        parts = [f"... on {each.name}{self.directive()} {self.selections(each, depth)}" for each in few]
        parts += [each for each in ("__typename", "t: __typename") if self.is_lucky(0.4)]
        if owner.name == "Node":
            parts += ["id"] if self.is_lucky(0.5) else []
        elif self.is_lucky(0.3):
            parts.append("... on Node { id k: __typename }")
        self.chance.shuffle(parts)
        return "{ " + " ".join(parts or ["__typename"]) + " }"

    def wrapped(self, owner, parts):
        """Besides the usual ways: in an inline fragment without a type, on the interface, and again elsewhere."""
        parts = parts + [each for each in ("__typename", "u: __typename") if self.is_lucky(0.06)]
        if owner.name in {each.name for each in BY_LETTER.values()} and self.is_lucky(0.08):
            parts = [*parts, f"... on Node{self.directive()} {{ id kind_: __typename }}"]
        if self.is_lucky(0.06):
            return f"{{ ...{self.directive()} {{ {' '.join(parts)} }} {parts[0]} }}"
        if self.is_lucky(0.06):
            name = f"K{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {owner.name} {{ {' '.join(parts)} }}")
            self.kept.setdefault(owner.name, []).append(name)
            return f"{{ ...{name}{self.directive()} ... on {owner.name} {{ {parts[-1]} }} }}"
        return super().wrapped(owner, parts)

    def field(self, owner, name, depth):
        kept, self.place = self.above, (owner.name, name)
        found = super().field(owner, name, depth)
        self.above = kept
        return found

    def selected(self, head, named, depth):
        """A field, now and then twice under one key with different selections."""
        if self.place not in KEYED:
            self.above = None
        once = super().selected(head, named, depth)
        if self.is_lucky(0.08) and (is_leaf_type(named) or self.left > 0):
            return f"{once} {super().selected(head, named, depth)}"
        return once

    def alias(self, is_needed):
        return super().alias(is_needed and self.is_lucky(0.9))

    def directive(self):
        """Mostly of few variables; a fifth makes too many for a plan."""
        if not self.is_lucky(0.08):
            return ""
        word = self.chance.choice(("skip", "include"))
        if self.is_lucky(0.4):
            return f" @{word}(if: {self.chance.choice(('true', 'false'))})"
        if len(self.booleans) >= MOST_CONDITIONS and not self.is_lucky(0.02):
            return f" @{word}(if: ${self.chance.choice(list(self.booleans))})"
        return f" @{word}(if: {self.condition()})"

    def condition(self):
        value = self.is_lucky(0.5)
        name = f"b{len(self.booleans)}"
        self.booleans[name] = value
        if self.is_lucky(0.3):
            self.declared.append(f"${name}: Boolean! = {str(value).lower()}")
        else:
            self.declared.append(f"${name}: Boolean!")
            self.variables[name] = value
        return f"${name}"

    def paging(self, declared):
        way = super().paging(declared)
        return way if not self.is_lucky(0.01) else ["first", "last", "before"]

    def value(self, type_, name):
        """Now and then an explicit null where it may be one."""
        if not is_non_null_type(type_) and self.is_lucky(0.02):
            return "null"
        return super().value(type_, name)

    def variable(self, type_, value):
        """Given, left to its default, of the wrong type, or missing."""
        name = f"v{len(self.variables)}_{len(self.declared)}"
        is_plain = isinstance(value, int | str)
        default = f" = {literal(value)}" if is_plain and self.is_lucky(0.15) else ""
        self.declared.append(f"${name}: {type_}{default}")
        if "=" not in self.declared[-1] or self.is_lucky(0.4):
            self.variables[name] = value
        if self.is_lucky(0.01):
            self.variables[name] = self.chance.choice(WRONG)
        elif self.is_lucky(0.01):
            self.variables.pop(name, None)
        return f"${name}"

    def scalar(self, kind, name):
        """Ids lead somewhere mostly; where one row is named, what is drawn below knows it."""
        found = super().scalar(kind, name)
        if self.place in KEYED:
            self.above = self.last
        return found

    def word(self, enum):
        """Now and then one that there is not."""
        return Word("NO_SUCH_WORD") if self.is_lucky(0.02) else super().word(enum)

    def id(self):
        """Now and then the same as before."""
        if not (self.last and self.is_lucky(0.25)):
            self.last = self.pool.id(self.chance)
        return self.last if self.is_lucky(0.95) else self.chance.choice(BAD)

    def size(self):
        return self.chance.choice(OUT_OF_RANGE if self.is_lucky(0.008) else SIZES)

    def cursor(self):
        return self.pool.places.cursor(self.chance, self.pool.asker.holder, self.place, self.above)

    def representation(self):
        """As a router names it; one in ten as none should."""
        id_ = self.id()
        good = {"__typename": named_by(id_), "id": id_}
        if not self.is_lucky(0.1):
            return good
        changed = self.chance.choice(CHANGES)
        return self.chance.choice([good | changed, good | changed, {"id": id_}, id_, None, 3, [good], {}])


def named_by(id_):
    """The type of the rows whose ids have this letter."""
    node = BY_LETTER.get(id_[7:8])
    return node.name if node else "Child"
