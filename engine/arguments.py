"""Arguments of a field, coerced once where the document holds them, and at each run where variables do."""

from collections.abc import Mapping
from typing import Any

from graphql import FieldNode, GraphQLField, VariableNode
from graphql.execution.values import VariableValues, get_argument_values
from graphql.language import Visitor, visit


class Arguments:
    """From the variables' values to the arguments by name, as graphql-core coerces them.

    `names`: what they are called instead. `constant`: what they are whatever the variables; None where it depends.
    Raises GraphQLError for bad ones.
    """

    def __init__(self, definition: GraphQLField, node: FieldNode, names: Mapping[str, str] | None = None) -> None:
        self._definition = definition
        self._node = node
        self._names = names
        varies = any(_Variables.are_in(each.value) for each in node.arguments or ())
        self.constant = None if varies else self._named(get_argument_values(definition, node, hide_suggestions=True))

    def of(self, given: VariableValues) -> dict[str, Any]:
        """The arguments of one run."""
        if self.constant is not None:
            return self.constant
        return self._named(get_argument_values(self._definition, self._node, given, hide_suggestions=True))

    def _named(self, given: dict[str, Any]) -> dict[str, Any]:
        return given if self._names is None else {self._names[name]: value for name, value in given.items()}


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def enter_variable(self, _node: VariableNode, *_: object) -> None:
        """Note that there is one."""
        self.found = True

    @classmethod
    def are_in(cls, value: Any) -> bool:
        visitor = cls()
        visit(value, visitor)
        return visitor.found
