"""Nodes: a notice about a child or a pregnancy, and what the city published."""

from datetime import date, datetime
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, and_, or_, select, true

from auth.groups import NOTICES as SEEN
from models.child import Child as ChildRow
from models.ids import Letter
from models.notice import Audience, NoticeKind, NoticeRead
from models.notice_view import ANNOUNCEMENTS, NOTICES
from models.organisation import STAFF_KINDS, CallerKind
from models.outbox import Outbox
from models.pregnancy import Pregnancy as PregnancyRow
from models.relation import relation_of
from rules import notices
from schema.declare import computed, each, mine, shown
from schema.faces import value
from schema.node import NODES, node

strawberry.enum(NoticeKind, description="What a notice is about (お知らせの種類).")
strawberry.enum(Audience, description="To whom the city publishes (お知らせの対象).")
TOLD, MADE = NOTICES.rows.c, ANNOUNCEMENTS.rows.c
_child, _pregnancy = relation_of(ChildRow), relation_of(PregnancyRow)


def still_told(kind: CallerKind, today: Any) -> ColumnElement[bool]:
    """Which notices there are for this kind of caller, of those that the door opens; staff read all of them.

    Nothing is told of a child who died or moved out, of a pregnancy that is over, or outside of its days.
    """
    if kind in STAFF_KINDS:
        return true()
    gone = select(_child.c.id).where(
        _child.c.id == TOLD.subject_id, or_(_child.c.died_on <= today, _child.c.moved_out_on <= today)
    )
    over = select(_pregnancy.c.id).where(_pregnancy.c.id == TOLD.subject_id, _pregnancy.c.ended_on <= today)
    is_shown = and_(TOLD.shown_from <= today, TOLD.shown_to > today, TOLD.retracted_at.is_(None))
    is_now = or_(TOLD.announcement_id.is_(None), is_shown)
    return and_(~gone.exists(), ~over.exists(), is_now)


@value
class Wording:
    """A title and a text in both languages (文面)."""

    title_ja: str
    title_en: str
    text_ja: str
    text_en: str


@value
class Deliveries:
    """How many mails of a notice stand how (配信状況). `uncertain` were handed over and never acknowledged."""

    waiting: int
    retrying: int
    sent: int
    stopped: int
    failed: int
    uncertain: int


@node(of=NOTICES, letter=Letter.NOTICE, veil=still_told)
class Notice:
    """A notice about one child or one pregnancy (お知らせ), until it is over or retracted."""

    id: strawberry.ID = shown(SEEN, says="Opaque id (ID).")
    kind: NoticeKind = shown(SEEN, says="What it is about (種類).")
    subject_id: strawberry.ID = shown(SEEN, says="The id of the child or the pregnancy that it is about (対象).")
    published_at: datetime = shown(SEEN, says="When it was written (日時).")
    message: Wording | None = computed(
        SEEN,
        by=notices.message,
        over=(TOLD.key,),
        says="What is told at this week or age, or that something is due; null for what the city published (文面).",
    )
    announcement_id: strawberry.ID | None = shown(
        SEEN, place=True, says="What the city published, one for many notices (市からのお知らせのID)."
    )
    announcement: Wording | None = computed(
        SEEN,
        place=True,
        by=notices.published,
        over=(TOLD.title_ja, TOLD.title_en, TOLD.text_ja, TOLD.text_en),
        says="What the city published, which may tell of a place (市からのお知らせ).",
    )
    shown_to: date | None = shown(SEEN, place=True, says="Until the day before this one; null without an end (終了日).")
    is_read: bool = computed(
        SEEN,
        by=notices.is_read,
        over=(
            mine(
                NoticeRead.notice_id, NoticeRead.resident_id, order=(NoticeRead.read_at, NoticeRead.id), groups=(SEEN,)
            ),
        ),
        says="Whether the caller has marked it (既読).",
    )
    deliveries: Deliveries | None = computed(
        SEEN,
        by=notices.deliveries,
        over=(
            each(
                Outbox.about_id,
                Outbox.sent_at,
                Outbox.end_reason,
                Outbox.attempts,
                order=(Outbox.created_at, Outbox.id),
            ),
        ),
        writers=True,
        says="How its mails stand, for those who publish (配信状況).",
    )


@node(of=ANNOUNCEMENTS, letter=Letter.ANNOUNCEMENT)
class Announcement:
    """What the city published, for those who publish (市からのお知らせの原稿)."""

    id: strawberry.ID = shown(SEEN, says="Opaque id (ID).")
    audience: Audience = shown(SEEN, says="To whom (対象).")
    age_from: int | None = shown(SEEN, says="From so many whole months of age (月齢から).")
    age_to: int | None = shown(SEEN, says="To so many whole months of age, this one included (月齢まで).")
    week_from: int | None = shown(SEEN, says="From so many whole weeks of pregnancy (妊娠週数から).")
    week_to: int | None = shown(SEEN, says="To so many whole weeks, this one included (妊娠週数まで).")
    school_id: strawberry.ID | None = shown(SEEN, place=True, says="The school whose pupils are meant (学校).")
    title_ja: str = shown(SEEN, says="Title in Japanese (件名).")
    title_en: str = shown(SEEN, says="Title in English (英語の件名).")
    text_ja: str = shown(SEEN, says="Text in Japanese (本文).")
    text_en: str = shown(SEEN, says="Text in English (英語の本文).")
    published_at: datetime = shown(SEEN, says="When it was published (公開日時).")
    shown_from: date = shown(SEEN, says="From this day on (開始日).")
    shown_to: date = shown(SEEN, says="Until the day before this one (終了日).")
    is_retracted: bool = computed(
        SEEN, by=notices.is_retracted, over=(MADE.retracted_at,), says="Whether it was taken back (取下げ済み)."
    )


NODE = NODES["Notice"]
