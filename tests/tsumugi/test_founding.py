"""A town is founded with everything to log in with, or not at all, and never over another town."""

import asyncio
from base64 import b64decode
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from auth.caller import Acr, Holder
from models.application import Application, StepKind
from models.application_view import APPLICATIONS
from models.columns import table_of
from models.organisation import CallerKind
from models.store import Store
from tests.databases import both_roles
from tests.tsumugi.counter import NOW, Counter
from tsumugi import card, founding
from tsumugi.card import CARDS, SoftCard
from tsumugi.demo.town import HOUSEHOLDS, make_town
from tsumugi.founding import OFFICE
from tsumugi.halt import Halt
from tsumugi.keyring import Keyring
from tsumugi.pki.office import Office
from tsumugi.settings import read_settings


@pytest.fixture(scope="module")
def town():
    """The demo's smallest town, in which few have cards: RSA keys are slow to make."""
    whole = make_town(families=HOUSEHOLDS)
    child = next(each.id for each in whole.residents if each.birth_date.year > 2015)
    few = {"mother": whole.cards["mother"], "child": child}
    return replace(whole, cards=few, clients={name: whole.clients[name] for name in ("nurse", "clinic")})


@pytest.fixture
def settings(tmp_path, empty_database_url):
    return demo_in(tmp_path / "data", **both_roles(empty_database_url))


@pytest.fixture(scope="module")
def founded(tmp_path_factory, town):
    """The settings of a town that tests only look at."""
    settings = demo_in(tmp_path_factory.mktemp("founded") / "data")
    settings.data.mkdir()
    founding.found(settings, town, NOW)
    return settings


def demo_in(data, **environ):
    return read_settings({"TSUMUGI_ENV": "demo", "TSUMUGI_DATA": str(data), **environ})


def held(settings):
    return {path.stem: card.load(path) for path in (settings.data / CARDS).iterdir()}


def office(settings):
    return Office.open(settings.data / OFFICE, settings.anchors, NOW)


async def holders(settings):
    """Whom the counter sees in everybody who holds a card or key."""
    store = Store(settings.database_url)
    counter = Counter(store, office(settings), Keyring.load(settings.secrets, demo=True))
    try:
        return {
            name: counter.holder(await (counter.login if isinstance(each, SoftCard) else counter.claim)(each))
            for name, each in held(settings).items()
        }
    finally:
        await counter.http.aclose()
        await store.close()


def test_everybody_with_a_card_or_key_can_log_in(founded, town):
    assert asyncio.run(holders(founded)) == {
        "mother": Holder(town.cards["mother"], CallerKind.RESIDENT, Acr.CARD_PIN),
        "child": Holder(town.cards["child"], CallerKind.RESIDENT, Acr.CARD_PIN),
        "nurse": Holder(town.clients["nurse"], CallerKind.STAFF_HEALTH, Acr.KEY),
        "clinic": Holder(town.clients["clinic"], CallerKind.CLINIC, Acr.KEY),
    }


def test_cards_are_those_of_today_and_a_child_has_no_signature_certificate(founded):
    found = held(founded)

    assert isinstance(found["mother"].authentication.key, rsa.RSAPrivateKey)
    assert (found["mother"].signature is None, found["child"].signature is None) == (False, True)


async def applications(settings, query):
    store = Store(settings.database_url)
    async with store.reading() as connection:
        found = (await connection.execute(query)).all()
    await store.close()
    return found


def test_applications_of_the_beginning_were_signed_with_the_card_and_decided(founded):
    query = select(APPLICATIONS.rows, table_of(Application).c.signature)
    found = asyncio.run(applications(founded, query.where(APPLICATIONS.rows.c.id == table_of(Application).c.id)))
    key = held(founded)["mother"].signature.certificate.public_key()

    for row in found:
        key.verify(b64decode(row.signature), row.document.encode(), PKCS1v15(), SHA256())
    decided = {(row.state, row.consent_version) for row in found}
    assert decided == {(StepKind.ACCEPTED, "2024-04-01"), (StepKind.ACCEPTED, "2026-04-01")}


def test_every_card_and_key_is_for_its_owner_only(founded):
    assert {path.stat().st_mode & 0o777 for path in (founded.data / CARDS).iterdir()} == {0o600}


def test_lists_made_anew_have_higher_numbers(founded):
    before = office(founded).register.number
    founding.republish(founded, NOW)

    assert office(founded).register.number == before + 1


def test_a_second_town_is_refused_and_every_file_stays_as_it_was(founded, town):
    before = {path: path.read_bytes() for path in (founded.data / CARDS).iterdir()}
    with pytest.raises(Halt, match=r"^There is a town in .* already: choose another TSUMUGI_DATA\.$"):
        founding.found(founded, town, NOW)

    assert {path: path.read_bytes() for path in (founded.data / CARDS).iterdir()} == before


def test_a_founding_that_was_interrupted_is_begun_again(settings, town):
    settings.data.mkdir()
    few = replace(town, cards={}, clients={"nurse": town.clients["nurse"]})
    with pytest.raises(IntegrityError):
        founding.found(settings, replace(few, families=[]), NOW)
    before = founding.has_town(settings)
    founding.found(settings, few, NOW)

    assert (before, founding.has_town(settings)) == (False, True)
