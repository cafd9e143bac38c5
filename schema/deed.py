"""The kit of deeds: `deed` declares one with its permission, `@deeds` builds the mutations.

A deed takes one `input:` object and answers a union of what it made and `Refused`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, get_type_hints

import strawberry

from auth.access import Access
from auth.group import Group
from models.refusal import RefusalCode
from models.refusal import Refused as RefusedRow
from resolvers import deed as frame
from rules.messages import message
from schema.declare import access_of
from schema.faces import Info, audiences, camel, everywhere, sized, with_signature
from schema.node import DEEDS, NODES, Node

strawberry.enum(RefusalCode, description="Why a deed was not done (拒否理由).")


@dataclass(slots=True, eq=False)
class Declared:
    """A declared deed before its class is read."""

    access: Access
    by: Callable[..., Any]
    says: str


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


def deed(*groups: Group, by: Callable[..., Any], says: str = "") -> Any:
    """A deed for those who may write one of the groups; `by(task, input)` does it. See resolvers/deed.py."""
    return Declared(access_of(groups, writes=True), by, says)


def deeds(about: Any) -> Callable[[type], Any]:
    """The class of all deeds about one kind of node. Each is annotated with the node that it makes."""

    def make(cls: type) -> Any:
        hints = get_type_hints(cls)
        bare = [name for name in hints if not isinstance(vars(cls).get(name), Declared)]
        if bare:
            raise TypeError(f"{cls.__name__}: no permission on {', '.join(bare)}")
        subject: Node = about.__tsumugi__
        body: dict[str, Any] = {"__doc__": cls.__doc__, "__module__": cls.__module__, "__annotations__": {}}
        for name, made in hints.items():
            payload, body[name] = _mutation(name, vars(cls)[name], made, subject)
            body["__annotations__"][name] = payload
        return strawberry.type(type(cls.__name__, (), body), description=cls.__doc__)

    return make


def _mutation(name: str, declared: Declared, made: Any, about: Node) -> tuple[Any, Any]:
    title = camel(name)[0].upper() + camel(name)[1:]
    given = get_type_hints(declared.by)["given"]
    asked = strawberry.input(given, name=f"{title}Input", description=given.__doc__)
    target: Node = made.__tsumugi__
    inner = frame.Deed(name, declared.access, about.source, declared.by)

    async def resolve(info: Info, **arguments: Any) -> Any:
        answer = await frame.done(info.context, inner, arguments["input"])
        if isinstance(answer, RefusedRow):
            return answer
        row = await info.context.reader.one(NODES[target.name].source, answer)
        return RefusedRow(RefusalCode.NOT_FOUND) if row is None else row  # an old key of who may see it no more

    payload = Annotated[made | Refused, strawberry.union(f"{title}Payload", description="What was made, or why not.")]
    DEEDS[camel(name)] = (declared.access, about.noun)
    return payload, strawberry.federation.mutation(
        resolver=with_signature(resolve, {"info": Info, "input": asked, "return": payload}, set()),
        description=declared.says,
        tags=audiences(declared.access, about.noun),
    )
