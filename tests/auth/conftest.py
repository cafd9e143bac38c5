"""A small town for those who log in: a resident with a card, an office, a nurse, a clinic."""

from datetime import date
from typing import NamedTuple

import pytest

from auth import credential
from auth.caller import Acr
from auth.certificate import Verified
from auth.credential import Authenticated, Scheme
from auth.pepper import Pepper, Peppers
from models.municipality import Municipality
from models.organisation import CallerKind, Organisation, StaffMember
from models.resident import Resident, Sex
from tests.auth.forge import NOW, Authority

CODE = "131016"
PEPPER = Pepper(1, b"p" * 32)
PEPPERS = Peppers((PEPPER,))


class People(NamedTuple):
    """Ids; the card is the forged authority's leaf."""

    resident: str = f"{CODE}-R{'0' * 26}"
    nurse: str = f"{CODE}-O{'1' * 26}"
    clinic: str = f"{CODE}-O{'2' * 26}"
    office: str = f"{CODE}-O{'3' * 26}"


@pytest.fixture(scope="session")
def authority():
    return Authority()


@pytest.fixture(scope="session")
def verified(authority):
    """The resident's login certificate, checked."""
    return Verified(authority.leaf(), authority.anchor)


@pytest.fixture(scope="session")
def proof(verified):
    """What a good answer of that card ends in."""
    return Authenticated(Scheme.CARD, credential.lookup_keys(PEPPERS, verified), Acr.CARD_PIN)


@pytest.fixture
async def people(store, verified):
    """Everybody, written into a fresh database; the resident is enrolled."""
    ids = People()
    async with store.owner.writing() as session:
        session.add(
            Municipality(
                code=CODE, name="町", name_kana="まち", name_en="Town", prefecture="県", valid_from=date(1970, 4, 1)
            )
        )
        await session.flush()
        session.add(resident(ids.resident))
        session.add(Organisation(id=ids.office, kind=CallerKind.STAFF_HEALTH, name="Office", municipality_code=CODE))
        session.add(Organisation(id=ids.clinic, kind=CallerKind.CLINIC, name="Clinic", municipality_code=CODE))
        await session.flush()
        session.add(StaffMember(id=ids.nurse, organisation_id=ids.office, kind=CallerKind.STAFF_HEALTH, name="Nurse"))
        credential.enrol(session, PEPPERS, ids.resident, verified, NOW)
    return ids


def resident(id):
    return Resident(id=id, name="Somebody", name_kana="サムバディ", birth_date=date(1990, 4, 1), sex=Sex.FEMALE)
