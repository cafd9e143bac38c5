"""What changes for clients between two graphs; as a page, and whether the version may."""

from collections.abc import Iterator
from typing import NamedTuple

from graphql import GraphQLSchema, build_ast_schema, parse
from graphql.utilities import find_breaking_changes, find_dangerous_changes

OF_ROUTERS = ("join__", "link__")  # types and enums of a supergraph that no client sees


class Changes(NamedTuple):
    """Sentences of graphql-core, sorted."""

    breaking: tuple[str, ...]
    dangerous: tuple[str, ...]
    added: tuple[str, ...]


def changes(before: str, after: str) -> Changes:
    """From one SDL to another, subgraph or supergraph."""
    old, new = (build_ast_schema(parse(text, no_location=True), assume_valid=True) for text in (before, after))
    breaking = {each.description for each in find_breaking_changes(old, new)}
    dangerous = {each.description for each in find_dangerous_changes(old, new)}
    added = set(_names(new)) - set(_names(old))
    return Changes(*(tuple(sorted(filter(_is_shown, found))) for found in (breaking, dangerous, added)))


def _names(schema: GraphQLSchema) -> Iterator[str]:
    """Every type, and every field of a type, that clients can name."""
    for name, each in schema.type_map.items():
        if not name.startswith("__"):
            yield name
            yield from (f"{name}.{field}" for field in getattr(each, "fields", ()))


def _is_shown(sentence: str) -> bool:
    return not any(word in sentence for word in OF_ROUTERS)


def page(found: Changes, released: str, version: str) -> str:
    """docs/schema-changelog.md below its introduction."""
    parts = [f"Since {released}, in {version}:\n"]
    for title, sentences in (("Breaking", found.breaking), ("Dangerous", found.dangerous), ("Added", found.added)):
        lines = [f"- {_code(each)}" for each in sentences] or ["Nothing."]
        parts.append(f"## {title}\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def _code(sentence: str) -> str:
    """A name alone is code; a sentence is one already, with quoted names."""
    return sentence if " " in sentence else f"`{sentence}`"


def may_break(released: str, version: str) -> bool:
    """Whether this version may: by semantic versioning the major one, and before 1.0.0 the minor one, has grown."""
    old, new = ([int(part) for part in text.split(".")] for text in (released, version))
    return new[0] > old[0] or (new[0] == old[0] == 0 and new[1] > old[1])
