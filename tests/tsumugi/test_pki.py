"""The software authority imitates the card's published profile, under a name that says what it is."""

import subprocess
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from auth import certificate, revocation
from auth.anchor import Anchor
from auth.certificate import Verified
from auth.profile import PROFILES, Purpose
from models.resident import Sex
from tests.tsumugi.counter import BEARER, CODE, NOW
from tsumugi.pki.bearer import Bearer
from tsumugi.pki.office import KeyKind, Office


def pair(card, purpose):
    return card.authentication if purpose is Purpose.USER_AUTHENTICATION else card.signature


@pytest.fixture(scope="module")
def card(office):
    return office.issue(BEARER, NOW)


@pytest.mark.parametrize("purpose", Purpose)
def test_both_kinds_of_certificate_fit_their_profile(office, card, purpose):
    anchor = Anchor.of(office.authorities[purpose].certificate)
    leaf = pair(card, purpose).certificate
    found = certificate.examined(leaf.public_bytes(Encoding.DER), [anchor], PROFILES[purpose], NOW)

    assert found == Verified(leaf, anchor)
    assert (leaf.public_key().key_size, leaf.extensions[1].critical) == (2048, True)


@pytest.mark.parametrize("purpose", Purpose)
def test_openssl_too_finds_the_path(office, card, purpose, tmp_path):
    for name, each in (("ca", office.authorities[purpose].certificate), ("leaf", pair(card, purpose).certificate)):
        (tmp_path / name).write_bytes(each.public_bytes(Encoding.PEM))
    at = str(int(NOW.timestamp()))
    command = ["openssl", "verify", "-x509_strict", "-attime", at, "-CAfile", tmp_path / "ca", tmp_path / "leaf"]

    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_names_are_those_of_the_profile(card):
    login, signature = (pair(card, purpose).certificate for purpose in Purpose)
    (common,) = login.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    (request,) = signature.subject.get_attributes_for_oid(NameOID.COMMON_NAME)

    assert (len(common.value), CODE in common.value, len(login.subject)) == (23, True, 2)
    assert (len(request.value), request.value[:14]) == (23, "20261123120000")
    assert login.issuer.rfc4514_string().endswith("O=JPKI-DEMO,C=JP")


def test_the_four_attributes_stand_in_the_signature_certificate_only(card):
    login, signature = (pair(card, purpose).certificate for purpose in Purpose)
    names = signature.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    texts = {name.type_id.dotted_string[-1]: name.value[2:].decode() for name in names}

    assert texts == {
        "1": "見本 花子",
        "4": "419900401",
        "3": "2",
        "5": "見本市一丁目一番",
        "2": "00000",
        "6": "00000000",
    }
    assert {name.type_id.dotted_string[:-1] for name in names} == {"1.2.392.200149.8.5.5."}
    with pytest.raises(x509.ExtensionNotFound):
        login.extensions.get_extension_for_class(x509.SubjectAlternativeName)


ERAS = {
    date(2019, 5, 1): "520190501",
    date(2019, 4, 30): "420190430",
    date(1989, 1, 7): "319890107",
    date(1926, 12, 24): "219261224",
    date(1912, 7, 29): "119120729",
    date(1867, 1, 1): "018670101",
}


@pytest.mark.parametrize(("born", "text"), ERAS.items())
def test_a_birth_is_written_with_the_digit_of_its_era(born, text):
    names = BEARER._replace(birth_date=born).attributes()

    assert [name.value[2:].decode() for name in names][1] == text


@pytest.mark.parametrize(("length", "header"), [(127, "0c7f"), (128, "0c8180"), (255, "0c81ff"), (256, "0c820100")])
def test_long_texts_are_encoded_as_der_wants_it(length, header):
    first = next(iter(BEARER._replace(name="a" * length).attributes()))

    assert first.value == bytes.fromhex(header) + b"a" * length


ENDS = {  # born: last day of a certificate issued on 2026-11-23
    date(1990, 4, 1): date(2031, 4, 1),
    date(1990, 12, 24): date(2030, 12, 24),
    date(1990, 11, 23): date(2031, 11, 23),
    date(1990, 11, 24): date(2030, 11, 24),
    date(2000, 2, 29): date(2031, 3, 1),
    date(2026, 11, 24): date(2030, 11, 24),
}


@pytest.mark.parametrize(("born", "last"), ENDS.items())
def test_a_certificate_ends_with_the_5th_birthday_after_its_issue(born, last):
    bearer = Bearer("", "", born, Sex.UNKNOWN, CODE)

    assert bearer.last_moment(NOW) == datetime(last.year, last.month, last.day, 14, 59, 59, tzinfo=UTC)


@pytest.fixture
def own(tmp_path):
    return Office.open(tmp_path / "authority", tmp_path / "anchors", NOW)


def test_an_office_is_founded_once(own, tmp_path):
    own.issue(BEARER, NOW, KeyKind.P256, signature=False)
    own.publish(NOW)
    again = Office.open(tmp_path / "authority", tmp_path / "anchors", NOW)

    assert again.register == own.register
    assert (
        again.authorities[Purpose.DIGITAL_SIGNATURE].certificate
        == own.authorities[Purpose.DIGITAL_SIGNATURE].certificate
    )
    assert {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if path.is_file()} == {0o600}


def lists(own):
    anchors = [Anchor.of(each.certificate) for each in own.authorities.values()]
    files = sorted((own.anchors / "crl").iterdir())
    return {path.stem: revocation.read(path.read_bytes(), anchors) for path in files}


def test_revoking_publishes_a_higher_number_for_everybody_and_the_serial_where_it_belongs(own, tmp_path):
    card = own.issue(BEARER, NOW, KeyKind.P384)
    own.issue(BEARER._replace(municipality_code="141003"), NOW, KeyKind.P256, signature=False)
    own.publish(NOW)
    reopened = Office.open(tmp_path / "authority", tmp_path / "anchors", NOW)
    reopened.revoke(card.authentication.certificate, NOW + timedelta(days=1))
    found = lists(reopened)

    assert {name: (each.number, len(each.serials)) for name, each in found.items()} == {
        "digital-signature-131016": (2, 0),
        "digital-signature-141003": (2, 0),
        "user-authentication-131016": (2, 1),
        "user-authentication-141003": (2, 0),
    }
    assert found["user-authentication-131016"].serials == {card.authentication.certificate.serial_number}
