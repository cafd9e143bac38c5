"""A certificate is good only while a fresh, complete list of its own partition clears it."""

import pytest
from cryptography import x509

from auth import revocation
from auth.fault import Fault
from auth.profile import Purpose
from auth.revocation import RevocationList
from auth.trust import Trust
from tests.auth import forge
from tests.auth.forge import DAY, NOW, SERIAL, Authority, der

REASONS = frozenset({x509.ReasonFlags.key_compromise})
RELATIVE = forge.name(common="131016 CRLDP").rdns[-1]

REFUSED = {  # what is wrong with the list: (how it was made, the fault)
    "a delta": ({"replace": [(x509.DeltaCRLIndicator(6), True)]}, Fault.REVOCATION_PARTIAL),
    "indirect": ({"replace": [(forge.partition(indirect_crl=True), True)]}, Fault.REVOCATION_PARTIAL),
    "of authorities": ({"replace": [(forge.partition(only_contains_ca_certs=True), True)]}, Fault.REVOCATION_PARTIAL),
    "of attributes": (
        {"replace": [(forge.partition(only_contains_attribute_certs=True), True)]},
        Fault.REVOCATION_PARTIAL,
    ),
    "of some reasons": ({"replace": [(forge.partition(only_some_reasons=REASONS), True)]}, Fault.REVOCATION_PARTIAL),
    "an entry of another issuer": (
        {"entry": [(x509.CertificateIssuer([x509.DirectoryName(forge.FOREIGN_POINT)]), True)]},
        Fault.REVOCATION_PARTIAL,
    ),
    "no partition": ({"drop": [x509.IssuingDistributionPoint]}, Fault.REVOCATION_SCOPE),
    "a partition relative to its issuer": (
        {"replace": [(forge.partition(relative=RELATIVE), True)]},
        Fault.REVOCATION_SCOPE,
    ),
    "two partitions": (
        {"replace": [(forge.partition(forge.POINT, forge.FOREIGN_POINT), True)]},
        Fault.REVOCATION_SCOPE,
    ),
    "no number": ({"drop": [x509.CRLNumber]}, Fault.REVOCATION_MALFORMED),
    "number that cannot be read": (
        {"replace": [(forge.raw("2.5.29.20", b"\xff"), False)]},
        Fault.REVOCATION_MALFORMED,
    ),
    "key id of another authority": (
        {"replace": [(x509.AuthorityKeyIdentifier(b"\1" * 20, None, None), False)]},
        Fault.REVOCATION_ISSUER_UNKNOWN,
    ),
}


@pytest.fixture(scope="module")
def authority():
    return Authority()


def trust(authority, *ders):
    lists = [revocation.read(each, [authority.anchor]) for each in ders]
    return Trust({Purpose.USER_AUTHENTICATION: (authority.anchor,)}, {each.scope: each for each in lists})


def standing(trust_, leaf):
    found = trust_.examined(der(leaf), Purpose.USER_AUTHENTICATION, NOW)
    return found if isinstance(found, Fault) else None


@pytest.mark.parametrize(("changes", "fault"), REFUSED.values(), ids=REFUSED)
def test_a_list_that_is_not_complete_or_not_ours_is_refused(authority, changes, fault):
    assert revocation.read(authority.crl(1, **changes), [authority.anchor]) is fault


MALFORMED = {
    "nothing": lambda good: b"",
    "trailing bytes": lambda good: good + b"\0",
    "a certificate": lambda good: der(Authority().certificate),
}


@pytest.mark.parametrize("spoil", MALFORMED.values(), ids=MALFORMED)
def test_bytes_that_are_no_list_are_refused(authority, spoil):
    assert revocation.read(spoil(authority.crl(1)), [authority.anchor]) is Fault.REVOCATION_MALFORMED


def test_a_list_of_a_foreign_authority_of_the_same_name_is_refused(authority):
    foreign = Authority(forge.rsa_key("foreign"))
    disguised = foreign.crl(1, replace=[(authority.key_id(), False)])

    assert revocation.read(foreign.crl(1), [authority.anchor]) is Fault.REVOCATION_ISSUER_UNKNOWN
    assert revocation.read(disguised, [authority.anchor]) is Fault.REVOCATION_ISSUER_UNKNOWN


