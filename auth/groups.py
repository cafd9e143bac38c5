"""The permission table: 35 field groups, and who may see each. The source of docs/permissions.md.

Decided by this project; the law behind the relations: Civil Code 4, 766, 818-824-3, 838-857; Child Welfare Act 47.
"""

from auth.group import Group, group
from auth.policy import (
    AUDITOR,
    AUTHORITY_WITHOUT_CARE,
    CLINIC,
    CUSTODIAN_ONLY,
    FACILITY_OR_FOSTER,
    GUARDIAN_JOINT_NONRESIDENT,
    GUARDIAN_JOINT_RESIDENT,
    GUARDIAN_SOLE,
    INVITED_FAMILY,
    MINOR_GUARDIAN,
    PARTNER_BEFORE_BIRTH,
    PARTNER_MUNICIPALITY,
    PREGNANT_SELF,
    SCHOOL,
    SELF_15_17,
    SELF_18PLUS,
    SELF_UNDER15,
    SHOP,
    STAFF_EDUCATION,
    STAFF_HEALTH,
    STAFF_POINTS,
    STAFF_REGISTRY,
    STAFF_TAXI,
    STATISTICIAN,
    SUPERVISOR,
    TAXI_OPERATOR,
)

CARERS = (GUARDIAN_SOLE, GUARDIAN_JOINT_RESIDENT, CUSTODIAN_ONLY, MINOR_GUARDIAN)
APART = (GUARDIAN_JOINT_NONRESIDENT, AUTHORITY_WITHOUT_CARE)
SELVES = (SELF_UNDER15, SELF_15_17, SELF_18PLUS)
GROWN = (SELF_15_17, SELF_18PLUS)

