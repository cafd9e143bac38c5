"""The deeds of the graph."""

import strawberry

from auth.groups import (
    ACCESS_LOG,
    CHECKUP_BODY,
    CHECKUP_PARENTING_Q,
    GROWTH_HOME,
    GUARDIANSHIP_EDGES,
    NOTICES,
    PREGNANCY_CORE,
    PREGNANCY_VISIT,
    PROTECTION_FLAG,
    SCHOOL_HEALTH,
    SHARE_GRANTS,
    VACC_FORECAST,
    VACC_RECORDS,
)
from auth.supplying import SUPPLIERS
from models.organisation import CallerKind
from resolvers import (
    application,
    audit,
    birth,
    checkup,
    growth,
    immunity,
    life_event,
    link,
    measure,
    notice,
    pregnancy,
    pregnancy_checkup,
    questionnaire,
    relation,
    reminding,
    school_checkup,
    sharing,
    submission,
    vaccination,
)
from resolvers import contest as contests
from resolvers import review as reviews
from schema import claim as claims
from schema import credential as credentials
from schema import point as points
from schema import ride as rides
from schema import ride_sync
from schema import rider as riders
from schema.access_log import AccessEntry
from schema.alert import (
    CORRECT_ALLERGY,
    CORRECT_PHYSICIAN,
    RECORD_ALLERGY,
    RECORD_PHYSICIAN,
    Allergy,
    Physician,
)
from schema.application import Application
from schema.checkup import ANY_PART, Checkup
from schema.child import Child
from schema.contest import Contest
from schema.deed import deed, deeds
from schema.diary import CORRECT_CONDITION, RECORD_CONDITION, DiaryEntry
from schema.family import Family
from schema.growth import CORRECT_GROWTH, Growth
from schema.link import LinkCode, Linked, RecordLink
from schema.mailbox import ADD_MAILBOX, CHANGE_MAILBOX, CONFIRM_MAILBOX, REMOVE_MAILBOX, Mailbox
from schema.notice import Announcement, Notice
from schema.pregnancy import Pregnancy
from schema.pregnancy_checkup import PregnancyCheckup
from schema.questionnaire import Questionnaire
from schema.record import RecordDecision, RecordReview, SchoolReview, Submitted
from schema.register import RegisterChange
from schema.reminder import Reminder
from schema.school_checkup import SchoolCheckup
from schema.share import PartnerShare, Share
from schema.vaccination import Vaccination

HEALTH = frozenset({CallerKind.STAFF_HEALTH})
ISSUERS = frozenset({CallerKind.RESIDENT, CallerKind.STAFF_HEALTH, CallerKind.STAFF_EDUCATION})
RESIDENTS = frozenset({CallerKind.RESIDENT})
# What changes who may see what; a correction can also be made with the purpose of one.
REGISTERING = frozenset({"REG"})
SUPERVISORS = frozenset({CallerKind.SUPERVISOR})
strawberry.input(birth.NewbornInput, description=birth.NewbornInput.__doc__)


