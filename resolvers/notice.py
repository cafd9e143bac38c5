"""Deeds: health staff publish to an audience and retract; whoever reads a notice marks it."""

from dataclasses import dataclass
from datetime import date

import strawberry
from sqlmodel import col, select

from models.ids import Letter, parsed
from models.notice import Announcement, Audience, NoticeRead
from models.organisation import CallerKind, Organisation, StaffMember
from models.refusal import RefusalCode, Refused
from resolvers.checked import bad_text, is_blank
from resolvers.deed import Task
from resolvers.register import first_refusal
from rules import notices as rules

TITLE_LONGEST = 100
WORDS = ("title_ja", "title_en", "text_ja", "text_en")


@dataclass(kw_only=True)
class PublishNotice:
    """Shown from `shownFrom` until the day before `shownTo`, a year at most, to whoever is in the audience meanwhile.

    `ageFrom` and `ageTo`, whole months and both included, with `CHILDREN_BY_AGE` only; `weekFrom` and `weekTo` likewise
    with `PREGNANT_BY_WEEK`; `schoolId` with `PUPILS` only.
    """

    audience: Audience
    age_from: int | None = None
    age_to: int | None = None
    week_from: int | None = None
    week_to: int | None = None
    school_id: strawberry.ID | None = None
    title_ja: str
    title_en: str
    text_ja: str
    text_en: str
    shown_from: date
    shown_to: date
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class RetractNotice:
    """What was published is told to nobody any more, and mails that have not left never leave."""

    announcement_id: strawberry.ID
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class MarkNoticeRead:
    """For the caller alone; marked twice is marked once."""

    notice_id: strawberry.ID
    idempotency_key: strawberry.ID


async def publish(task: Task, given: PublishNotice) -> Announcement | Refused:
    """What is published, for a worker to address; or why not."""
    refused = first_refusal(_bad_words(given), _bad_terms(task, given)) or await _bad_school(task, given)
    if refused is not None:
        return refused
    me = task.context.caller.holder.id
    return Announcement(
        id=task.new_id(Letter.ANNOUNCEMENT),
        organisation_id=(await task.session.get_one(StaffMember, me)).organisation_id,
        published_by_id=me,
        published_at=task.context.now,
        audience=given.audience,
        age_from=given.age_from,
        age_to=given.age_to,
        week_from=given.week_from,
        week_to=given.week_to,
        school_id=given.school_id and str(given.school_id),
        title_ja=given.title_ja.strip(),
        title_en=given.title_en.strip(),
        text_ja=given.text_ja.strip(),
        text_en=given.text_en.strip(),
        shown_from=given.shown_from,
        shown_to=given.shown_to,
    )


async def retract(task: Task, given: RetractNotice) -> str:
    """The announcement, retracted; the second time nothing changes."""
    row = await task.session.get_one(Announcement, task.about.id)
    if row.retracted_at is None:
        row.retracted_at = task.context.now
    return str(given.announcement_id)


async def mark_read(task: Task, given: MarkNoticeRead) -> str:
    """The notice, read."""
    me = task.context.caller.holder.id
    known = select(NoticeRead.id).where(col(NoticeRead.notice_id) == task.about.id, col(NoticeRead.resident_id) == me)
    if (await task.session.exec(known)).first() is None:
        mark = {"id": task.new_id(Letter.LOG), "resident_id": me, "notice_id": task.about.id}
        task.session.add(NoticeRead(**mark, read_at=task.context.now))
    return str(given.notice_id)


def _bad_words(given: PublishNotice) -> Refused | None:
    for name in WORDS:
        if is_blank(getattr(given, name)):
            return Refused(RefusalCode.VALUE_MISSING, _camel(name))
    for name in WORDS[:2]:
        if len(getattr(given, name)) > TITLE_LONGEST:
            return Refused(RefusalCode.TEXT_TOO_LONG, _camel(name))
        if "\n" in getattr(given, name):
            return Refused(RefusalCode.TEXT_MALFORMED, _camel(name))
    return bad_text(given, *WORDS)


def _camel(name: str) -> str:
    head, tail = name.split("_")
    return head + tail.title()


def _bad_terms(task: Task, given: PublishNotice) -> Refused | None:
    if not rules.are_ages(given.audience, given.age_from, given.age_to):
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "ageFrom")
    if not rules.are_weeks(given.audience, given.week_from, given.week_to):
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "weekFrom")
    if not rules.is_period(task.context.today, given.shown_from, given.shown_to):
        return Refused(RefusalCode.PERIOD_INVALID, "shownTo")
    return None


async def _bad_school(task: Task, given: PublishNotice) -> Refused | None:
    if (given.audience is Audience.PUPILS) is (given.school_id is None):
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "schoolId")
    if given.school_id is None:
        return None
    found = await task.session.get(Organisation, str(given.school_id)) if parsed(given.school_id) else None
    is_school = found is not None and found.kind is CallerKind.SCHOOL
    return None if is_school else Refused(RefusalCode.NOT_FOUND, "schoolId")
