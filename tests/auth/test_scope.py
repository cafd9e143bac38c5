"""A scope takes away and never gives: a device sees and does what its organisation may, in its own domains alone."""

from itertools import product

import pytest

from auth import groups as g
from auth.access import Access, Caller, Relations, Standing, Verdict, verdict
from auth.caller import Acr, Device, Holder
from auth.policy import CLINIC, SCHOOL, SHOP, TAXI_OPERATOR
from auth.purpose import PURPOSES
from auth.scope import DOMAINS, WORDS, admits, usable, words
from models.organisation import CallerKind as K
from models.subject import Noun

KINDS = {K.CLINIC: CLINIC, K.SCHOOL: SCHOOL, K.SHOP: SHOP, K.TAXI_OPERATOR: TAXI_OPERATOR}
DOSES, IDENTITY = Access((g.VACC_RECORDS,)), Access((g.IDENTITY,))
GIVE_DOSE = DOSES._replace(writes=True)


def scoped(*given):
    return Standing(K.CLINIC, scope=frozenset(given))


def test_a_scope_is_words_that_exist_with_a_blank_between():
    assert words("rides:read points:write") == {"rides:read", "points:write"}
    assert [words(text) for text in ("", " ", "rides", "rides:read ", "all", "rides:read,points:read")] == [None] * 6


@pytest.mark.parametrize(
    ("standing", "access", "expected"),
    [
        (scoped("vaccinations:read"), DOSES, Verdict.ASK),
        (scoped("vaccinations:read"), IDENTITY, Verdict.ASK),
        (scoped("vaccinations:read"), GIVE_DOSE, Verdict.SCOPE_REQUIRED),
        (scoped("vaccinations:write"), GIVE_DOSE, Verdict.ASK),
        (scoped("checkups:write"), DOSES, Verdict.SCOPE_REQUIRED),
        (scoped("checkups:write", "vaccinations:read"), GIVE_DOSE, Verdict.SCOPE_REQUIRED),
        (scoped("rides:read"), IDENTITY, Verdict.SCOPE_REQUIRED),
        (scoped("rides:read"), Access((g.RIDE_SUMMARY,)), Verdict.KIND_NOT_PERMITTED),
        (scoped("vaccinations:read")._replace(purpose=PURPOSES["EMG"]), Access((g.ALLERGY_ALERT,)), Verdict.OPEN),
        (
            scoped("vaccinations:read")._replace(purpose=PURPOSES["EMG"]),
            Access((g.CHECKUP_FINDINGS,)),
            Verdict.SCOPE_REQUIRED,
        ),
    ],
)
def test_what_a_scope_leaves_is_certain_before_any_row_is_read(standing, access, expected):
    assert verdict(access, Noun.CHILD, standing) is expected


def test_no_scope_opens_what_the_organisation_may_not():
    purposes = (None, *PURPOSES.values())
    for kind, noun, group, writes, purpose in product(KINDS, Noun, g.GROUPS, (False, True), purposes):
        access = Access((group,), writes=writes)
        whole = verdict(access, noun, Standing(kind, purpose))
        part = verdict(access, noun, Standing(kind, purpose, scope=WORDS))

        assert part is whole or (part is Verdict.SCOPE_REQUIRED and not group.is_public)


@pytest.mark.parametrize("kind", KINDS)
def test_what_one_domain_reaches_another_does_not(kind):
    held = {(KINDS[kind], noun): frozenset({"somebody"}) for noun in Noun}
    for word in WORDS:
        device = Device("tablet", frozenset({word}))
        caller = Caller.of(Holder("me", kind, Acr.KEY, device), None, Relations(held))
        for group in g.GROUPS:
            for noun in Noun:
                reach = caller.reach(Access((group,)), noun, has_supplier=True)
                assert admits(device.scope, group, writes=False) or not (reach.ids or reach.own_ids or reach.supplies)


def test_the_second_wall_is_as_narrow_as_the_scope():
    device = Device("tablet", frozenset({"pregnancies:read"}))
    held = Relations(
        {(CLINIC, Noun.PREGNANCY): frozenset({"hers"})}, {("VACC_RECORDS", Noun.CHILD): frozenset({"kid"})}
    )
    clinic = Holder("me", K.CLINIC, Acr.KEY)
    whole, part = (Caller.of(clinic._replace(device=each), None, held).opening() for each in (None, device))

    assert whole.subjects[Noun.CHILD]
    assert not part.subjects.get(Noun.CHILD)


def test_a_deed_needs_the_word_to_write_in_one_of_its_groups():
    handing_in = Access((g.VACC_RECORDS, g.CHECKUP_BODY), kinds=frozenset({K.CLINIC}))

    assert Standing(K.CLINIC).acts(handing_in)
    assert scoped("checkups:write").acts(handing_in)
    assert not scoped("checkups:read", "school:write").acts(handing_in)


def test_each_kind_is_offered_the_words_that_could_mean_anything_to_it():
    assert usable(K.TAXI_OPERATOR) == {"rides:read", "rides:write"}
    assert usable(K.SHOP) == {"points:read", "points:write"}
    assert "school:write" in usable(K.SCHOOL)
    assert usable(K.CLINIC) & {"rides:read", "points:read", "school:write"} == set()
    assert {f"{name}:{act}" for name in DOMAINS for act in ("read", "write")} == WORDS
