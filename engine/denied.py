"""What a standing can never see of an operation, by selection path: `extensions.denied`.

Worked out from the document, the standing and the conditions alone, so it tells nothing about data; every path that
answers an operation says the same.
"""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from graphql import (
    FieldNode,
    GraphQLCompositeType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
)

from auth.access import Standing, Verdict, verdict
from engine.collect import Selections
from schema.roots import field_of

Path = tuple[str, ...]


class Denials:
    """The denials of one operation under one standing."""

    def __init__(self, schema: GraphQLSchema, selections: Selections, standing: Standing) -> None:
        self._schema = schema
        self._selections = selections
        self._standing = standing
        self._decided: dict[Path, list[Verdict]] = {}
        self._names: dict[Path, dict[str, str]] = {}  # type: field
        self._abstract: dict[Path, GraphQLCompositeType] = {}

    def of(self, operation: OperationDefinitionNode) -> list[dict[str, Any]]:
        """Entries of path and rule, in the order of the response; the path has no list indices."""
        root = self._schema.get_root_type(operation.operation)
        assert root is not None, "validation refuses an operation without a root"
        self._walk(root, [operation.selection_set], ())
        return [{"path": list(path), "rule": rule} for path, rule in self._closed()]

    def fields(self) -> tuple[tuple[str, str], ...]:
        """What `of` found as pairs of `Type.field` and rule, for the access log: an alias is the client's own text."""
        return tuple((self._name(path), rule) for path, rule in self._closed())

    def _name(self, path: Path) -> str:
        """The field as it was asked for: of the interface where it was asked of all its types."""
        owner, name = min(self._names[path].items())
        abstract = self._abstract.get(path[:-1])
        is_shared = len(self._names[path]) > 1 and name in getattr(abstract, "fields", ())
        return f"{abstract if is_shared else owner}.{name}"

    def _closed(self) -> Iterator[tuple[Path, str]]:
        for path, verdicts in self._decided.items():
            if all(each.is_closed for each in verdicts):
                yield path, min(verdicts, key=RULES.index).value

    def _walk(self, owner: GraphQLObjectType, sets: Sequence[SelectionSetNode], path: Path) -> None:
        for key, nodes in self._selections.fields(owner, sets).items():
            here = (*path, key)
            decided = self._verdict(owner, nodes[0])
            if decided is not None:
                self._decided.setdefault(here, []).append(decided)
                self._names.setdefault(here, {})[owner.name] = nodes[0].name.value
            if decided is None or not decided.is_closed:
                for below in self._below(owner, nodes, here):
                    self._walk(below, [node.selection_set for node in nodes if node.selection_set], here)

    def _verdict(self, owner: GraphQLObjectType, node: FieldNode) -> Verdict | None:
        """None for the plumbing, which has no permission of its own."""
        declared = field_of(owner.name, node.name.value)
        return None if declared is None else verdict(*declared, self._standing)

    def _below(self, owner: GraphQLObjectType, nodes: Sequence[FieldNode], path: Path) -> Iterator[GraphQLObjectType]:
        field = owner.fields.get(nodes[0].name.value)
        if field is None or nodes[0].selection_set is None:
            return
        named = cast("GraphQLCompositeType", get_named_type(field.type))  # nothing else has selections
        if isinstance(named, GraphQLObjectType):
            yield named
        else:
            self._abstract[path] = named
            yield from self._schema.get_possible_types(named)


RULES = [
    Verdict.PURPOSE_REQUIRED,
    Verdict.ACR_REQUIRED,
    Verdict.SCOPE_REQUIRED,
    Verdict.KIND_NOT_PERMITTED,
    Verdict.ASK,
    Verdict.OPEN,
]
