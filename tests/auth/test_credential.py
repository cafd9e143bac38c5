"""A credential is a keyed hash that leads to one resident; an unknown one leads nowhere."""

import hashlib
import hmac
from datetime import date, timedelta

import pytest
from sqlmodel import select

from auth import credential, session
from auth.caller import Acr, Holder
from auth.fault import Fault
from auth.pepper import Keyed, Pepper, Peppers
from auth.session import Proven
from models.credential import Credential
from models.organisation import CallerKind
from models.resident import Resident
from models.session import Session
from tests.auth.conftest import PEPPER, PEPPERS
from tests.auth.forge import NOW, SERIAL

LATER = NOW + timedelta(days=3)
NEW = Pepper(2, b"q" * 32)


async def recognise(store, proof):
    return await store.write(lambda run: credential.recognised(run, proof, LATER))


async def row(store):
    async with store.writing() as session:
        return (await session.exec(select(Credential))).one()


async def test_a_proved_credential_leads_to_its_resident(store, people, proof):
    assert await recognise(store, proof) == Holder(people.resident, CallerKind.RESIDENT, Acr.CARD_PIN)
    assert (await row(store)).last_used_at == LATER


async def test_an_unknown_credential_is_refused_and_makes_no_person(store, people, proof):
    assert await recognise(store, proof._replace(keys=(Keyed("0" * 64, 1),))) is Fault.CREDENTIAL_UNKNOWN
    assert (await row(store)).last_used_at is None


async def test_the_same_key_of_another_scheme_is_another_credential(store, people, proof):
    assert await recognise(store, proof._replace(scheme="app")) is Fault.CREDENTIAL_UNKNOWN


async def test_a_closed_credential_is_refused(store, people, proof):
    async with store.writing() as session:
        (await session.exec(select(Credential))).one().closed_at = NOW

    assert await recognise(store, proof) is Fault.CREDENTIAL_CLOSED


async def test_nobody_logs_in_for_the_dead(store, people, proof):
    async with store.owner.writing() as session:
        (await session.get(Resident, people.resident)).died_on = date(2026, 11, 1)

    assert await recognise(store, proof) is Fault.HOLDER_DECEASED


def test_the_lookup_key_is_the_documented_hash(verified, proof):
    message = b"jpki-auth\0" + verified.anchor.key_id + SERIAL.to_bytes(20)

    assert proof.lookup_key == hmac.new(PEPPER.secret, message, hashlib.sha256).hexdigest()


@pytest.mark.parametrize("changed", ["pepper", "serial", "issuer"])
def test_pepper_serial_and_issuer_all_count(authority, verified, proof, changed):
    peppers = Peppers((NEW,)) if changed == "pepper" else PEPPERS
    other = verified._replace(certificate=authority.leaf(serial=SERIAL + 1)) if changed == "serial" else verified
    if changed == "issuer":
        other = verified._replace(anchor=type(verified.anchor)(verified.anchor.certificate, b"\1" * 20))

    assert credential.lookup_keys(peppers, other)[0].key != proof.lookup_key


async def test_nothing_of_the_certificate_is_kept(store, people, verified):
    kept = str((await row(store)).model_dump())

    assert str(SERIAL) not in kept
    assert f"{SERIAL:x}" not in kept
    assert str(verified.certificate.not_valid_after_utc.date()) not in kept


async def test_what_was_kept_by_an_older_pepper_is_kept_by_the_newest_and_so_are_its_sessions(
    store, people, verified, proof
):
    holder = await store.write(lambda run: credential.recognised(run, proof, NOW))
    await store.write(lambda run: session.begun(run, Proven(holder, None, proof.lookup_key), NOW))
    renewed = proof._replace(keys=credential.lookup_keys(Peppers((NEW, PEPPER)), verified))
    found = [await recognise(store, renewed) for _ in range(2)]
    async with store.writing() as db:
        sessions = (await db.exec(select(Session.lookup_key))).all()
        left = [await credential.depending(db, each.version) for each in (PEPPER, NEW)]

    assert (found, left) == ([holder, holder], [0, 1])
    assert {(await row(store)).lookup_key, *sessions} == {renewed.lookup_key} != {proof.lookup_key}
