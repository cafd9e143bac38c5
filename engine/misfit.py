"""Misfits: which argument or variable holds a value that does not fit, named as the schema does, never the value."""

import re

from graphql import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    ObjectFieldNode,
    TypeInfo,
    TypeInfoVisitor,
    ValueNode,
)
from graphql.language import Visitor, visit
from graphql.utilities import validate_input_literal

from rules.individual_number import contains_individual_number
from schema.day import SPELT
from schema.moment import MEANT

VARIABLE = re.compile(  # how graphql-core begins to tell what is wrong with a variable; a value comes later, if at all
    r"Variable '(?P<name>\$\w+)' has invalid value(?: at (?P<path>[\w.\[\]]+))?:"
)
HINTS = {  # what the validator says, and what is meant; only an Int's words are not our own
    SPELT: SPELT,
    MEANT: MEANT,
    "non 32-bit signed integer value": "An Int is a whole number from -2147483648 to 2147483647.",
}
MEMBER = re.compile(
    r"Expected value of type '\w+!?' (?P<how>to include required|not to include unknown) field"
    r" '(?P<name>[_A-Za-z]\w{,59})'",
    re.ASCII,
)


def sentence(place: str, message: str) -> str:
    """What is wrong at a place, of what the validator says of it."""
    member = MEMBER.search(message)
    if member is None or contains_individual_number(member["name"]):
        hint = next((f" {hint}" for words, hint in HINTS.items() if words in message), "")
        return f"{place} is missing or has a value of another type.{hint}"
    return f"{place} {'lacks' if member['how'].startswith('to') else 'has no member'} {member['name']}."


def is_about_a_value(error: GraphQLError) -> bool:
    """Whether the validator complains of a literal, and not of a name."""
    return not error.nodes or isinstance(error.nodes[0], ValueNode | ObjectFieldNode)


def of_variable(error: GraphQLError) -> str:
    """Names the variable, and where in it, by what the schema calls it."""
    place = VARIABLE.match(error.message)
    if place is None:
        return "A variable is malformed."
    return sentence(f"The variable {place['name']}{place['path'] or ''}", error.message)


def of_argument(schema: GraphQLSchema, tree: DocumentNode) -> str:
    """Names the first argument whose literal does not fit the schema; empty where all do."""
    info = TypeInfo(schema)
    visitor = _Arguments(info)
    visit(tree, TypeInfoVisitor(info, visitor))
    return visitor.found


class _Arguments(Visitor):
    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self._info = info
        self._owner = ""
        self.found = ""

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Note whose arguments follow."""
        self._owner = f"{self._info.get_parent_type()}.{node.name.value}"

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        """The same."""
        self._owner = f"@{node.name.value}"

    def enter_argument(self, node: ArgumentNode, *_: object) -> None:
        """Try the literal."""
        argument = self._info.get_argument()
        if argument is None or self.found:
            return

        def note(error: GraphQLError, path: list[str | int]) -> None:
            where = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in path)
            place = f"The argument {node.name.value}{where} of {self._owner}"
            self.found = self.found or sentence(place, error.message)

        validate_input_literal(node.value, argument.type, note, hide_suggestions=True)
