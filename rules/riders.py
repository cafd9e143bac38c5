"""Who may be registered for the taxi subsidy, and whether a registration holds: pure, by the published conditions.

That an application can renew a registration that is about to end, and from when, is decided here (docs/rides.md).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from models.refusal import RefusalCode
from models.rider import Eligibility, RiderState, RiderStepKind

# Conditions: a member of the prefectural assembly, 2016-01, https://akira-o.jp/blog/?p=6007; exclusions:
# https://drive-job.blog.ss-blog.jp/2022-10-17
AGES_YEARS = {Eligibility.AGE_75: 75, Eligibility.AGE_65_NO_LICENCE: 65}
WITHOUT_LICENCE = frozenset({Eligibility.AGE_65_NO_LICENCE, Eligibility.LICENCE_RETURNED})
WITH_END = frozenset({Eligibility.PREGNANCY})  # pregnancy and the year after birth (D16)
RENEWABLE = timedelta(days=60)  # before its end
FARTHEST = timedelta(days=366)  # of a first day from today


class Exclusion(Enum):
    """Another support that rules the subsidy out."""

    CAR_CONVERSION = "subsidy for converting a car"
    WELFARE_VEHICLE = "subsidy for a welfare vehicle"
    LICENCE_ACQUISITION = "subsidy for getting a licence, while holding one"
    VEHICLE_TAX_EXEMPTION = "tax exemption of a car that the person can travel in"


class Claim(NamedTuple):
    """What an applicant says."""

    eligibility: Eligibility
    has_licence: bool
    exclusions: Sequence[Exclusion] = ()


class RiderStatus(Enum):
    """How a registration stands on a day."""

    APPLIED = "staff have not decided yet"
    NOT_YET = "its first day is to come"
    REGISTERED = "in force"
    SUSPENDED = "suspended by staff"
    EXPIRED = "its last day is over"
    REFUSED = "refused"
    LEFT = "the person has moved away or died"


class Step(NamedTuple):
    """One step of a registration."""

    kind: RiderStepKind
    eligibility: Eligibility
    valid_from: date | None
    valid_to: date | None
    note: str
    taken_at: datetime


STATUS = {
    RiderState.APPLIED: RiderStatus.APPLIED,
    RiderState.SUSPENDED: RiderStatus.SUSPENDED,
    RiderState.REFUSED: RiderStatus.REFUSED,
}


def unmet(today: date, birth_date: date, claim: Claim) -> RefusalCode | None:
    """Why the claim cannot be true or rules itself out; what a certificate says is for staff to look at."""
    if any(each is not Exclusion.LICENCE_ACQUISITION or claim.has_licence for each in claim.exclusions):
        return RefusalCode.RIDES_EXCLUDED
    years = AGES_YEARS.get(claim.eligibility, 0)
    is_old_enough = (birth_date.year + years, birth_date.month, birth_date.day) <= (today.year, today.month, today.day)
    is_driving = claim.has_licence and claim.eligibility in WITHOUT_LICENCE
    return None if is_old_enough and not is_driving else RefusalCode.ELIGIBILITY_UNMET


def bad_period(today: date, eligibility: Eligibility, first: date, end: date | None) -> RefusalCode | None:
    """Why a registration cannot hold from `first` until the day before `end`."""
    if abs(first - today) > FARTHEST:
        return RefusalCode.DATE_OUT_OF_RANGE
    if end is None:
        return RefusalCode.VALUE_MISSING if eligibility in WITH_END else None
    return None if first < end else RefusalCode.PERIOD_INVALID


def status(
    today: date, state: RiderState, registered_on: date, valid_to: date | None, left_on: date | None
) -> RiderStatus:
    """How a registration stands today."""
    if left_on is not None and left_on <= today:
        return RiderStatus.LEFT
    if state is not RiderState.REGISTERED:
        return STATUS[state]
    if today < registered_on:
        return RiderStatus.NOT_YET
    return RiderStatus.EXPIRED if valid_to is not None and valid_to <= today else RiderStatus.REGISTERED


def is_resident(today: date, left_on: date | None) -> bool:
    """Whether the person lives here; of the register nothing more is answered."""
    return left_on is None or today < left_on


def may_apply(today: date, found: RiderStatus, valid_to: date | None) -> bool:
    """Whether somebody who is known already may apply again: not while a registration goes on for longer."""
    if found in {RiderStatus.EXPIRED, RiderStatus.REFUSED}:
        return True
    return found is RiderStatus.REGISTERED and valid_to is not None and valid_to - today <= RENEWABLE


def steps(_today: date, rows: Sequence[Step]) -> list[Step]:
    """Everything that happened to a registration, in its order."""
    return [Step(*(getattr(row, name) for name in Step._fields)) for row in rows]
