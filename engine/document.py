"""From a text to documents that may run: parsed, within the limits, valid. Kept by text, refusals too."""

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    EnumValueNode,
    FloatValueNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    IntValueNode,
    Node,
    OperationDefinitionNode,
    StringValueNode,
    parse,
    validate,
)
from graphql.language import Visitor, visit

from engine.errors import ErrorCode, error_body
from engine.limits import document_excess, text_excess

KEPT = 1_000  # documents; a client has tens, the staff's console makes new ones
MAX_ERRORS = 10  # a client mends one error at a time
GUESS_OR_ECHO = re.compile(r",? (?:Did you mean|found: ).*$", re.DOTALL)  # what the validator adds to a message


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document with its operations by name; `memo` keeps what later steps work out about it."""

    tree: DocumentNode
    operations: dict[str | None, OperationDefinitionNode]
    memo: dict[Any, Any] = field(default_factory=dict)

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """The operation of that name, or the only one; None when that names none."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        return self.operations.get(name)


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that will not run: the body that says why, and the same without a word about the schema."""

    body: bytes
    terse: bytes


class Documents:
    """The documents of one schema, newest kept."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._kept: OrderedDict[str, Document | Refused] = OrderedDict()

    def read(self, text: str) -> Document | Refused:
        """What the text is, worked out once."""
        found = self._kept.get(text)
        if found is None:
            found = self._kept[text] = self._read(text)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(text)
        return found

    def _read(self, text: str) -> Document | Refused:
        excess = text_excess(text)
        if excess is not None:
            return _always(error_body(excess.code, detail=excess.detail))
        try:
            tree = parse(text)
        except GraphQLSyntaxError as why:
            return _always(error_body(ErrorCode.GRAPHQL_PARSE_FAILED, locations=_locations(why)))
        excess = document_excess(tree)
        if excess is not None:
            return _always(error_body(excess.code, detail=excess.detail))
        errors = validate(self._schema, tree, max_errors=MAX_ERRORS, hide_suggestions=True)
        if errors:
            first = errors[0]
            code = ErrorCode.GRAPHQL_VALIDATION_FAILED
            terse = error_body(code, locations=_locations(first))
            return Refused(error_body(code, detail=_worded(first, tree), locations=_locations(first)), terse)
        return Document(
            tree, {_name(each): each for each in tree.definitions if isinstance(each, OperationDefinitionNode)}
        )


def _always(body: bytes) -> Refused:
    return Refused(body, body)


def _name(operation: OperationDefinitionNode) -> str | None:
    return operation.name.value if operation.name else None


def _locations(error: GraphQLError) -> list[dict[str, int]]:
    return [{"line": place.line, "column": place.column} for place in error.locations or ()]


def _worded(error: GraphQLError, tree: DocumentNode) -> str:
    """What the validator says, without its guesses, unless it would repeat a literal of the document."""
    literals = _Literals()
    visit(tree, literals)
    message = GUESS_OR_ECHO.sub("", error.message)
    return "" if any(text in message for text in literals.texts) else message


class _Literals(Visitor):
    """Collects the literals of a document; names of fields and types are no literals."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: set[str] = set()

    def enter(self, node: Node, *_: object) -> None:
        """Note a literal that says something."""
        if isinstance(node, StringValueNode | IntValueNode | FloatValueNode | EnumValueNode) and node.value:
            self.texts.add(node.value)
