"""Why somebody outside the family sees something of a child of the demo town: consent, and bonds of an organisation."""

from datetime import date
from typing import NamedTuple

from models.child import Child
from models.grant import Grant
from models.ids import Letter
from models.organisation import Bond, Care, Organisation
from models.pregnancy import Pregnancy
from models.resident import Resident
from tsumugi.demo.draw import Draw, at


class Consent(NamedTuple):
    """Who may see which field groups (names with a space between), from a day on until the day before another."""

    grantee_id: str
    field_groups: str
    since: date
    until: date


def allow(draw: Draw, child: Child, granted_by: Resident, consent: Consent) -> None:
    """A guardian opens field groups of a child to somebody."""
    grant = _granted(draw.id(Letter.SHARE), granted_by.id, consent)
    grant.child_id = child.id
    draw.town.grants.append(grant)


def allow_before_birth(draw: Draw, pregnancy: Pregnancy, consent: Consent) -> None:
    """A pregnant woman opens her record to somebody."""
    grant = _granted(draw.id(Letter.PARTNER_SHARE), pregnancy.mother_id, consent)
    grant.pregnancy_id = pregnancy.id
    draw.town.grants.append(grant)


def _granted(id: str, granted_by_id: str, consent: Consent) -> Grant:
    return Grant(
        id=id,
        granted_by_id=granted_by_id,
        grantee_id=consent.grantee_id,
        field_groups=consent.field_groups,
        valid_from=consent.since,
        valid_to=consent.until,
        recorded_at=at(consent.since, 20),
    )


def bind(draw: Draw, organisation: Organisation, child: Child, bond: Bond, since: date) -> None:
    """An organisation knows a child from a day on."""
    row = Care(
        id=draw.id(Letter.LOG),
        organisation_id=organisation.id,
        child_id=child.id,
        bond=bond,
        valid_from=since,
    )
    draw.town.cares.append(row)
