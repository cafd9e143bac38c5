"""The checklist once more over what the `openssl` command line made: our own issuing code cannot hide an error."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.ocsp import load_der_ocsp_response

from auth import certificate, ocsp, revocation
from auth.anchor import Anchor
from auth.certificate import Verified
from auth.fault import Fault
from auth.profile import PROFILES, Purpose
from auth.trust import Trust
from tests.auth.by_openssl import DAY, EC, LEAF, NAME, RENAMED, RSA, OpenSsl
from tests.auth.forge import ANY_POLICY, LOGIN_POLICY, NOW, SIGNATURE_POLICY, TEST_POLICY

UNKNOWN = "1.2.392.200149.8.5.9.9"
LOGIN = Purpose.USER_AUTHENTICATION
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
SIGNS = {
    "keyUsage": "critical,digitalSignature,nonRepudiation",
    "extendedKeyUsage": None,
    "certificatePolicies": f"critical,{SIGNATURE_POLICY}",
}
BELOW = {"basicConstraints": "critical,CA:TRUE", "keyUsage": "critical,keyCertSign", "extendedKeyUsage": None}
KEYS = {  # name: what openssl is asked for
    "RSA-2048": RSA,
    "P-384": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"),
    "RSA-1024": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"),
    "exponent 3": (*RSA, "-pkeyopt", "rsa_keygen_pubexp:3"),
    "RSA for PSS": ("-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"),
    "P-521": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"),
    "P-224": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-224"),
    "secp256k1": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"),
    "brainpool": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1"),
    "P-256 spelled out": (*EC, "-pkeyopt", "ec_param_enc:explicit"),
    "Ed25519": ("-algorithm", "ED25519"),
    "Ed448": ("-algorithm", "ED448"),
}


def changed(**changes):
    """A leaf with these extensions instead; a double underscore stands for a dot."""
    return {"changes": {name.replace("__", ".").removeprefix("_"): value for name, value in changes.items()}}


ACCEPTED = {
    "as the card has it": {},
    "RSA-2048": {"key": "RSA-2048"},
    "P-384": {"key": "P-384"},
    "SHA-384": {"options": ("-md", "sha384")},
    "SHA-512": {"options": ("-md", "sha512")},
    "policies not critical": changed(certificatePolicies=LOGIN_POLICY),
    "the policy with its address": changed(certificatePolicies="critical,@qualified"),
    "extended usage critical": changed(extendedKeyUsage="critical,clientAuth"),
    "another extended usage beside it": changed(extendedKeyUsage="clientAuth,emailProtection"),
    "no extended usage": changed(extendedKeyUsage=None),
    "no key id of the authority": changed(authorityKeyIdentifier=None),
    "key id with name and serial": changed(authorityKeyIdentifier="keyid,issuer:always"),
    "says that it is no authority": changed(basicConstraints="critical,CA:FALSE"),
    "an unknown extension": {"changes": {UNKNOWN: "DER:0500"}},
    "in its last second": {"after": timedelta()},
    "in its first second": {"before": timedelta()},
}
LEAVES = {  # what is wrong with it: (how it was made, the fault)
    "MD5": ({"options": ("-md", "md5")}, Fault.CERTIFICATE_ALGORITHM),
    "SHA-1": ({"options": ("-md", "sha1")}, Fault.CERTIFICATE_ALGORITHM),
    "SHA-224": ({"options": ("-md", "sha224")}, Fault.CERTIFICATE_ALGORITHM),
    "SHA3-256": ({"options": ("-md", "sha3-256")}, Fault.CERTIFICATE_ALGORITHM),
    "PSS": ({"options": ("-sigopt", "rsa_padding_mode:pss")}, Fault.CERTIFICATE_ALGORITHM),
    "signed with Ed25519": ({"by": "edwards"}, Fault.CERTIFICATE_ALGORITHM),
    **{name: ({"key": name}, Fault.CERTIFICATE_KEY) for name in list(KEYS)[2:]},
    "policy of signatures": (changed(certificatePolicies=f"critical,{SIGNATURE_POLICY}"), Fault.CERTIFICATE_POLICY),
    "policy of the test authority": (changed(certificatePolicies=f"critical,{TEST_POLICY}"), Fault.CERTIFICATE_POLICY),
    "any policy": (changed(certificatePolicies=f"critical,{ANY_POLICY}"), Fault.CERTIFICATE_POLICY),
    "any policy beside ours": (changed(certificatePolicies=f"{LOGIN_POLICY},{ANY_POLICY}"), Fault.CERTIFICATE_POLICY),
    "both policies": (changed(certificatePolicies=f"{LOGIN_POLICY},{SIGNATURE_POLICY}"), Fault.CERTIFICATE_POLICY),
    "a longer policy": (changed(certificatePolicies=f"critical,{LOGIN_POLICY}.1"), Fault.CERTIFICATE_POLICY),
    "a shorter policy": (changed(certificatePolicies=LOGIN_POLICY.rpartition(".")[0]), Fault.CERTIFICATE_POLICY),
    "no policy": (changed(certificatePolicies=None), Fault.CERTIFICATE_POLICY),
    "a signature certificate": ({"changes": SIGNS}, Fault.CERTIFICATE_KEY_USAGE),
    "usage of signatures": (changed(keyUsage="critical,digitalSignature,nonRepudiation"), Fault.CERTIFICATE_KEY_USAGE),
    "usage of an authority": (changed(keyUsage="critical,digitalSignature,keyCertSign"), Fault.CERTIFICATE_KEY_USAGE),
    "usage of lists": (changed(keyUsage="critical,digitalSignature,cRLSign"), Fault.CERTIFICATE_KEY_USAGE),
    "usage of encryption": (changed(keyUsage="critical,keyEncipherment"), Fault.CERTIFICATE_KEY_USAGE),
    "encryption beside it": (changed(keyUsage="digitalSignature,dataEncipherment"), Fault.CERTIFICATE_KEY_USAGE),
    "usage of agreement": (changed(keyUsage="keyAgreement,encipherOnly"), Fault.CERTIFICATE_KEY_USAGE),
    "no usage": (changed(keyUsage=None), Fault.CERTIFICATE_KEY_USAGE),
    "use as a server": (changed(extendedKeyUsage="serverAuth"), Fault.CERTIFICATE_EXTENDED_KEY_USAGE),
    "use for mail": (changed(extendedKeyUsage="emailProtection"), Fault.CERTIFICATE_EXTENDED_KEY_USAGE),
    "use as a responder": (changed(extendedKeyUsage="critical,OCSPSigning"), Fault.CERTIFICATE_EXTENDED_KEY_USAGE),
    "any use": (changed(extendedKeyUsage="anyExtendedKeyUsage"), Fault.CERTIFICATE_EXTENDED_KEY_USAGE),
    "an unknown critical extension": (
        {"changes": {UNKNOWN: "critical,DER:0500"}},
        Fault.CERTIFICATE_EXTENSION,
    ),
    "critical name constraints": (changed(nameConstraints="critical,permitted;DNS:jp"), Fault.CERTIFICATE_EXTENSION),
    "critical policy constraints": (
        changed(policyConstraints="critical,requireExplicitPolicy:0"),
        Fault.CERTIFICATE_EXTENSION,
    ),
    "critical end of any policy": (changed(inhibitAnyPolicy="critical,0"), Fault.CERTIFICATE_EXTENSION),
    "critical other names": (changed(subjectAltName="critical,DNS:example.jp"), Fault.CERTIFICATE_EXTENSION),
    "critical key id": (changed(subjectKeyIdentifier="critical,hash"), Fault.CERTIFICATE_EXTENSION),
    "usage that cannot be read": (
        changed(keyUsage=None, _2__5__29__15="critical,DER:ff"),
        Fault.CERTIFICATE_MALFORMED,
    ),
    "policies that cannot be read": (
        changed(certificatePolicies=None, _2__5__29__32="DER:0500"),
        Fault.CERTIFICATE_MALFORMED,
    ),
    "points that cannot be read": (
        changed(crlDistributionPoints=None, _2__5__29__31="DER:ff"),
        Fault.CERTIFICATE_MALFORMED,
    ),
    "an authority": (changed(basicConstraints="critical,CA:TRUE"), Fault.CERTIFICATE_AUTHORITY),
    "an authority of nobody": (changed(basicConstraints="CA:TRUE,pathlen:0"), Fault.CERTIFICATE_AUTHORITY),
    "over for a second": ({"after": -SECOND}, Fault.CERTIFICATE_EXPIRED),
    "over for years": ({"before": -900 * DAY, "after": -500 * DAY}, Fault.CERTIFICATE_EXPIRED),
    "to come in a second": ({"before": SECOND}, Fault.CERTIFICATE_NOT_YET_VALID),
    "serial 0": ({"serial": "00"}, Fault.CERTIFICATE_MALFORMED),
    "a serial of 21 bytes": ({"serial": "7F" * 21}, Fault.CERTIFICATE_MALFORMED),
    "a foreign authority of the same name": ({"by": "foreign"}, Fault.CERTIFICATE_ISSUER_UNKNOWN),
    "the same with our key id": (
        {"by": "foreign", "changes": {"authorityKeyIdentifier": None, "2.5.29.35": "OURS"}},
        Fault.CERTIFICATE_ISSUER_UNKNOWN,
    ),
    "our key under another name": ({"by": "renamed"}, Fault.CERTIFICATE_ISSUER_UNKNOWN),
    "the authority of signatures": ({"by": "signatures"}, Fault.CERTIFICATE_ISSUER_UNKNOWN),
    "an authority below ours": ({"by": "below"}, Fault.CERTIFICATE_ISSUER_UNKNOWN),
    "another card": ({"by": "holder"}, Fault.CERTIFICATE_ISSUER_UNKNOWN),
    "itself": ({"by": "holder", "key": "holder", "options": ("-selfsign",)}, Fault.CERTIFICATE_ISSUER_UNKNOWN),
    "key id of another authority": (
        changed(authorityKeyIdentifier=None, _2__5__29__35="DER:300680040a0b0c0d"),
        Fault.CERTIFICATE_ISSUER_UNKNOWN,
    ),
    "an authority that is over": ({"by": "over"}, Fault.CERTIFICATE_ISSUER_EXPIRED),
    "an authority that is to come": ({"by": "coming"}, Fault.CERTIFICATE_ISSUER_EXPIRED),
    "an authority with an unknown critical extension": ({"by": "odd"}, Fault.CERTIFICATE_PATH),
}
MANGLED = {
    "nothing": lambda good: b"",
    "a byte more": lambda good: good + b"\0",
    "a byte less": lambda good: good[:-1],
    "twice": lambda good: good + good,
    "too long": lambda good: good + bytes(certificate.MAX_BYTES),
    "a signature of bits instead of bytes": lambda good: good[:-257] + b"\1" + good[-256:-1] + bytes([good[-1] & 0xFE]),
    "a length in BER": lambda good: good[:1] + b"\x83\0" + good[2:],
}
UNPINNED = {  # authorities that cannot be pinned
    "no authority": {"basicConstraints": "critical,CA:FALSE"},
    "no constraints": {"basicConstraints": None},
    "no usage": {"keyUsage": None},
    "does not sign certificates": {"keyUsage": "critical,cRLSign"},
    "does not sign lists": {"keyUsage": "critical,keyCertSign"},
}
LISTS = {
    "a delta": (changed(_2__5__29__27="critical,DER:020106"), Fault.REVOCATION_PARTIAL),
    "indirect": (changed(issuingDistributionPoint="critical,@indirect_idp"), Fault.REVOCATION_PARTIAL),
    "of authorities": (changed(issuingDistributionPoint="critical,@authorities_idp"), Fault.REVOCATION_PARTIAL),
    "of attributes": (changed(issuingDistributionPoint="critical,@attributes_idp"), Fault.REVOCATION_PARTIAL),
    "of some reasons": (changed(issuingDistributionPoint="critical,@some_idp"), Fault.REVOCATION_PARTIAL),
    "an unknown critical extension": (
        {"changes": {UNKNOWN: "critical,DER:0500"}},
        Fault.REVOCATION_PARTIAL,
    ),
    "no partition": (changed(issuingDistributionPoint=None), Fault.REVOCATION_SCOPE),
    "a partition relative to its issuer": (
        changed(issuingDistributionPoint="critical,@relative_idp"),
        Fault.REVOCATION_SCOPE,
    ),
    "an address for a partition": (changed(issuingDistributionPoint="critical,@address_idp"), Fault.REVOCATION_SCOPE),
    "no number": ({"number": None}, Fault.REVOCATION_MALFORMED),
    "SHA-1": ({"options": ("-md", "sha1")}, Fault.REVOCATION_ISSUER_UNKNOWN),
    "PSS": ({"options": ("-sigopt", "rsa_padding_mode:pss")}, Fault.REVOCATION_ISSUER_UNKNOWN),
    "a foreign authority of the same name": ({"by": "foreign"}, Fault.REVOCATION_ISSUER_UNKNOWN),
    "our key under another name": ({"by": "renamed"}, Fault.REVOCATION_ISSUER_UNKNOWN),
    "an authority below ours": ({"by": "below"}, Fault.REVOCATION_ISSUER_UNKNOWN),
}
STANDINGS = {  # the list, the leaf, and what becomes of the login
    "listed": ({"entries": ("0123456789ABCDEF",)}, {}, Fault.CERTIFICATE_REVOKED),
    "listed with a reason": ({"entries": ("0123456789ABCDEF,keyCompromise",)}, {}, Fault.CERTIFICATE_REVOKED),
    "on hold": ({"entries": ("0123456789ABCDEF,certificateHold",)}, {}, Fault.CERTIFICATE_REVOKED),
    "another is listed": ({"entries": ("77",)}, {}, None),
    "a list of users": (changed(issuingDistributionPoint="critical,@users_idp"), {}, None),
    "overdue": ({"times": (-DAY, -HOUR)}, {}, Fault.REVOCATION_STALE),
    "of tomorrow": ({"times": (HOUR, DAY)}, {}, Fault.REVOCATION_STALE),
    "of another partition": (
        changed(issuingDistributionPoint="critical,@foreign_idp"),
        {},
        Fault.REVOCATION_MISSING,
    ),
    "leaf of another partition": ({}, changed(crlDistributionPoints="foreign"), Fault.REVOCATION_MISSING),
    "leaf without a partition": ({}, changed(crlDistributionPoints=None), Fault.REVOCATION_MISSING),
    "leaf listed for some reasons": ({}, changed(crlDistributionPoints="some"), Fault.REVOCATION_MISSING),
    "leaf listed by another issuer": ({}, changed(crlDistributionPoints="others"), Fault.REVOCATION_MISSING),
    "leaf with an address": ({}, changed(crlDistributionPoints="address"), Fault.REVOCATION_MISSING),
}
VALID, GONE = "V\t301231000000Z\t\t0123456789ABCDEF", "R\t301231000000Z\t261121000000Z\t0123456789ABCDEF"
OURS = b"n" * ocsp.NONCE_BYTES
ANSWERS = {  # how the responder was run, the fault; the question, unless named otherwise, is ours
    "good": ({"entries": (VALID,)}, None),
    "good, by its key": ({"entries": (VALID,), "options": ("-nmin", 5, "-resp_key_id")}, None),
    "good, without an end": ({"entries": (VALID,), "options": ("-rmd", "sha256")}, None),
    "good, by a delegate": ({"entries": (VALID,), "signer": "delegate"}, None),
    "revoked": ({"entries": (GONE,)}, Fault.CERTIFICATE_REVOKED),
    "revoked, says a delegate": ({"entries": (GONE,), "signer": "delegate"}, Fault.CERTIFICATE_REVOKED),
    "unknown": ({}, Fault.OCSP_UNKNOWN),
    "by a card": ({"entries": (VALID,), "signer": "holder"}, Fault.OCSP_SIGNATURE),
    "by a foreign authority": ({"entries": (VALID,), "signer": "foreign"}, Fault.OCSP_SIGNATURE),
    "by a foreign delegate": ({"entries": (VALID,), "signer": "stranger"}, Fault.OCSP_SIGNATURE),
    "by a delegate that is over": ({"entries": (VALID,), "signer": "retired"}, Fault.OCSP_SIGNATURE),
    "by an authority below": ({"entries": (VALID,), "signer": "below"}, Fault.OCSP_SIGNATURE),
    "with SHA-1": ({"entries": (VALID,), "options": ("-nmin", 5, "-rmd", "sha1")}, Fault.OCSP_SIGNATURE),
    "to another nonce": ({"entries": (VALID,), "nonce": b"m" * ocsp.NONCE_BYTES}, Fault.OCSP_NONCE),
    "over": ({"entries": (VALID,), "later": 6 * timedelta(minutes=1)}, Fault.OCSP_STALE),
    "of a time to come": ({"entries": (VALID,), "later": -2 * timedelta(minutes=1)}, Fault.OCSP_STALE),
    "over, without an end": (
        {"entries": (VALID,), "options": ("-rmd", "sha256"), "later": ocsp.FRESH + SECOND * 30},
        Fault.OCSP_STALE,
    ),
}


@pytest.fixture(scope="module")
def openssl(tmp_path_factory):
    """The authority, everybody who would like to be one, and requests for every kind of key."""
    made = OpenSsl(tmp_path_factory.mktemp("openssl"))
    made.authority("authority")
    made.authority("foreign")
    made.authority("signatures", subject=RENAMED)
    made.authority("renamed", key="authority", subject=RENAMED)
    made.authority("over", key="authority", after=-DAY)
    made.authority("coming", key="authority", before=DAY)
    made.authority("odd", key="authority", changes={UNKNOWN: "critical,DER:0500"})
    made.authority("edwards", *KEYS["Ed25519"])
    made.key("card")
    for name, kind in KEYS.items():
        made.key(name, *kind)
    answers = {"keyUsage": None, "extendedKeyUsage": "OCSPSigning"}
    span = {"before": -30 * DAY, "after": 300 * DAY}
    made.holder("below", subject=NAME, changes=BELOW)
    made.holder("holder", subject=LEAF, changes={})
    made.holder("delegate", subject="/CN=responder", changes=answers, **span)
    made.holder("stranger", subject="/CN=responder", changes=answers, by="foreign", **span)
    made.holder("retired", subject="/CN=responder", changes=answers, before=-2 * DAY, after=-DAY)
    return made


def anchor(openssl, name="authority"):
    return Anchor.of(x509.load_der_x509_certificate(openssl.certificate(name)))


def leaf(openssl, options=(), changes=None, **made):
    """A leaf of the table; OURS stands for the key id of our authority, as an extension in DER."""
    ours = f"DER:30168014{anchor(openssl).key_id.hex()}"
    said = {name: ours if value == "OURS" else value for name, value in (changes or {}).items()}
    return openssl.leaf(*options, changes=said, **made)


def verdict(openssl, der, purpose=LOGIN, by="authority"):
    """The fault, or None; pinned is our authority, in the one of its certificates that `by` names."""
    ours = by if by in {"over", "coming", "odd"} else "authority"
    found = certificate.examined(der, [anchor(openssl, ours)], PROFILES[purpose], NOW)
    return found if isinstance(found, Fault) else None


def read(openssl, options=(), **made):
    return revocation.read(openssl.list(*options, **made), [anchor(openssl)])


def test_what_openssl_issues_by_the_profile_is_accepted(openssl):
    found = {name: verdict(openssl, leaf(openssl, **made)) for name, made in ACCEPTED.items()}

    assert found == dict.fromkeys(ACCEPTED)


@pytest.mark.filterwarnings("ignore:.*serial")
def test_what_openssl_issues_with_one_thing_wrong_is_refused_by_its_name(openssl):
    found = {name: verdict(openssl, leaf(openssl, **made), by=made.get("by", "")) for name, (made, _) in LEAVES.items()}

    assert found == {name: fault for name, (_, fault) in LEAVES.items()}


@pytest.mark.filterwarnings("ignore:.*serial")
def test_what_openssl_issued_well_and_somebody_mangled_is_refused(openssl):
    good = leaf(openssl)
    found = {name: verdict(openssl, mangle(good)) for name, mangle in MANGLED.items()}
    flipped = [good[:at] + bytes([each ^ 1]) + good[at + 1 :] for at, each in enumerate(good)]

    assert found == dict.fromkeys(MANGLED, Fault.CERTIFICATE_MALFORMED)
    assert [at for at, each in enumerate(flipped) if verdict(openssl, each) is None] == []


@pytest.mark.filterwarnings("ignore:.*serial")
def test_a_certificate_without_extensions_or_with_a_negative_serial_is_refused(openssl):
    sign = ("x509", "-req", "-in", "card.csr", "-CA", "authority.crt", "-CAkey", "authority.key", "-outform", "DER")

    assert verdict(openssl, openssl(*sign, "-set_serial", 7)) is Fault.CERTIFICATE_KEY_USAGE
    assert verdict(openssl, openssl(*sign, "-set_serial", -7)) is Fault.CERTIFICATE_MALFORMED


def test_a_signature_certificate_of_openssl_is_good_for_signatures_only(openssl):
    signs, logs_in = leaf(openssl, changes=SIGNS), leaf(openssl)

    assert verdict(openssl, signs, Purpose.DIGITAL_SIGNATURE) is None
    assert verdict(openssl, logs_in, Purpose.DIGITAL_SIGNATURE) is Fault.CERTIFICATE_KEY_USAGE


@pytest.mark.parametrize("changes", UNPINNED.values(), ids=UNPINNED)
def test_an_authority_of_openssl_that_is_none_cannot_be_pinned(openssl, changes):
    openssl.authority("unpinned", key="authority", changes=changes)

    with pytest.raises(ValueError, match="an anchor"):
        anchor(openssl, "unpinned")


def test_a_list_of_openssl_that_is_not_complete_or_not_ours_is_refused(openssl):
    found = {name: read(openssl, **made) for name, (made, _) in LISTS.items()}

    assert found == {name: fault for name, (_, fault) in LISTS.items()}


def test_only_a_fresh_list_of_the_same_partition_clears_a_leaf_of_openssl(openssl):
    found = {}
    for name, (listed, issued, _) in STANDINGS.items():
        known = read(openssl, **listed)
        trust = Trust({LOGIN: (anchor(openssl),)}, {known.scope: known})
        verified = trust.examined(leaf(openssl, **issued), LOGIN, NOW)
        found[name] = verified if isinstance(verified, Fault) else None

    assert found == {name: fault for name, (_, _, fault) in STANDINGS.items()}


def heard(openssl, verified, nonce=OURS, later=timedelta(), options=(), **run):
    """What becomes of the responder's answer; its clock is the machine's."""
    answer = openssl.answer(ocsp.question(verified, nonce), *options, **run)
    return ocsp.fault(answer, verified, OURS, datetime.now(UTC) + later)


def test_of_the_answers_of_openssls_responder_only_good_ones_clear(openssl):
    verified = Verified(x509.load_der_x509_certificate(leaf(openssl)), anchor(openssl))
    found = {name: heard(openssl, verified, **run) for name, (run, _) in ANSWERS.items()}

    assert found == {name: fault for name, (_, fault) in ANSWERS.items()}


def test_openssls_answer_about_another_or_about_two_clears_nobody(openssl):
    ders = [leaf(openssl), leaf(openssl, serial="77")]
    ours, other = (Verified(x509.load_der_x509_certificate(each), anchor(openssl)) for each in ders)
    for number, each in enumerate(ders):
        (openssl.folder / f"asked-{number}.der").write_bytes(each)
    openssl("ocsp", "-sha256", "-issuer", "authority.crt", "-cert", "asked-0.der", "-cert", "asked-1.der",
            "-reqout", "both.der")  # fmt: skip
    both = openssl.answer(openssl.read("both.der"), entries=(VALID,))
    given = load_der_ocsp_response(both).extensions.get_extension_for_class(x509.OCSPNonce).value.nonce

    assert ocsp.fault(both, ours, given, datetime.now(UTC)) is Fault.OCSP_CERTIFICATE
    assert heard(openssl, other, entries=(VALID,)) is Fault.OCSP_UNKNOWN


def test_at_least_sixty_cases_are_refused():
    refused = [*LEAVES, *MANGLED, *UNPINNED, *LISTS]
    refused += [name for name, (*_, fault) in (*STANDINGS.items(), *ANSWERS.items()) if fault is not None]

    assert len(refused) >= 60
