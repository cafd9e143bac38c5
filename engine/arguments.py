"""Arguments of a field, coerced once where the document holds them, and at each run where variables do."""

from collections.abc import Callable
from typing import Any

from graphql import FieldNode, GraphQLField, VariableNode
from graphql.execution.values import VariableValues, get_argument_values
from graphql.language import Visitor, visit

Arguments = Callable[[VariableValues], dict[str, Any]]


def arguments(definition: GraphQLField, node: FieldNode) -> Arguments:
    """From the variables' values to the arguments by name, as graphql-core coerces them. Raises GraphQLError."""
    if any(_Variables.has(each.value) for each in node.arguments or ()):
        return lambda given: get_argument_values(definition, node, given, hide_suggestions=True)
    constant = get_argument_values(definition, node, hide_suggestions=True)
    return lambda _given: constant


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def enter_variable(self, _node: VariableNode, *_: object) -> None:
        """Note that there is one."""
        self.found = True

    @classmethod
    def has(cls, value: Any) -> bool:
        visitor = cls()
        visit(value, visitor)
        return visitor.found
