"""The part of the graph that one kind of caller may use: what no purpose and no relation could open is left out."""

from collections.abc import Iterator
from typing import Any, TypeVar

from graphql import (
    DefinitionNode,
    DocumentNode,
    InterfaceTypeDefinitionNode,
    NamedTypeNode,
    Node,
    ObjectTypeDefinitionNode,
    SchemaDefinitionNode,
    TypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
)

from auth.access import standings, verdict
from models.organisation import CallerKind
from schema.node import NODES
from schema.roots import field_of

ROOT_TYPES = ("Query", "Mutation", "Subscription")
N = TypeVar("N", bound=Node)
Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode


def contract(document: DocumentNode, kind: CallerKind) -> DocumentNode:
    """The whole graph's definitions without the fields, types and inputs that callers of this kind can never use."""
    usable = [_trimmed(each, kind) for each in document.definitions]
    by_name = {each.name.value: each for each in usable if isinstance(each, TypeDefinitionNode) and not _is_empty(each)}
    reached: set[str] = set()
    waiting = [*ROOT_TYPES, *(name for name in NODES if _is_usable(name, "id", kind))]
    while waiting:
        name = waiting.pop()
        if name in by_name and name not in reached:
            reached.add(name)
            waiting.extend(_named_below(by_name[name]))
    kept = (_rooted(each, reached) for each in usable)
    return DocumentNode(definitions=tuple(each for each in kept if each is not None))


def _rooted(definition: DefinitionNode, reached: set[str]) -> DefinitionNode | None:
    """The definition if it is reached; the schema's own without the roots that are not."""
    if isinstance(definition, SchemaDefinitionNode):
        roots = tuple(each for each in definition.operation_types if each.type.name.value in reached)
        return _with(definition, operation_types=roots)
    is_lost = isinstance(definition, TypeDefinitionNode) and definition.name.value not in reached
    return None if is_lost else definition


def _is_usable(owner: str, name: str, kind: CallerKind) -> bool:
    declared = field_of(owner, name)
    if name == "_entities":
        return any(_is_usable(node, "id", kind) for node in NODES)
    if declared is None:
        return name != "_service" or kind is not CallerKind.ANONYMOUS
    return any(not verdict(*declared, standing).is_closed for standing in standings() if standing.kind is kind)


def _trimmed(definition: DefinitionNode, kind: CallerKind) -> DefinitionNode:
    """A copy without the fields and members that the kind cannot use."""
    if isinstance(definition, UnionTypeDefinitionNode):
        types = tuple(each for each in definition.types or () if _is_usable(each.name.value, "id", kind))
        return _with(definition, types=types)
    if not isinstance(definition, Composite):
        return definition
    owner = definition.name.value
    fields = tuple(each for each in definition.fields or () if _is_usable(owner, each.name.value, kind))
    return _with(definition, fields=fields)


def _with(node: N, **changes: object) -> N:
    return type(node)(**{key: getattr(node, key) for key in node.keys} | changes)


def _is_empty(definition: TypeDefinitionNode) -> bool:
    if isinstance(definition, UnionTypeDefinitionNode):
        return not definition.types
    return isinstance(definition, Composite) and not definition.fields


def _named_below(node: object) -> Iterator[str]:
    """The names of the types that a definition speaks of."""
    if isinstance(node, UnionTypeDefinitionNode):
        yield from (each.name.value for each in node.types or ())
    for field in getattr(node, "fields", None) or ():
        yield _named(field.type)
        yield from (_named(each.type) for each in getattr(field, "arguments", None) or ())
    yield from (each.name.value for each in getattr(node, "interfaces", None) or ())


def _named(node: TypeNode) -> str:
    inner: Any = node
    while not isinstance(inner, NamedTypeNode):
        inner = inner.type
    return inner.name.value
