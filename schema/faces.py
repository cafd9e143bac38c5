"""Faces: strawberry types made from declarations, one resolver per kind of declaration. The reference path."""

import asyncio
import inspect
from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import Enum
from operator import attrgetter
from typing import Any, Generic, TypeVar, get_args, get_origin

import strawberry
from graphql import GraphQLObjectType, GraphQLSchema
from strawberry.federation.schema_directives import ListSize

from auth.access import Access, Verdict, usable
from models.organisation import STAFF_KINDS, CallerKind
from models.subject import Noun
from resolvers.context import Context
from resolvers.cursor import PAGE_DEFAULT, Chosen, Window
from resolvers.looks import Looks, cells_of
from resolvers.reader import Page, Reader
from resolvers.source import Catalogue, Listing
from resolvers.statements import Reading
from schema.declare import Field, What

T = TypeVar("T")
Info = strawberry.Info[Context, None]
STORED_TYPES = {str, int, float, bool, date, datetime, strawberry.ID}
AUDIENCES = ("public", "resident", "staff", "partner")
PAGING = {"first": int | None, "after": str | None, "last": int | None, "before": str | None}


def camel(name: str) -> str:
    """A Python name as GraphQL spells it."""
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


def is_enum(hint: Any) -> bool:
    """Whether the type is one of our enums."""
    return inspect.isclass(hint) and issubclass(hint, Enum)


def audience(kind: CallerKind) -> str:
    """The contract by which callers of this kind, who have logged in, see the graph."""
    if kind is CallerKind.RESIDENT:
        return "resident"
    return "staff" if kind in STAFF_KINDS else "partner"


def audiences(access: Access, noun: Any) -> list[str]:
    """The contracts that hold a field: those of every kind that could ever see it; staff hold all for the console."""
    if access.is_public:
        return list(AUDIENCES)
    if access.told:
        return [name for name in AUDIENCES if name != "public"]
    found = {audience(kind) for kind in CallerKind if usable(access, noun, kind)}
    return [name for name in AUDIENCES if name in found] or ["staff"]


@strawberry.interface(name="Node", description="Anything with an id of its own.")
class NodeFace:
    """The Relay interface."""

    id: strawberry.ID = strawberry.federation.field(description="Opaque; see the conventions.", tags=list(AUDIENCES))


def everywhere(resolver: Callable[..., Any], says: str, *directives: object) -> Any:
    """A field of the plumbing: in every contract, behind the permission of what led to it."""
    return strawberry.federation.field(
        resolver=resolver, description=says, tags=list(AUDIENCES), directives=list(directives)
    )


def _has_next(page: strawberry.Parent[Page]) -> bool:
    return page.has_next_page


def _has_previous(page: strawberry.Parent[Page]) -> bool:
    return page.has_previous_page


def _start(page: strawberry.Parent[Page]) -> str | None:
    return page.start_cursor


def _end(page: strawberry.Parent[Page]) -> str | None:
    return page.end_cursor


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Relay's page information."""

    has_next_page: bool = everywhere(_has_next, "Whether rows follow.")
    has_previous_page: bool = everywhere(_has_previous, "Whether rows precede.")
    start_cursor: str | None = everywhere(_start, "The cursor of the first row.")
    end_cursor: str | None = everywhere(_end, "The cursor of the last row.")


def _node_of(edge: strawberry.Parent[Any]) -> Any:
    return edge[1]


def _cursor_of(edge: strawberry.Parent[Any]) -> str:
    page, record = edge
    return str(page.cursor(record))


@strawberry.type(description="A row with its place in the list.")
class Edge(Generic[T]):
    """Relay's edge."""

    node: T = everywhere(_node_of, "The row.")
    cursor: str = everywhere(_cursor_of, "Its place, for after and before; bound to the caller and the list.")


def _edges_of(page: strawberry.Parent[Page]) -> Any:
    return [(page, record) for record in page.records]


def _info_of(page: strawberry.Parent[Page]) -> Any:
    return page


