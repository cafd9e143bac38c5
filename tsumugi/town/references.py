"""What a town file's entries say of one another by id: nothing twice, nothing that is not there."""

from collections.abc import Iterator
from typing import Any

from models.ids import CODE_LENGTH
from tsumugi.town.draft import Draft, Entry
from tsumugi.town.rows import SHELVES
from tsumugi.town.shape import FORMS, HEAD, STAFF, Kind

PAIRS = (("seat", "ride_id", "rider_id"),)  # one seat for one rider in one ride


def check_references(draft: Draft) -> None:
    """Note every double and every dangling value."""
    _check_doubles(draft)
    _check_targets(draft)
    _check_issuer(draft)
    for entry, client, kind in draft.having("organisation", "client", "kind"):
        if kind in STAFF:
            draft.fault(
                entry, "client", f'an office does not log in, so "{client}" belongs to one of its staff members'
            )


def _check_issuer(draft: Draft) -> None:
    """What the graph shows has an id of this city, also when it came from elsewhere: an id must not tell the place."""
    code = draft.head.get("code")
    for table in sorted({shelf.name for shelf in SHELVES if hasattr(shelf.model, "subject")}):
        for entry, id_ in draft.having(table, "id") if code else ():
            if not id_.startswith(code):
                draft.fault(
                    entry,
                    "id",
                    f'begins with another code than the town, "{code}": what came from elsewhere gets an id of ours',
                )


def _check_doubles(draft: Draft) -> None:
    seen: dict[Any, Entry] = {}
    for entry, key, value in (*_unique_values(draft), *_pairs(draft)):
        earlier = seen.setdefault(value, entry)
        if earlier is not entry:
            draft.fault(entry, key, f"is there already, in [[{earlier.table}]] number {earlier.position + 1}")


def _unique_values(draft: Draft) -> Iterator[tuple[Entry, str, Any]]:
    for table, form in FORMS.items():
        for key in form.keys.values():
            if key.is_unique:  # an id is unique in the whole file, another value in its column
                scope = "id" if key.name == "id" else (table, key.name)
                yield from ((entry, key.name, (scope, value)) for entry, value in draft.having(table, key.name))
    for entry, login, name, _id in draft.logins():
        yield entry, login, ("login", name)


def _pairs(draft: Draft) -> Iterator[tuple[Entry, str, Any]]:
    for table, first, second in PAIRS:
        for entry, one, other in draft.having(table, first, second):
            yield entry, second, (table, one, other)


def _is_earlier(draft: Draft, entry: Entry, id_: str) -> bool:
    """An entry replaces one that stands before it."""
    other = draft.by_key[entry.table].get(id_)
    return other is not None and other.position < entry.position


def _check_targets(draft: Draft) -> None:
    codes = draft.by_key["municipality"]
    for name in HEAD.keys() & draft.head.keys():
        if HEAD[name].kind is Kind.CODE and draft.head[name] not in codes:
            draft.faults.add(
                draft.lines.get((name,), 1), name, f'no [[municipality]] has the code "{draft.head[name]}"'
            )
    for table, form in FORMS.items():
        for key in form.keys.values():
            for entry, value in draft.having(table, key.name):
                if key.kind is Kind.ID and value[:CODE_LENGTH] not in codes:
                    draft.fault(entry, key.name, f'no [[municipality]] has the code "{value[:CODE_LENGTH]}" of this id')
                if table in key.targets and not _is_earlier(draft, entry, value):
                    draft.fault(entry, key.name, f'no [[{table}]] above it has "{value}"')
                elif key.targets and not any(value in draft.by_key[target] for target in key.targets):
                    draft.fault(entry, key.name, f'no [[{"]] or [[".join(key.targets)}]] has "{value}"')
