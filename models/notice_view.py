"""Declared views: notices with what was published, and announcements by whoever published them. Kept in code."""

from sqlalchemy import select

from models.columns import View, table_of
from models.notice import Announcement, Notice
from models.subject import Noun, Subject

_notice, _announcement = table_of(Notice), table_of(Announcement)
NOTICES = View(
    select(
        _notice.c.id,
        _notice.c.subject_id,
        _notice.c.child_id,
        _notice.c.pregnancy_id,
        _notice.c.kind,
        _notice.c.key,
        _notice.c.published_at,
        _notice.c.announcement_id,
        *_announcement.c["organisation_id", "title_ja", "title_en", "text_ja", "text_en"],
        *_announcement.c["shown_from", "shown_to", "retracted_at"],
    )
    .join_from(_notice, _announcement, _notice.c.announcement_id == _announcement.c.id, isouter=True)
    .subquery("notice_told"),
    Subject(Noun.NOTICE, "subject_id", supplier="organisation_id"),
)
ANNOUNCEMENTS = View(
    select(_announcement).subquery("announcement_made"), Subject(Noun.ANNOUNCEMENT, "id", supplier="organisation_id")
)