async def _total_of(page: strawberry.Parent[Page]) -> int | None:
    return await page.count()


@strawberry.type(description="A list in pages, in both directions, stable under inserts.")
class Connection(Generic[T]):
    """Relay's connection over a `Page`."""

    edges: list[Edge[T]] = everywhere(_edges_of, "The rows of this page.")
    page_info: PageInfo = everywhere(_info_of, "Where this page stands.")
    total_count: int | None = everywhere(_total_of, "How many rows there are in all; counted only when asked for.")


def value(cls: type) -> Any:
    """A value: plain attributes, seen together with the field that shows it; it leads nowhere."""
    roads = [name for name in cls.__annotations__ if name in cls.__dict__]
    if roads:
        raise TypeError(f"{cls.__name__}: a value has plain attributes only, not {', '.join(roads)}")
    hints: dict[str, Any] = cls.__annotations__
    for name, hint in hints.items():
        directives = [sized()] if list in {get_origin(each) for each in (hint, *get_args(hint))} else []
        setattr(cls, name, strawberry.federation.field(tags=list(AUDIENCES), directives=directives))
    return strawberry.type(cls, description=inspect.getdoc(cls))


def node_face(cls: type, node: Any) -> Any:
    """The strawberry entity of a node. It has no constructor and no reference resolver: rows come from the reader."""
    names = {each.name: _node_field(each, node) for each in node.fields.values()}
    hints = {each.name: each.hint | None if each.nullable else each.hint for each in node.fields.values()}
    body = {
        **names,
        "__annotations__": hints,
        "__doc__": cls.__doc__,
        "__module__": cls.__module__,
        "is_type_of": classmethod(lambda _cls, row, _info: isinstance(row, node.source.record)),
    }
    made = type(cls.__name__, (NodeFace,), body)
    return strawberry.federation.type(made, keys=["id"], description=inspect.getdoc(cls), authenticated=True)


def root_face(cls: type, fields: dict[str, Field]) -> Any:
    """The strawberry type of a class of roots."""
    names = {each.name: _face(each, _root_resolver(each), each.noun) for each in fields.values()}
    hints = {each.name: each.hint | None if each.nullable else each.hint for each in fields.values()}
    body = {**names, "__annotations__": hints, "__doc__": cls.__doc__, "__module__": cls.__module__}
    return strawberry.type(type(cls.__name__, (), body), description=inspect.getdoc(cls))


def _face(each: Field, resolver: Callable[..., Any], noun: Any) -> Any:
    is_page = each.listing is not None or get_origin(each.hint) is Connection
    directives = [sized(is_page=is_page)] if is_page or get_origin(each.hint) is list else []
    return strawberry.federation.field(
        resolver=resolver,
        description=each.says or None,
        tags=audiences(each.access, noun),
        directives=directives,
    )


def sized(*, is_page: bool = False) -> ListSize:
    """What a router may assume of the size of a list."""
    return ListSize(
        assumed_size=PAGE_DEFAULT,
        slicing_arguments=["first", "last"] if is_page else strawberry.UNSET,
        sized_fields=["edges"] if is_page else strawberry.UNSET,
        require_one_slicing_argument=False if is_page else strawberry.UNSET,
    )


def _node_field(each: Field, node: Any) -> Any:
    makers = {
        What.STORED: _stored,
        What.ONE: _one,
        What.PAGE: _page,
        What.COMPUTED: _computed,
    }
    return _face(each, makers[each.what](each, node), node.source.subject.noun)


def _stored(each: Field, node: Any) -> Callable[..., Any]:
    key = each.column.key if each.column is not None else each.name
    subject, watch, cell = node.source.subject, watch_of(node), cell_of(each, node)
    about = subject.column

    def resolve(row: strawberry.Parent[Any], info: Info) -> Any:
        context = info.context
        if not context.caller.sees(each.access, subject, row):
            return None
        found = getattr(row, key)
        looks = watch(context)
        if looks is not None and found is not None and cell is not None:
            looks.saw(cell, getattr(row, about))
        return found

    return resolve


