"""The values of variables, coerced as graphql-core does; a router's hundred representations are left as they are."""

from typing import Any

from graphql import (
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values

from engine.document import Document

REPRESENTATION = "_Any"  # a scalar of which any value is coerced to itself


def given_of(
    schema: GraphQLSchema, document: Document, operation: OperationDefinitionNode, variables: dict[str, Any]
) -> VariableValues | list[GraphQLError]:
    """What an operation's variables are in this request, or what is wrong with them."""
    key = ("given", id(operation))
    plain: tuple[GraphQLVariableSignature, ...] | None = document.memo.get(key)
    if plain is None:
        plain = document.memo[key] = _plain(schema, operation)
    if plain and all(_is_as_it_is(variables.get(each.name)) for each in plain):
        values = {each.name: variables[each.name] for each in plain}
        return VariableValues({each.name: VariableValueSource(each, values[each.name]) for each in plain}, values)
    return get_variable_values(schema, operation.variable_definitions or (), variables, hide_suggestions=True)


def _plain(schema: GraphQLSchema, operation: OperationDefinitionNode) -> tuple[GraphQLVariableSignature, ...]:
    """The variables, if all of them are lists of representations; else none."""
    found = []
    for each in operation.variable_definitions or ():
        signature = get_variable_signature(schema, each)
        if isinstance(signature, GraphQLError) or not _is_list_of_representations(signature.type):
            return ()
        found.append(signature)
    return tuple(found)


def _is_list_of_representations(kind: Any) -> bool:
    inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    of_type = inner.of_type if isinstance(inner, GraphQLList) else None
    element = of_type.of_type if isinstance(of_type, GraphQLNonNull) else of_type
    return element is not None and element is get_named_type(kind) and element.name == REPRESENTATION


def _is_as_it_is(value: Any) -> bool:
    """Whether a list stays what it is; a null in it may be an error."""
    return isinstance(value, list) and None not in value