@deeds(about=Child)
class Mutation:
    """What may be done. The same idempotency key with the same input has the same answer for 30 days."""

    record_growth: Growth = deed(
        GROWTH_HOME, by=growth.record, says="A guardian records what was measured at home (成長の記録)."
    )
    correct_growth: Growth = CORRECT_GROWTH
    record_condition: DiaryEntry = RECORD_CONDITION
    correct_condition: DiaryEntry = CORRECT_CONDITION
    record_allergy: Allergy = RECORD_ALLERGY
    correct_allergy: Allergy = CORRECT_ALLERGY
    record_physician: Physician = RECORD_PHYSICIAN
    correct_physician: Physician = CORRECT_PHYSICIAN
    submit_checkup: Checkup = deed(
        CHECKUP_BODY,
        by=checkup.submit,
        says="A clinic or health staff submit a checkup that they carried out (健診結果の登録).",
    )
    correct_checkup: Checkup = deed(
        *ANY_PART,
        by=checkup.correct,
        about=(Checkup,),
        key="checkup_id",
        says="A checkup is put right by a new entry, which answers; the one before stays in the history (健診の訂正).",
    )
    answer_parenting_questions: Questionnaire = deed(
        CHECKUP_PARENTING_Q,
        by=questionnaire.answer,
        says="A guardian answers the questions on parenting, which no other guardian reads (育児の質問票の回答).",
    )
    submit_school_checkup: SchoolCheckup = deed(
        SCHOOL_HEALTH,
        by=school_checkup.submit,
        says="A school or the education board submit a pupil's checkup (学校健診の登録).",
    )
    correct_school_checkup: SchoolCheckup = deed(
        SCHOOL_HEALTH,
        by=school_checkup.correct,
        about=(SchoolCheckup,),
        key="school_checkup_id",
        says="A checkup at school is put right by a new entry (学校健診の訂正).",
    )
    enter_pregnancy_checkup: PregnancyCheckup = deed(
        PREGNANCY_VISIT,
        by=pregnancy_checkup.enter,
        about=(Pregnancy,),
        key="pregnancy_id",
        says="A pregnant woman enters an examination, or a clinic or health staff do (妊産婦健診の入力).",
    )
    correct_pregnancy_checkup: PregnancyCheckup = deed(
        PREGNANCY_VISIT,
        by=pregnancy_checkup.correct,
        about=(PregnancyCheckup,),
        key="pregnancy_checkup_id",
        says="An entry is put right by a new one, by whoever made it (妊産婦健診の訂正).",
    )
    correct_due_date: Pregnancy = deed(
        PREGNANCY_CORE,
        by=pregnancy.correct_due,
        about=(Pregnancy,),
        key="pregnancy_id",
        says="Another expected day takes the place of the one before, after an ultrasound say (予定日の訂正).",
    )
    record_vaccination: Vaccination = deed(
        VACC_RECORDS, by=vaccination.record, says="Health staff write down a dose that was given (接種の記録)."
    )
    correct_vaccination: Vaccination = deed(
        VACC_RECORDS,
        by=vaccination.correct,
        about=(Vaccination,),
        key="vaccination_id",
        says="A dose is put right by a new entry; a guardian does so for what they wrote themselves (接種記録の訂正).",
    )
    strike_vaccination: Child = deed(
        VACC_RECORDS,
        by=vaccination.strike,
        about=(Vaccination,),
        key="vaccination_id",
        says="A dose that was never given is struck out; its entries stay in the history (接種記録の取消).",
    )
    review_vaccination: Child = deed(
        VACC_RECORDS,
        by=vaccination.review,
        about=(Vaccination,),
        key="vaccination_id",
        kinds=HEALTH,
        says="Health staff write down whether a doubtful dose counts, as a doctor or the city decided (接種の確認).",
    )
    record_immunity_fact: Child = deed(
        VACC_FORECAST,
        by=immunity.record,
        kinds=HEALTH,
        says="Health staff record a disease, a condition or the end of a long illness (罹患歴・要相談事項の記録).",
    )
    invite: Share = deed(
        SHARE_GRANTS,
        by=sharing.invite,
        says="A guardian invites somebody by mail to parts of a child's record, until a day (招待).",
    )
    invite_partner: PartnerShare = deed(
        SHARE_GRANTS,
        by=sharing.invite_partner,
        about=(Pregnancy,),
        key="pregnancy_id",
        says="A pregnant woman invites her partner by mail to parts of her record, until a day (パートナーの招待).",
    )
    share_with: Share = deed(
        SHARE_GRANTS,
        by=sharing.share_with,
        says="A guardian opens parts of a child's record to a clinic, a school or the education office (機関との共有).",
    )
    accept_invitation: Child | Pregnancy = deed(
        SHARE_GRANTS,
        by=sharing.accept,
        key=None,
        locks=True,
        says="Whoever has the link and a card accepts an invitation, and answers with what is open now (招待の受諾).",
    )
    revoke_sharing: Share | PartnerShare = deed(
        SHARE_GRANTS,
        by=sharing.revoke,
        about=(Share, PartnerShare),
        key="id",
        ends=True,
        says="An invitation or what it opened is taken back, for the next request already (共有の取消).",
    )
    add_reminder: Reminder = deed(
        SHARE_GRANTS,
        by=reminding.add,
        says="A guardian adds an address, of somebody without a card, that gets dates alone (通知先の登録).",
    )
    revoke_reminder: Reminder = deed(
        SHARE_GRANTS,
        by=reminding.revoke,
        about=(Reminder,),
        key="id",
        ends=True,
        says="An address for dates is taken back, at once, and forgotten (通知先の取消).",
    )
    apply: Application = deed(
        NOTICES,
        kinds=RESIDENTS,
        by=application.apply,
        about=(Application,),
        key=None,
        is_signed=True,
        says="Somebody applies for the record service with the card's signature certificate (利用申込).",
    )
    withdraw: Application = deed(
        NOTICES,
        kinds=RESIDENTS,
        by=application.withdraw,
        about=(Application,),
        key="application_id",
        ends=True,
        says="The applicant takes an application back, decided or not (利用申込の取下げ).",
    )
    decide_application: Application = deed(
        NOTICES,
        by=application.decide,
        about=(Application,),
        key="application_id",
        says="Health staff decide an application that waits, and say why (利用申込の決定).",
    )
    apply_for_rides: riders.Rider = riders.APPLY_FOR_RIDES
    apply_for_rides_at_counter: riders.Rider = riders.APPLY_AT_COUNTER
    decide_rider: riders.Rider = riders.DECIDE_RIDER
    suspend_rider: riders.Rider = riders.SUSPEND_RIDER
    reinstate_rider: riders.Rider = riders.REINSTATE_RIDER
    open_ride: rides.Ride = rides.OPEN_RIDE
    tap_card: rides.Tapped = rides.TAP_CARD
    close_ride: rides.Ride = rides.CLOSE_RIDE
    correct_ride: rides.Ride = rides.CORRECT_RIDE
    cancel_ride: rides.Ride = rides.CANCEL_RIDE
    issue_ride_capability: ride_sync.RideCapability = ride_sync.ISSUE_RIDE_CAPABILITY
    sync_rides: ride_sync.SyncedRides = ride_sync.SYNC_RIDES
    decide_seat: rides.Ride = ride_sync.DECIDE_SEAT
    close_claims: claims.Claim = claims.CLOSE_CLAIMS
    issue_link_code: LinkCode = deed(
        SHARE_GRANTS,
        CHECKUP_BODY,
        SCHOOL_HEALTH,
        by=link.issue,
        kinds=ISSUERS,
        writes=True,
        says="A guardian, or staff, gets a code to hand to an organisation for one child (連携コードの発行).",
    )
    redeem_link_code: Linked = deed(
        VACC_RECORDS,
        CHECKUP_BODY,
        SCHOOL_HEALTH,
        by=link.redeem,
        kinds=SUPPLIERS,
        key=None,
        says="An organisation lets its own number stand for the child whose code it was handed (連携コードの使用).",
    )
    revoke_link: RecordLink = deed(
        SHARE_GRANTS,
        by=link.revoke,
        about=(RecordLink,),
        key="id",
        ends=True,
        says="A link is taken back: the number stands for nobody from the next request on (連携の取消).",
    )
    submit_records: Submitted = deed(
        VACC_RECORDS,
        CHECKUP_BODY,
        SCHOOL_HEALTH,
        by=submission.submit,
        kinds=SUPPLIERS,
        key=None,
        says="An organisation hands in records by its own patient numbers, item by item (記録の一括提出).",
    )
    match_record: RecordDecision = deed(
        VACC_RECORDS,
        CHECKUP_BODY,
        by=reviews.match,
        about=(RecordReview,),
        key="review_id",
        kinds=HEALTH,
        writes=True,
        says="Health staff decide of which child a record is that was handed in (記録の照合).",
    )
    reject_record: RecordDecision = deed(
        VACC_RECORDS,
        CHECKUP_BODY,
        by=reviews.reject,
        about=(RecordReview,),
        key="review_id",
        kinds=HEALTH,
        writes=True,
        says="Health staff decide that what was handed in is kept in no record (記録の不採用).",
    )
    match_school_record: RecordDecision = deed(
        SCHOOL_HEALTH,
        by=reviews.match_school,
        about=(SchoolReview,),
        key="review_id",
        says="The education board decides of which pupil a record is that a school handed in (学校健診記録の照合).",
    )
    reject_school_record: RecordDecision = deed(
        SCHOOL_HEALTH,
        by=reviews.reject_school,
        about=(SchoolReview,),
        key="review_id",
        says="The education board decides that what a school handed in is kept in no record (学校健診記録の不採用).",
    )
    contest_record: Contest = deed(
        VACC_RECORDS,
        by=contests.contest,
        about=(Vaccination, Checkup),
        key="record_id",
        kinds=frozenset({CallerKind.RESIDENT}),
        writes=True,
        says="A guardian says that a dose or a checkup on record is wrong (訂正請求).",
    )
    decide_contest: Contest = deed(
        VACC_RECORDS,
        by=contests.decide,
        about=(Contest,),
        key="contest_id",
        kinds=HEALTH,
        writes=True,
        purposes=frozenset({"COR"}),
        says="Health staff decide about what a guardian contests (訂正請求の決定).",
    )
    withhold_access_log: AccessEntry = deed(
        ACCESS_LOG,
        kinds=SUPERVISORS,
        by=audit.withhold,
        about=(AccessEntry,),
        key="entry_id",
        says="A supervisor decides that entries of one case stay hidden from residents until a day (閲覧記録の非開示).",
    )
    confirm_break_glass: AccessEntry = deed(
        ACCESS_LOG,
        kinds=SUPERVISORS,
        by=audit.confirm,
        about=(AccessEntry,),
        key="entry_id",
        says="A supervisor confirms a look in an emergency (緊急閲覧の事後承認).",
    )
    record_relation: RegisterChange = deed(
        GUARDIANSHIP_EDGES,
        by=relation.record,
        purposes=REGISTERING,
        says="The register's desk records a relation (関係の登録).",
    )
    end_relation: RegisterChange = deed(
        GUARDIANSHIP_EDGES, by=relation.end, purposes=REGISTERING, says="A relation ends on a day (関係の終了)."
    )
    correct_relation: RegisterChange = deed(
        GUARDIANSHIP_EDGES, by=relation.correct, says="An entry is put right by a new one (関係の訂正)."
    )
    decide_authority: RegisterChange = deed(
        GUARDIANSHIP_EDGES,
        by=relation.decide,
        purposes=REGISTERING,
        says="Who has authority and custody from a day on, after divorce or by a court (親権・監護の定め).",
    )
    record_adoption: RegisterChange = deed(
        GUARDIANSHIP_EDGES, by=relation.adopt, purposes=REGISTERING, says="An adoption, ordinary or special (養子縁組)."
    )
    record_measure: RegisterChange = deed(
        PROTECTION_FLAG,
        by=measure.record,
        about=(Family,),
        key="family_id",
        says="A protection measure begins (支援措置の登録).",
    )
    renew_measure: RegisterChange = deed(
        PROTECTION_FLAG,
        by=measure.renew,
        about=(Family,),
        key="family_id",
        says="A measure holds for another year (支援措置の延長).",
    )
    end_measure: RegisterChange = deed(
        PROTECTION_FLAG,
        by=measure.end,
        about=(Family,),
        key="family_id",
        says="A measure ends on a day (支援措置の終了).",
    )
    record_death: RegisterChange = deed(
        GUARDIANSHIP_EDGES,
        by=life_event.record_death,
        purposes=REGISTERING,
        key=None,
        says="A child or a resident has died (死亡).",
    )
    record_move_out: RegisterChange = deed(
        GUARDIANSHIP_EDGES,
        by=life_event.record_move_out,
        purposes=REGISTERING,
        key=None,
        says="A child or a resident moves out (転出).",
    )
    correct_life_event: RegisterChange = deed(
        GUARDIANSHIP_EDGES,
        by=life_event.correct,
        key=None,
        says="A death or a move is put right by a new entry (異動の訂正).",
    )
    record_birth: RegisterChange = deed(
        GUARDIANSHIP_EDGES, by=birth.record, purposes=REGISTERING, key=None, says="Children were born (出生)."
    )
    record_pregnancy: RegisterChange = deed(
        PREGNANCY_CORE,
        by=pregnancy.record,
        about=(Pregnancy,),
        key=None,
        kinds=HEALTH,
        says="Health staff record a notification of pregnancy (妊娠の届出).",
    )
    end_pregnancy: RegisterChange = deed(
        PREGNANCY_CORE,
        by=pregnancy.end,
        about=(Pregnancy,),
        key="pregnancy_id",
        kinds=HEALTH,
        says="A pregnancy ended without a birth (妊娠の終了).",
    )
    publish_notice: Announcement = deed(
        NOTICES,
        by=notice.publish,
        about=(Announcement,),
        key=None,
        kinds=HEALTH,
        says="Health staff publish to an audience; a worker writes the notices (お知らせの公開).",
    )
    retract_notice: Announcement = deed(
        NOTICES,
        by=notice.retract,
        about=(Announcement,),
        key="announcement_id",
        kinds=HEALTH,
        says="What was published is told to nobody any more (お知らせの取下げ).",
    )
    mark_notice_read: Notice = deed(
        NOTICES,
        by=notice.mark_read,
        about=(Notice,),
        key="notice_id",
        kinds=RESIDENTS,
        says="A notice was read, by the caller (既読にする).",
    )
    add_mailbox: Mailbox = ADD_MAILBOX
    confirm_mailbox: Mailbox = CONFIRM_MAILBOX
    change_mailbox: Mailbox = CHANGE_MAILBOX
    remove_mailbox: Mailbox = REMOVE_MAILBOX
    close_credential: credentials.Credential = credentials.CLOSE_CREDENTIAL
    close_credentials: credentials.CredentialsClosed = credentials.CLOSE_CREDENTIALS
    issue_enrolment_code: credentials.EnrolmentCode = credentials.ISSUE_ENROLMENT_CODE
    link_my_key: points.PointAccount = points.LINK_MY_KEY
    choose_municipality: points.PointAccount = points.CHOOSE_MUNICIPALITY
    issue_spend_code: points.SpendCode = points.ISSUE_SPEND_CODE
    assign_points: points.PointEntry = points.ASSIGN_POINTS
    grant_points: points.PointEntry = points.GRANT_POINTS
    reverse_points: points.PointEntry = points.REVERSE_POINTS
    hold_points: points.HeldPoints = points.HOLD_POINTS
    hold_points_by_card: points.HeldPoints = points.HOLD_POINTS_BY_CARD
    capture_points: points.PointEntry = points.CAPTURE_POINTS
    void_hold: points.PointEntry = points.VOID_HOLD
    refund_points: points.PointEntry = points.REFUND_POINTS
    link_provider: points.PointAccount = points.LINK_PROVIDER
    unlink_provider: points.PointAccount = points.UNLINK_PROVIDER
    convert_points: points.PointAccount = points.CONVERT_POINTS
