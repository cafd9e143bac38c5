"""The kit: reads declarations off a class, refuses what must not be declared, and builds the face that callers see.

`@node` makes a guarded entity over the rows of one table, `@value` a plain value that is seen with the field that shows
it, `@root` a class of roots. Refusals are TypeErrors at import: a bare field, a field narrower than the door that is
not nullable, an edge to a target whose door stays shut, a mixed order of a cursor.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from sqlmodel import SQLModel

from auth.access import Access, Verdict, alternatives, standings, verdict
from auth.policy import Policy, Right
from models.columns import View, table_of
from models.ids import Letter
from models.organisation import CallerKind
from models.subject import Noun, Subject
from resolvers.source import Catalogue, Listing, Source, Veil, columns_of
from schema import faces
from schema.declare import Each, Field, What

STORED_TYPES = faces.STORED_TYPES


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A declared node: its name, the letter of its ids, its rows, its fields by GraphQL name.

    `row` is the model of its rows; None where a view puts them together.
    """

    name: str
    letter: Letter
    source: Source
    fields: dict[str, Field]
    row: type[SQLModel] | None = None
    origin: Any = None

    @property
    def door(self) -> Access:
        """Who may know that a row exists: whoever may see its id."""
        return self.fields["id"].access

    @property
    def noun(self) -> Noun | None:
        """What its rows are about."""
        return self.source.subject and self.source.subject.noun


NODES: dict[str, Node] = {}
DEEDS: dict[str, tuple[Access, Noun | None]] = {}  # by GraphQL name: the permission to do it, and what it is about
DEEDS_OF_ALL: set[str] = set()  # those of them that ask no relation: whoever is of the kind does them
ROOTS: dict[str, dict[str, Field]] = {}


def node(*, of: type[SQLModel] | View, letter: Letter, veil: Veil | None = None) -> Callable[[type], Any]:
    """A node over the rows of `of`; `id` is its key, and whoever may see it has come through the door.

    `veil`: see resolvers/source.py.
    """
    subject: Subject | None = getattr(of, "subject", None)
    if subject is None:
        raise TypeError(f"{getattr(of, '__name__', of)} has no subject: say whose datum it is")

    def make(cls: type) -> Any:
        table = table_of(of)
        fields = dict(_declared(cls))
        if "id" not in fields:
            raise TypeError(f"{cls.__name__}: a node has an id")
        for each in fields.values():
            _bind(each, table)
        needed = _needed(fields, subject, [column.key for column in table.primary_key])
        source = Source(cls.__name__, table.c.id, columns_of(table, needed), subject, fields["id"].access, veil)
        made = Node(cls.__name__, letter, source, fields, None if isinstance(of, View) else of)
        for each in fields.values():
            _check(made, each)
        made = replace(made, origin=faces.node_face(cls, made))
        NODES[made.name] = made
        made.origin.__tsumugi__ = made
        return made.origin

    return make


def root(cls: type) -> Any:
    """A class of roots: `Query`, or a space below it."""
    fields = dict(_declared(cls))
    for each in fields.values():
        _bind_root(cls.__name__, each)
        if not each.nullable and each.what in {What.KEYED, What.SPACE, What.TALLIED} and not _is_list(each.hint):
            raise TypeError(f"{cls.__name__}.{each.name}: what may be absent is nullable")
    ROOTS[cls.__name__] = fields
    return faces.root_face(cls, fields)


def _declared(cls: type) -> Iterator[tuple[str, Field]]:
    """The class's fields by GraphQL name, in order. Refuses a field without a declaration."""
    hints = get_type_hints(cls)
    strays = [name for name, each in vars(cls).items() if isinstance(each, Field) and name not in hints]
    bare = [name for name in hints if not isinstance(vars(cls).get(name), Field)]
    if bare or strays:
        raise TypeError(f"{cls.__name__}: no permission or no type on {', '.join(bare + strays)}")
    for name, hint in hints.items():
        each = vars(cls)[name]
        each.name = name
        each.nullable = type(None) in get_args(hint)
        each.hint = next(part for part in get_args(hint) if part is not type(None)) if each.nullable else hint
        yield faces.camel(name), each


def _bind(each: Field, table: Any) -> None:
    """Give a declaration the columns and rows that it names."""
    if each.what is What.STORED:
        each.column = table.c[each.name] if each.column is None else each.column
    elif each.what is What.ONE:
        each.target = _target(each.hint)
    elif each.what is What.PAGE:
        each.target = _target(get_args(each.hint)[0])
        each.listing = _listing(f"{table.name}.{each.name}", each.target, each)
    elif each.what is What.COMPUTED:
        each.inputs = tuple(_input(f"{table.name}.{each.name}", part) for part in each.over)
    else:
        raise TypeError(f"{table.name}.{each.name}: a root is declared on a root")


