"""Deed: an organisation hands in a batch of records by its own patient numbers, each item judged on its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import orjson
import strawberry
from sqlmodel import col, select

from auth import links
from auth.links import Standing
from auth.supplying import SUPPLIERS, may_supply
from models import wall
from models.child import Child
from models.ids import Letter
from models.organisation import CallerKind, Organisation
from models.record import LegalBasis, RecordKind, RecordReview, RecordSource, ReviewCause, ReviewOutcome
from models.record import SubmissionOutcome as Outcome
from models.refusal import RefusalCode, Refused
from models.subject import Noun
from models.wall import Opening
from resolvers.checked import bad_label
from resolvers.deed import Task
from resolvers.receiving import note_received
from resolvers.record_kinds import KINDS, MOST_ITEMS, RecordItem, Said, read
from resolvers.records import Keeping, differs
from rules.individual_number import masked
from rules.linking import number_hashes, one_spelling

SourceKey = tuple[Any, str]


@dataclass(kw_only=True)
class SubmitRecords:
    """At most 500 items. What is refused is named by its place; the others are kept all the same."""

    items: list[RecordItem]
    idempotency_key: strawberry.ID


class ItemResult(NamedTuple):
    """What became of one item: nothing in it tells of anything but the organisation's own words and links."""

    source_record_id: str
    outcome: Outcome
    code: RefusalCode | None = None
    field: list[str] | None = None


class Submitted(NamedTuple):
    """What became of a batch, item by item in its order.

    `is_kept`: whether a receipt may be kept of it, since of what may be an Individual Number not even a digest is.
    """

    items: list[ItemResult]
    looks: Sequence[tuple[str, str]] = ()
    is_kept: bool = True

    def packed(self) -> str:
        """As JSON text."""
        return orjson.dumps([[[*each] for each in self.items], [[*each] for each in self.looks]]).decode()

    @classmethod
    def unpacked(cls, text: str) -> "Submitted":
        """Back from the text."""
        items, looks = orjson.loads(text)
        return cls(
            [ItemResult(id, Outcome(what), code and RefusalCode(code), name) for id, what, code, name in items],
            [(of, id) for of, id in looks],
        )


async def submit(task: Task, given: SubmitRecords) -> Submitted | Refused:
    """What became of each item, or why the batch was not looked at."""
    if not may_supply(task.context.caller, SUPPLIERS):
        return Refused(RefusalCode.NOT_PERMITTED)
    if not 1 <= len(given.items) <= MOST_ITEMS:
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "items")
    items = [_masked(each) for each in given.items]
    pairs = [(each, _heard(task, each)) for each in items]
    desk = await Desk.open(task, [(item, said) for item, said in pairs if isinstance(said, Said)])
    results = []
    for at, (item, said) in enumerate(pairs):
        is_suspect = item is not given.items[at]
        found = said if isinstance(said, Refused) else await desk.take(item, said, is_suspect=is_suspect)
        results.append(_result(at, item, found))
    await desk.keeping.close()
    await note_received(task, desk.touched)
    is_kept = items == given.items and all(each.code is not RefusalCode.INDIVIDUAL_NUMBER_REFUSED for each in results)
    return Submitted(results, [("Mutation.submitRecords", id) for id in sorted(desk.children)], is_kept)


def _masked(item: Any) -> Any:
    """The item itself, or one whose record's number is kept but for its end."""
    id = masked(item.source_record_id)
    return item if id == item.source_record_id else replace(item, source_record_id=id)


def _heard(task: Task, item: Any) -> Said | Refused:
    """An item as it can be judged before anybody is looked for."""
    refused = bad_label(item, "patient_number") or bad_label(item, "source_record_id")
    said = refused or read(item, task.context.caller.holder.kind)
    if isinstance(said, Refused):
        return said
    if not task.context.caller.standing.admits(said.kind.group, writes=True):
        return Refused(RefusalCode.NOT_PERMITTED, said.kind.member)
    return _bad(task, None, said) or said


def _bad(task: Task, child: Child | None, said: Said) -> Refused | None:
    refused = said.kind.bad(task, child, said.form)
    return refused and refused._replace(field=f"{said.kind.member}.{refused.field}")


