"""A certificate is accepted only if every line of the relying party's checklist holds; each line has its own fault."""

import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from auth.certificate import Verified, examined
from auth.fault import Fault
from auth.profile import PROFILES, Purpose
from tests.auth import forge
from tests.auth.forge import DAY, NOW, Authority, der

LOGIN = PROFILES[Purpose.USER_AUTHENTICATION]
SIGNING = PROFILES[Purpose.DIGITAL_SIGNATURE]
SERVER_AUTH = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
UNKNOWN = forge.raw("1.2.392.200149.8.5.9.9")

REFUSED = {  # what is wrong with it: (how it was made, the fault)
    "policy of signatures": ({"replace": [(forge.policies(forge.SIGNATURE_POLICY), True)]}, Fault.CERTIFICATE_POLICY),
    "policy of the test authority": (
        {"replace": [(forge.policies(forge.TEST_POLICY), True)]},
        Fault.CERTIFICATE_POLICY,
    ),
    "any policy": ({"replace": [(forge.policies(forge.ANY_POLICY), True)]}, Fault.CERTIFICATE_POLICY),
    "any policy beside ours": (
        {"replace": [(forge.policies(forge.LOGIN_POLICY, forge.ANY_POLICY), True)]},
        Fault.CERTIFICATE_POLICY,
    ),
    "a longer policy": ({"replace": [(forge.policies(forge.LOGIN_POLICY + ".1"), True)]}, Fault.CERTIFICATE_POLICY),
    "no policy": ({"drop": [x509.CertificatePolicies]}, Fault.CERTIFICATE_POLICY),
    "usage of signatures": (
        {"replace": [(forge.usage("digital_signature", "content_commitment"), True)]},
        Fault.CERTIFICATE_KEY_USAGE,
    ),
    "usage of an authority": (
        {"replace": [(forge.usage("digital_signature", "key_cert_sign"), True)]},
        Fault.CERTIFICATE_KEY_USAGE,
    ),
    "usage of encryption": ({"replace": [(forge.usage("key_encipherment"), True)]}, Fault.CERTIFICATE_KEY_USAGE),
    "no usage": ({"drop": [x509.KeyUsage]}, Fault.CERTIFICATE_KEY_USAGE),
    "use as a server": ({"replace": [(SERVER_AUTH, False)]}, Fault.CERTIFICATE_EXTENDED_KEY_USAGE),
    "unknown critical extension": ({"replace": [(UNKNOWN, True)]}, Fault.CERTIFICATE_EXTENSION),
    "known critical extension that nobody here reads": (
        {"replace": [(x509.PolicyConstraints(0, None), True)]},
        Fault.CERTIFICATE_EXTENSION,
    ),
    "authority as a leaf": (
        {"replace": [(x509.BasicConstraints(ca=True, path_length=None), True)]},
        Fault.CERTIFICATE_AUTHORITY,
    ),
    "expired": ({"after": NOW - DAY / 24}, Fault.CERTIFICATE_EXPIRED),
    "not yet valid": ({"before": NOW + DAY / 24}, Fault.CERTIFICATE_NOT_YET_VALID),
    "extension that cannot be read": (
        {"replace": [(forge.raw("2.5.29.15", b"\xff"), True)]},
        Fault.CERTIFICATE_MALFORMED,
    ),
    "key id of another authority": (
        {"replace": [(x509.AuthorityKeyIdentifier(b"\1" * 20, None, None), False)]},
        Fault.CERTIFICATE_ISSUER_UNKNOWN,
    ),
}
ACCEPTED = {
    "as the card has it": {},
    "policies not critical": {"replace": [(forge.policies(forge.LOGIN_POLICY), False)]},
    "extended usage critical": {"replace": [(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), True)]},
    "no extended usage": {"drop": [x509.ExtendedKeyUsage]},
    "no key id of the authority": {"drop": [x509.AuthorityKeyIdentifier]},
    "key id by name and serial only": {
        "replace": [(x509.AuthorityKeyIdentifier(None, [x509.DirectoryName(forge.CA_NAME)], 1), False)]
    },
    "says that it is no authority": {"replace": [(x509.BasicConstraints(ca=False, path_length=None), True)]},
    "unknown extension": {"replace": [(UNKNOWN, False)]},
    "RSA-2048": {"key": forge.rsa_key()},
    "P-384": {"key": forge.ec_key(curve=ec.SECP384R1)},
    "SHA-384": {"digest": hashes.SHA384},
    "in its last second": {"after": NOW},
    "in its first second": {"before": NOW},
}


@pytest.fixture(scope="module")
def authority():
    return Authority()


def verdict(certificate, *anchors, profile=LOGIN):
    return examined(certificate, anchors, profile, NOW)


@pytest.mark.parametrize(("changes", "fault"), REFUSED.values(), ids=REFUSED)
def test_one_thing_wrong_is_refused_by_its_name(authority, changes, fault):
    assert verdict(der(authority.leaf(**changes)), authority.anchor) is fault


@pytest.mark.parametrize("changes", ACCEPTED.values(), ids=ACCEPTED)
def test_every_variant_of_the_profile_is_accepted(authority, changes):
    leaf = authority.leaf(**changes)

    assert verdict(der(leaf), authority.anchor) == Verified(leaf, authority.anchor)


WEAK = {
    "RSA-1024": lambda: forge.rsa_key(bits=1024),
    "exponent 3": lambda: forge.rsa_key(exponent=3),
    "P-521": lambda: forge.ec_key(curve=ec.SECP521R1),
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
}


@pytest.mark.parametrize("make", WEAK.values(), ids=WEAK)
def test_a_weak_or_unusual_key_is_refused(authority, make):
    assert verdict(der(authority.leaf(make())), authority.anchor) is Fault.CERTIFICATE_KEY


