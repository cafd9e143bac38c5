"""Where every question starts."""

from datetime import date

import strawberry

from auth.groups import (
    ACCESS_LOG,
    ADDRESS_CONTACT,
    CHECKUP_BODY,
    IDENTITY,
    NOTICES,
    POINTS_HISTORY,
    PREGNANCY_CORE,
    PUBLIC,
    RIDE_SUMMARY,
    SCHOOL_HEALTH,
    STATS,
    VACC_PLACE,
    VACC_RECORDS,
)
from models.access_log import AccessEntry as AccessEntryRow
from models.application_view import APPLICATIONS
from models.child import Child as ChildRow
from models.contest import Contest as ContestRow
from models.family import Family as FamilyRow
from models.ids import parsed
from models.notice_view import ANNOUNCEMENTS
from models.notice_view import NOTICES as NOTICE_ROWS
from models.organisation import CallerKind
from models.point import PointEntry as PointEntryRow
from models.pregnancy import Pregnancy as PregnancyRow
from models.record import REVIEWS, SCHOOL_REVIEWS
from models.ride import Ride as RideRow
from models.ride import to_review
from models.subject import Noun
from resolvers import consent, organisations, programme, ride_statistics, ride_terms, vaccines
from resolvers import today as days
from resolvers.context import Context
from resolvers.cursor import PAGE_LIMIT, BadInput
from schema.access_log import AccessEntry
from schema.application import Application, ServiceConsent
from schema.checkup import ProgrammeVisit
from schema.child import Child
from schema.claim import BY_MONTH, Claim
from schema.contest import Contest
from schema.declare import free, keyed, listed, space, tallied
from schema.faces import PAGING, Connection, NodeFace, note_vain
from schema.family import Family
from schema.immunisation import VaccineCatalogue
from schema.node import NODES, root
from schema.notice import Announcement, Notice
from schema.organisation import Organisation
from schema.point import PointEntry
from schema.point_facility import PointFacility
from schema.pregnancy import Pregnancy
from schema.record import RecordReview, SchoolReview
from schema.ride import Ride
from schema.ride_statistics import RideStatistics
from schema.ride_terms import RideTerms
from schema.rider import ANY_PART, RIDERS_BY_AGE, Rider
from schema.today import Municipality, Today
from schema.viewer import Key, Viewer, is_known

BY_LETTER = {node.letter: node for node in NODES.values()}


def find(context: Context, id: strawberry.ID) -> Key:
    """The node that an id names by its letter; malformed ids name none, nor do those of what is no node: a vain try."""
    parts = parsed(id)
    node = BY_LETTER.get(parts.letter) if parts else None
    if parts and node is None:
        note_vain(context, str(id))
    return (node, str(id)) if node else None


def find_all(context: Context, ids: list[strawberry.ID]) -> list[Key]:
    """The same for several ids, in their order."""
    if len(ids) > PAGE_LIMIT:
        raise BadInput(f"At most {PAGE_LIMIT} ids.")
    return [find(context, each) for each in ids]


