"""The four attributes are read from a signature certificate as a card has them, or not at all."""

import pytest
from cryptography import x509

from auth.attributes import ARC, attributes_of
from models.application import Birth, Signer
from models.resident import Sex
from tests.auth.forge import ec_key, raw

GOOD = {
    "1": "0c0ce8a68be69cace88ab1e5ad90",
    "4": "0c09343139393030343031",
    "3": "0c0132",
    "5": "0c09e8a68be69cace5b882",
    "2": "0c0430303130",
    "6": "0c03303030",
}


def certified_names(texts):
    names = [x509.OtherName(x509.ObjectIdentifier(ARC + number), bytes.fromhex(text)) for number, text in texts]
    return x509.SubjectAlternativeName(names)


def certified(authority, texts):
    return authority.leaf(ec_key(), replace=[(certified_names(texts), False)])


def test_name_birth_sex_and_address_are_read(authority):
    assert attributes_of(certified(authority, GOOD.items())) == Signer(
        "見本花子", "0010", Birth(1990, 4, 1), Sex.FEMALE, "見本市", "000"
    )


@pytest.mark.parametrize(("text", "birth"), [("19900400", (1990, 4, None)), ("19900000", (1990, None, None))])
def test_a_day_or_month_that_is_not_known_is_none(authority, text, birth):
    changed = GOOD | {"4": "0c09" + f"3{text}".encode().hex()}

    assert attributes_of(certified(authority, changed.items())).birth == Birth(*birth)


def test_a_long_address_has_a_long_length(authority):
    changed = GOOD | {"5": "0c8190" + "e8a68b" * 48, "6": "0c30" + "30" * 48}

    assert attributes_of(certified(authority, changed.items())).address == "見" * 48


WRONG = {
    "no such extension": None,
    "an attribute less": [each for each in GOOD.items() if each[0] != "5"],
    "an attribute twice": [*GOOD.items(), ("1", GOOD["1"])],
    "an attribute more": [*GOOD.items(), ("7", "0c0130")],
    "another type": (GOOD | {"1": "130141"}).items(),
    "no name": (GOOD | {"1": "0c00", "2": "0c00"}).items(),
    "no UTF-8": (GOOD | {"3": "0c01ff"}).items(),
    "no sex": (GOOD | {"3": "0c0133"}).items(),
    "no date": (GOOD | {"4": "0c09343139393030343058"}).items(),
    "a month too many": (GOOD | {"4": "0c09343139393031333031"}).items(),
    "a day too many": (GOOD | {"4": "0c09343139393030343332"}).items(),
    "a flag missing": (GOOD | {"2": "0c03303030"}).items(),
    "a flag that is none": (GOOD | {"6": "0c03303032"}).items(),
}


@pytest.mark.parametrize("texts", WRONG.values(), ids=WRONG)
def test_whatever_is_malformed_is_no_attributes(authority, texts):
    assert attributes_of(authority.leaf() if texts is None else certified(authority, texts)) is None


def test_other_alternative_names_do_not_count(authority):
    mixed = x509.SubjectAlternativeName([x509.DNSName("example.jp"), x509.OtherName(raw("1.2.3").oid, b"\x05\x00")])

    assert attributes_of(authority.leaf(ec_key(), replace=[(mixed, False)])) is None
