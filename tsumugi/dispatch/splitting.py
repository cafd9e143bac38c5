"""One operation over several cities: which of them is asked what. The municipality code in an id says whose it is."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListTypeNode,
    NamedTypeNode,
    NameNode,
    Node,
    NonNullTypeNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    TypeNode,
    VariableDefinitionNode,
    VariableNode,
    print_ast,
    value_from_ast_untyped,
)
from graphql.language import Visitor, visit

from models.ids import parsed

LISTS = {"_entities": ("representations", "_Any"), "nodes": ("ids", "ID")}  # roots that take ids of many cities
N = TypeVar("N", bound=Node)
OWN = "of_this_city"  # what variables and names of ours begin with
ELSEWHERE = {"ownChildId"}  # names a child of another city than the one whose deed it is


class Part(NamedTuple):
    """What one city is asked. For each list root: where its values belong in the whole answer, and which were asked.

    `ids`: the names under which its objects tell their ids.
    """

    city: str
    query: str
    variables: dict[str, Any]
    roots: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]
    representations: Mapping[str, tuple[Any, ...]]
    ids: Collection[str]


class Split(NamedTuple):
    """The parts; how long each list root is; the paths whose ids name a municipality that is not in the federation."""

    parts: tuple[Part, ...]
    lengths: Mapping[str, int]
    unknown: tuple[tuple[str | int, ...], ...]


class Question(NamedTuple):
    """A valid document of one operation without fragments at its root, as routers send it, and its variables."""

    document: DocumentNode
    operation: OperationDefinitionNode
    variables: Mapping[str, Any]


class _Asked(NamedTuple):
    """A root as one city is asked it: of a list of ids those that are the city's, with their places in the whole."""

    field: FieldNode
    places: tuple[int, ...] = ()
    values: tuple[Any, ...] = ()

    @property
    def key(self) -> str:
        """Its name in the answer."""
        return _key(self.field)


def split(question: Question, home: str, cities: Collection[str]) -> Split:
    """Each root to the city that its ids name, a list of ids piece by piece, everything else to the caller's own."""
    asked: dict[str, list[_Asked]] = {}
    lengths: dict[str, int] = {}
    unknown: list[tuple[str | int, ...]] = []
    for field in question.operation.selection_set.selections:
        assert isinstance(field, FieldNode), "routers write roots out"
        given, listed = _given(field, question.variables), LISTS.get(field.name.value)
        if listed is None:
            city = next(_codes(given), home)
            if city in cities:
                asked.setdefault(city, []).append(_Asked(field))
            else:
                unknown.append((_key(field),))
            continue
        values = given.get(listed[0])
        values = values if isinstance(values, list) else []
        lengths[_key(field)] = len(values)
        for city, places in _by_city(values, home).items():
            if city in cities:
                asked.setdefault(city, []).append(_Asked(field, places, tuple(values[each] for each in places)))
            else:
                unknown += [(_key(field), place) for place in places]
    parts = tuple(_part(city, question, fields) for city, fields in asked.items())
    return Split(parts, lengths, tuple(unknown))


def _by_city(values: Sequence[Any], home: str) -> dict[str, tuple[int, ...]]:
    """The places of the values that are each city's."""
    found: dict[str, list[int]] = {}
    for place, value in enumerate(values):
        found.setdefault(next(_codes(value), home), []).append(place)
    return {city: tuple(places) for city, places in found.items()}


def _key(field: FieldNode) -> str:
    return field.alias.value if field.alias else field.name.value


def _given(field: FieldNode, variables: Mapping[str, Any]) -> dict[str, Any]:
    """A field's arguments as values."""
    given = field.arguments or ()
    return {each.name.value: value_from_ast_untyped(each.value, dict(variables)) for each in given}


def _codes(value: Any) -> Iterator[str]:
    """The municipality codes of the ids in a value, in their order."""
    if isinstance(value, str):
        id = parsed(value)
        if id is not None:
            yield id.code
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from () if name in ELSEWHERE else _codes(each)
    elif isinstance(value, Sequence):
        for each in value:
            yield from _codes(each)