def cell_of(each: Field, node: Any) -> str | None:
    """The name under which the access log notes a field of a node; None for what is public, which it does not."""
    return None if each.access.is_public else f"{node.name}.{camel(each.name)}"


def watch_of(node: Any) -> Callable[[Context], Looks | None]:
    """Where looks at rows of a node are noted: those at the access log of everybody."""
    return attrgetter("notes" if node.source.subject.noun is Noun.LOOK else "looks")


def unwrap(schema: GraphQLSchema, nodes: Iterable[Any]) -> None:
    """Let graphql-core call the resolvers of stored fields and of the plumbing without strawberry's wrapper.

    They take no arguments and need of `info` the context alone; the wrapper is a third of the cost of an answer.
    """
    for node in nodes:
        fields = _object(schema, node.name).fields
        for name, each in node.fields.items():
            if each.what is What.STORED:
                fields[name].resolve = _stored(each, node)
        for suffix, plumbing in PLUMBING.items():
            if f"{node.name}{suffix}" in schema.type_map:
                for name, resolve in plumbing.items():
                    _object(schema, f"{node.name}{suffix}").fields[name].resolve = resolve


def _object(schema: GraphQLSchema, name: str) -> GraphQLObjectType:
    found = schema.type_map[name]
    if not isinstance(found, GraphQLObjectType):
        raise TypeError(f"{name} is no object type")
    return found


