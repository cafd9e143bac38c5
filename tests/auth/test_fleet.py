"""Devices: one code makes one device, for an hour and a few tries; disabled, it is out and so are its sessions."""

from datetime import timedelta

import pytest
from joserfc.jwk import ECKey
from sqlmodel import select

from auth import device, fleet, session
from auth.caller import Acr, Holder
from auth.caller import Device as Machine
from auth.fault import Fault
from auth.fleet import CODE_LIFETIME, TRIES_MOST, Enrolled
from auth.session import Ended, Proven
from models.credential import ClientKey
from models.device import Device
from models.organisation import CallerKind, Organisation
from models.statements import Within
from tests.auth.forge import NOW

SCOPE = "vaccinations:read"
KEY = ECKey.generate_key("P-256")
PUBLIC = {name: KEY.as_dict(private=False)[name] for name in ("kty", "crv", "x", "y")}


@pytest.fixture
async def invited(store, people):
    async with store.writing() as db:
        return fleet.invited(db, await db.get_one(Organisation, people.clinic), "受付", SCOPE, NOW)


async def enrol(store, code, now=NOW, jwk=PUBLIC, thumbprint=None):
    async with store.writing() as db:
        return await fleet.enrolled(db, code, jwk, thumbprint or KEY.thumbprint(), now)


async def holder(store, id):
    async with store.writing() as db:
        return await device.holder(db, id)


async def disable(store, id, now=NOW):
    async with store.writing() as db:
        return await fleet.disabled(db, id, now)


async def kept(store, model):
    async with store.owner.writing() as db:
        return (await db.exec(select(model))).all()


async def test_a_code_makes_a_device_of_the_organisation_with_its_scope(store, people, invited):
    found = await enrol(store, invited.code.lower().replace("-", " "))

    assert found == Enrolled(invited.id, KEY.thumbprint(), SCOPE)
    clinic = Holder(people.clinic, CallerKind.CLINIC, Acr.KEY, Machine(invited.id, frozenset({SCOPE})))
    assert await holder(store, invited.id) == clinic
    assert clinic.client_id == invited.id


async def test_a_code_works_once(store, invited):
    assert isinstance(await enrol(store, invited.code), Enrolled)
    assert await enrol(store, invited.code) is Fault.DEVICE_CODE_UNKNOWN


async def test_a_code_works_for_an_hour(store, invited):
    assert await enrol(store, invited.code, NOW + CODE_LIFETIME) is Fault.DEVICE_CODE_EXPIRED


def wrong(code):
    return code[:-1] + ("0" if code[-1] != "0" else "1")


async def test_a_code_is_tried_a_few_times_and_then_never_again(store, invited):
    tries = [await enrol(store, wrong(invited.code)) for _ in range(TRIES_MOST)]

    assert tries == [Fault.DEVICE_CODE_UNKNOWN] * TRIES_MOST
    assert await enrol(store, invited.code) is Fault.DEVICE_CODE_TRIES


@pytest.mark.parametrize("code", ["", "0", "字" * 16, "0000-0000-0000-0000", "U" * 16, "\0" * 16])
async def test_what_is_no_code_of_ours_is_refused(store, invited, code):
    assert await enrol(store, code) is Fault.DEVICE_CODE_UNKNOWN


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        PUBLIC | {"d": "secret"},
        PUBLIC | {"kty": "oct"},
        PUBLIC | {"x": 1},
        PUBLIC | {"y": PUBLIC["x"]},
        ECKey.generate_key("P-384").as_dict(private=False),
    ],
)
async def test_what_is_no_public_key_uses_no_code_up(store, invited, jwk):
    assert await enrol(store, invited.code, jwk=jwk) is Fault.DEVICE_KEY
    assert isinstance(await enrol(store, invited.code), Enrolled)


async def test_whoever_brings_a_key_holds_it(store, invited):
    assert await enrol(store, invited.code, thumbprint="t" * 43) is Fault.DPOP_OTHER_KEY


async def test_of_a_code_only_a_hash_is_kept_and_of_a_key_only_its_public_half(store, invited):
    plain = invited.code.replace("-", "")
    waiting = str(await kept(store, Device))
    await enrol(store, invited.code)

    assert plain not in waiting
    assert plain[8:] not in waiting + str(await kept(store, Device))
    assert '"d"' not in (await kept(store, ClientKey))[0].public_jwk


async def test_a_disabled_device_is_out_and_its_sessions_end_for_every_worker(store, invited):
    await enrol(store, invited.code)
    async with store.writing() as db:
        begun = await session.begun(Within(db), Proven(await device.holder(db, invited.id)), NOW)
    assert await disable(store, invited.id)

    assert await holder(store, invited.id) is Fault.DEVICE_DISABLED
    ended = Ended()
    async with store.reading() as connection:
        await ended.look(connection, NOW)
    assert begun.id in ended.ids
    assert [await disable(store, id) for id in (invited.id, "nobody")] == [False, False]


async def test_a_device_that_is_disabled_before_it_came_stays_away(store, invited):
    await disable(store, invited.id)

    assert await enrol(store, invited.code) is Fault.DEVICE_CODE_UNKNOWN


async def test_nobody_and_a_machine_of_an_office_are_no_devices(store, people, invited):
    async with store.owner.writing() as db:
        (await db.get_one(Device, invited.id)).organisation_id = people.office

    assert [await holder(store, id) for id in ("nobody", invited.id)] == [Fault.CLIENT_UNKNOWN] * 2


async def test_a_device_shows_its_own_key_and_is_seen(store, invited):
    await enrol(store, invited.code)
    later, machine = NOW + timedelta(minutes=5), Machine(invited.id, frozenset({SCOPE}))
    async with store.writing() as db:
        shown = [await device.fault(db, machine, key, later) for key in (None, "t" * 43, KEY.thumbprint())]
        assert await device.fault(db, None, None, later) is None
    async with store.writing() as db:
        listed = [(found.device.last_seen_at, found.organisation) for found in await fleet.listed(db)]

    assert shown == [Fault.DPOP_MISSING, Fault.DPOP_OTHER_KEY, None]
    assert listed == [(later, "Clinic")]
