"""Limits: what a request may cost before anything is parsed, validated or run.

Every check is linear in what was sent, stops at the limit, and needs no schema.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson
from graphql.language import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)

from engine.errors import ErrorCode

# Parsing costs 10 to 15 microseconds a token; the largest operation of our own pages has 300.
MAX_TOKENS = 1_000
# graphql-core parses by recursion, five Python frames a bracket, and Python stops at 1,000 frames.
MAX_BRACKETS_DEEP = 50
# Each character of a literal costs the lexer a microsecond; texts belong in variables, which cost a hundredth of that.
MAX_LITERAL_CHARACTERS = 8_000
# Every operation of a document is validated, and only one is run.
MAX_OPERATIONS = 20
# Variables are coerced by recursion; the deepest input of the graph has five levels.
MAX_JSON_DEEP = 32
# resident, family, children, edges, node, records, edges, node, value: nine; three to spare.
MAX_DEPTH = 12
# The standard introspection query unwraps nine type wrappers; it goes down 15 levels.
MAX_INTROSPECTION_DEPTH = 20
# Each list of the introspection types multiplies the answer by about ten; tools ask for one inside `types`.
MAX_INTROSPECTION_LISTS = 2
# An alias repeats work under another name; a page that compares ten children needs ten.
MAX_ALIASES = 30
# A directive is looked up and its arguments coerced at each place; `@include` on half of a page is 30.
MAX_DIRECTIVES = 50
# Roots run side by side, each with statements of its own.
MAX_ROOTS = 20
# A deed is one transaction with one idempotency key.
MAX_DEEDS = 1
# Fragments multiply: 750 bytes can select a billion fields. A page of a whole family selects 200.
MAX_SELECTED = 1_000
# Validation compares the fields that answer under one name with one another, at about 10 microseconds a pair.
MAX_REPEATED_PAIRS = 500

INTROSPECTION_ROOTS = frozenset({"__schema", "__type"})
INTROSPECTION_LISTS = frozenset({"fields", "inputFields", "interfaces", "possibleTypes"})


class Excess(NamedTuple):
    """Why a request is refused before it runs: a code, and a sentence that names the limit, nothing of the request."""

    code: ErrorCode
    detail: str


def _beyond(what: str, limit: int) -> Excess:
    return Excess(ErrorCode.OPERATION_TOO_COSTLY, f"At most {limit:,} {what}.")


# Strings first, since brackets and quotes inside them do not count. Runs are possessive and branches exclude each
# other, so that no character is read twice; a possessive group of branches would be wrong before Python 3.11.5.
# A comment counts as a token, since the lexer makes one of it. `bad` can be no token: the parser will refuse it there.
_TOKEN = re.compile(
    r'(?P<text>"""(?:[^"\\]++|\\"""|\\(?!""")|"(?!""))*"""|"(?!"")(?:[^"\\\n\r]++|\\.)*")'
    r"|(?P<open>[{(\[])|(?P<close>[})\]])"
    r"|(?P<other>[_A-Za-z]\w*+|-?[0-9]++(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+|\.\.\.|[!$&:=@|]|\#[^\n\r]*+)"
    r"|(?P<bad>[^\s,\ufeff])",
    re.ASCII,
)


def count_tokens(text: str, limit: int) -> bool:
    """Whether a document has at most `limit` tokens; stops reading one token after that."""
    return _text_excess(text, limit, limit) is None


def text_excess(text: str) -> Excess | None:
    """What is too much in the text of a document, before it is parsed."""
    return _text_excess(text, MAX_TOKENS, MAX_BRACKETS_DEEP)


def _text_excess(text: str, tokens: int, brackets: int) -> Excess | None:
    deep = literal = 0
    for number, token in enumerate(_TOKEN.finditer(text), start=1):
        if number > tokens:
            return _beyond("tokens", tokens)
        kind = token.lastgroup
        if kind == "bad":
            return None  # the parser stops here too, and says where
        if kind == "text":
            literal += token.end() - token.start()
        if literal > MAX_LITERAL_CHARACTERS:
            return _beyond("characters of text", MAX_LITERAL_CHARACTERS)
        deep += (kind == "open") - (kind == "close")
        if deep > brackets:
            return _beyond("brackets inside one another", brackets)
    return None


_ONE_KIND_OF_BRACKET = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def json_is_shallow(raw: bytes, limit: int = MAX_JSON_DEEP) -> bool:
    """Whether the brackets of a JSON text close and are at most `limit` deep; looked at before any parser recurses."""
    if raw.count(b"[") + raw.count(b"{") <= limit:
        return True
    without_escapes = raw.replace(rb"\\", b"").replace(rb"\"", b"")
    outside_texts = b"".join(without_escapes.split(b'"')[::2])
    brackets = outside_texts.translate(_ONE_KIND_OF_BRACKET, _NO_BRACKETS)
    too_deep = b"[" * (limit + 1)
    for _ in range(limit):
        if too_deep in brackets:
            return False
        brackets = brackets.replace(b"[]", b"")  # peels the innermost layer, one in 32 brackets or more
    return not brackets