def _bind_root(owner: str, each: Field) -> None:
    if each.what is What.LISTED:
        each.target = _target(get_args(each.hint)[0])
        each.listing = _listing(f"{owner}.{each.name}", each.target, each)
        if each.nullable:
            raise TypeError(f"{owner}.{each.name}: a closed list is empty, not null")
    elif each.what is What.KEYED:
        core = get_args(each.hint)[0] if _is_list(each.hint) else each.hint
        core = next((part for part in get_args(core) if part is not type(None)), core)
        each.target = getattr(core, "__tsumugi__", None)
    elif each.what not in {What.SPACE, What.FREE, What.TALLIED, What.TOLD}:
        raise TypeError(f"{owner}.{each.name}: a field of a row is declared on a node")


def _listing(name: str, target: Node, each: Field) -> Listing:
    asked = (*each.order, *each.where.values())
    strays = [column.key for column in asked if column not in _open_columns(target)]
    if strays:
        raise TypeError(
            f"{name}: {target.name} does not show {', '.join(strays)} to all, so nobody may order by it or choose it"
        )
    return Listing(
        name, target.source, each.order, each.newest_first, each.via, each.link, each.within, each.only, each.where
    )


@cache
def _open_columns(target: Node) -> set[Any]:
    """The columns that everybody sees who has come through the door: an order by another one would tell of it."""
    shown = (each for each in target.fields.values() if each.what is What.STORED)
    open_to_all = {each.column for each in shown if not _is_narrower(each.access, target.door, target.noun)}
    return open_to_all | set(target.source.key.table.primary_key)  # a number in order of writing tells that order alone


def _input(name: str, part: Any) -> Any:
    if not isinstance(part, Each):
        return part
    key = part.order[-1]
    names = [column.key for column in (*part.columns, *part.order)]
    source = Source(name, key, columns_of(part.via.table, names), part.subject, part.access)
    return Listing(name, source, part.order, via=part.via, only=part.only)


def _needed(fields: dict[str, Field], subject: Subject, serials: list[str]) -> list[str]:
    """The columns that a light record carries: of fields, permissions, edges and orders in order of writing."""
    names = ["id", *serials, subject.column, *([subject.supplier] if subject.supplier else [])]
    for each in fields.values():
        names += [
            column.key for column in (each.column, each.via if each.what is What.ONE else None) if column is not None
        ]
        names += [part.key for part in each.inputs if not isinstance(part, Listing | Catalogue)]
    return names


def _target(hint: Any) -> Any:
    found = getattr(hint, "__tsumugi__", None)
    if found is None:
        raise TypeError(f"{hint} is no node: an edge leads to a node")
    return found


def _is_list(hint: Any) -> bool:
    return get_origin(hint) is list


def _check(made: Node, each: Field) -> None:
    """What a declaration must not do; each refusal is one sentence."""
    where = f"{made.name}.{each.name}"
    noun = made.noun
    if each.what is What.STORED:
        if not each.nullable and getattr(each.column, "nullable", True):  # an expression of a view may be
            raise TypeError(f"{where} may be missing in the database: let it be None")
        if each.hint not in STORED_TYPES and not faces.is_enum(each.hint):
            raise TypeError(f"{where}: {each.hint} has no exact JSON form")
    if not each.nullable and _is_narrower(each.access, made.door, noun):
        raise TypeError(f"{where} is narrower than the door: let it be None")
    if each.what is What.ONE and not each.nullable:
        raise TypeError(f"{where}: the row behind an edge may be absent: let it be None")
    if each.target is not None:
        door = each.target.door
        beyond = each.target.noun
        shut = sorted(
            {
                standing.kind.name
                for standing in standings()
                if not verdict(each.access, noun, standing).is_closed and verdict(door, beyond, standing).is_closed
            }
        )
        if shut:
            raise TypeError(f"{where} is open to {', '.join(shut)}, the door of {each.target.name} is not")


def _is_narrower(access: Access, door: Access, noun: Noun | None) -> bool:
    """Whether somebody may pass the door and not see the field."""
    for standing in standings():
        passes, sees = verdict(door, noun, standing), verdict(access, noun, standing)
        if sees is Verdict.OPEN or passes.is_closed:
            continue
        if sees.is_closed or passes is Verdict.OPEN:
            return True
        if _rows_opened(door, noun, standing.kind) - _rows_opened(access, noun, standing.kind):
            return True
    return False


def _rows_opened(access: Access, noun: Noun | None, kind: CallerKind) -> set[tuple[Policy, Right, str]]:
    """The sets of rows that open a field to a kind: consent and duty are given for a group, a relation for all."""
    by_group = Right.CONSENT | Right.DUTY
    return {
        (way.policy, way.right & (by_group | Right.OWN), way.group.name if way.right & by_group else "")
        for way in alternatives(access, noun, kind)
    }
