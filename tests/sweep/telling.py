"""What one case is told: something published, a notice; the mailbox of the person, and a way to log in."""

from datetime import UTC, date, datetime

from models.credential import ClosedBy, Credential, EnrolledBy
from models.ids import Letter
from models.mailbox import Mailbox, MailLanguage
from models.notice import Announcement, Audience, Notice, NoticeKind
from models.organisation import CallerKind, StaffMember

AT = datetime(2026, 11, 1, tzinfo=UTC)
LONG_AGO, FAR = date(2000, 1, 1), date(2027, 1, 1)


def told(town, case, mark):
    """A notice that also has words of its own, so that every value is there."""
    made = _announcement(town, f"{mark}-title")
    case.ids["Announcement"] = made.id
    notice = {"subject_id": case.child.id, "child_id": case.child.id, "announcement_id": made.id}
    kind = {"kind": NoticeKind.AGE, "key": "MONTH_OF_AGE:2"}
    case.ids["Notice"] = town.add(Notice(id=town.id(Letter.NOTICE), published_at=AT, **notice, **kind)).id
    box = Mailbox(
        id=town.id(Letter.MAILBOX),
        resident_id=case.person.id,
        address=f"{mark}-box",
        kinds="AGE",
        language=MailLanguage.EN,
        quiet_from_minute=0,
        quiet_to_minute=1,
        added_at=AT,
        code_expires_at=AT,
        confirmed_at=AT,
        removed_at=AT,
    )
    case.ids["Mailbox"] = town.add(box).id
    login = Credential(
        id=town.id(Letter.CREDENTIAL),
        lookup_key=case.person.id,  # shown to nobody
        scheme=f"{mark}-login",
        pepper_version=1,
        resident_id=case.person.id,
        created_at=AT,
        enrolled_by=EnrolledBy.CODE,
        last_used_at=AT,
        closed_at=AT,
        closed_by=ClosedBy.HOLDER,
    )
    case.ids["Credential"] = town.add(login).id


def _announcement(town, title):
    member = {"id": town.id(Letter.ORGANISATION), "organisation_id": town.clinic.id, "name": "p"}
    publisher = town.add(StaffMember(kind=CallerKind.STAFF_HEALTH, **member))
    row = Announcement(
        id=town.id(Letter.ANNOUNCEMENT),
        organisation_id=town.clinic.id,
        published_by_id=publisher.id,
        published_at=AT,
        audience=Audience.CHILDREN_BY_AGE,
        age_from=1,
        age_to=2,
        week_from=1,
        week_to=2,
        school_id=town.clinic.id,
        title_ja=title,
        title_en="w",
        text_ja="w",
        text_en="w",
        shown_from=LONG_AGO,
        shown_to=FAR,
    )
    return town.add(row)
