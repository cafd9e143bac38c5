"""Only an authority with a strong key can be pinned."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from auth.anchor import Anchor
from tests.auth import forge
from tests.auth.forge import Authority

REFUSED = {
    "no authority": {"replace": [(x509.BasicConstraints(ca=False, path_length=None), True)]},
    "no constraints": {"drop": [x509.BasicConstraints]},
    "no usage": {"drop": [x509.KeyUsage]},
    "does not sign certificates": {"replace": [(forge.usage("crl_sign"), True)]},
    "does not sign lists": {"replace": [(forge.usage("key_cert_sign"), True)]},
    "weak key": {"key": forge.rsa_key("weak", bits=1024)},
    "unusual key": {"key": forge.ec_key(curve=ec.SECP521R1)},
}


@pytest.mark.parametrize("made", REFUSED.values(), ids=REFUSED)
def test_what_is_no_strong_authority_cannot_be_pinned(made):
    certificate = Authority(**made).certificate

    with pytest.raises(ValueError, match="an anchor"):
        Anchor.of(certificate)


def test_the_key_id_is_computed_where_the_authority_names_none():
    silent = Authority(drop=[x509.SubjectKeyIdentifier])

    assert silent.anchor.key_id == Authority().anchor.key_id
    assert silent.anchor.has_issued(silent.leaf(digest=hashes.SHA512))


def test_the_key_id_that_the_authority_names_counts():
    own = Authority(replace=[(x509.SubjectKeyIdentifier(b"own way of counting"), False)])

    assert own.anchor.key_id == b"own way of counting"