@root
class Query:
    """Where every question starts."""

    today: Today = free(PUBLIC, by=days.today, date=date | None, says="The day, its holiday and the doctors on duty.")
    municipality: Municipality | None = free(PUBLIC, by=days.municipality, says="Whose server this is (市区町村).")
    vaccines: VaccineCatalogue = free(
        PUBLIC, by=vaccines.catalogue, says="The vaccines: products, series, sources (ワクチン一覧)."
    )
    checkup_programme: list[ProgrammeVisit] = free(
        PUBLIC,
        by=programme.checkups,
        born_on=date,
        says="The checkups that this city offers to somebody born on a day, and when (健診の案内).",
    )
    ride_terms: list[RideTerms] = free(
        PUBLIC,
        by=ride_terms.every_terms,
        says="The terms of the taxi subsidy, one after the other (マイタク助成).",
    )
    point_facilities: Connection[PointFacility] = free(
        PUBLIC, by=organisations.facilities, says="Where points can be spent, by name (ポイント利用施設).", **PAGING
    )
    organisations: Connection[Organisation] = free(
        PUBLIC,
        by=organisations.shared_with,
        name=str | None,
        kind=CallerKind | None,
        says="Clinics, schools, offices and other cities, by name; `name` is a part of it (関係機関の一覧).",
        **PAGING,
    )
    viewer: Viewer | None = space(PUBLIC, open_to=is_known, says="The caller; null when anonymous (閲覧者).")
    node: NodeFace | None = keyed(
        PUBLIC, keys=find, id=strawberry.ID, says="The node with this id, if the caller may know of it."
    )
    nodes: list[NodeFace | None] = keyed(
        PUBLIC, keys=find_all, ids=list[strawberry.ID], says="The same for several ids, in their order."
    )
    families: Connection[Family] = listed(
        ADDRESS_CONTACT, order=(FamilyRow.postal_code, FamilyRow.id), says="Families that the caller may see."
    )
    children: Connection[Child] = listed(
        IDENTITY, order=(ChildRow.birth_date, ChildRow.id), says="Children that the caller may see, eldest first."
    )
    pregnancies: Connection[Pregnancy] = listed(
        PREGNANCY_CORE,
        order=(PregnancyRow.due_on, PregnancyRow.id),
        says="Pregnancies that the caller may see, by the expected date of birth.",
    )
    riders: Connection[Rider] = listed(
        *ANY_PART, order=RIDERS_BY_AGE, says="Riders that the caller may see, those on whom staff must decide first."
    )
    rides: Connection[Ride] = listed(
        RIDE_SUMMARY, order=(RideRow.boarded_at, RideRow.id), says="Rides that the caller may see, earliest first."
    )
    rides_to_review: Connection[Ride] = listed(
        RIDE_SUMMARY,
        order=(RideRow.boarded_at, RideRow.id),
        only=to_review(),
        says="Rides with a seat of which transport staff must decide, earliest first (確認待ちの乗車記録).",
    )
    claims: Connection[Claim] = listed(
        RIDE_SUMMARY,
        order=BY_MONTH,
        newest_first=True,
        month=BY_MONTH[0],
        says="Months of taxi companies that were closed, or one month by its first day (月次請求).",
    )
    ride_statistics: RideStatistics | None = tallied(
        STATS,
        about=Noun.RIDE,
        by=ride_statistics.ride_statistics,
        year=int | None,
        says="Figures of a fiscal year by month, this one unless another is named (マイタクの統計).",
    )
    point_entries: Connection[PointEntry] = listed(
        POINTS_HISTORY,
        order=(PointEntryRow.posted_at, PointEntryRow.id),
        says="Point entries that the caller may see, earliest first.",
    )
    service_consent: ServiceConsent = free(
        PUBLIC, by=consent.in_force, says="What is agreed to by applying for the record service (同意文)."
    )
    applications: Connection[Application] = listed(
        NOTICES,
        order=(APPLICATIONS.rows.c.is_settled, APPLICATIONS.rows.c.applied_at, APPLICATIONS.rows.c.id),
        says="Applications for the record service, those that wait first, the oldest first of each (利用申込).",
    )
    record_reviews: Connection[RecordReview] = listed(
        VACC_RECORDS,
        CHECKUP_BODY,
        order=(REVIEWS.rows.c.received_at, REVIEWS.rows.c.id),
        newest_first=True,
        says="What was handed in and waits for a decision of the staff, or was decided, newest first (要確認の記録).",
    )
    school_reviews: Connection[SchoolReview] = listed(
        SCHOOL_HEALTH,
        order=(SCHOOL_REVIEWS.rows.c.received_at, SCHOOL_REVIEWS.rows.c.id),
        newest_first=True,
        says="What schools handed in and the education board decides, newest first (要確認の学校健診記録).",
    )
    contests: Connection[Contest] = listed(
        VACC_PLACE,
        order=(ContestRow.contested_at, ContestRow.id),
        newest_first=True,
        says="What guardians contest, newest first (訂正請求).",
    )
    notices: Connection[Notice] = listed(
        NOTICES,
        order=(NOTICE_ROWS.rows.c.published_at, NOTICE_ROWS.rows.c.id),
        newest_first=True,
        kind=NOTICE_ROWS.rows.c.kind,
        says="Notices that the caller may see, or those of one kind, newest first (お知らせ).",
    )
    announcements: Connection[Announcement] = listed(
        NOTICES,
        order=(ANNOUNCEMENTS.rows.c.published_at, ANNOUNCEMENTS.rows.c.id),
        newest_first=True,
        says="What the city published, newest first (市からのお知らせ).",
    )
    audit_log: Connection[AccessEntry] = listed(
        ACCESS_LOG,
        order=(AccessEntryRow.seq,),
        newest_first=True,
        says="Entries of the access log that the caller may see, newest first (閲覧記録).",
    )
