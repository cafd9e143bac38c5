"""Why a field is visible to somebody or not: the words of the caller's own explanation."""

from enum import Enum


class ReasonCode(Enum):
    """What opens a field, or what is known to shut it before any record is looked at."""

    EVERYBODY = "public"
    RELATION = "a relation of the caller to the person that the record is about"
    CONSENT = "shared with the caller"
    SUPPLIED = "supplied by the caller"
    DUTY = "by duty, for the stated purpose"
    NOT_VISIBLE = "not visible"
    PURPOSE_REQUIRED = "a purpose that covers the field was not stated"
    ACR_REQUIRED = "the login was no more than a tap"


class Relation(Enum):
    """What a caller can be to a child, family, rider or account: the related policies of the permission table."""

    GUARDIAN_SOLE = "guardian"
    GUARDIAN_JOINT_RESIDENT = "joint guardian, at home"
    GUARDIAN_JOINT_NONRESIDENT = "joint guardian, elsewhere"
    CUSTODIAN_ONLY = "custodian"
    AUTHORITY_WITHOUT_CARE = "parental authority, another is the custodian"
    MINOR_GUARDIAN = "guardian of a minor"
    FACILITY_OR_FOSTER = "facility or foster parent"
    INVITED_FAMILY = "invited"
    SELF_UNDER15 = "oneself, under 15"
    SELF_15_17 = "oneself, 15 to 17"
    SELF_18PLUS = "oneself, of age"
    PREGNANT_SELF = "the pregnant woman"
    PARTNER_BEFORE_BIRTH = "her partner"
    STAFF_EDUCATION = "education board"
    CLINIC = "clinic"
    SCHOOL = "school"
    TAXI_OPERATOR = "taxi company"
    SHOP = "shop or public facility"
    PARTNER_MUNICIPALITY = "partner city"
