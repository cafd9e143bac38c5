"""What a partner's SDL must keep to beside composing: it adds to our types and takes nothing of them over."""

import re
from collections.abc import Iterator
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldDefinitionNode,
    GraphQLError,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    StringValueNode,
    TypeDefinitionNode,
    parse,
)

MOST_CHARACTERS = 200_000
KEY = "id"
ROOTS = ("Query", "Mutation", "Subscription")
OBJECTS = (ObjectTypeDefinitionNode, ObjectTypeExtensionNode)
OWNERS = (*OBJECTS, InterfaceTypeDefinitionNode, InterfaceTypeExtensionNode)
MACHINERY = {"_entities", "_service", "_Any", "_Entity", "_Service"}
NEVER = {
    "shareable": "two servers would answer for one value, and a router takes either",
    "override": "it takes a field over",
    "interfaceObject": "it adds to every type of ours at once",
    "requires": "every field of ours is protected, and its value would travel to the partner",
    "provides": "what is ours is read from us",
    "authenticated": "who may see a field is decided by its server, not by the router",
    "requiresScopes": "who may see a field is decided by its server, not by the router",
    "policy": "who may see a field is decided by its server, not by the router",
}
Field = FieldDefinitionNode
# Words of a field's name that tell where a child is; an institution's do where it is meant itself, or its name.
PLACES = {"address", "area", "branch", "city", "district", "facility", "latitude", "location", "longitude", "place"}
PLACES |= {"postal", "prefecture", "room", "site", "station", "stop", "street", "town", "venue", "ward", "where", "zip"}
INSTITUTIONS = {"clinic", "hospital", "kindergarten", "library", "nursery", "school"}
OF_INSTITUTIONS = {"", "code", "id", "name", "url"}
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def faults(sdl: str, ours: str) -> list[str]:
    """One sentence each; none when the SDL may be composed with ours."""
    if len(sdl) > MOST_CHARACTERS:
        return [f"The SDL has more than {MOST_CHARACTERS:,} characters."]
    try:
        document = parse(sdl, no_location=True)
    except GraphQLError:
        return ["The SDL is not valid GraphQL."]
    return [*dict.fromkeys(_faults(document, _known(parse(ours, no_location=True))))]


def doubts(sdl: str) -> list[str]:
    """One sentence for each field of a valid SDL whose name says that it may tell where a child is.

    A name proves nothing, so nothing is refused for it: whoever publishes looks at these.
    """
    definitions = parse(sdl, no_location=True).definitions
    places = [
        f"{each.name.value}.{field.name.value}"
        for each in definitions
        if isinstance(each, OWNERS) and each.name.value not in MACHINERY
        for field in each.fields or ()
        if _tells_a_place(field.name.value)
    ]
    return [f"{each} may tell where a child is, which nobody can mask: look before it is published." for each in places]


def _tells_a_place(name: str) -> bool:
    words = [each.lower() for each in WORD.findall(name)]
    following = [*words[1:], ""]
    return any(
        word in PLACES or (word in INSTITUTIONS and after in OF_INSTITUTIONS)
        for word, after in zip(words, following, strict=True)
    )


def _known(document: DocumentNode) -> dict[str, set[str]]:
    """Our types with their fields."""
    return {
        each.name.value: {field.name.value for field in getattr(each, "fields", None) or ()}
        for each in document.definitions
        if isinstance(each, TypeDefinitionNode)
    }


def _faults(document: DocumentNode, known: dict[str, set[str]]) -> Iterator[str]:
    for each in document.definitions:
        name = getattr(getattr(each, "name", None), "value", "")
        if name in MACHINERY or not name:
            continue
        yield from _never(name, each)
        if isinstance(each, OWNERS):
            yield from _of_type(name, each, known)


def _of_type(name: str, definition: Any, known: dict[str, set[str]]) -> Iterator[str]:
    fields = [each for each in definition.fields or () if each.name.value not in MACHINERY]
    is_ours = name in known and name not in ROOTS
    if is_ours:
        keys = [_text(each, "fields") for each in definition.directives or () if each.name.value == "key"]
        if keys != [KEY]:
            yield f'{name} is ours: extend it by @key(fields: "{KEY}") and nothing else.'
    for field in fields:
        place = f"{name}.{field.name.value}"
        if is_ours and field.name.value == KEY:
            continue
        yield from _never(place, field)
        if field.name.value in known.get(name, ()):
            yield f"{place} is ours: a partner adds fields under names of its own."
        if is_ours and isinstance(field.type, NonNullTypeNode):
            yield f"{place} must be nullable: a partner may not know a child, and may not answer."
        if not any(each.name.value.endswith("tag") for each in field.directives or ()):
            yield f"{place} has no @tag: say to which contracts it belongs."


def _never(place: str, node: Any) -> Iterator[str]:
    for each in node.directives or ():
        name = each.name.value.removeprefix("federation__")
        if name in NEVER:
            yield f"{place} has @{name}: {NEVER[name]}."


def _text(directive: DirectiveNode, argument: str) -> str:
    values = [each.value for each in directive.arguments or () if each.name.value == argument]
    return values[0].value if values and isinstance(values[0], StringValueNode) else ""
