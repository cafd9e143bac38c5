"""Policies are people: each is one row of the permission matrix, a kind of caller and mostly a relation."""

from dataclasses import dataclass
from enum import Flag, auto

from models.organisation import CallerKind
from models.subject import Noun

FAMILY_LIFE = frozenset({Noun.CHILD, Noun.FAMILY, Noun.RIDER, Noun.RIDE, Noun.LOOK, Noun.NOTICE})
ONESELF = FAMILY_LIFE | {Noun.ACCOUNT, Noun.APPLICATION, Noun.PERSON}
HEALTH = frozenset({Noun.CHILD, Noun.FAMILY, Noun.NOTICE})
BEFORE_BIRTH = frozenset({Noun.PREGNANCY, Noun.NOTICE})
CARE_OF_BOTH = HEALTH | BEFORE_BIRTH | {Noun.ANNOUNCEMENT}
RIDES = frozenset({Noun.RIDER, Noun.RIDE})
TAXIS = RIDES | {Noun.CLAIM}
POINTS = frozenset({Noun.ACCOUNT})
LOOKS = frozenset({Noun.LOOK})


class Right(Flag):
    """What a cell of the matrix says, letter by letter."""

    READ = auto()
    WRITE = auto()
    MASKED = auto()
    CONSENT = auto()
    DUTY = auto()
    OWN = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """Somebody who may see something.

    `nouns` are the subjects that the policy can ever reach: health, rides and points do not join.
    `related` says that only subjects count which the caller's own relations reach; otherwise the whole town, as of the
    nouns `at_large`.
    """

    name: str
    kind: CallerKind
    nouns: frozenset[Noun]
    says: str
    related: bool = True
    at_large: frozenset[Noun] = frozenset()

    def __repr__(self) -> str:
        return self.name


def _resident(name: str, nouns: frozenset[Noun], says: str) -> Policy:
    return Policy(name, CallerKind.RESIDENT, nouns, says)