def json_of(raw: bytes) -> Any:
    """What a JSON text says; None when it says nothing, or nests too deeply to be parsed at all."""
    try:
        return orjson.loads(raw) if json_is_shallow(raw) else None
    except orjson.JSONDecodeError:
        return None


def document_excess(document: DocumentNode) -> Excess | None:
    """What is too much in a parsed document: all its operations together, fragments counted wherever they are spread.

    To be asked before validation, whose cost it bounds. A fragment that no operation uses is refused as well,
    because validation would compare its fields too.
    """
    measure = _Measure(document)
    operations = [found for found in document.definitions if isinstance(found, OperationDefinitionNode)]
    if len(operations) > MAX_OPERATIONS:
        return _beyond("operations in a document", MAX_OPERATIONS)
    for operation in operations:
        excess = measure.excess(operation)
        if excess is not None:
            return excess
    if measure.fragments.keys() - measure.spread:
        return Excess(ErrorCode.GRAPHQL_VALIDATION_FAILED, "A fragment is not used.")
    return None


class _Place(NamedTuple):
    """The selection sets that answer at one place of the response, merged, and how deep it lies."""

    sets: list[SelectionSetNode]
    depth: int
    introspected: bool = False
    lists: int = 0


class _Measure:
    """Walks what is selected once, place by place, with one allowance for the whole document.

    The allowance is what makes it linear and safe from circles: no place is entered after it is spent.
    """

    def __init__(self, document: DocumentNode) -> None:
        self.fragments = {
            found.name.value: found for found in document.definitions if isinstance(found, FragmentDefinitionNode)
        }
        self.spread: set[str] = set()
        self.selected = self.aliases = self.directives = self.pairs = 0

    def excess(self, operation: OperationDefinitionNode) -> Excess | None:
        """The first limit that an operation breaks."""
        is_deed = operation.operation is OperationType.MUTATION
        self._count_directives(operation.directives)
        for variable in operation.variable_definitions or ():
            self._count_directives(variable.directives)
        places = [_Place([operation.selection_set], 1)]
        most = MAX_DEEDS if is_deed else MAX_ROOTS
        while places:
            place = places.pop()
            fields = self._fields(place)
            found = self._spent() or _too_deep(place)
            if found is not None:
                return found
            if place.depth == 1 and len(fields) > most:
                return _beyond("mutation in an operation" if is_deed else "root fields", most)
            places.extend(_below(place, fields))
        return None

    def _fields(self, place: _Place) -> dict[str, list[FieldNode]]:
        """The fields of one place by the name they answer under; fragments are opened."""
        fields: dict[str, list[FieldNode]] = {}
        for node in self._opened(place.sets):
            alike = fields.setdefault((node.alias or node.name).value, [])
            self.pairs += len(alike)
            self.aliases += node.alias is not None
            alike.append(node)
        return fields

    def _opened(self, sets: list[SelectionSetNode]) -> Iterator[FieldNode]:
        waiting, here = list(sets), set[str]()
        while waiting and self._spent() is None:
            for selection in waiting.pop().selections:
                self.selected += 1
                self._count_directives(selection.directives)
                if isinstance(selection, FieldNode):
                    yield selection
                elif isinstance(selection, InlineFragmentNode):
                    waiting.append(selection.selection_set)
                elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in here:
                    here.add(selection.name.value)
                    waiting.extend(self._set_of(selection.name.value))

    def _set_of(self, name: str) -> list[SelectionSetNode]:
        """What a fragment selects; nothing when there is no such fragment, which validation will say."""
        fragment = self.fragments.get(name)
        if fragment is None:
            return []
        if name not in self.spread:
            self.spread.add(name)
            self._count_directives(fragment.directives)
        return [fragment.selection_set]

    def _count_directives(self, directives: tuple[DirectiveNode, ...] | None) -> None:
        self.directives += len(directives or ())

    def _spent(self) -> Excess | None:
        for counted, limit, what in (
            (self.selected, MAX_SELECTED, "selected fields"),
            (self.aliases, MAX_ALIASES, "aliases"),
            (self.directives, MAX_DIRECTIVES, "directives"),
            (self.pairs, MAX_REPEATED_PAIRS, "pairs of fields with one name"),
        ):
            if counted > limit:
                return _beyond(what, limit)
        return None


def _too_deep(place: _Place) -> Excess | None:
    limit = MAX_INTROSPECTION_DEPTH if place.introspected else MAX_DEPTH
    if place.depth > limit:
        return _beyond("levels", limit)
    if place.lists > MAX_INTROSPECTION_LISTS:
        return _beyond("lists of fields or types inside one another", MAX_INTROSPECTION_LISTS)
    return None


def _below(place: _Place, fields: dict[str, list[FieldNode]]) -> Iterator[_Place]:
    for alike in fields.values():
        sets = [node.selection_set for node in alike if node.selection_set]
        if not sets:
            continue
        names = {node.name.value for node in alike}
        introspected = place.introspected or (place.depth == 1 and bool(names & INTROSPECTION_ROOTS))
        lists = place.lists + bool(introspected and names & INTROSPECTION_LISTS)
        yield _Place(sets, place.depth + 1, introspected, lists)
