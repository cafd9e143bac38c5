"""What an entry of the register changes for people: who gains and who loses what on its day, by the ordinary decision.

The same transaction is asked before and after, for everybody whom the entries and consents of a child name.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from auth import relations
from auth.access import Access, Caller, alternatives
from auth.caller import Acr, Holder
from auth.group import Group
from auth.groups import ADDRESS_CONTACT, GROUPS, GUARDIANSHIP_EDGES, PROTECTION_FLAG, SHARE_GRANTS
from auth.policy import Right
from auth.purpose import PURPOSES
from models.child import Child
from models.columns import table_of
from models.grant import Grant
from models.guardianship import Guardianship
from models.organisation import CallerKind, Organisation, StaffMember
from models.resident import Resident
from models.subject import Noun
from resolvers.deed import Task

SOURCES = (GUARDIANSHIP_EDGES, SHARE_GRANTS, PROTECTION_FLAG)
PERSONAL = [group for group in GROUPS if not group.is_public]


class RightChange(NamedTuple):
    """What changes for one person or organisation about one child.

    `relations` are policies of docs/permissions.md; `gains` and `loses` are field groups to read, the others to write.
    """

    name: str
    about: str
    relations_before: list[str]
    relations_after: list[str]
    gains: list[str]
    loses: list[str]
    gains_writing: list[str]
    loses_writing: list[str]


class RegisterChange(NamedTuple):
    """What a deed of the register wrote, or would write, and what it changes from `effective_on` on.

    `changes` speak of consents and measures: None for a caller whose stated purpose does not cover them. `looks`: at
    which fields of whom it is a look to be told them.
    """

    entry_ids: list[str]
    child_ids: list[str]
    is_preview: bool
    effective_on: date
    changes: list[RightChange] | None
    looks: Sequence[tuple[str, str]] = ()

    def packed(self) -> str:
        """As JSON text."""
        changes = None if self.changes is None else [list(each) for each in self.changes]
        return orjson.dumps([*self[:4], changes, self.looks]).decode()

    @classmethod
    def unpacked(cls, text: str) -> "RegisterChange":
        """Back from the text."""
        entries, children, is_preview, day, told, looks = orjson.loads(text)
        changes = None if told is None else [RightChange(*each) for each in told]
        return cls(entries, children, is_preview, date.fromisoformat(day), changes, [(of, id) for of, id in looks])


class About(NamedTuple):
    """A child, who lives in a family, and the name by which the desk knows it."""

    id: str
    name: str
    family_id: str

    @classmethod
    def of(cls, child: Child) -> "About":
        """A child of the health record."""
        return cls(child.id, child.name, child.family_id)

    def subject(self, group: Group) -> tuple[Noun, str]:
        """What a group's fields are about: where somebody lives is told of the family, which may be one's own."""
        return (Noun.FAMILY, self.family_id) if group is ADDRESS_CONTACT else (Noun.CHILD, self.id)


class Somebody(NamedTuple):
    """A person or an organisation, as who they would ask the graph."""

    holder: Holder
    name: str


class Rights(NamedTuple):
    """What somebody is to a child, and what they may read and write of it."""

    relations: frozenset[str]
    reads: frozenset[str]
    writes: frozenset[str]


NONE = Rights(frozenset(), frozenset(), frozenset())
Known = dict[tuple[About, Somebody], Rights]


class Written(NamedTuple):
    """The entries that a deed has made, and the children."""

    entry_ids: Sequence[str]
    child_ids: Sequence[str] = ()


async def of_children(task: Task, *where: Any) -> list[About]:
    """The children for whom a condition holds."""
    child = table_of(Child)
    connection = await task.session.connection()
    columns = (child.c.id, child.c.name, child.c.family_id)
    rows = await connection.execute(select(*columns).where(*where).order_by(child.c.id))
    return [About(*row) for row in rows]


def written(task: Task, day: date, made: Written, changes: list[RightChange] | None = None) -> RegisterChange:
    """What a deed answers; a preview names no entry, since none is kept."""
    kept = Written([]) if task.is_preview else made
    return RegisterChange(list(kept.entry_ids), list(kept.child_ids), task.is_preview, day, changes)


class Survey:
    """Who may do what about some children on a day: the day of the change, or today if that is over.

    `named`: the ids that the deed is about or names, of people and of the child.
    """

    def __init__(self, task: Task, day: date, named: Iterable[str] = ()) -> None:
        self._task = task
        self._day = max(day, task.context.today)
        self._named = set(named)

    async def changed(self, abouts: Sequence[About], write: Callable[[], Awaitable[Written]]) -> RegisterChange:
        """Write, and tell what that changes. A child yet to be written counts, too: its family may be known already."""
        if not _is_told(self._task.context.caller):
            return written(self._task, self._day, await write())
        before = await self.known(abouts)
        made = await write()
        await self._task.session.flush()
        after = await self.known(abouts)
        found = _compared(before, after)
        about_ids = {*self._named, *made.child_ids, *(about.id for about, _ in found)}
        looks = self._looks([each for each in abouts if each.id in about_ids], made.child_ids)
        return written(self._task, self._day, made, [each for _, each in found])._replace(looks=looks)

    def _looks(self, abouts: Sequence[About], born_ids: Collection[str]) -> list[tuple[str, str]]:
        """What is told of relations and consents is a look at them, in a preview as well.

        Told is of whom the deed is about, and of whom something changes; of others of the household nothing. A child of
        whom a preview tells, and who is not kept, has no log: the look is one at the family.
        """
        unkept = {each for each in abouts if self._task.is_preview and each.id in born_ids}
        kept = [each for each in abouts if each not in unkept]
        return [
            *(("Family.guardians", each.family_id) for each in sorted(unkept)),
            *((field, each.id) for each in kept for field in ("Child.relations", "Child.sharing")),
        ]

    async def known(self, abouts: Sequence[About]) -> Known:
        """Everybody's rights about each."""
        connection = await self._task.session.connection()
        found: Known = {}
        people = await self._people(connection, abouts)
        for somebody in people:
            held = await relations.load(connection, somebody.holder, self._day)
            caller = Caller.of(somebody.holder, _purpose(somebody.holder.kind), held)
            for about in abouts:
                found[about, somebody] = _rights(caller, about)
        return found

    async def _people(self, connection: AsyncConnection, abouts: Sequence[About]) -> list[Somebody]:
        ids = set(self._named)
        for statement in _naming([each.id for each in abouts]):
            ids |= {each for row in await connection.execute(statement) for each in row if each}
        r, o, u = (table_of(each) for each in (Resident, Organisation, StaffMember))
        residents = await connection.execute(select(r.c.id, r.c.name).where(r.c.id.in_(ids)))
        found = [Somebody(Holder(id, CallerKind.RESIDENT, Acr.CARD_PIN), name) for id, name in residents]
        offices = await connection.execute(select(o.c.id, o.c.kind, o.c.name).where(o.c.id.in_(ids)))
        for id, kind, name in offices.all():
            clerk = select(u.c.id).where(u.c.organisation_id == id, u.c.kind == kind).order_by(u.c.id).limit(1)
            asks = await connection.scalar(clerk) or id  # an office of the city asks through its staff
            found.append(Somebody(Holder(asks, kind, Acr.KEY), name))
        return sorted(found, key=lambda each: (each.name, each.holder.id))


