"""Draws valid operations from the schema itself: every field, argument, fragment and directive may come up."""

from dataclasses import dataclass, field
from random import Random

from graphql import (
    GraphQLObjectType,
    get_named_type,
    is_abstract_type,
    is_enum_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    parse,
    validate,
)

from engine.limits import document_excess, text_excess

DEEPEST = 9
MOST_FIELDS = 60
TRIES = 60
SIZES = (0, 1, 2, 3, 5, 100)
OFTEN = 0.5
PAGING = {"first", "last", "after", "before"}
BAD = ("", "nothing", "102016-C", "102016-000000000000000000000000000")
TELLING = {"id", "viewer", "node", "nodes"}  # where most callers see something, or would if something leaked
NOT_ASKED = {"_service", "__schema", "__type", "accessLog", "auditLog"}  # an entry of the log has an id by chance


@dataclass
class Pool:
    """What arguments are drawn from: ids of the town, cursors seen so far, texts and days that mean something."""

    ids: list[str]
    cursors: list[str] = field(default_factory=list)
    texts: tuple[str, ...] = ("Child.name", "Vaccination.clinic", "Checkup.venue")
    days: tuple[str, ...] = ("2026-11-23", "2026-11-24")


@dataclass(frozen=True)
class Operation:
    """A document with the variables for it."""

    text: str
    variables: dict


class Word(str):
    """A value of an enum: as a variable a string, in a document without quotes."""

    __slots__ = ()


def literal(value):
    """A value as it stands in a document."""
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) and not isinstance(value, Word) else str(value)


class Operations:
    """Draws operations; the same chance draws the same ones."""

    def __init__(self, schema, chance: Random, pool: Pool, drawing=None) -> None:
        self.schema, self.chance, self.pool = schema, chance, pool
        self._drawing = drawing or Drawing

    def draw(self) -> Operation:
        """An operation that the schema and the limits let through."""
        for _ in range(TRIES):
            found = self._drawing(self).operation()
            if text_excess(found.text) is None:
                tree = parse(found.text)
                if document_excess(tree) is None and not validate(self.schema, tree, max_errors=1):
                    return found
        raise AssertionError("no valid operation in so many tries")