GUARDIAN_SOLE = _resident("GUARDIAN_SOLE", FAMILY_LIFE, "Sole parental authority, or married parents with the child.")
GUARDIAN_JOINT_RESIDENT = _resident(
    "GUARDIAN_JOINT_RESIDENT", FAMILY_LIFE, "Joint parental authority after divorce; the child lives here."
)
GUARDIAN_JOINT_NONRESIDENT = _resident(
    "GUARDIAN_JOINT_NONRESIDENT", FAMILY_LIFE, "Joint parental authority; the child lives with the other parent."
)
CUSTODIAN_ONLY = _resident("CUSTODIAN_ONLY", FAMILY_LIFE, "Custodian without parental authority.")
AUTHORITY_WITHOUT_CARE = _resident(
    "AUTHORITY_WITHOUT_CARE", FAMILY_LIFE, "Parental authority while another person is the custodian."
)
PARENT_WITHOUT_AUTHORITY = _resident(
    "PARENT_WITHOUT_AUTHORITY", FAMILY_LIFE, "Legal parent who lost or never had parental authority."
)
MINOR_GUARDIAN = _resident("MINOR_GUARDIAN", FAMILY_LIFE, "Guardian of a minor's person.")
FACILITY_OR_FOSTER = _resident(
    "FACILITY_OR_FOSTER", FAMILY_LIFE, "Head of a facility or foster parent during a placement."
)
INVITED_FAMILY = _resident("INVITED_FAMILY", HEALTH, "Invited by a guardian: per child, per field group, with an end.")
SELF_UNDER15 = _resident("SELF_UNDER15", ONESELF, "The child with a card of its own, under 15.")
SELF_15_17 = _resident("SELF_15_17", ONESELF, "The child aged 15 to 17.")
SELF_18PLUS = _resident("SELF_18PLUS", ONESELF, "The person at 18 or over.")
PREGNANT_SELF = _resident("PREGNANT_SELF", ONESELF | BEFORE_BIRTH, "The pregnant woman, for her own record.")
PARTNER_BEFORE_BIRTH = _resident("PARTNER_BEFORE_BIRTH", BEFORE_BIRTH, "Partner of the pregnant woman, if she invites.")
RESTRICTED_COUNTERPARTY = _resident(
    "RESTRICTED_COUNTERPARTY", frozenset(), "Counterparty of a protection measure: the child is absent."
)
STAFF_HEALTH = Policy(
    "STAFF_HEALTH",
    CallerKind.STAFF_HEALTH,
    CARE_OF_BOTH | {Noun.APPLICATION, Noun.REVIEW},
    "Maternal and child health staff.",
    related=False,
)
STAFF_TAXI = Policy("STAFF_TAXI", CallerKind.STAFF_TAXI, TAXIS, "Transport staff.", related=False)
STAFF_POINTS = Policy("STAFF_POINTS", CallerKind.STAFF_POINTS, POINTS, "Points staff.", related=False)
STAFF_REGISTRY = Policy(
    "STAFF_REGISTRY", CallerKind.STAFF_REGISTRY, HEALTH, "Register and guardianship desk.", related=False
)
STAFF_EDUCATION = Policy(
    "STAFF_EDUCATION",
    CallerKind.STAFF_EDUCATION,
    HEALTH | {Noun.SCHOOL_REVIEW},
    "Education board, for its own schools.",
    at_large=frozenset({Noun.SCHOOL_REVIEW}),  # of which child it is nobody knows yet
)
STATISTICIAN = Policy(
    "STATISTICIAN", CallerKind.STATISTICIAN, frozenset(), "Statistician: aggregates only.", related=False
)
AUDITOR = Policy("AUDITOR", CallerKind.AUDITOR, LOOKS, "Auditor: the access log, no content.", related=False)
SUPERVISOR = Policy("SUPERVISOR", CallerKind.SUPERVISOR, LOOKS, "Head of the health section.", related=False)
SYSTEM_ADMIN = Policy(
    "SYSTEM_ADMIN", CallerKind.SYSTEM_ADMIN, frozenset(), "Operator of the servers: no content.", related=False
)
CLINIC = Policy("CLINIC", CallerKind.CLINIC, CARE_OF_BOTH, "Clinic or hospital: own records, others by consent.")
SCHOOL = Policy("SCHOOL", CallerKind.SCHOOL, HEALTH, "School: its pupils, more by consent.")
TAXI_OPERATOR = Policy("TAXI_OPERATOR", CallerKind.TAXI_OPERATOR, TAXIS, "Taxi company: its own rides.")
SHOP = Policy("SHOP", CallerKind.SHOP, POINTS, "Shop or public facility: its own sales.")
PARTNER_MUNICIPALITY = Policy(
    "PARTNER_MUNICIPALITY",
    CallerKind.PARTNER_MUNICIPALITY,
    CARE_OF_BOTH,
    "Partner city: who moved between the two, or consented, for a stated purpose.",
)
ANONYMOUS = Policy("ANONYMOUS", CallerKind.ANONYMOUS, frozenset(), "No login.", related=False)

POLICIES = (
    GUARDIAN_SOLE,
    GUARDIAN_JOINT_RESIDENT,
    GUARDIAN_JOINT_NONRESIDENT,
    CUSTODIAN_ONLY,
    AUTHORITY_WITHOUT_CARE,
    PARENT_WITHOUT_AUTHORITY,
    MINOR_GUARDIAN,
    FACILITY_OR_FOSTER,
    INVITED_FAMILY,
    SELF_UNDER15,
    SELF_15_17,
    SELF_18PLUS,
    PREGNANT_SELF,
    PARTNER_BEFORE_BIRTH,
    STAFF_HEALTH,
    STAFF_TAXI,
    STAFF_POINTS,
    STAFF_REGISTRY,
    STATISTICIAN,
    CLINIC,
    SCHOOL,
    TAXI_OPERATOR,
    SHOP,
    PARTNER_MUNICIPALITY,
    SYSTEM_ADMIN,
    ANONYMOUS,
    RESTRICTED_COUNTERPARTY,
    AUDITOR,
    SUPERVISOR,
    STAFF_EDUCATION,
)