def _part(city: str, question: Question, fields: Sequence[_Asked]) -> Part:
    """The operation for one city: its roots, their variables and fragments, the ids that are its own."""
    selected, defined, variables = [], [], {}
    for number, each in enumerate(fields):
        listed = LISTS.get(each.field.name.value)
        if listed is None:
            selected.append(each.field)
            continue
        name = f"{OWN}{number}"
        own = ArgumentNode(name=NameNode(value=listed[0]), value=_variable(name))
        selected.append(_with(each.field, arguments=(own,), selection_set=_telling(each.field, question.document)))
        defined.append(VariableDefinitionNode(variable=_variable(name), type=_list_of(listed[1])))
        variables[name] = list(each.values)
    used = _Used(question.document)
    for field in selected:
        visit(field, used)
    theirs = question.operation.variable_definitions or ()
    kept = [each for each in theirs if each.variable.name.value in used.variables]
    whole = _with(
        question.operation,
        variable_definitions=(*kept, *defined),
        selection_set=SelectionSetNode(selections=tuple(selected)),
    )
    return Part(
        city=city,
        query="\n".join(map(print_ast, (whole, *used.fragments.values()))),
        variables={name: value for name, value in question.variables.items() if name in used.variables} | variables,
        roots=tuple(each.key for each in fields),
        places={each.key: each.places for each in fields if each.field.name.value in LISTS},
        representations={each.key: each.values for each in fields if each.field.name.value in LISTS},
        ids=used.ids,
    )


def _telling(field: FieldNode, document: DocumentNode) -> SelectionSetNode:
    """What is asked of a list of ids, and under names of ours which entity each is, so that answers can be checked."""
    selections = field.selection_set.selections if field.selection_set else ()
    if field.name.value == "nodes":
        return SelectionSetNode(selections=(*selections, _told("id")))
    kinds = {
        each.name.value: each.type_condition
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    ids = [each for selection in selections for each in _telling_id(selection, kinds)]
    return SelectionSetNode(selections=(*selections, *ids, _told("__typename")))


def _telling_id(selection: SelectionNode, kinds: Mapping[str, NamedTypeNode]) -> Iterator[SelectionNode]:
    """Beside what is asked of a type, the id."""
    if isinstance(selection, InlineFragmentNode):
        kind = selection.type_condition
    else:
        kind = kinds.get(selection.name.value) if isinstance(selection, FragmentSpreadNode) else None
    if kind is not None:
        told = SelectionSetNode(selections=(_told("id"),))
        yield InlineFragmentNode(type_condition=kind, directives=(), selection_set=told)


def _told(name: str) -> FieldNode:
    return FieldNode(alias=NameNode(value=f"{OWN}_{name}"), name=NameNode(value=name), arguments=(), directives=())


class _Used(Visitor):
    """The variables and fragments that nodes speak of, and the names that they give to ids."""

    def __init__(self, document: DocumentNode) -> None:
        super().__init__()
        self.variables: set[str] = set()
        self.fragments: dict[str, FragmentDefinitionNode] = {}
        self.ids = {"id"}
        self._defined = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        """Note it."""
        self.variables.add(node.name.value)

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Note what an id is called."""
        if node.name.value == "id":
            self.ids.add(_key(node))

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        """Note the fragment, and what it speaks of."""
        name = node.name.value
        if name in self._defined and name not in self.fragments:
            self.fragments[name] = self._defined[name]
            visit(self._defined[name], self)


def _variable(name: str) -> VariableNode:
    return VariableNode(name=NameNode(value=name))


def _list_of(kind: str) -> TypeNode:
    """`[kind!]!`."""
    inner = NonNullTypeNode(type=NamedTypeNode(name=NameNode(value=kind)))
    return NonNullTypeNode(type=ListTypeNode(type=inner))


def _with(node: N, **changes: object) -> N:
    return type(node)(**{key: getattr(node, key) for key in node.keys} | changes)
