"""Levels: an operation under one standing, as the rows that it reads and what it shows of each of them.

What a plan covers is decided here and in roots.py: what they do not know raises Uncovered, and graphql-core answers.
Values are not known yet; what depends on a caller or on variables is named here and bound when the plan runs.
"""

from collections.abc import Sequence
from typing import Any

from graphql import (
    FieldNode,
    GraphQLAbstractType,
    GraphQLObjectType,
    GraphQLSchema,
    SelectionSetNode,
    get_named_type,
)

from auth.access import Access, Standing, covers, reach_parts, verdict
from engine.arguments import Arguments
from engine.cells import (
    Below,
    Cell,
    Computed,
    ConnectionCell,
    Constant,
    Given,
    Level,
    Linked,
    One,
    Paged,
    Paging,
    Stored,
    View,
    Whole,
    mask_of,
)
from engine.collect import Selections
from engine.shape import shaped
from resolvers.source import Catalogue, Listing
from schema.declare import Field, What
from schema.faces import camel, cell_of
from schema.node import NODES, Node

MOST_LEVELS = 128  # of rows to read, in one operation; all fields of a child by three roads at once have more than 64


class Uncovered(Exception):
    """A plan does not cover this; `reason` is one word of ours, for the metric."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Levels:
    """Makes the levels of one operation under one standing."""

    def __init__(self, schema: GraphQLSchema, selections: Selections, standing: Standing) -> None:
        self.schema = schema
        self.selections = selections
        self.standing = standing
        self._count = 0

    def of(self, node: Node, sets: Sequence[SelectionSetNode]) -> Level:
        """A level whose rows are seen in one way."""
        level = self._level(Level(node))
        level.at(node.source.key)  # the first column leads
        self.view(level, sets)
        return level

    def _level(self, level: Level) -> Level:
        self._count += 1
        if self._count > MOST_LEVELS:
            raise Uncovered("large")
        return level

    def view(self, level: Level, sets: Sequence[SelectionSetNode]) -> int:
        """One more view on the rows of a level; its number."""
        owner = self.object(level.node.name)
        cells = [self._cell(level, owner, key, nodes) for key, nodes in self.selections.fields(owner, sets).items()]
        level.views.append(View(tuple(cells)))
        return len(level.views) - 1

    def object(self, name: str) -> GraphQLObjectType:
        """The object type of that name."""
        found = self.schema.type_map[name]
        assert isinstance(found, GraphQLObjectType), f"{name} is no object type"
        return found

    def _cell(self, level: Level, owner: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Cell:
        name = nodes[0].name.value
        if name == "__typename":
            return Constant(key, owner.name)
        declared = level.node.fields[name]
        if verdict(declared.access, level.node.noun, self.standing).is_closed:
            return Constant(key, None)
        return getattr(self, MAKERS[declared.what])(level, declared, key, nodes)  # type: ignore[no-any-return]

    def _stored(self, level: Level, declared: Field, key: str, _nodes: list[FieldNode]) -> Cell:
        assert declared.column is not None, "the kit gives a stored field its column"
        mask = self._mask(level, declared.access)
        return Stored(key, level.at(declared.column), declared, mask, cell_of(declared, level.node))

    def _one(self, level: Level, declared: Field, key: str, nodes: list[FieldNode]) -> Cell:
        assert declared.via is not None, "an edge to one row names a column"
        mask, at = self._mask(level, declared.access), level.at(declared.via)
        level.kids.append(One(at, mask, self.of(declared.target, sets_of(nodes))))
        return Linked(key, at, len(level.kids) - 1, mask)

    def _page(self, level: Level, declared: Field, key: str, nodes: list[FieldNode]) -> Cell:
        mask = self._mask(level, declared.access, is_edge=True)
        owner, at = self.object(level.node.name), level.at(level.source.key)
        level.kids.append(Paged(at, mask, self.paging(owner, declared, nodes)))
        return Linked(key, at, len(level.kids) - 1, mask)

    def _computed(self, level: Level, declared: Field, key: str, nodes: list[FieldNode]) -> Cell:
        mask = self._mask(level, declared.access)
        inputs = tuple(self._input(level, part, mask) for part in declared.inputs)
        definition = self.object(level.node.name).fields[camel(declared.name)]
        given = None
        if declared.arguments:
            level.kids.append(Given(Arguments(definition, nodes[0])))
            given = len(level.kids) - 1
        shape = shaped(definition.type, sets_of(nodes), self.selections)
        return Computed(key, declared, inputs, given, mask, cell_of(declared, level.node), shape)

    def _input(self, level: Level, part: Any, mask: int | None) -> tuple[bool, int]:
        if isinstance(part, Listing):
            return True, self._below(level, part, mask)
        return (True, self._whole(level, part)) if isinstance(part, Catalogue) else (False, level.at(part))

    def _whole(self, level: Level, catalogue: Catalogue) -> int:
        for at, kid in enumerate(level.kids):
            if isinstance(kid, Whole) and kid.catalogue.name == catalogue.name:
                return at
        self._count += 1
        level.kids.append(Whole(catalogue))
        return len(level.kids) - 1

    def _below(self, level: Level, listing: Listing, mask: int | None) -> int:
        for at, kid in enumerate(level.kids):
            if isinstance(kid, Below) and (kid.listing, kid.mask) == (listing, mask):
                return at
        self._count += 1
        level.kids.append(Below(level.at(level.source.key), mask, listing))
        return len(level.kids) - 1

    def _mask(self, level: Level, access: Access, *, is_edge: bool = False) -> int | None:
        subject, standing = level.source.subject, self.standing
        assert subject is not None, "rows of a node are about somebody"
        if covers(access, level.node.door, subject.noun, standing):
            return None
        sees = reach_parts(access, subject.noun, standing, has_supplier=subject.supplier is not None)
        follows = reach_parts(access, subject.noun, standing, has_supplier=True) if is_edge else None
        mask = mask_of(subject.noun, sees, follows)
        if mask not in level.masks:
            level.masks.append(mask)
        return level.masks.index(mask)

    def paging(self, owner: GraphQLObjectType, declared: Field, nodes: list[FieldNode]) -> Paging:
        """A connection and all that is selected of it."""
        assert declared.listing is not None, "a page has a listing"
        definition = owner.fields[camel(declared.name)]
        connection = get_named_type(definition.type)
        assert isinstance(connection, GraphQLObjectType), "a connection is an object"
        listing, source = declared.listing, declared.target.source
        assert source.subject is not None, "rows of a node are about somebody"
        is_about_parent = listing.via is source.key.table.c[source.subject.column]
        level = self._level(Level(declared.target, is_about_parent))
        cells = self._connection(level, connection, sets_of(nodes))
        paging = Paging(listing, Arguments(definition, nodes[0]), level, cells)
        for column in listing.order if paging.is_marked else ():
            level.at(column)
        return paging

    def _connection(
        self, level: Level, owner: GraphQLObjectType, sets: Sequence[SelectionSetNode]
    ) -> tuple[ConnectionCell, ...]:
        cells = []
        for key, nodes in self.selections.fields(owner, sets).items():
            what, below = nodes[0].name.value, sets_of(nodes)
            if what == "node":
                cells.append(ConnectionCell(key, what, owner.name, view=self.view(level, below)))
            elif below:
                inner = get_named_type(owner.fields[what].type)
                assert isinstance(inner, GraphQLObjectType), "the plumbing of a connection is made of objects"
                cells.append(ConnectionCell(key, what, owner.name, self._connection(level, inner, below)))
            else:
                cells.append(ConnectionCell(key, what, owner.name))
        return tuple(cells)


MAKERS = {What.STORED: "_stored", What.ONE: "_one", What.PAGE: "_page", What.COMPUTED: "_computed"}


class Targets:
    """What is selected of rows that may be of several nodes; each level is made when a row of its node is asked for."""

    def __init__(
        self, levels: Levels, owner: GraphQLAbstractType | GraphQLObjectType, sets: Sequence[SelectionSetNode]
    ) -> None:
        self._levels = levels
        self._sets = sets
        types = [owner] if isinstance(owner, GraphQLObjectType) else levels.schema.get_possible_types(owner)
        self.names = [each.name for each in types]
        self._made: dict[str, Level] = {}

    def level(self, node: Node) -> Level:
        """What is shown of rows of this node. Raises Uncovered."""
        if node.name not in self._made:
            self._made[node.name] = self._levels.of(node, self._sets)
        return self._made[node.name]

    def all(self) -> list[Level]:
        """Of every node that rows may be of."""
        return [self.level(NODES[name]) for name in self.names]


def sets_of(nodes: Sequence[FieldNode]) -> list[SelectionSetNode]:
    """The selection sets that answer under one key, to be merged."""
    return [node.selection_set for node in nodes if node.selection_set]
