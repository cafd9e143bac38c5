"""Shapes: plain values (what computed fields and free code answer) as their selection shows them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    SelectionSetNode,
    is_leaf_type,
)

from engine.collect import Selections

Shaped = Callable[[Any], Any]


class Unsure(Exception):
    """A plan cannot answer this for certain, graphql-core will; `reason` is one word of ours, for the metric."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def shaped(kind: GraphQLOutputType, sets: Sequence[SelectionSetNode], selections: Selections) -> Shaped:
    """From a value of this type to its JSON. Raises Unsure wherever graphql-core would tell of an error."""
    if isinstance(kind, GraphQLNonNull):
        if is_leaf_type(kind.of_type):
            return _told_fast(kind.of_type, _certain_leaf(kind.of_type))
        return _certain(shaped(kind.of_type, sets, selections))
    if isinstance(kind, GraphQLList):
        return _list(shaped(kind.of_type, sets, selections))
    if is_leaf_type(kind):
        return _told_fast(kind, _leaf(kind))
    assert isinstance(kind, GraphQLObjectType), "a value has a type of its own"
    return _object(kind, sets, selections)


def _told_fast(kind: GraphQLLeafType, otherwise: Shaped) -> Shaped:
    """A number that an Int can be, which is what most computed fields answer, is told as it is."""
    if kind.name != "Int":
        return otherwise

    def whole(value: Any) -> Any:
        return value if value.__class__ is int and GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT else otherwise(value)

    return whole


def _certain(shape: Shaped) -> Shaped:
    def certain(value: Any) -> Any:
        if value is None:
            raise Unsure("null")
        found = shape(value)
        if found is None:
            raise Unsure("null")
        return found

    return certain


def _list(shape: Shaped) -> Shaped:
    def listed(value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise Unsure("type")
        return [shape(each) for each in value]

    return listed


def _leaf(kind: GraphQLLeafType) -> Shaped:
    serialize = kind.serialize

    def leaf(value: Any) -> Any:
        if value is None:
            return None
        found = serialize(value)
        if found is None:
            raise Unsure("null")
        return found

    return leaf


def _certain_leaf(kind: GraphQLLeafType) -> Shaped:
    serialize = kind.serialize

    def leaf(value: Any) -> Any:
        found = None if value is None else serialize(value)
        if found is None:
            raise Unsure("null")
        return found

    return leaf


def _object(kind: GraphQLObjectType, sets: Sequence[SelectionSetNode], selections: Selections) -> Shaped:
    cells: list[tuple[str, str | None, Any]] = []
    for key, nodes in selections.fields(kind, sets).items():
        name = nodes[0].name.value
        if name == "__typename":
            cells.append((key, None, kind.name))
            continue
        below = [node.selection_set for node in nodes if node.selection_set]
        shape = shaped(kind.fields[name].type, below, selections)
        cells.append((key, kind.fields[name].extensions["strawberry-definition"].python_name, shape))

    def made(value: Any) -> Any:
        if value is None:
            return None
        return {key: shape if name is None else shape(getattr(value, name)) for key, name, shape in cells}

    return made