IDENTITY = group(
    "IDENTITY",
    "Name, kana, birth date, sex.",
    read=(*CARERS, *APART, FACILITY_OR_FOSTER, *SELVES, PREGNANT_SELF),
    consent=(INVITED_FAMILY, CLINIC),
    duty=(STAFF_HEALTH, STAFF_TAXI, STAFF_POINTS, STAFF_REGISTRY, PARTNER_MUNICIPALITY, STAFF_EDUCATION),
    own=(SCHOOL,),
)
ADDRESS_CONTACT = group(
    "ADDRESS_CONTACT",
    "Address, household, phone, mail.",
    place=True,
    read=(*CARERS, FACILITY_OR_FOSTER, *GROWN, PREGNANT_SELF),
    masked=APART,
    duty=(STAFF_HEALTH, STAFF_REGISTRY),
)
LINK_IDS = group("LINK_IDS", "Link to a certificate, resident code, My Key ID: visible to nobody.")
VACC_RECORDS = group(
    "VACC_RECORDS",
    "Vaccinations given: product, date.",
    write=(*CARERS, FACILITY_OR_FOSTER, SELF_18PLUS),
    read=(*APART, SELF_UNDER15, SELF_15_17, PREGNANT_SELF),
    consent=(INVITED_FAMILY, CLINIC, SCHOOL, STAFF_EDUCATION),
    duty=(PARTNER_MUNICIPALITY,),
    duty_write=(STAFF_HEALTH,),
    own=(CLINIC,),
)
VACC_PLACE = group(
    "VACC_PLACE",
    "Lot, clinic, municipality, doctor of a dose.",
    place=True,
    read=(*CARERS, FACILITY_OR_FOSTER, *GROWN),
    masked=APART,
    duty=(STAFF_HEALTH,),
)
VACC_FORECAST = group(
    "VACC_FORECAST",
    "Next doses, dates, status.",
    read=(*CARERS, *APART, FACILITY_OR_FOSTER, *SELVES, PREGNANT_SELF),
    consent=(INVITED_FAMILY, CLINIC),
    duty=(STAFF_HEALTH,),
)
CHECKUP_BODY = group(
    "CHECKUP_BODY",
    "Weight, height, head and chest at checkups.",
    read=(*CARERS, *APART, FACILITY_OR_FOSTER, *SELVES),
    consent=(INVITED_FAMILY,),
    duty=(PARTNER_MUNICIPALITY,),
    duty_write=(STAFF_HEALTH,),
    own=(CLINIC,),
)
CHECKUP_FINDINGS = group(
    "CHECKUP_FINDINGS",
    "Medical findings, judgement, result of a detailed examination.",
    read=(*CARERS, *APART, FACILITY_OR_FOSTER, *GROWN),
    duty=(PARTNER_MUNICIPALITY,),
    duty_write=(STAFF_HEALTH,),
    own=(CLINIC,),
)
CHECKUP_DEVELOPMENT = group(
    "CHECKUP_DEVELOPMENT",
    "Developmental and psychological assessment.",
    read=(*CARERS, *APART, FACILITY_OR_FOSTER, SELF_18PLUS),
    duty_write=(STAFF_HEALTH,),
    own=(CLINIC,),
)
CHECKUP_PARENTING_Q = group(
    "CHECKUP_PARENTING_Q",
    "Parenting questionnaire: violence, neglect, money.",
    own=CARERS,
    duty=(STAFF_HEALTH,),
)
CHECKUP_PLACE = group(
    "CHECKUP_PLACE",
    "Venue, place and time of an appointment.",
    place=True,
    read=(*CARERS, FACILITY_OR_FOSTER, SELF_18PLUS, PREGNANT_SELF),
    masked=APART,
    duty_write=(STAFF_HEALTH,),
    own=(CLINIC,),
)
DENTAL = group(
    "DENTAL",
    "Dental findings.",
    read=(*CARERS, *APART, FACILITY_OR_FOSTER, *GROWN),
    consent=(INVITED_FAMILY,),
    duty=(PARTNER_MUNICIPALITY,),
    duty_write=(STAFF_HEALTH,),
    own=(CLINIC,),
)
ALLERGY_ALERT = group(
    "ALLERGY_ALERT",
    "Allergies, emergency notes.",
    write=(*CARERS, GUARDIAN_JOINT_NONRESIDENT, FACILITY_OR_FOSTER, *GROWN),
    read=(AUTHORITY_WITHOUT_CARE,),
    consent=(INVITED_FAMILY, CLINIC, SCHOOL, STAFF_EDUCATION),
    duty=(STAFF_HEALTH,),
)
GROWTH_HOME = group(
    "GROWTH_HOME",
    "Growth entries made at home.",
    write=(*CARERS, GUARDIAN_JOINT_NONRESIDENT, FACILITY_OR_FOSTER, *GROWN),
    read=(AUTHORITY_WITHOUT_CARE, SELF_UNDER15),
    consent=(INVITED_FAMILY,),
    duty=(STAFF_HEALTH,),
)
NOTES_HOME = group(
    "NOTES_HOME",
    "Diary text and photos by a guardian.",
    write=CARERS,
    own=(GUARDIAN_JOINT_NONRESIDENT, FACILITY_OR_FOSTER),
    consent=(INVITED_FAMILY,),
)
PREGNANCY_CORE = group(
    "PREGNANCY_CORE",
    "Due date, week, list of visits.",
    write=(PREGNANT_SELF,),
    consent=(PARTNER_BEFORE_BIRTH,),
    duty=(PARTNER_MUNICIPALITY,),
    duty_write=(STAFF_HEALTH,),
    own=(CLINIC,),
)
PREGNANCY_VISIT = group(
    "PREGNANCY_VISIT",
    "Weight, blood pressure, urine, fundal height and own entries of a visit.",
    write=(PREGNANT_SELF,),
    consent=(PARTNER_BEFORE_BIRTH,),
    duty_write=(STAFF_HEALTH,),
    own=(CLINIC,),
)
PREGNANCY_LAB = group(
    "PREGNANCY_LAB", "Blood, infections, cytology.", write=(PREGNANT_SELF,), duty=(STAFF_HEALTH,), own=(CLINIC,)
)
MOTHER_MENTAL = group("MOTHER_MENTAL", "EPDS, interviews.", read=(PREGNANT_SELF,), duty=(STAFF_HEALTH,), own=(CLINIC,))
SCHOOL_HEALTH = group(
    "SCHOOL_HEALTH",
    "School checkups.",
    read=(*CARERS, FACILITY_OR_FOSTER, *GROWN),
    masked=APART,
    duty_write=(STAFF_EDUCATION,),
    own=(SCHOOL,),
)
NOTICES = group(
    "NOTICES",
    "Notices and messages addressed to the person.",
    read=(*CARERS, FACILITY_OR_FOSTER, *SELVES, PREGNANT_SELF),
    masked=APART,
    consent=(INVITED_FAMILY, PARTNER_BEFORE_BIRTH),
    duty_write=(STAFF_HEALTH,),
    own=(STAFF_TAXI, STAFF_POINTS, SCHOOL),
)
SHARE_GRANTS = group(
    "SHARE_GRANTS",
    "Who was invited, and what they may see.",
    write=(*CARERS, SELF_18PLUS, PREGNANT_SELF),
    read=(SELF_15_17,),
    duty=(STAFF_REGISTRY,),
    own=(GUARDIAN_JOINT_NONRESIDENT,),
)
GUARDIANSHIP_EDGES = group(
    "GUARDIANSHIP_EDGES",
    "Legal relations, court decisions, dates.",
    duty=(STAFF_HEALTH,),
    duty_write=(STAFF_REGISTRY,),
)
PROTECTION_FLAG = group(
    "PROTECTION_FLAG",
    "That there is a support measure.",
    duty=(STAFF_HEALTH,),
    duty_write=(STAFF_REGISTRY,),
)
RIDE_SUMMARY = group(
    "RIDE_SUMMARY",
    "Date, fare and subsidy of a ride.",
    read=(*CARERS, *SELVES, PREGNANT_SELF),
    duty_write=(STAFF_TAXI,),
    own=(TAXI_OPERATOR,),
)
RIDE_PLACE = group(
    "RIDE_PLACE",
    "Where somebody got in and out.",
    place=True,
    read=(*CARERS, *GROWN, PREGNANT_SELF),
    own=(TAXI_OPERATOR,),
)
RIDE_QUOTA_TODAY = group(
    "RIDE_QUOTA_TODAY",
    "Rides left today.",
    read=(*CARERS, *SELVES, PREGNANT_SELF),
    duty=(STAFF_TAXI,),
    own=(TAXI_OPERATOR,),
)
RIDE_QUOTA_YEAR = group(
    "RIDE_QUOTA_YEAR", "Rides left this fiscal year.", read=(*CARERS, *SELVES, PREGNANT_SELF), duty=(STAFF_TAXI,)
)
RIDE_ELIGIBILITY_REASON = group(
    "RIDE_ELIGIBILITY_REASON",
    "Age, disability, pregnancy, returned licence.",
    write=CARERS,
    read=(SELF_18PLUS, PREGNANT_SELF),
    duty_write=(STAFF_TAXI,),
)
POINTS_BALANCE = group(
    "POINTS_BALANCE", "Balance, lots, expiry.", read=(*SELVES, PREGNANT_SELF), duty_write=(STAFF_POINTS,)
)
POINTS_HISTORY = group(
    "POINTS_HISTORY",
    "Shop, facility, amount, time.",
    read=(*GROWN, PREGNANT_SELF),
    duty=(STAFF_POINTS,),
    own=(SHOP,),
)
POINTS_ACCOUNTS = group("POINTS_ACCOUNTS", "Linked card, phone and airline accounts.", write=(*GROWN, PREGNANT_SELF))
ACCESS_LOG = group(
    "ACCESS_LOG",
    "Who looked at my data.",
    place=True,
    read=(*CARERS, *GROWN, PREGNANT_SELF),
    masked=APART,
    duty=(AUDITOR, SUPERVISOR),
)
STATS = group(
    "STATS",
    "Aggregates with suppression of small cells.",
    read=(STAFF_HEALTH, STAFF_TAXI, STAFF_POINTS, PARTNER_MUNICIPALITY, SUPERVISOR, STATISTICIAN),
)
PUBLIC = Group("PUBLIC", "Catalogues, on-duty doctors, public places.", reveals_place=False, rights={}, is_public=True)

GROUPS = (
    IDENTITY,
    ADDRESS_CONTACT,
    LINK_IDS,
    VACC_RECORDS,
    VACC_PLACE,
    VACC_FORECAST,
    CHECKUP_BODY,
    CHECKUP_FINDINGS,
    CHECKUP_DEVELOPMENT,
    CHECKUP_PARENTING_Q,
    CHECKUP_PLACE,
    DENTAL,
    ALLERGY_ALERT,
    GROWTH_HOME,
    NOTES_HOME,
    PREGNANCY_CORE,
    PREGNANCY_VISIT,
    PREGNANCY_LAB,
    MOTHER_MENTAL,
    SCHOOL_HEALTH,
    NOTICES,
    SHARE_GRANTS,
    GUARDIANSHIP_EDGES,
    PROTECTION_FLAG,
    RIDE_SUMMARY,
    RIDE_PLACE,
    RIDE_QUOTA_TODAY,
    RIDE_QUOTA_YEAR,
    RIDE_ELIGIBILITY_REASON,
    POINTS_BALANCE,
    POINTS_HISTORY,
    POINTS_ACCOUNTS,
    ACCESS_LOG,
    STATS,
    PUBLIC,
)
BY_NAME = {each.name: each for each in GROUPS}
