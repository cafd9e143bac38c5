"""From a text to documents that may run: parsed, within the limits, valid. Kept by text and reader, refusals too."""

import re
from collections import OrderedDict
from collections.abc import Mapping
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

from engine import misfit
from engine.errors import ErrorCode, error_body
from engine.limits import document_excess, text_excess

KEPT = 1_000  # documents; a client has tens, the staff's console makes new ones
MAX_ERRORS = 10  # a client mends one error at a time
GUESS_OR_ECHO = re.compile(r",? (?:Did you mean|found: ).*$", re.DOTALL)  # what the validator adds to a message


Operations = Mapping[str | None, OperationDefinitionNode]


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document with its operations by name; `memo` keeps what later steps work out about it."""

    tree: DocumentNode
    operations: Operations
    memo: dict[Any, Any] = field(default_factory=dict)

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """The operation of that name, or the only one; None when that names none."""
        return named(self.operations, name)


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that will not run: the body that says why, and the operations of one that parses and does not fit.

    `excess`: the code, where it was too much to be read at all.
    """

    body: bytes
    operations: Operations = field(default_factory=dict)
    excess: ErrorCode | None = None


def named(operations: Operations, name: str | None) -> OperationDefinitionNode | None:
    """The operation of that name, or the only one; None when that names none."""
    if name is None and len(operations) == 1:
        return next(iter(operations.values()))
    return operations.get(name)


class Documents:
    """The documents of one graph, newest kept.

    Callers who have logged in are validated against the whole of it and read what does not fit. An anonymous document
    is validated against the public part alone and its refusal names nothing but that part: what exists for others and
    what exists for nobody are refused by the same work with the same bytes.
    """

    def __init__(self, whole: GraphQLSchema, public: GraphQLSchema) -> None:
        self._whole = whole
        self._public = public
        self._kept: OrderedDict[tuple[str, bool], Document | Refused] = OrderedDict()

    def read(self, text: str, *, is_anonymous: bool = False) -> Document | Refused:
        """What the text is, worked out once."""
        key = (text, is_anonymous)
        found = self._kept.get(key)
        if found is None:
            found = self._read(text, is_anonymous=is_anonymous)
            if isinstance(found, Refused) and found.excess:
                return found  # large, and told anew as fast
            self._kept[key] = found
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return found

    def _read(self, text: str, *, is_anonymous: bool) -> Document | Refused:
        excess = text_excess(text)
        if excess is not None:
            return Refused(error_body(excess.code, detail=excess.detail), excess=excess.code)
        try:
            tree = parse(text)
        except GraphQLSyntaxError as why:
            return Refused(error_body(ErrorCode.GRAPHQL_PARSE_FAILED, locations=_locations(why)))
        excess = document_excess(tree)
        if excess is not None:
            return Refused(error_body(excess.code, detail=excess.detail))
        operations = {_name(each): each for each in tree.definitions if isinstance(each, OperationDefinitionNode)}
        schema = self._public if is_anonymous else self._whole
        errors = validate(schema, tree, max_errors=MAX_ERRORS, hide_suggestions=True)
        if errors:
            is_value = misfit.is_about_a_value(errors[0])
            detail = misfit.of_argument(schema, tree) if is_value else "" if is_anonymous else _worded(errors[0], tree)
            code = ErrorCode.GRAPHQL_VALIDATION_FAILED
            return Refused(error_body(code, detail=detail, locations=_locations(errors[0])), operations)
        visit(tree, _Forgetting())
        return Document(tree, operations)


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


class _Forgetting(Visitor):
    """Lets go of the tokens that a document was parsed from, a third of what it takes; where a node stood is kept."""

    def enter(self, node: Node, *_: object) -> None:
        """Unlink the node from its tokens."""
        if node.loc is not None:
            node.loc.start_token = node.loc.end_token = None  # type: ignore[assignment]  # nobody runs them


class _Literals(Visitor):
    """Collects the literals of a document; names of fields and types are no literals."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: set[str] = set()

    def enter(self, node: Node, *_: object) -> None:
        """Note a literal that says something."""
        if isinstance(node, StringValueNode | IntValueNode | FloatValueNode | EnumValueNode) and node.value:
            self.texts.add(node.value)