def test_a_list_under_another_name_is_refused(authority):
    renamed = Authority(authority.key, subject=forge.name("another authority"))

    assert revocation.read(renamed.crl(1), [authority.anchor]) is Fault.REVOCATION_ISSUER_UNKNOWN


def test_a_list_without_an_end_is_refused(authority):
    assert revocation.read(authority.endless_crl(), [authority.anchor]) is Fault.REVOCATION_MALFORMED


def test_what_a_list_says_is_read(authority):
    found = revocation.read(authority.crl(1, 2, number=9), [authority.anchor])

    assert isinstance(found, RevocationList)
    assert (found.number, found.serials, found.this_update, found.next_update) == (9, {1, 2}, NOW - DAY, NOW + DAY)


def test_a_list_of_users_with_a_reason_for_each_is_complete(authority):
    entry = [(x509.CRLReason(x509.ReasonFlags.key_compromise), True)]
    users = forge.partition(only_contains_user_certs=True)

    assert revocation.read(authority.crl(1, entry=entry, replace=[(users, True)]), [authority.anchor]).serials == {1}


def test_a_certificate_that_a_fresh_list_does_not_name_is_good(authority):
    assert standing(trust(authority, authority.crl(1, 2)), authority.leaf()) is None


STANDINGS = {
    "revoked": ({"serials": (1, SERIAL)}, {}, Fault.CERTIFICATE_REVOKED),
    "stale list": ({"until": NOW - DAY / 24}, {}, Fault.REVOCATION_STALE),
    "list of tomorrow": ({"at": NOW + DAY / 24}, {}, Fault.REVOCATION_STALE),
    "list of another partition": (
        {"replace": [(forge.partition(forge.FOREIGN_POINT), True)]},
        {},
        Fault.REVOCATION_MISSING,
    ),
    "leaf of another partition": (
        {},
        {"replace": [(forge.points(forge.FOREIGN_POINT), False)]},
        Fault.REVOCATION_MISSING,
    ),
    "leaf without a partition": ({}, {"drop": [x509.CRLDistributionPoints]}, Fault.REVOCATION_MISSING),
    "leaf listed for some reasons only": (
        {},
        {"replace": [(forge.points(forge.POINT, reasons=REASONS), False)]},
        Fault.REVOCATION_MISSING,
    ),
    "leaf listed by another issuer": (
        {},
        {"replace": [(forge.points(forge.POINT, issuer=forge.FOREIGN_POINT), False)]},
        Fault.REVOCATION_MISSING,
    ),
    "leaf with an address only": ({}, {"replace": [(forge.web_point(), False)]}, Fault.REVOCATION_MISSING),
    "expired leaf": ({}, {"after": NOW - DAY / 2}, Fault.CERTIFICATE_EXPIRED),
}


@pytest.mark.parametrize(("listed", "issued", "fault"), STANDINGS.values(), ids=STANDINGS)
def test_whoever_is_not_cleared_is_refused(authority, listed, issued, fault):
    serials = listed.get("serials", ())
    crl = authority.crl(*serials, **{key: value for key, value in listed.items() if key != "serials"})

    assert standing(trust(authority, crl), authority.leaf(**issued)) is fault


def test_without_any_list_nobody_is_let_in(authority):
    assert standing(trust(authority), authority.leaf()) is Fault.REVOCATION_MISSING


def test_a_purpose_without_authorities_trusts_nobody(authority):
    found = Trust({}).examined(der(authority.leaf()), Purpose.USER_AUTHENTICATION, NOW)

    assert found is Fault.CERTIFICATE_ISSUER_UNKNOWN


async def test_a_list_older_than_one_seen_is_refused_also_after_a_restart(authority, store):
    verdicts = []
    for number in (7, 9, 9, 8, 10):
        found = revocation.read(authority.crl(number=number), [authority.anchor])
        async with store.writing() as session:
            verdict = await revocation.admitted(session, found)
        verdicts.append(verdict if isinstance(verdict, Fault) else verdict.number)

    assert verdicts == [7, 9, 9, Fault.REVOCATION_ROLLED_BACK, 10]


async def test_each_partition_counts_for_itself(authority, store):
    there = forge.partition(forge.FOREIGN_POINT)
    async with store.writing() as session:
        for crl in (authority.crl(number=9), authority.crl(number=2, replace=[(there, True)])):
            found = revocation.read(crl, [authority.anchor])
            assert await revocation.admitted(session, found) == found
