"""What Hanamori is told: a birthday, something published; where the mother wants mail, and how she logs in."""

from datetime import UTC, date, datetime

from models.credential import Credential, EnrolledBy
from models.ids import Letter
from models.mailbox import Mailbox, MailLanguage
from models.notice import Announcement, Audience, Notice, NoticeKind


def told(id_of):
    """Aki's families read of the first birthday and of something that was published; the mother has a mailbox."""
    at = datetime(2026, 11, 1, tzinfo=UTC)
    yield Announcement(
        id=id_of(Letter.ANNOUNCEMENT, "first"),
        organisation_id=id_of(Letter.ORGANISATION, "office"),
        published_by_id=id_of(Letter.ORGANISATION, "staff_health"),
        published_at=at,
        audience=Audience.GUARDIANS,
        title_ja="お知らせ",
        title_en="News",
        text_ja="本文",
        text_en="Text",
        shown_from=date(2026, 11, 1),
        shown_to=date(2026, 12, 1),
        addressed_on=date(2026, 11, 23),
    )
    about = {"subject_id": id_of(Letter.CHILD, "aki"), "child_id": id_of(Letter.CHILD, "aki"), "published_at": at}
    for name, kind, key, announcement in (
        ("aki age", NoticeKind.AGE, "MONTH_OF_AGE:12", None),
        ("aki first", NoticeKind.ANNOUNCEMENT, id_of(Letter.ANNOUNCEMENT, "first"), "first"),
    ):
        published = announcement and id_of(Letter.ANNOUNCEMENT, announcement)
        yield Notice(id=id_of(Letter.NOTICE, name), kind=kind, key=key, announcement_id=published, **about)
    yield Mailbox(
        id=id_of(Letter.MAILBOX, "mother"),
        resident_id=id_of(Letter.RESIDENT, "mother"),
        address="mother@mail.example",
        kinds=" ".join(each.name for each in NoticeKind),
        language=MailLanguage.EN,
        added_at=at,
        code_expires_at=at,
        confirmed_at=at,
    )
    yield Credential(
        id=id_of(Letter.CREDENTIAL, "mother"),
        lookup_key="f" * 64,
        scheme="jpki-auth",
        pepper_version=1,
        resident_id=id_of(Letter.RESIDENT, "mother"),
        created_at=at,
        enrolled_by=EnrolledBy.CODE,
    )
