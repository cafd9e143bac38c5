"""The page that privacy officers read: who sees which field, printed from the live schema."""

from collections.abc import Iterator

from auth.access import Access, usable, verdict
from auth.access import Standing as Stand
from auth.caller import HIGHEST
from auth.group import Group
from auth.groups import GROUPS
from auth.policy import POLICIES, Policy, Right
from auth.purpose import PURPOSES
from models.organisation import CallerKind
from models.subject import Noun
from schema.node import DEEDS, DEEDS_OF_ALL, NODES, ROOTS

HEAD = """# Permissions

Printed from the live schema by `tsumugi docs permissions`; do not edit. `scripts/check` compares.

A field belongs to one or more *field groups*; a caller sees it when one of the groups admits the caller. A row of a
table below is a *policy*: a kind of caller and, for residents and organisations, a relation to the child, rider or
account that the field is about. Everything that is not listed is denied.

| sign | meaning |
|---|---|
| R | reads |
| RW | reads and writes |
| Rm | reads, but nothing from which a place follows |
| Rc | reads by consent: per child and field group, with an end, revocable |
| Rd, RWd | by duty, with a stated purpose that covers the group; closed where no purpose of theirs does |
| O | only rows that this caller supplied |
| P | public |
"""


def permissions_page() -> str:
    """docs/permissions.md, a trailing newline included."""
    parts = [HEAD, _policies(), _groups(), _fields(), _roots(), _deeds(), _purposes()]
    return "\n".join(parts)


def letters(group: Group, policy: Policy) -> str:
    """The cell of the matrix: `R`, `RW`, `Rm`, `Rc`, `Rd`, `RWd`, `O`, `O+Rc`, `P` or `-`."""
    if group.is_public:
        return "P"
    return "+".join(sorted(map(_letter, group.alternatives(policy)))) or "-"


def _letter(right: Right) -> str:
    if Right.OWN in right:
        return "O"
    marks = {Right.WRITE: "W", Right.MASKED: "m", Right.CONSENT: "c", Right.DUTY: "d"}
    return "R" + "".join(mark for flag, mark in marks.items() if flag in right)


def _table(*rows: tuple[str, ...]) -> str:
    head, *rest = rows
    lines = [head, ("---",) * len(head), *rest]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _policies() -> str:
    rows = [(f"`{each.name}`", each.kind.value, each.says) for each in POLICIES]
    return "## Policies\n\n" + _table(("policy", "kind of caller", "who that is"), *rows)


def _groups() -> str:
    parts = ["## Field groups\n"]
    for group in GROUPS:
        cells = [(f"`{each.name}`", letters(group, each)) for each in POLICIES if letters(group, each) != "-"]
        admitted = "everybody (P)" if group.is_public else ", ".join(f"{name} {sign}" for name, sign in cells)
        parts.append(f"### {group.name}\n\n{group.says} Admits: {admitted or 'nobody'}.{_without_purpose(group)}\n")
    return "\n".join(parts)


def _without_purpose(group: Group) -> str:
    """Whose duty reaches the group by the table, although no purpose of theirs opens it."""
    names = [f"`{policy.name}`" for policy in POLICIES if _is_never_stated(group, policy)]
    return f" No purpose of today opens it to {', '.join(names)}." if names else ""


def _is_never_stated(group: Group, policy: Policy) -> bool:
    is_opened = any(policy.kind in each.kinds and group in each.opens for each in PURPOSES.values())
    return not is_opened and any(Right.DUTY in right for right in group.alternatives(policy))


def _fields() -> str:
    parts = ["## Nodes\n"]
    for node in sorted(NODES.values(), key=lambda each: each.name):
        rows = [
            (
                f"`{name}`",
                _named(each.access),
                "place" if _is_place(each.access) else "",
                _seen_by(each.access, node.noun),
            )
            for name, each in node.fields.items()
        ]
        about = f"About: {node.noun.value}.\n\n" if node.noun else ""
        parts.append(f"### {node.name}\n\n{about}" + _table(("field", "field groups", "", "seen by"), *rows))
    return "\n".join(parts)


def _roots() -> str:
    parts = ["## Roots\n"]
    for owner, fields in ROOTS.items():
        rows = [
            (f"`{name}`", _named(each.access), ", ".join(_kinds(each.access, each.noun)))
            for name, each in fields.items()
        ]
        parts.append(f"### {owner}\n\n" + _table(("field", "field groups", "kinds of caller"), *rows))
    return "\n".join(parts)


def _deeds() -> str:
    rows = [(f"`{name}`", _named(access), _done_by(name, access, noun)) for name, (access, noun) in DEEDS.items()]
    return "## Deeds\n\n" + _table(("deed", "field groups", "done by"), *rows)


def _done_by(name: str, access: Access, noun: Noun | None) -> str:
    """By whom: for a deed that asks no relation, everybody of the kind who has logged in."""
    return f"every {', '.join(_kinds(access, noun))}" if name in DEEDS_OF_ALL else _seen_by(access, noun)


def _purposes() -> str:
    rows = [
        (
            f"`{each.code}`",
            f"{each.ja} / {each.en}",
            ", ".join(sorted(kind.value for kind in each.kinds)),
            ", ".join(sorted(group.name for group in each.opens)),
        )
        for each in PURPOSES.values()
    ]
    return "## Purposes\n\n" + _table(("code", "purpose", "stated by", "opens"), *rows)


def _named(access: Access) -> str:
    if access.told:
        return "none: it tells callers of their own permissions"
    return ", ".join(f"`{group.name}`" for group in access.groups)


def _is_place(access: Access) -> bool:
    return access.place or all(group.reveals_place for group in access.groups)


def _seen_by(access: Access, noun: Noun | None) -> str:
    if access.is_public:
        return "everybody"
    return ", ".join(_signed(access, noun)) or "nobody"


def _signed(access: Access, noun: Noun | None) -> Iterator[str]:
    for policy in POLICIES:
        ways = {_letter(way.right) for way in usable(access, noun, policy.kind) if way.policy is policy}
        if ways:
            yield f"`{policy.name}` {'+'.join(sorted(ways))}"


def _kinds(access: Access, noun: Noun | None) -> list[str]:
    if access.is_public:
        return ["everybody"]
    if access.told:
        return ["everybody who has logged in"]
    stands = [Stand(kind, purpose, HIGHEST) for kind in CallerKind for purpose in (None, *PURPOSES.values())]
    kinds = {each.kind for each in stands if not verdict(access, noun, each).is_closed}
    return [kind.value for kind in CallerKind if kind in kinds]