def test_a_signature_certificate_does_not_log_in(authority):
    usages = forge.usage("digital_signature", "content_commitment")
    leaf = authority.leaf(replace=[(usages, True), (forge.policies(forge.SIGNATURE_POLICY), True)])

    assert verdict(der(leaf), authority.anchor) is Fault.CERTIFICATE_KEY_USAGE


def test_the_profile_of_signatures_takes_signature_certificates_only(authority):
    usages = forge.usage("digital_signature", "content_commitment")
    right = [(usages, True), (forge.policies(forge.SIGNATURE_POLICY), True)]
    signature = authority.leaf(replace=right, drop=[x509.ExtendedKeyUsage])

    assert verdict(der(signature), authority.anchor, profile=SIGNING) == Verified(signature, authority.anchor)
    assert verdict(der(authority.leaf()), authority.anchor, profile=SIGNING) is Fault.CERTIFICATE_KEY_USAGE
    assert (
        verdict(der(authority.leaf(replace=right)), authority.anchor, profile=SIGNING)
        is Fault.CERTIFICATE_EXTENDED_KEY_USAGE
    )


MALFORMED = {
    "nothing": lambda good: b"",
    "trailing bytes": lambda good: good + b"\0",
    "cut off": lambda good: good[:-1],
    "no certificate": lambda good: b"\x30\x03\x02\x01\x01",
    "too long": lambda good: good + b"\0" * 4096,
    "twice": lambda good: good + good,
}


@pytest.mark.parametrize("spoil", MALFORMED.values(), ids=MALFORMED)
def test_bytes_that_are_no_certificate_are_refused(authority, spoil):
    assert verdict(spoil(der(authority.leaf())), authority.anchor) is Fault.CERTIFICATE_MALFORMED


@pytest.mark.filterwarnings("ignore:.*serial")
def test_a_negative_serial_is_refused(authority):
    serial = forge.SERIAL.to_bytes(8)
    spoiled = der(authority.leaf()).replace(serial, b"\x81" + serial[1:])

    assert verdict(spoiled, authority.anchor) is Fault.CERTIFICATE_MALFORMED


def test_a_foreign_authority_of_the_same_name_is_refused(authority):
    foreign = Authority(forge.rsa_key("foreign"))
    honest, disguised = foreign.leaf(), foreign.leaf(replace=[(authority.key_id(), False)])

    assert verdict(der(honest), authority.anchor) is Fault.CERTIFICATE_ISSUER_UNKNOWN
    assert verdict(der(disguised), authority.anchor) is Fault.CERTIFICATE_ISSUER_UNKNOWN


def test_the_right_key_under_another_name_is_refused(authority):
    renamed = Authority(authority.key, subject=forge.name("another authority"))

    assert verdict(der(renamed.leaf()), authority.anchor) is Fault.CERTIFICATE_ISSUER_UNKNOWN


def test_a_flipped_bit_of_the_signature_is_refused(authority):
    good = der(authority.leaf())

    assert verdict(good[:-1] + bytes([good[-1] ^ 1]), authority.anchor) is Fault.CERTIFICATE_ISSUER_UNKNOWN


def test_of_three_generations_with_one_name_the_signer_is_found(authority):
    generations = [Authority(forge.rsa_key(f"generation {number}")) for number in (1, 2)]
    leaf = generations[1].leaf(drop=[x509.AuthorityKeyIdentifier])

    found = verdict(der(leaf), *(each.anchor for each in (authority, *generations)))

    assert found == Verified(leaf, generations[1].anchor)


def test_an_authority_beyond_its_own_end_vouches_for_nobody(authority):
    old = Authority(authority.key, after=NOW - DAY)

    assert verdict(der(authority.leaf()), old.anchor) is Fault.CERTIFICATE_ISSUER_EXPIRED


def test_an_authority_renewed_with_the_same_key_goes_on(authority):
    old = Authority(authority.key, after=NOW - DAY)

    found = verdict(der(authority.leaf()), old.anchor, authority.anchor)

    assert found.anchor == authority.anchor


def test_what_only_the_library_knows_to_be_wrong_is_refused():
    odd = Authority(replace=[(UNKNOWN, True)])  # we pin authorities by hand and do not ask what else they say

    assert verdict(der(odd.leaf()), odd.anchor) is Fault.CERTIFICATE_PATH


def openssl(folder, authority, *arguments):
    """A good leaf but for the arguments, made by the command line alone."""
    pem = authority.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "ca.key").write_bytes(pem)
    (folder / "ca.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    (folder / "ext").write_text(
        f"keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n"
        f"certificatePolicies=critical,{forge.LOGIN_POLICY}\n"
    )
    request = f"req -new -newkey rsa:2048 -nodes -keyout {folder}/key -out {folder}/csr -subj /C=JP/CN={forge.CN}"
    signing = f"x509 -req -in {folder}/csr -CA {folder}/ca.pem -CAkey {folder}/ca.key -set_serial 77 -days 1"
    signing += f" -extfile {folder}/ext -outform DER -out {folder}/leaf"
    for command in (request.split(), [*signing.split(), *arguments]):
        subprocess.run(["openssl", *command], check=True, capture_output=True)
    return (folder / "leaf").read_bytes()


@pytest.mark.parametrize(("digest", "fault"), [("-sha1", Fault.CERTIFICATE_ALGORITHM), ("-sha256", None)])
def test_sha_1_is_refused_and_sha_256_of_openssl_accepted(authority, tmp_path, digest, fault):
    made = openssl(tmp_path, authority, digest)
    now = x509.load_der_x509_certificate(made).not_valid_before_utc

    found = examined(made, [Authority(before=now - DAY, after=now + DAY).anchor], LOGIN, now)

    assert (found if isinstance(found, Fault) else None) is fault
