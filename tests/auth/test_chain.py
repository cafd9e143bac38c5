"""The chain: a hash covers its entry and what stands before; a head is signed by one kind of key, for one use."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from joserfc.jwk import ECKey, OKPKey

from auth.chain import BEFORE_THE_FIRST, END, HEAD, HEAD_SIGNED, AuditKey, PublicKeys, chained, hash_of, moment, plain
from tests.auth.exported import AT, KEY, KEYS, OTHER, draft

VALUES = {"first_seq": 1, "seq": 2, "hash": "h", "signed_at": moment(AT)}
(ENTRY,) = chained(0, BEFORE_THE_FIRST, [draft(1)])


@pytest.mark.parametrize("name", [name for name in ENTRY if name != "hash"])
def test_a_hash_covers_every_value(name):
    assert hash_of({**ENTRY, name: "other"}) != ENTRY["hash"]


def test_a_hash_is_the_same_of_a_row_and_of_its_export():
    assert hash_of(plain(ENTRY)) == hash_of(ENTRY) == ENTRY["hash"]


def test_an_entry_stands_on_the_one_before():
    first, second = chained(7, "f" * 64, [draft(1), draft(2)])

    assert (first["seq"], first["previous_hash"]) == (8, "f" * 64)
    assert (second["seq"], second["previous_hash"]) == (9, first["hash"])


def test_a_moment_has_one_spelling():
    tokyo = datetime(2026, 11, 23, 9, 0, 0, 999, tzinfo=timezone(timedelta(hours=9)))

    assert moment(tokyo) == moment(datetime(2026, 11, 23, tzinfo=UTC)) == "2026-11-23T00:00:00+00:00"


def test_a_signature_holds_for_its_values_its_use_and_its_key():
    signed = KEY.signed(HEAD, VALUES)

    assert KEYS.has_signed(HEAD, HEAD_SIGNED, signed)
    assert not KEYS.has_signed(END, HEAD_SIGNED, signed)
    assert not KEYS.has_signed(HEAD, HEAD_SIGNED, {**signed, "seq": 3})
    assert not KEYS.has_signed(HEAD, HEAD_SIGNED, {**signed, "signature": "zz"})
    assert not KEYS.has_signed(HEAD, HEAD_SIGNED, {**signed, "signature": str(signed["signature"]).upper()})
    assert not KEYS.has_signed(HEAD, HEAD_SIGNED, OTHER.signed(HEAD, VALUES))


def test_public_keys_hold_no_private_part():
    assert set(KEY.public_jwk) == {"kty", "crv", "x", "kid", "use"}


@pytest.mark.parametrize(
    "pem",
    [
        b"no key",
        ECKey.generate_key("P-256").as_pem(private=True),
        OKPKey.generate_key("X25519").as_pem(private=True),
        OKPKey.generate_key("Ed25519").as_pem(private=False),
    ],
)
def test_another_key_signs_nothing(pem):
    with pytest.raises(ValueError, match="no key"):
        AuditKey(pem)


@pytest.mark.parametrize(
    "jwks",
    [
        None,
        {},
        {"keys": 1},
        {"keys": ["k"]},
        {"keys": [{}]},
        {"keys": [OKPKey.generate_key("Ed448").as_dict(private=False)]},
        {"keys": [OKPKey.generate_key("Ed25519").as_dict(private=True)]},
        {"keys": [ECKey.generate_key("P-256").as_dict(private=False)]},
    ],
)
def test_what_holds_no_public_keys_is_refused(jwks):
    with pytest.raises(ValueError, match="no set of public keys"):
        PublicKeys.read(jwks)


def test_a_key_goes_by_its_own_thumbprint_whatever_it_says():
    keys = PublicKeys.read({"keys": [{**OTHER.public_jwk, "kid": KEY.id}]})

    assert not keys.has_signed(HEAD, HEAD_SIGNED, KEY.signed(HEAD, VALUES))
    assert keys.has_signed(HEAD, HEAD_SIGNED, OTHER.signed(HEAD, VALUES))
