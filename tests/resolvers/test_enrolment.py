"""A new way to log in and the mails that tell of it are kept together or not at all."""

import pytest

from auth.caller import Acr
from auth.credential import Authenticated, Scheme
from auth.fault import Fault
from auth.pepper import Keyed
from models.credential import Credential, EnrolledBy
from models.outbox import Outbox
from models.subject import Noun
from models.wall import Opening
from resolvers.enrolment import NOTHING, Proved, enrolled
from tests.hanamori import NOW, resident
from tests.sharing import rows

APP = Authenticated(Scheme.APP, (Keyed("a" * 64, 1),), Acr.APP)


class PowerCut(Exception):
    """Something that ends a transaction."""


async def bind(session, who="mother"):
    return await enrolled(session, APP, Proved(resident(who), EnrolledBy.SESSION), NOTHING, NOW, told_at=NOW)


async def kept(act):
    return len(await rows(act.store, Credential)), len(await rows(act.store, Outbox))


async def test_a_transaction_that_ends_early_leaves_neither(act):
    before = await kept(act)

    async def work(session):
        await bind(session)
        raise PowerCut

    with pytest.raises(PowerCut):
        await act.store.transact(work, serialised=False)

    assert await kept(act) == before


async def test_who_is_bound_twice_is_told_once(act):
    before = await kept(act)
    found = [await act.store.transact(bind, serialised=False) for _ in range(2)]

    assert found[1] is Fault.CREDENTIAL_ENROLLED
    assert await kept(act) == (before[0] + 1, before[1] + 1)


async def test_nobody_is_told_of_what_another_of_the_household_is_bound_to_or_whom_they_are_not(act):
    async def work(session):
        return await bind(session, "father")  # who has no mailbox; the mother has one

    await act.store.transact(work, serialised=False, opening=Opening({Noun.PERSON: None}))

    assert await act.store.transact(bind, serialised=False) is Fault.CREDENTIAL_TAKEN
    assert await rows(act.store, Outbox) == []
