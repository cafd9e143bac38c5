"""The kit of deeds: `deed` declares one with its permission, `@deeds` builds the mutations.

A deed takes one `input:` object and answers a union of what it made and `Refused`.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_type_hints

import strawberry

from auth.access import Access
from auth.caller import Acr
from auth.group import Group
from models.ids import LETTER_AT, Letter
from models.organisation import CallerKind
from models.refusal import Refused as RefusedRow
from resolvers import deed as frame
from rules.messages import message
from schema.codes import RefusalCode
from schema.declare import access_of
from schema.faces import Info, audiences, camel, everywhere, sized, with_signature
from schema.node import DEEDS, DEEDS_OF_ALL, NODES, Node


@dataclass(slots=True, eq=False)
class Declared:
    """A declared deed before its class is read."""

    access: Access
    by: Callable[..., Any]
    says: str
    about: tuple[Any, ...] | None
    key: str | None
    ends: bool
    locks: bool
    purposes: frozenset[str] = frozenset()
    is_signed: bool = False


def _code(refused: strawberry.Parent[Any]) -> RefusalCode:
    return refused.code  # type: ignore[no-any-return]


def _message(refused: strawberry.Parent[Any], info: Info) -> str:
    return message(refused.code, info.context.language)


def _field(refused: strawberry.Parent[Any]) -> list[str] | None:
    return None if refused.field is None else ["input", *refused.field.split(".")]


@strawberry.type(description="A deed that was not done, and why (拒否). Nothing was written.")
class Refused:
    """The face of a typed refusal."""

    code: RefusalCode = everywhere(_code, "A stable code (コード).")
    message: str = everywhere(_message, "In the language asked for; Japanese by default (説明).")
    field: list[str] | None = everywhere(_field, "The input that caused it, if one did (項目).", sized())

    @classmethod
    def is_type_of(cls, row: Any, _info: Any) -> bool:
        """Whether a result is a refusal."""
        return isinstance(row, RefusedRow)


def deed(
    *groups: Group,
    by: Callable[..., Any],
    about: tuple[Any, ...] | None = None,
    key: str | None = "child_id",
    ends: bool = False,
    locks: bool = False,
    kinds: frozenset[CallerKind] | None = None,
    writes: bool | None = None,
    purposes: frozenset[str] = frozenset(),
    is_signed: bool = False,
    acr: Acr = Acr.CARD_PIN,
    says: str = "",
) -> Any:
    """A deed for those who may write one of the groups; `by(task, input)` does it. See resolvers/deed.py.

    `about`: the nodes that it may be about, if others than the class says; `key`: the name of their id in the input.
    Without a key it is for all who might write the group for somebody, and about what they do not hold yet. With
    `kinds` it is about what is read, for those of these kinds among its readers; or among its writers, where it
    `writes`. `purposes`: only with one of these. `is_signed`: its input holds a signed document.
    `acr`: how surely the caller must have been recognised, at least.
    """
    access = access_of(groups, writes=kinds is None if writes is None else writes, kinds=kinds, acr=acr)
    return Declared(access, by, says, about, key, ends, locks, purposes, is_signed)


def deeds(about: Any) -> Callable[[type], Any]:
    """The class of all deeds, mostly about one kind of node. Each is annotated with the nodes or value it answers."""

    def make(cls: type) -> Any:
        hints = get_type_hints(cls)
        bare = [name for name in hints if not isinstance(vars(cls).get(name), Declared)]
        if bare:
            raise TypeError(f"{cls.__name__}: no permission on {', '.join(bare)}")
        body: dict[str, Any] = {"__doc__": cls.__doc__, "__module__": cls.__module__, "__annotations__": {}}
        for name, made in hints.items():
            declared: Declared = vars(cls)[name]
            subjects = [each.__tsumugi__ for each in declared.about or (about,)]
            payload, body[name] = _mutation(name, declared, made, subjects)
            body["__annotations__"][name] = payload
        return strawberry.type(type(cls.__name__, (), body), description=cls.__doc__)

    return make


def _mutation(name: str, declared: Declared, made: Any, about: Sequence[Node]) -> tuple[Any, Any]:
    title = camel(name)[0].upper() + camel(name)[1:]
    given = get_type_hints(declared.by)["given"]
    asked = strawberry.input(given, name=f"{title}Input", description=inspect.getdoc(given))
    nodes = [each.__tsumugi__ for each in get_args(made) or (made,) if hasattr(each, "__tsumugi__")]
    targets: dict[Letter, str] = {each.letter: each.name for each in nodes}
    noun = about[0].noun
    known = {each.letter: frame.About(each.source, each.row) for each in about}
    inner = frame.Deed(
        name,
        declared.access,
        noun,
        declared.by,
        known,
        key=declared.key,
        ends=declared.ends,
        locks=declared.locks,
        unpacked=None if targets else _unpacked(declared.by),
        purposes=declared.purposes,
        is_signed=declared.is_signed,
    )

    async def resolve(info: Info, **arguments: Any) -> Any:
        answer = await frame.done(info.context, inner, arguments["input"])
        if isinstance(answer, RefusedRow):
            return answer
        if not isinstance(answer, str):
            return answer
        row = await info.context.reader.one(NODES[targets[Letter(answer[LETTER_AT])]].source, answer)
        # An old key of who may see it no more is answered like an unknown id.
        return RefusedRow(RefusalCode.NOT_FOUND, inner.key and camel(inner.key)) if row is None else row

    payload = Annotated[made | Refused, strawberry.union(f"{title}Payload", description="What was made, or why not.")]
    DEEDS[camel(name)] = (declared.access, noun)
    if declared.key is None:
        DEEDS_OF_ALL.add(camel(name))
    return payload, strawberry.federation.mutation(
        resolver=with_signature(resolve, {"info": Info, "input": asked, "return": payload}, set()),
        description=declared.says,
        tags=audiences(declared.access, noun),
    )


def _unpacked(by: Callable[..., Any]) -> Callable[[str], Any]:
    """How the values that a deed answers come back from the text of its receipt."""
    answers = get_args(get_type_hints(by)["return"])
    unpacked: Callable[[str], Any] = next(each.unpacked for each in answers if each is not RefusedRow)
    return unpacked
