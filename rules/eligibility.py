"""Who is served: an application against what the register knows of the applicant, and of nobody else.

Whatever is said of a child whom the applicant does not guard ends alike, whether or not there is such a child.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from models.application import ApplicationKind, Signer, StepKind, StepReason
from models.resident import Sex
from rules.immunisation.reckoning import school_entry

R = StepReason
SUBSTITUTED = "1"


class Claim(NamedTuple):
    """What an applicant says: of a guardian's application the child's name and birth date."""

    kind: ApplicationKind
    child_name: str = ""
    child_born_on: date | None = None


class Registered(NamedTuple):
    """The applicant in the register; None where the register has nothing."""

    birth_date: date
    name: str | None = None
    sex: Sex = Sex.UNKNOWN
    address: str | None = None


class Ward(NamedTuple):
    """A child whom the applicant guards today."""

    id: str
    name: str
    birth_date: date
    is_closed: bool


class Decision(NamedTuple):
    """What becomes of an application, why, and for what the applicant is served."""

    kind: StepKind
    reasons: tuple[StepReason, ...]
    child_id: str | None = None
    pregnancy_id: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the register knows: how the certificate differs from it, the wards, and the pregnancy that has not ended."""

    differences: tuple[StepReason, ...]
    wards: Sequence[Ward] = ()
    pregnancy_id: str | None = None


def is_somebody_else(signer: Signer, person: Registered) -> bool:
    """Whether birth date or sex contradict: neither changes, so the certificate is another person's."""
    is_other_sex = Sex.UNKNOWN not in (signer.sex, person.sex) and signer.sex is not person.sex
    return is_other_sex or not signer.birth.is_of(person.birth_date)


def differences(signer: Signer, person: Registered) -> tuple[StepReason, ...]:
    """What people must look at: a name or an address may be spelled in characters that a certificate does not have."""
    pairs = (
        (R.NAME_DIFFERS, signer.name, signer.name_flags, person.name),
        (R.ADDRESS_DIFFERS, signer.address, signer.address_flags, person.address),
    )
    return tuple(reason for reason, text, flags, known in pairs if not _agrees(text, flags, known))


def decided(today: date, claim: Claim, known: Known) -> Decision:
    """The decision that the register allows, or WAITING with what staff have to look at."""
    return _of_pregnant(known) if claim.kind is ApplicationKind.PREGNANT else _of_guardian(today, claim, known)


def _of_pregnant(known: Known) -> Decision:
    if known.pregnancy_id is None:
        return Decision(StepKind.WAITING, (R.PREGNANCY_NOT_IN_REGISTER, *known.differences))
    return _settled(Decision(StepKind.ACCEPTED, (R.PREGNANCY_IN_REGISTER,), pregnancy_id=known.pregnancy_id), known)


def _of_guardian(today: date, claim: Claim, known: Known) -> Decision:
    if claim.child_born_on is not None and school_entry(claim.child_born_on) <= today:
        return Decision(StepKind.REFUSED, (R.AFTER_SCHOOL_ENTRY,))
    ward = next((each for each in known.wards if _is_meant(each, claim)), None)
    if ward is None:
        return Decision(StepKind.WAITING, (R.CHILD_NOT_AMONG_WARDS, *known.differences))
    if ward.is_closed:
        return Decision(StepKind.REFUSED, (R.RECORD_CLOSED,), child_id=ward.id)
    return _settled(Decision(StepKind.ACCEPTED, (R.GUARDIAN_IN_REGISTER,), child_id=ward.id), known)


def _settled(decision: Decision, known: Known) -> Decision:
    if not known.differences:
        return decision
    return decision._replace(kind=StepKind.WAITING, reasons=known.differences)


def _is_meant(ward: Ward, claim: Claim) -> bool:
    return ward.birth_date == claim.child_born_on and _plain(ward.name) == _plain(claim.child_name)


def _agrees(text: str, flags: str, known: str | None) -> bool:
    """Equal but for spaces, widths, and characters that stand for others."""
    if known is None:
        return False
    marked = [(_plain(sign), flag) for sign, flag in zip(text, flags, strict=True) if _plain(sign)]
    wanted = [each for sign in known if (each := _plain(sign))]
    return len(marked) == len(wanted) and all(
        flag == SUBSTITUTED or sign == other for (sign, flag), other in zip(marked, wanted, strict=True)
    )


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