def _naming(ids: Collection[str]) -> list[Select[Any]]:
    """Whoever the entries and consents about these name, and the people themselves."""
    g, i, k = (table_of(each) for each in (Guardianship, Grant, Child))
    return [
        select(g.c.holder_id).where(g.c.child_id.in_(ids)),
        select(i.c.grantee_id, i.c.granted_by_id).where(i.c.child_id.in_(ids)),
        select(k.c.resident_id).where(k.c.id.in_(ids)),
    ]


def _purpose(kind: CallerKind) -> Any:
    """Any purpose of this kind: what it reads by consent needs one, whichever."""
    return next((each for each in PURPOSES.values() if kind in each.kinds), None)


def _is_told(caller: Caller) -> bool:
    """Whether the caller may read of all that rights follow from."""
    return not any(caller.verdict(Access((group,)), Noun.CHILD).is_closed for group in SOURCES)


def _rights(caller: Caller, about: About) -> Rights:
    held = caller.relations.held.items()
    words = {policy.name for (policy, noun), ids in held if noun is Noun.CHILD and about.id in ids}
    reads, writes = set(), set()
    for group in PERSONAL:
        access, (noun, id) = Access((group,)), about.subject(group)
        if id in caller.reach(access, noun, has_supplier=False).ids:
            reads.add(group.name)
        if group.name in reads and _is_written(caller, Access((group,), writes=True), about):
            writes.add(group.name)
        if about.id in caller.relations.granted.get((group.name, Noun.CHILD), ()):
            ways = alternatives(access, Noun.CHILD, caller.standing.kind)
            words |= {way.policy.name for way in ways if Right.CONSENT in way.right}
    return Rights(frozenset(words), frozenset(reads), frozenset(writes))


def _is_written(caller: Caller, access: Access, about: About) -> bool:
    return not caller.verdict(access, Noun.CHILD).is_closed and caller.may_write(access, Noun.CHILD, about.id)


def _compared(before: Known, after: Known) -> list[tuple[About, RightChange]]:
    """The differences with whom they are about, in the order of the children and of people's names."""
    keys = dict.fromkeys([*before, *after])
    place = {about: number for number, about in enumerate(dict.fromkeys(about for about, _ in keys))}
    ordered = sorted(keys, key=lambda key: (place[key[0]], key[1].name, key[1].holder.id))
    both = [(key, before.get(key, NONE), after.get(key, NONE)) for key in ordered]
    return [(about, _change(somebody, about, old, new)) for (about, somebody), old, new in both if old != new]


def _change(somebody: Somebody, about: About, old: Rights, new: Rights) -> RightChange:
    return RightChange(
        somebody.name,
        about.name,
        sorted(old.relations),
        sorted(new.relations),
        sorted(new.reads - old.reads),
        sorted(old.reads - new.reads),
        sorted(new.writes - old.writes),
        sorted(old.writes - new.writes),
    )