class Drawing:
    """One operation in the making."""

    not_asked = NOT_ASKED

    def __init__(self, drawn_by: Operations) -> None:
        self.schema, self.chance, self.pool = drawn_by.schema, drawn_by.chance, drawn_by.pool
        self.variables, self.declared, self.fragments = {}, [], []
        self.left, self.aliases = MOST_FIELDS, 0

    def operation(self) -> Operation:
        body = self.selections(self.schema.query_type, 1)
        head = f"query Drawn({', '.join(self.declared)})" if self.declared else "query Drawn"
        return Operation("\n".join([f"{head} {body}", *self.fragments]), self.variables)

    def selections(self, owner, depth):
        """`{ ... }` for an object or an abstract type."""
        if is_abstract_type(owner):
            return self.abstract(owner, depth)
        names = self.names(owner)
        parts = ["__typename"] if self.chance.random() < 0.2 else []
        for name in names[: self.chance.randint(1, 5)]:
            part = self.field(owner, name, depth) if self.left > 0 else None
            if part:
                parts.append(part)
        return self.wrapped(owner, parts or ["__typename"])

    def names(self, owner):
        """The fields of a type, those first that are to be drawn first."""
        names = [name for name in owner.fields if name not in self.not_asked]
        self.chance.shuffle(names)
        if self.chance.random() < 0.6:  # however many other fields there are
            names.sort(key=lambda name: name not in TELLING)
        return names

    def abstract(self, owner, depth):
        types = sorted(self.schema.get_possible_types(owner), key=lambda each: each.name)
        parts = ["__typename"] + (["id"] if owner.name == "Node" else [])
        few = self.chance.sample(types, self.chance.randint(1, min(4, len(types))))
        parts += [f"... on {each.name} {self.selections(each, depth)}" for each in few]
        return "{ " + " ".join(parts) + " }"

    def wrapped(self, owner: GraphQLObjectType, parts):
        """The selections as they are, in an inline fragment, or in a fragment of their own, once or twice."""
        body = "{ " + " ".join(parts) + " }"
        choice = self.chance.random()
        if choice < 0.1:
            return f"{{ ... on {owner.name} {body} }}"
        if choice < 0.2:
            name = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {owner.name} {body}")
            return f"{{ ...{name} {parts[0]} ...{name} }}"
        return body

    def field(self, owner, name, depth):
        declared = owner.fields[name]
        arguments = self.arguments(declared.args)
        named = get_named_type(declared.type)
        if arguments is None or (not is_leaf_type(named) and depth >= DEEPEST):
            return None
        self.left -= 1
        return self.selected(f"{self.alias(bool(arguments))}{name}{arguments}", named, depth)

    def selected(self, head, named, depth):
        """A field whose alias, name and arguments are `head`."""
        below = "" if is_leaf_type(named) else " " + self.selections(named, depth + 1)
        return f"{head}{self.directive()}{below}"

    def alias(self, is_needed):
        if self.aliases >= 25 or not (is_needed or self.chance.random() < 0.1):
            return ""
        self.aliases += 1
        return f"a{self.aliases}: "

    def directive(self):
        if self.chance.random() > 0.08:
            return ""
        word = self.chance.choice(("skip", "include"))
        if self.chance.random() < 0.5:
            return f" @{word}(if: {self.chance.choice(('true', 'false'))})"
        return f" @{word}(if: {self.variable('Boolean!', self.chance.random() < 0.5)})"

    def arguments(self, declared):
        """`(a: 1)`, nothing, or None where an argument is needed that cannot be drawn."""
        given = {}
        names = self.paging(declared) if declared.keys() >= PAGING else list(declared)
        if declared.keys() > PAGING:
            names += [name for name in declared if name not in PAGING and self.chance.random() < OFTEN]
        for name in names:
            value = self.value(declared[name].type, name)
            if value is not None:
                given[name] = value
            elif is_non_null_type(declared[name].type):
                return None
        return f"({', '.join(f'{name}: {value}' for name, value in given.items())})" if given else ""

    def paging(self, _declared):
        """Mostly one direction; now and then both, which is an error told to the client."""
        way = self.chance.choice((("first", "after"), ("last", "before")))
        if self.chance.random() < 0.03:
            way = ("first", "last")
        return [name for name in way if self.chance.random() < (0.7 if name in {"first", "last"} else 0.3)]

    def value(self, type_, name):
        """A literal or a variable for an argument."""
        plain = type_.of_type if is_non_null_type(type_) else type_
        if is_list_type(plain):
            inner = get_named_type(plain).name
            drawn = [self.scalar(inner, name) for _ in range(self.chance.randint(0, 4))]
            return None if None in drawn or inner not in {"ID", "_Any"} else self.variable(str(type_), drawn)
        drawn = self.word(plain) if is_enum_type(plain) else self.scalar(getattr(plain, "name", ""), name)
        if drawn is None:
            return None
        if self.chance.random() < 0.5 or isinstance(drawn, dict):
            return self.variable(str(type_), drawn)
        return literal(drawn)

    def scalar(self, kind, name):
        """A plain value of a scalar type, None where we know of none."""
        if kind == "Int":
            return self.size()
        if kind == "ID":
            return self.id()
        if kind == "_Any":
            return self.representation()
        if kind == "String":
            return self.cursor() if name in PAGING else self.chance.choice(self.pool.texts)
        return self.chance.choice(self.pool.days) if kind == "Date" else None

    def word(self, enum):
        """One of an enum's."""
        return Word(self.chance.choice(sorted(enum.values)))

    def id(self):
        """Of a row, or of none."""
        return self.chance.choice(BAD if self.chance.random() < 0.05 else self.pool.ids)

    def size(self):
        """How many rows a page has."""
        return 101 if self.chance.random() < 0.02 else self.chance.choice(SIZES)

    def cursor(self):
        """A cursor that somebody was once given."""
        return self.chance.choice(self.pool.cursors or BAD[:2])

    def representation(self):
        """An entity as a router names it."""
        types = sorted(each.name for each in self.schema.get_type("_Entity").types)
        return {"__typename": self.chance.choice(types), "id": self.chance.choice(self.pool.ids)}

    def variable(self, type_, value):
        name = f"v{len(self.variables)}"
        self.variables[name] = value
        self.declared.append(f"${name}: {type_}")
        return f"${name}"
