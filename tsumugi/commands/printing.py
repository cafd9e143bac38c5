"""`tsumugi schema print` and `tsumugi docs`: what the product says of itself."""

from importlib.metadata import version
from pathlib import Path

from models.organisation import CallerKind
from schema.graph import sdl
from schema.report import permissions_page
from tsumugi.federation.changes import changes, may_break, page
from tsumugi.halt import Halt
from tsumugi.town.page import town_page

RELEASED = Path(__file__).parents[2] / "schema" / "released.graphql"  # its first line says of which version
CHANGELOG = """# What changes in the graph

Printed by `tsumugi docs schema-changelog`; do not edit. `scripts/check` compares, and fails when something breaks
clients although the version has not grown enough: by its minor number before 1.0.0, by its major number after. Until
then a field that is no longer wanted is deprecated, with a reason and the date when it goes. A release puts its graph
into `schema/released.graphql`, and this page begins anew.

"""


def schema_print(kind: str | None) -> str:
    """The SDL; for a kind of caller only the part that it may use."""
    return sdl() if kind is None else sdl(kind_named(kind))


def kind_named(text: str) -> CallerKind:
    """The kind of caller that is meant; raises Halt for none of them."""
    kinds = {found.name: found for found in CallerKind}
    wished = kinds.get(text.upper().replace("-", "_"))
    if wished is None:
        found = ", ".join(each.value for each in CallerKind)
        raise Halt(f"KIND must be one of {found}. The names of the demo's cast are for login, query and load.")
    return wished


def docs_permissions() -> str:
    """docs/permissions.md as the live schema has it."""
    return permissions_page()


def docs_schema_changelog() -> str:
    """docs/schema-changelog.md; raises Halt when the graph breaks clients and the version may not."""
    return CHANGELOG + changelog(RELEASED.read_text(encoding="utf-8"), sdl(), version("tsumugi"))


def changelog(released: str, current: str, ours: str) -> str:
    """What changed since a graph was released, whose first line says of which version; raises Halt likewise."""
    first, _, before = released.partition("\n")
    theirs, found = first.removeprefix("# "), changes(before, current)
    if found.breaking and not may_break(theirs, ours):
        advice = f"This breaks clients of {theirs}; deprecate instead, or raise the version above {ours}:"
        raise Halt("\n".join([advice, *found.breaking]))
    return page(found, theirs, ours)


def docs_town() -> str:
    """docs/town.md as the reader of town files has it."""
    return town_page()
