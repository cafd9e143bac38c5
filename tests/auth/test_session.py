"""A session goes on for whoever holds its key and may still log in; it ends once, for everybody."""

from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from auth import session
from auth.caller import Acr, Holder
from auth.fault import Fault
from auth.session import LIFETIME, LONGEST, Ended, Ending, Proven
from models.credential import Credential
from models.organisation import CallerKind, StaffMember
from models.resident import Resident
from models.session import RefreshToken, Session
from tests.auth.forge import NOW

KEY, THIEF = "k" * 43, "t" * 43
MINUTE = timedelta(minutes=1)


@pytest.fixture
def mother(people, proof):
    return Proven(Holder(people.resident, CallerKind.RESIDENT, Acr.CARD_PIN), KEY, proof.lookup_key)


@pytest.fixture
def nurse(people):
    return Proven(Holder(people.nurse, CallerKind.STAFF_HEALTH, Acr.KEY), KEY)


async def begin(store, proven, now=NOW):
    return await store.write(lambda run: session.begun(run, proven, now))


async def renew(store, text, key=KEY, now=NOW, listed=()):
    async with store.writing() as db:
        return await session.renewed(db, text, key, lambda lookup_key: lookup_key in listed, now)


async def end(store, **whose):
    async with store.writing() as db:
        await session.ended(db, Ending.LOGOUT, NOW, **whose)


async def reasons(store):
    async with store.writing() as db:
        return [row.ended_by for row in (await db.exec(select(Session))).all()]


async def test_a_login_with_a_key_in_hand_can_be_renewed_again_and_again(store, mother):
    first = await begin(store, mother)
    second = await renew(store, first.refresh_token, now=NOW + MINUTE)
    third = await renew(store, second.refresh_token, now=NOW + 2 * MINUTE)

    assert (second.id, second.holder, second.since) == (third.id, third.holder, third.since) == first[:3]
    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3


async def test_refresh_tokens_are_kept_as_hashes_only(store, mother):
    begun = await begin(store, mother)
    async with store.writing() as db:
        kept = [
            str(row.model_dump()) for model in (Session, RefreshToken) for row in (await db.exec(select(model))).all()
        ]

    assert [row for row in kept if begun.refresh_token in row] == []


async def test_without_a_key_there_is_nothing_to_renew_with(store, mother):
    assert (await begin(store, mother._replace(key_thumbprint=None))).refresh_token is None


async def test_a_machine_asks_again_with_its_key(store, people):
    clinic = Proven(Holder(people.clinic, CallerKind.CLINIC, Acr.KEY), KEY)

    assert (await begin(store, clinic)).refresh_token is None


async def test_a_token_that_we_did_not_give_is_refused(store, mother):
    await begin(store, mother)

    assert [await renew(store, text) for text in ("", "A" * 43, "字")] == [Fault.SESSION_UNKNOWN] * 3


async def test_a_refresh_token_is_worth_nothing_without_its_key_and_harms_nobody(store, mother):
    begun = await begin(store, mother)

    assert await renew(store, begun.refresh_token, THIEF) is Fault.DPOP_OTHER_KEY
    assert not isinstance(await renew(store, begun.refresh_token), Fault)


async def test_a_second_use_ends_the_whole_session(store, mother):
    first = await begin(store, mother)
    second = await renew(store, first.refresh_token)
    again = await renew(store, first.refresh_token)

    assert (again, await renew(store, second.refresh_token)) == (Fault.SESSION_REUSED, Fault.SESSION_ENDED)
    assert await reasons(store) == [Ending.REUSE]


@pytest.mark.parametrize("kind", [CallerKind.RESIDENT, CallerKind.STAFF_HEALTH])
async def test_a_session_lasts_its_hours_and_no_longer(store, mother, nurse, kind):
    proven = mother if kind is CallerKind.RESIDENT else nurse
    begun = await begin(store, proven)
    late = await renew(store, begun.refresh_token, now=NOW + LONGEST[kind])

    assert late is Fault.SESSION_EXPIRED
    assert not isinstance(await renew(store, begun.refresh_token, now=NOW + LONGEST[kind] - MINUTE), Fault)


async def dies(db, people):
    await db.exec(update(Resident).where(col(Resident.id) == people.resident).values(died_on=NOW.date()))


async def closes(db, people):
    await db.exec(update(Credential).values(closed_at=NOW))


async def leaves(db, people):
    await db.exec(update(StaffMember).values(kind=CallerKind.STAFF_TAXI))


ENDS = {dies: Fault.HOLDER_DECEASED, closes: Fault.CREDENTIAL_CLOSED, leaves: Fault.CLIENT_UNKNOWN}


@pytest.mark.parametrize("what", ENDS, ids=lambda what: what.__name__)
async def test_who_may_not_log_in_any_more_has_no_session_any_more(store, people, mother, nurse, what):
    begun = await begin(store, nurse if what is leaves else mother)
    async with store.owner.writing() as db:
        await what(db, people)

    assert await renew(store, begun.refresh_token) is ENDS[what]
    assert await reasons(store) == [Ending.REVOCATION]


async def test_a_revoked_certificate_ends_the_session_that_it_began(store, mother):
    begun = await begin(store, mother)

    assert await renew(store, begun.refresh_token, listed={mother.lookup_key}) is Fault.CERTIFICATE_REVOKED
    assert await renew(store, begun.refresh_token) is Fault.SESSION_ENDED


async def test_a_session_keeps_the_first_reason_of_its_end(store, mother):
    first = await begin(store, mother)
    await renew(store, first.refresh_token)
    await renew(store, first.refresh_token)
    await end(store, holder_id=mother.holder.id)

    assert await reasons(store) == [Ending.REUSE]


@pytest.mark.parametrize("column", ["id", "holder_id", "lookup_key"])
async def test_a_session_can_be_ended_by_what_it_is_known_by(store, mother, column):
    begun = await begin(store, mother)
    values = {"id": begun.id, "holder_id": mother.holder.id, "lookup_key": mother.lookup_key}
    await end(store, **{column: "something else"})
    before = await reasons(store)
    await end(store, **{column: values[column]})

    assert (before, await reasons(store)) == ([None], [Ending.LOGOUT])


@pytest.mark.parametrize(("later", "is_known"), [(timedelta(), True), (LIFETIME, True), (2 * LIFETIME, False)])
async def test_a_worker_knows_what_ended_as_long_as_a_token_of_it_may_live(store, mother, later, is_known):
    begun, ended = await begin(store, mother), Ended()
    await end(store, id=begun.id)
    async with store.reading() as connection:
        await ended.look(connection, NOW + later)

    assert (begun.id in ended.ids) is is_known


async def test_sessions_that_are_over_are_swept_with_their_tokens(store, mother):
    await begin(store, mother)
    await begin(store, mother, NOW + LONGEST[CallerKind.RESIDENT] + LIFETIME)
    async with store.writing() as db:
        kept = [len((await db.exec(select(model))).all()) for model in (Session, RefreshToken)]

    assert kept == [1, 1]


async def test_a_refresh_token_names_its_session_spent_or_not(store, mother):
    begun = await begin(store, mother)
    await renew(store, begun.refresh_token)
    async with store.writing() as db:
        found = [await session.of_refresh_token(db, text) for text in (begun.refresh_token, "another")]

    assert found == [begun.id, None]


async def test_a_member_of_staff_renews_as_long_as_they_are_one(store, nurse):
    begun = await begin(store, nurse)

    assert (await renew(store, begun.refresh_token)).holder == nurse.holder