def _result(at: int, item: Any, found: Outcome | Refused) -> ItemResult:
    """An identifier may be anything: one that was refused for its form is not repeated."""
    if not isinstance(found, Refused):
        return ItemResult(item.source_record_id, found)
    id = "" if bad_label(item, "source_record_id") else item.source_record_id
    place = [] if found.field is None else found.field.split(".")
    return ItemResult(id, Outcome.REFUSED, found.code, ["input", "items", str(at), *place])


class Desk:
    """One batch in the making: what this organisation's numbers stand for and what it said before, read at once."""

    def __init__(self, task: Task, organisation: Organisation, standing: Mapping[str, Standing]) -> None:
        self._task = task
        self._organisation = organisation
        self._standing = standing
        self.keeping = Keeping(task)
        self.children: dict[str, Child] = {}
        self.touched: set[str] = set()
        self._earlier: dict[SourceKey, RecordSource] = {}
        self._rows: dict[tuple[Any, ...], Any] = {}
        self._reviews: dict[SourceKey, list[RecordReview]] = {}

    @classmethod
    async def open(cls, task: Task, items: Sequence[tuple[Any, Said]]) -> "Desk":
        """With everything that is known of the numbers and records of these items."""
        me = task.context.caller.holder.id
        connection = await task.session.connection()
        hashes = {each for item, _ in items for each in number_hashes(me, item.patient_number)}
        standing = await links.by_numbers(connection, me, hashes, task.context.today)
        desk = cls(task, await task.session.get_one(Organisation, me), standing)
        # The wall lets an organisation reach what it may read; what it hands in is compared with what is there.
        children = frozenset(each.child_id for each in standing.values())
        await wall.open_to(connection, Opening({Noun.CHILD: children}, me))
        await desk._read_said(sorted({item.source_record_id for item, _ in items}))
        await desk._read_rows(children, [said for _, said in items])
        return desk

    async def _read_said(self, source_ids: Sequence[str]) -> None:
        """What this organisation said before of records with these numbers of its own."""
        session, me = self._task.session, self._organisation.id
        of_ours = col(RecordSource.organisation_id) == me, col(RecordSource.source_record_id).in_(source_ids)
        for source in (
            await session.exec(select(RecordSource).where(*of_ours).order_by(col(RecordSource.number)))
        ).all():
            self._earlier[source.kind, str(source.source_record_id)] = source
        waiting = col(RecordReview.organisation_id) == me, col(RecordReview.source_record_id).in_(source_ids)
        for review in (await session.exec(select(RecordReview).where(*waiting))).all():
            self._reviews.setdefault((review.kind, review.source_record_id), []).append(review)

    async def _read_rows(self, children: frozenset[str], said: Sequence[Said]) -> None:
        """These children, and their records on the days that the items are about."""
        session = self._task.session
        found = (await session.exec(select(Child).where(col(Child.id).in_(children)))).all()
        self.children = {each.id: each for each in found}
        for kind in KINDS:
            table: Any = kind.model
            days = {each.values[kind.day] for each in said if each.kind is kind}
            days |= {each.birth_date for each in found}  # the first day of a dose of whose day the year alone is known
            wanted = select(table).where(
                table.child_id.in_(children), getattr(table, kind.day).in_(days), kind.standing
            )
            for row in (await session.exec(wanted.order_by(table.id))).all():
                self._rows.setdefault((kind.record, row.child_id, *kind.key(row.model_dump())), row)

    async def take(self, item: Any, said: Said, *, is_suspect: bool) -> Outcome | Refused:
        """What becomes of an item. Of a number that stands for nobody only the organisation's own words decide."""
        link = self._link(item.patient_number)
        if link is None:
            return self._waits(item, said, ReviewCause.NUMBER_UNLINKED)
        if is_suspect:
            return self._waits(item, said, ReviewCause.NUMBER_SUSPECT)
        child = self.children[link.child_id]
        return _bad(self._task, child, said) or await self._of(link, item, said.of(child))

    def _link(self, number: str) -> Standing | None:
        """For whom a number stands; for nobody if its spellings stood for two when they still were two numbers."""
        found = [self._standing.get(each) for each in number_hashes(self._organisation.id, number)]
        links = {each.child_id: each for each in found if each is not None}
        return links.popitem()[1] if len(links) == 1 else None

    async def _of(self, link: Standing, item: Any, said: Said) -> Outcome:
        earlier = self._earlier.get((said.kind.record, item.source_record_id))
        if earlier is None:
            self._first(link, item, said)
            return Outcome.ACCEPTED
        is_same = earlier.child_id == link.child_id
        if is_same and earlier.content == said.content:
            return Outcome.KNOWN
        if not (is_same and item.is_correction):
            record_id = await self.keeping.record_of(earlier)
            self._review(item, said, ReviewCause.CONTENT_DIFFERS, record_id)
            return Outcome.CONFLICTING
        await self._again(link, item, said, earlier)
        return Outcome.ACCEPTED

    def _first(self, link: Standing, item: Any, said: Said) -> None:
        """The first word of this source: a new record, or one more source of one that is there."""
        source = self._source(link, item, said)
        place = (said.kind.record, link.child_id, *said.kind.key(said.columns))
        known = self._rows.get(place)
        if known is None:
            self._rows[place] = self.keeping.new(said, source, self._organisation)
            self.touched.add(link.child_id)
            return
        self.keeping.rests(known.id, source)
        if differs(known, said.columns):
            self._review(item, said, ReviewCause.SOURCES_DIFFER, known.id)

    async def _again(self, link: Standing, item: Any, said: Said, earlier: RecordSource) -> None:
        """The source puts itself right. Where others told of the record, or it stands no more, the staff decides."""
        record_id = await self.keeping.record_of(earlier)
        source = self._source(link, item, said)
        row = await self.keeping.standing(said.kind, record_id)
        place = (said.kind.record, link.child_id, *said.kind.key(said.columns))
        is_free = self._rows.get(place, row) is row
        if row is not None and is_free and await self.keeping.is_alone(row, source):
            self._rows[place] = await self.keeping.replace(row, said, source)
            self.touched.add(link.child_id)
            return
        if record_id is not None:
            self.keeping.rests(record_id, source)
        self._review(item, said, ReviewCause.SOURCES_DIFFER, record_id)

    def _source(self, link: Standing, item: Any, said: Said) -> RecordSource:
        """What the organisation says, as it is kept; what it said while its number stood for nobody is overtaken."""
        key, now = (said.kind.record, item.source_record_id), self._task.context.now
        earlier = self._earlier.get(key)
        source = self._earlier[key] = RecordSource(
            id=self._task.new_id(Letter.LOG),
            child_id=link.child_id,
            kind=said.kind.record,
            organisation_id=self._organisation.id,
            source_record_id=item.source_record_id,
            number=1 if earlier is None else earlier.number + 1,
            legal_basis=_basis(self._organisation, link),
            content=said.content,
            received_at=now,
        )
        self._task.session.add(source)
        for review in self._reviews.get(key, ()):
            if review.decided_at is None and review.cause is ReviewCause.NUMBER_UNLINKED:
                review.decided_at, review.outcome = now, ReviewOutcome.OVERTAKEN
                self._task.session.add(review)
        return source

    def _waits(self, item: Any, said: Said, cause: ReviewCause) -> Outcome:
        self._review(item, said, cause)
        return Outcome.WAITING

    def _review(self, item: Any, said: Said, cause: ReviewCause, record_id: str | None = None) -> None:
        """One more thing for the staff, unless the same organisation said the very same before."""
        known = self._reviews.setdefault((said.kind.record, item.source_record_id), [])
        same = (cause, said.content, one_spelling(item.patient_number))
        if any((each.cause, each.content, one_spelling(each.patient_number)) == same for each in known):
            return
        is_of_school = said.kind.record is RecordKind.SCHOOL_CHECKUP
        row = RecordReview(
            id=self._task.new_id(Letter.SCHOOL_REVIEW if is_of_school else Letter.REVIEW),
            cause=cause,
            kind=said.kind.record,
            organisation_id=self._organisation.id,
            source_record_id=item.source_record_id,
            patient_number=item.patient_number,
            content=said.content,
            received_at=self._task.context.now,
            record_id=record_id,
        )
        known.append(row)
        self._task.session.add(row)


def _basis(organisation: Organisation, link: Standing) -> LegalBasis:
    """On what the city receives it."""
    if organisation.kind is CallerKind.PARTNER_MUNICIPALITY:
        return LegalBasis.HANDED_OVER
    return LegalBasis.CONSENT if link.issued_by_kind == CallerKind.RESIDENT.name else LegalBasis.DUTY
