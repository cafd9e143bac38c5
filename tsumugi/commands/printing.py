"""`tsumugi schema print` and `tsumugi docs`: what the product says of itself."""

from models.organisation import CallerKind
from schema.graph import sdl
from schema.report import permissions_page
from tsumugi.halt import Halt
from tsumugi.town.page import town_page


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


def docs_town() -> str:
    """docs/town.md as the reader of town files has it."""
    return town_page()
