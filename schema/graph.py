"""The whole graph: the one schema object, how it is printed, and the part of it that each kind of caller is told."""

from datetime import date, datetime
from functools import cache
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    assert_valid_schema,
    build_ast_schema,
    parse,
    print_ast,
)
from strawberry.federation.schema import FederationAny
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig

from auth.access import Caller
from auth.caller import ROUTER
from models.ids import is_of, parsed
from models.organisation import CallerKind
from resolvers.context import Context
from resolvers.cursor import BadInput
from schema.contract import contract
from schema.day import DAY
from schema.deeds import Mutation
from schema.faces import Info, note_vain, unwrap
from schema.introspection import Introspected
from schema.moment import MOMENT
from schema.node import NODES, Node
from schema.query import Query
from schema.subscription import Subscription
from schema.viewer import is_known

REPRESENTATIONS_LIMIT = 500  # a router batches a page of pages


class Graph(strawberry.federation.Schema):
    """The schema with strict entities: each representation on its own, its key alone is read, every door is guarded."""

    def entities_resolver(self, info: Info, representations: list[FederationAny]) -> list[FederationAny]:
        """Answers in order; what is malformed, unknown or forbidden is null. Raises if anonymous or too large."""
        _refuse_anonymous(info.context)
        if len(representations) > REPRESENTATIONS_LIMIT:
            raise BadInput(f"At most {REPRESENTATIONS_LIMIT} representations.")
        found: list[Any] = [_entity(info, each) for each in representations]
        return found


async def _entity(info: Info, representation: object) -> Any:
    key = entity_key(info.context, representation)
    if key is None:
        return None
    row = await info.context.reader.one(key[0].source, key[1])
    if row is None:
        note_vain(info.context, key[1])
    return row


def entity_key(context: Context, representation: object) -> tuple[Node, str] | None:
    """What a representation names; one of a wrong type or with members too many names nothing, and is a try."""
    key = represented(representation)
    if key is None and isinstance(representation, dict):
        for each in filter(parsed, representation.values()):
            note_vain(context, each)
    return key


NAMING = {"__typename", "id"}


def represented(representation: object) -> tuple[Node, str] | None:
    """The node and the id that a representation names: type and key alone, of a form that an id can have."""
    if not isinstance(representation, dict) or representation.keys() != NAMING:
        return None
    node, id = NODES.get(str(representation["__typename"])), representation["id"]
    return (node, id) if node is not None and is_of(id, node.letter) else None


def is_admitted(caller: Caller) -> bool:
    """Whether `_entities` and `_service` answer: to those who have logged in, and to the router for whoever has not."""
    return is_known(caller) or caller.holder == ROUTER


def _refuse_anonymous(context: Context) -> None:
    if not is_admitted(context.caller):
        raise GraphQLError("Log in first.", extensions={"code": "UNAUTHENTICATED"})


def _guard_service(schema: GraphQLSchema) -> None:
    """The printed graph is for those who have logged in, what their kind may use of it, and for the router, whole."""
    query, printed = schema.type_map["Query"], schema.type_map["_Service"]
    assert isinstance(query, GraphQLObjectType)
    assert isinstance(printed, GraphQLObjectType)

    def resolve(_source: Any, info: GraphQLResolveInfo[Context]) -> Any:
        _refuse_anonymous(info.context)
        return info.context.caller.holder

    query.fields["_service"].resolve = resolve
    printed.fields["sdl"].resolve = lambda holder, _info: sdl(None if holder == ROUTER else holder.kind)


graph = Graph(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[node.origin for node in NODES.values()],
    federation_version="2.9",
    config=StrawberryConfig(disable_field_suggestions=True, scalar_map={date: DAY, datetime: MOMENT}),
)
core = graph._schema  # noqa: SLF001  # strawberry keeps graphql-core's schema there
unwrap(core, NODES.values())
_guard_service(core)


assert_valid_schema(core)  # once, before it is shared


@cache
def sdl(kind: CallerKind | None = None) -> str:
    """The graph as it is printed and committed, a trailing newline included; for a kind only what it may use."""
    return print_schema(graph).rstrip() + "\n" if kind is None else print_ast(_contract(kind)) + "\n"


@cache
def known_to(kind: CallerKind) -> GraphQLSchema:
    """What this kind of caller may use, as a schema of its own: for validation and introspection, not to be run."""
    found = build_ast_schema(_contract(kind), assume_valid=True)
    for name, each in found.type_map.items():
        ours = core.type_map.get(name)
        if isinstance(each, GraphQLScalarType) and isinstance(ours, GraphQLScalarType):
            vars(each).update(parse_value=ours.parse_value, parse_literal=ours.parse_literal)  # printed: takes all
    return found


@cache
def graph_for(kind: CallerKind) -> GraphQLSchema:
    """The graph to run for this kind of caller: the whole, which tells of itself what the kind may use."""
    return Introspected(core, known_to(kind))


@cache
def _contract(kind: CallerKind) -> DocumentNode:
    return contract(_definitions(), kind)


@cache
def _definitions() -> DocumentNode:
    return parse(sdl(), no_location=True)
