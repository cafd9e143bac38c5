"""Purposes: why a member of staff or a partner city looks; each opens its field groups, and none that the role has not.

The header reads `Tsumugi-Purpose: CHK:2026-0142`: a code of the table and a case reference.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from auth import groups as g
from auth.group import Group
from models.organisation import CallerKind as Kind

CASE = re.compile(r"[0-9A-Za-z][0-9A-Za-z./_-]{0,39}")  # a case reference is a file number, never a sentence


@dataclass(frozen=True, slots=True, eq=False)
class Purpose:
    """One row of the table: its code, its name in both languages, who may state it and what it opens."""

    code: str
    ja: str
    en: str
    kinds: frozenset[Kind]
    opens: frozenset[Group]


@dataclass(frozen=True, slots=True)
class Stated:
    """A purpose with the case that it is stated for."""

    purpose: Purpose
    case: str


def _row(code: str, names: tuple[str, str], kinds: tuple[Kind, ...], *opens: Group) -> Purpose:
    return Purpose(code, *names, frozenset(kinds), frozenset(opens))


_CHECKUPS = (g.CHECKUP_BODY, g.CHECKUP_FINDINGS, g.CHECKUP_DEVELOPMENT, g.CHECKUP_PLACE, g.DENTAL)
_CONTACT = (g.IDENTITY, g.ADDRESS_CONTACT)
_ROWS = (
    _row(
        "CHK",
        ("乳幼児健診の実施・勧奨", "infant checkups: carry out and invite"),
        (Kind.STAFF_HEALTH,),
        *_CONTACT,
        *_CHECKUPS,
        g.VACC_RECORDS,
        g.VACC_FORECAST,
        g.ALLERGY_ALERT,
        g.NOTICES,
    ),
    _row(
        "VAC",
        ("予防接種の実施・勧奨", "vaccination: carry out and invite"),
        (Kind.STAFF_HEALTH,),
        *_CONTACT,
        g.VACC_RECORDS,
        g.VACC_PLACE,
        g.VACC_FORECAST,
        g.ALLERGY_ALERT,
        g.NOTICES,
    ),
    _row(
        "PRG",
        ("妊産婦支援", "support in pregnancy and after birth"),
        (Kind.STAFF_HEALTH,),
        *_CONTACT,
        g.PREGNANCY_CORE,
        g.PREGNANCY_VISIT,
        g.PREGNANCY_LAB,
        g.MOTHER_MENTAL,
        g.NOTICES,
    ),
    _row(
        "SUP",
        ("個別支援（要支援家庭）", "individual support of a family"),
        (Kind.STAFF_HEALTH,),
        *_CONTACT,
        g.CHECKUP_FINDINGS,
        g.CHECKUP_DEVELOPMENT,
        g.CHECKUP_PARENTING_Q,
        g.MOTHER_MENTAL,
        g.VACC_RECORDS,
        g.NOTICES,
    ),
    _row(
        "COR",
        ("記録の訂正", "correction of a record"),
        (Kind.STAFF_HEALTH, Kind.STAFF_REGISTRY),
        g.IDENTITY,
        g.VACC_RECORDS,
        g.VACC_PLACE,
        g.CHECKUP_BODY,
        g.CHECKUP_FINDINGS,
        g.GUARDIANSHIP_EDGES,
    ),
    _row(
        "REG",
        ("関係・保護措置の登録", "relations and protection measures"),
        (Kind.STAFF_REGISTRY,),
        *_CONTACT,
        g.GUARDIANSHIP_EDGES,
        g.PROTECTION_FLAG,
        g.SHARE_GRANTS,
    ),
    _row(
        "ELG",
        ("移動支援の資格審査", "eligibility for taxi rides"),
        (Kind.STAFF_TAXI,),
        g.IDENTITY,
        g.RIDE_ELIGIBILITY_REASON,
        g.RIDE_QUOTA_TODAY,
        g.RIDE_QUOTA_YEAR,
    ),
    _row(
        "CLM",
        ("移動支援の精算", "settlement of ride claims"),
        (Kind.STAFF_TAXI,),
        g.RIDE_SUMMARY,
        g.RIDE_QUOTA_YEAR,
    ),
    _row(
        "PTS",
        ("ポイント照会・訂正", "points: inquiry and correction"),
        (Kind.STAFF_POINTS,),
        g.POINTS_BALANCE,
        g.POINTS_HISTORY,
    ),
    _row(
        "SCH",
        ("学校保健", "school health"),
        (Kind.STAFF_EDUCATION,),
        g.IDENTITY,
        g.SCHOOL_HEALTH,
        g.ALLERGY_ALERT,
    ),
    _row(  # Maternal and Child Health Act 19-2: the city asks the one where somebody lived before for the records
        "MOV",
        ("転出入に伴う記録の引継ぎ", "records of persons who moved between two cities"),
        (Kind.PARTNER_MUNICIPALITY,),
        g.IDENTITY,
        g.VACC_RECORDS,
        g.CHECKUP_BODY,
        g.CHECKUP_FINDINGS,
        g.DENTAL,
        g.PREGNANCY_CORE,
    ),
    _row("AUD", ("監査", "audit"), (Kind.AUDITOR, Kind.SUPERVISOR), g.ACCESS_LOG),
    _row(
        "EMG",
        ("緊急（事後承認）", "emergency (break-glass; confirmed afterwards)"),
        (Kind.STAFF_HEALTH, Kind.CLINIC),
        *_CONTACT,
        g.ALLERGY_ALERT,
        g.VACC_RECORDS,
        g.CHECKUP_FINDINGS,
    ),
)
PURPOSES: Mapping[str, Purpose] = MappingProxyType({row.code: row for row in _ROWS})


EMERGENCY = PURPOSES["EMG"]  # break-glass: single records, never lists; told to guardians and supervisors


class PurposeInvalid(Exception):
    """The header names no purpose of the table, one that the caller's kind may not state, or no case."""


def stated(header: str | None, kind: Kind) -> Stated | None:
    """The purpose that a caller of this kind states with this header; None without a header. Raises PurposeInvalid."""
    if header is None:
        return None
    code, _, case = header.partition(":")
    purpose = PURPOSES.get(code)
    if purpose is None or kind not in purpose.kinds or not CASE.fullmatch(case):
        raise PurposeInvalid
    return Stated(purpose, case)
