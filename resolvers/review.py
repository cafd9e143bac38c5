"""Deeds: staff decide whose a record is that nobody could be found for, and what stands where sources differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa
import strawberry
from sqlmodel import col, select

from auth.access import Access
from models import wall
from models.child import Child
from models.columns import table_of
from models.ids import Letter, parsed
from models.organisation import Organisation
from models.record import LegalBasis, RecordReview, RecordSource, ReviewOutcome
from models.refusal import RefusalCode, Refused
from models.subject import Noun
from resolvers.checked import bad_text, is_blank
from resolvers.deed import Task
from resolvers.receiving import note_received
from resolvers.record_kinds import BY_RECORD, Kind, Said
from resolvers.records import Keeping


@dataclass(kw_only=True)
class MatchRecord:
    """The child that the record is of, and how that is known. Of a conflict: the record stands as it says now."""

    review_id: strawberry.ID
    child_id: strawberry.ID
    reason: str
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class RejectRecord:
    """Why it is kept in no record."""

    review_id: strawberry.ID
    reason: str
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class MatchSchoolRecord(MatchRecord):
    """The pupil that the record is of, and how that is known. Of a conflict: the record stands as it says now."""


@dataclass(kw_only=True)
class RejectSchoolRecord(RejectRecord):
    """Why it is kept in no record."""


class Decided(NamedTuple):
    """What was decided of one thing that waited, and the record that came of it."""

    review_id: str
    outcome: ReviewOutcome
    record_id: str | None = None
    looks: Sequence[tuple[str, str]] = ()

    def packed(self) -> str:
        """As JSON text."""
        return orjson.dumps([*self]).decode()

    @classmethod
    def unpacked(cls, text: str) -> "Decided":
        """Back from the text."""
        review_id, outcome, record_id, looks = orjson.loads(text)
        return cls(review_id, ReviewOutcome(outcome), record_id, [(of, id) for of, id in looks])


async def match(task: Task, given: MatchRecord) -> Decided | Refused:
    """The record as it stands from now on, or why not."""
    return await _matched(task, given, "Mutation.matchRecord")


async def reject(task: Task, given: RejectRecord) -> Decided | Refused:
    """That it is kept in no record, or why not."""
    return await _rejected(task, given, "Mutation.rejectRecord")


async def match_school(task: Task, given: MatchSchoolRecord) -> Decided | Refused:
    """The same of what a school handed in."""
    return await _matched(task, given, "Mutation.matchSchoolRecord")


async def reject_school(task: Task, given: RejectSchoolRecord) -> Decided | Refused:
    """The same of what a school handed in."""
    return await _rejected(task, given, "Mutation.rejectSchoolRecord")


async def _matched(task: Task, given: MatchRecord, look: str) -> Decided | Refused:
    review = await _waiting(task, given)
    if isinstance(review, Refused):
        return review
    said = Said.of_content(review.kind, review.content)
    child = await _child(task, given.child_id, said.kind)
    if isinstance(child, Refused):
        return child
    refused = said.kind.bad(task, child, said.form)
    if refused is not None:
        return refused._replace(field="reviewId")
    keeping = Keeping(task)
    source = await _source(task, review, child.id)
    record_id = await _kept(keeping, task, (review, said.of(child), source))
    if isinstance(record_id, Refused):
        return record_id
    await keeping.close()
    await note_received(task, [child.id])
    _decide(task, review, ReviewOutcome.MATCHED, given.reason)
    return Decided(review.id, ReviewOutcome.MATCHED, record_id, [(look, review.id), (look, child.id)])


async def _rejected(task: Task, given: RejectRecord, look: str) -> Decided | Refused:
    review = await _waiting(task, given)
    if isinstance(review, Refused):
        return review
    _decide(task, review, ReviewOutcome.REJECTED, given.reason)
    return Decided(review.id, ReviewOutcome.REJECTED, None, [(look, review.id)])


async def _waiting(task: Task, given: Any) -> RecordReview | Refused:
    """What is to be decided, if it waits, the purpose covers its kind, and a reason is given."""
    review = await task.session.get_one(RecordReview, str(task.about.id))
    if task.context.caller.verdict(_needed(BY_RECORD[review.kind]), Noun.CHILD).is_closed:
        return Refused(RefusalCode.PURPOSE_REQUIRED)
    if review.decided_at is not None:
        return Refused(RefusalCode.ALREADY_RECORDED, "reviewId")
    if is_blank(given.reason):
        return Refused(RefusalCode.VALUE_MISSING, "reason")
    return bad_text(given, "reason") or review


def _needed(kind: Kind) -> Access:
    return Access((kind.group,), writes=True)


async def _child(task: Task, id: object, kind: Kind) -> Child | Refused:
    """The child, if the caller may write its record: of the education board only a pupil of its own schools."""
    parts = parsed(id)
    is_child = parts is not None and parts.letter is Letter.CHILD
    is_known = is_child and task.context.caller.may_write(_needed(kind), Noun.CHILD, str(id))
    found = await task.session.get(Child, str(id)) if is_known else None
    return Refused(RefusalCode.NOT_FOUND, "childId") if found is None else found


async def _source(task: Task, review: RecordReview, child_id: str) -> RecordSource:
    """What the organisation said, now of this child: the next word of the same source, unless it is the last."""
    of_source = (
        col(RecordSource.organisation_id) == review.organisation_id,
        col(RecordSource.kind) == review.kind,
        col(RecordSource.source_record_id) == review.source_record_id,
    )
    opening = task.context.caller.opening()._replace(supplier_id=review.organisation_id)
    await wall.open_to(await task.session.connection(), opening)  # the source may have told of another child before
    earlier = select(RecordSource).where(*of_source).order_by(col(RecordSource.number).desc())
    last = (await task.session.exec(earlier)).first()
    if last is not None and (last.child_id, last.content) == (child_id, review.content):
        return last
    source = RecordSource(
        id=task.new_id(Letter.LOG),
        child_id=child_id,
        kind=review.kind,
        organisation_id=review.organisation_id,
        source_record_id=review.source_record_id,
        number=1 if last is None else last.number + 1,
        legal_basis=LegalBasis.DUTY,
        content=review.content,
        received_at=review.received_at,
    )
    task.session.add(source)
    return source


async def _kept(keeping: Keeping, task: Task, what: tuple[RecordReview, Said, RecordSource]) -> str | Refused:
    """The record that says so: the one that it contradicted, the same one of another source, or a new one."""
    review, said, source = what
    row = await keeping.standing(said.kind, review.record_id)
    if row is not None and row.child_id != source.child_id:
        task.session.expunge(source)
        return Refused(RefusalCode.ALREADY_RECORDED, "childId")
    if row is not None:
        found = await keeping.replace(row, said, source)
        return found if isinstance(found, Refused) else str(found.id)
    same = await _same(task, said, source.child_id)
    if same is not None:
        keeping.rests(same, source)
        return same
    organisation = await task.session.get_one(Organisation, review.organisation_id)
    return str(keeping.new(said, source, organisation).id)


async def _same(task: Task, said: Said, child_id: str) -> str | None:
    """The record that stands of the same child, day and kind."""
    kind: Kind = said.kind
    table = table_of(kind.model)
    is_same = [table.c[name] == said.columns[name] for name in (kind.day, *kind.same)]
    wanted = sa.select(table.c.id).where(table.c.child_id == child_id, *is_same, kind.standing).order_by(table.c.id)
    found: str | None = await (await task.session.connection()).scalar(wanted)
    return found


def _decide(task: Task, review: RecordReview, outcome: ReviewOutcome, reason: str) -> None:
    review.decided_at, review.decided_by_id = task.context.now, task.context.caller.holder.id
    review.outcome, review.reason = outcome, reason
    task.session.add(review)