def _bare(resolve: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """A resolver of the plumbing as graphql-core calls it."""
    return lambda row, _info: resolve(row)


PLUMBING = {
    "Connection": {"edges": _bare(_edges_of), "pageInfo": _bare(_info_of)},
    "Edge": {"node": _bare(_node_of), "cursor": _bare(_cursor_of)},
}


def _one(each: Field, node: Any) -> Callable[..., Any]:
    key = each.via.key if each.via is not None else each.name
    subject = node.source.subject

    async def resolve(row: strawberry.Parent[Any], info: Info) -> Any:
        about = getattr(row, key) if info.context.caller.sees(each.access, subject, row) else None
        return None if about is None else await info.context.reader.one(each.target.source, about)

    return resolve


def _page(each: Field, node: Any) -> Callable[..., Any]:
    subject = node.source.subject

    async def resolve(row: strawberry.Parent[Any], info: Info, **window: Any) -> Any:
        if not info.context.caller.enters(each.access, subject, row):
            return None
        return await info.context.reader.page(_listing(each), row.id, Window(**{**NO_WINDOW, **window}))

    return _with_arguments(resolve, PAGING, row=ROW)


def _computed(each: Field, node: Any) -> Callable[..., Any]:
    subject, watch, cell = node.source.subject, watch_of(node), cell_of(each, node)

    async def resolve(row: strawberry.Parent[Any], info: Info, **arguments: Any) -> Any:
        if not info.context.caller.sees(each.access, subject, row) or each.by is None:
            return None
        inputs = [await _input(info.context.reader, part, row) for part in each.inputs]
        found = each.by(info.context.today, *inputs, **arguments)
        looks = watch(info.context)
        if looks is not None and found is not None and cell is not None:
            looks.saw(cell, getattr(row, subject.column), cells_of(found))
        return found

    return _with_arguments(resolve, each.arguments, row=ROW)


async def _input(reader: Reader, part: Any, row: Any) -> Any:
    """What a computed field is computed from."""
    if isinstance(part, Listing):
        return await reader.below(part, row.id)
    return await reader.whole(part) if isinstance(part, Catalogue) else getattr(row, part.key)


ROW: Any = strawberry.Parent[Any]  # type: ignore[misc]  # a marker that strawberry reads
NO_WINDOW: dict[str, Any] = dict.fromkeys(PAGING)


def _listing(each: Field) -> Listing:
    assert each.listing is not None, f"{each.name} is no list"
    return each.listing


def _root_resolver(each: Field) -> Callable[..., Any]:
    makers = {What.KEYED: _keyed, What.LISTED: _listed, What.SPACE: _space, What.FREE: _free, What.TOLD: _free}
    return (makers | {What.TALLIED: _tallied})[each.what](each)


def _keyed(each: Field) -> Callable[..., Any]:
    is_list = get_origin(each.hint) is list
    is_given = each.target is None  # any node: the client named it

    async def resolve(info: Info, **arguments: Any) -> Any:
        found = each.keys(info.context, **arguments) if each.keys else None
        if is_list:
            rows = [_behind(info, key, is_given=is_given) for key in found or ()]
            return await asyncio.gather(*rows)  # one batch, not one by one
        return await _behind(info, found, is_given=is_given)

    return _with_arguments(resolve, each.arguments)


async def _behind(info: Info, key: tuple[Any, str] | None, *, is_given: bool) -> Any:
    """The row of a (node, id), through its door; an id that the client gave is noted when it was in vain."""
    if key is None:
        return None
    row = await info.context.reader.one(key[0].source, key[1])
    if row is None and is_given:
        note_vain(info.context, key[1])
    return row


def note_vain(context: Context, id: str) -> None:
    """Note that a well-formed id led to nothing, unknown or forbidden alike."""
    if context.notes is not None:
        context.notes.tried(id)


def _listed(each: Field) -> Callable[..., Any]:
    async def resolve(info: Info, **given: Any) -> Any:
        listing, caller = _listing(each), info.context.caller
        asked = Window(**{**NO_WINDOW, **{name: given[name] for name in given if name in PAGING}})
        if caller.verdict(each.access, listing.source.subject and listing.source.subject.noun).is_closed:
            return _empty(listing, info.context.reader.cursors.reading(listing, None, asked))
        return await info.context.reader.page(listing, None, asked, chosen_of(listing, given))

    return _with_arguments(resolve, PAGING | each.arguments)


def chosen_of(listing: Listing, given: dict[str, Any]) -> Chosen:
    """The values that a client chose of a root listing's rows; null is none."""
    return tuple((name, given[name]) for name in listing.where if given.get(name) is not None)


def _empty(listing: Listing, reading: Reading) -> Page:
    async def count() -> int:
        return 0

    return Page(listing, [], has_more=False, reading=reading, cursor=str, count=count)


def _space(each: Field) -> Callable[..., Any]:
    def resolve(info: Info) -> Any:
        return (each.by and each.by(info.context.caller)) or None

    return resolve


def _free(each: Field) -> Callable[..., Any]:
    async def resolve(info: Info, **arguments: Any) -> Any:
        return await each.by(info.context, **arguments) if each.by else None

    return _with_arguments(resolve, each.arguments)


def _tallied(each: Field) -> Callable[..., Any]:
    async def resolve(info: Info, **arguments: Any) -> Any:
        is_open = info.context.caller.verdict(each.access, each.noun) is Verdict.OPEN
        return await each.by(info.context, **arguments) if is_open and each.by else None

    return _with_arguments(resolve, each.arguments)


def _with_arguments(resolve: Callable[..., Any], arguments: dict[str, Any], **leading: Any) -> Callable[..., Any]:
    """The resolver with the declared arguments as its signature; what may be null may be left out."""
    hints = {**leading, "info": Info, **arguments}
    optional = {name for name, hint in arguments.items() if type(None) in get_args(hint)}
    return with_signature(resolve, {**hints, "return": Any}, optional)


def with_signature(resolve: Callable[..., Any], hints: dict[str, Any], optional: set[str]) -> Callable[..., Any]:
    """A function that takes and returns what `hints` say."""
    resolve.__annotations__ = hints
    resolve.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY if name in optional else inspect.Parameter.POSITIONAL_OR_KEYWORD,
                annotation=hint,
                default=strawberry.UNSET if name in optional else inspect.Parameter.empty,
            )
            for name, hint in hints.items()
            if name != "return"
        ]
    )
    return resolve
