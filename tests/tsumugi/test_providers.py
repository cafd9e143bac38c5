"""What was agreed with a provider is read whole, or the server does not start, with one sentence."""

import pytest
from joserfc.jwk import ECKey, RSAKey

from tests.tsumugi.mock_provider import TERMS
from tsumugi.halt import Halt
from tsumugi.providers import read_provider

GOOD = TERMS.format(issuer="https://auth.example.go.jp", client_id="city", redirect_uri="https://city.example.jp/back")


@pytest.fixture(scope="module")
def pem():
    return RSAKey.generate_key(2048).as_pem(private=True)


@pytest.fixture
def read(tmp_path, keyring, pem):
    def put(text=GOOD, key=pem):
        (tmp_path / "app.toml").write_bytes(text.encode() if isinstance(text, str) else text)
        (tmp_path / "app.pem").write_bytes(key)
        (tmp_path / "app.pem").chmod(0o600)
        return read_provider(tmp_path, "app", keyring)

    return put


def test_terms_have_defaults_and_the_key_a_name(read):
    terms = read().terms

    assert (terms.scope, terms.algorithm, terms.key_algorithm, terms.acr) == ("openid", "RS256", "RS256", {"aal3"})
    assert terms.key.kid == terms.key.thumbprint()


def test_where_there_are_no_terms_there_is_no_provider(tmp_path, keyring):
    assert read_provider(tmp_path, "app", keyring) is None


def test_our_own_key_may_be_of_another_algorithm(read):
    key = ECKey.generate_key("P-256").as_pem(private=True)

    assert read(GOOD + 'key_algorithm = "ES256"\n', key).terms.key.curve_name == "P-256"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (lambda text: text.replace("acr = ", "acrs = "), "must have"),
        (lambda text: text + 'discovery = "https://auth.example.go.jp"\n', "nothing unknown"),
        (lambda text: text.replace("https://auth.example.go.jp/token", "http://auth.example.go.jp/token"), "token_end"),
        (lambda text: text.replace('"https://auth.example.go.jp/jwks"', "1"), "jwks_uri"),
        (lambda text: text.replace("https://city.example.jp/back", "https://city.example.jp/back?a=1"), "redirect_uri"),
        (lambda text: text.replace('["aal3"]', "[]"), "acr"),
        (lambda text: text + 'algorithm = "HS256"\n', "algorithm"),
        (lambda text: text + 'algorithm = "none"\n', "algorithm"),
        (lambda text: text.replace('"city"', '"市"'), "client_id"),
        (lambda _: "= 1", "no TOML"),
        (lambda _: b"\xff", "no TOML"),
    ],
)
def test_terms_that_make_no_sense_are_one_sentence(read, changed, sentence):
    with pytest.raises(Halt, match=sentence):
        read(changed(GOOD))


def test_a_key_that_does_not_fit_is_one_sentence(read, pem):
    public = RSAKey.import_key(pem).as_pem(private=False)
    other = ECKey.generate_key("P-384").as_pem(private=True)
    for text, key in ((GOOD, public), (GOOD, other), (GOOD, b"-"), (GOOD + 'key_algorithm = "ES256"\n', other)):
        with pytest.raises(Halt, match="is not a private key for"):
            read(text, key)
