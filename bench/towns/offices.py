"""Who works in a bench town: the health office with one nurse, and the clinics that supply records."""

from datetime import date
from random import Random

from bench.towns.families import CODE, TODAY
from bench.towns.ids import Ids
from models.ids import Letter
from models.municipality import Municipality
from models.organisation import CallerKind, Organisation, StaffMember
from tsumugi.demo.words import CLINICS, city
from tsumugi.town.rows import Town

NURSE = "nurse"
CODES_SINCE = date(1970, 4, 1)


def offices() -> Town:
    """A town in which nobody lives yet, always the same."""
    ids = Ids(CODE, Random("bench:offices"))  # noqa: S311 - a bench must repeat itself
    home = Municipality(**city(CODE)._asdict(), valid_from=CODES_SINCE, is_ours=True)
    office = _organisation(ids, CallerKind.STAFF_HEALTH, "こども健康課")
    clinics = [_organisation(ids, CallerKind.CLINIC, name) for name in CLINICS]
    nurse = StaffMember(id=ids.new(Letter.ORGANISATION), organisation_id=office.id, kind=office.kind, name="露草 千草")
    return Town(
        CODE,
        TODAY,
        municipalities=[home],
        organisations=[office, *clinics],
        staff_members=[nurse],
        clients={NURSE: nurse.id},
    )


def _organisation(ids: Ids, kind: CallerKind, name: str) -> Organisation:
    return Organisation(id=ids.new(Letter.ORGANISATION), kind=kind, name=name, municipality_code=CODE)
