"""CollectFields of the specification for one concrete type, over the values of `@skip` and `@include` alone."""

from collections.abc import Mapping, Sequence
from typing import TypeGuard

from graphql import (
    BooleanValueNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    is_abstract_type,
)
from graphql.language import DirectiveNode, Visitor, visit

Booleans = Mapping[str, bool]


class Selections:
    """What one operation selects, once the booleans are known."""

    def __init__(self, schema: GraphQLSchema, tree: DocumentNode, booleans: Booleans) -> None:
        self._schema = schema
        self._booleans = booleans
        self._fragments = {
            each.name.value: each for each in tree.definitions if isinstance(each, FragmentDefinitionNode)
        }

    def fields(self, owner: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """Response key to field nodes, in the order of the response."""
        found: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        for selections in sets:
            self._collect(owner, selections, found, seen)
        return found

    def _collect(
        self, owner: GraphQLObjectType, set_: SelectionSetNode, found: dict[str, list[FieldNode]], seen: set[str]
    ) -> None:
        for selection in set_.selections:
            if not self._is_kept(selection):
                continue
            if isinstance(selection, FieldNode):
                found.setdefault((selection.alias or selection.name).value, []).append(selection)
                continue
            fragment = self._opened(selection, seen)
            if fragment is not None and self._applies(fragment, owner):
                self._collect(owner, fragment.selection_set, found, seen)

    def _opened(self, selection: SelectionNode, seen: set[str]) -> InlineFragmentNode | FragmentDefinitionNode | None:
        if isinstance(selection, InlineFragmentNode):
            return selection
        if not isinstance(selection, FragmentSpreadNode) or selection.name.value in seen:
            return None
        seen.add(selection.name.value)
        return self._fragments[selection.name.value]

    def _applies(self, fragment: InlineFragmentNode | FragmentDefinitionNode, owner: GraphQLObjectType) -> bool:
        if fragment.type_condition is None:
            return True
        condition = self._schema.get_type(fragment.type_condition.name.value)
        return condition is owner or (_is_abstract(condition) and self._schema.is_sub_type(condition, owner))

    def _is_kept(self, selection: SelectionNode) -> bool:
        for directive in selection.directives or ():
            name = directive.name.value
            if name in {"skip", "include"} and self._value((directive.arguments or ())[0].value) is (name == "skip"):
                return False
        return True

    def _value(self, node: object) -> bool:
        if isinstance(node, VariableNode):
            return self._booleans[node.name.value]
        return isinstance(node, BooleanValueNode) and node.value


def _is_abstract(found: GraphQLNamedType | None) -> TypeGuard[GraphQLAbstractType]:
    return is_abstract_type(found)


class _Conditions(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        """Note the variable of a condition."""
        if node.name.value in {"skip", "include"}:
            value = (node.arguments or ())[0].value
            if isinstance(value, VariableNode):
                self.names.add(value.name.value)


def conditions(tree: DocumentNode, operation: OperationDefinitionNode) -> dict[str, bool]:
    """The variables of an operation that decide what is selected, with their defaults."""
    visitor = _Conditions()
    visit(tree, visitor)
    return {
        each.variable.name.value: bool(getattr(each.default_value, "value", False))
        for each in operation.variable_definitions or ()
        if each.variable.name.value in visitor.names
    }
