"""`tsumugi pki`: cards are made, renewed and revoked by hand, and lists and answers follow; production refuses it."""

import os
import shutil
import threading

import httpx
import pytest

from auth import ocsp, revocation
from auth.anchor import Anchor
from auth.certificate import Verified
from auth.fault import Fault
from auth.profile import Purpose
from tests.running import free_port
from tsumugi import card
from tsumugi.cli import main
from tsumugi.clock import real_now
from tsumugi.commands.certifying import Responding
from tsumugi.pki.office import Office
from tsumugi.responder import Responder

HANAKO = ("--holder", "見本 花子", "--address", "見本市一丁目一番", "--sex", "female", "--municipality", "131016")
ADULT, CHILD = ("--born", "1990-04-01"), ("--born", "2020-02-29")
QUICK = ("--key", "P-256")


@pytest.fixture
def pki(monkeypatch, capsys, tmp_path):
    """`pki(*arguments)`: exit code and what was said, in a data folder of its own; `folder` is that."""
    for name in os.environ:
        if name.startswith("TSUMUGI_") and name != "TSUMUGI_TEST_SIZE":
            monkeypatch.delenv(name)
    monkeypatch.setenv("TSUMUGI_DATA", str(tmp_path / "data"))

    def command(*arguments):
        status = main(["pki", *arguments])
        said = capsys.readouterr()
        return status, said.out + said.err

    command.folder = tmp_path / "data"
    return command


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """Founded once, since it takes two RSA keys."""
    folder = tmp_path_factory.mktemp("once")
    Office.open(folder / "authority", folder / "anchors", real_now())
    return folder


@pytest.fixture
def founded(pki, once):
    shutil.copytree(once, pki.folder)
    return pki


def office(pki):
    return Office.open(pki.folder / "authority", pki.folder / "anchors", real_now())


def held(pki, name):
    return card.load(pki.folder / "cards" / f"{name}.json")


def serials(pki):
    """What the lists say of the login certificates: revoked serials and the number."""
    anchor = Anchor.of(office(pki).authorities[Purpose.USER_AUTHENTICATION].certificate)
    path = pki.folder / "anchors" / "crl" / "user-authentication-131016.crl"
    found = revocation.read(path.read_bytes(), [anchor])
    return found.serials, found.number


def serial(pki, name):
    return held(pki, name).authentication.certificate.serial_number


def test_a_card_is_issued_renewed_and_revoked(founded):
    issued = founded("issue", "hanako", *HANAKO, *ADULT, *QUICK)
    first, before = held(founded, "hanako"), serials(founded)
    renewed = founded("renew", "hanako")
    second, between = held(founded, "hanako"), serials(founded)
    revoked = founded("revoke", "hanako")
    ends = [each.authentication.certificate.serial_number for each in (first, second)]

    assert [issued[0], renewed[0], revoked[0]] == [0, 0, 0]
    assert (before[0], between[0], serials(founded)[0]) == (set(), {ends[0]}, set(ends))
    assert before[1] < between[1] < serials(founded)[1]
    assert serial(founded, "hanako-1") == ends[0]
    assert second.authentication.algorithm == "ES256"
    assert first.signature.certificate.subject != second.signature.certificate.subject


def attributes(found):
    return found.signature.certificate.extensions[-1].value


def test_the_next_card_is_of_the_same_person(founded):
    founded("issue", "hanako", *HANAKO, *ADULT, *QUICK)
    founded("issue", "taro", *HANAKO, *CHILD, *QUICK)
    for name in ("hanako", "taro"):
        founded("renew", name)
    ends = {each: held(founded, each).authentication.certificate.not_valid_after_utc for each in ("taro", "taro-1")}

    assert attributes(held(founded, "hanako")) == attributes(held(founded, "hanako-1"))
    assert held(founded, "taro").signature is None
    assert ends["taro"] == ends["taro-1"]


def test_a_card_can_be_renewed_again_and_again(founded):
    founded("issue", "hanako", *HANAKO, *CHILD, *QUICK)
    said = [founded("renew", "hanako")[1] for _ in range(2)]

    assert ["kept as hanako-1" in said[0], "kept as hanako-2" in said[1]] == [True, True]
    assert len(serials(founded)[0]) == 2


def test_an_authority_is_founded_for_each_purpose(pki):
    status, said = pki("found")

    assert (status, said.count("\n")) == (0, 1)
    assert {path.parent.name for path in pki.folder.rglob("authority.pem")} == {each.value for each in Purpose}


def test_publishing_takes_the_next_number(founded):
    founded("issue", "hanako", *HANAKO, *CHILD, *QUICK)
    before = serials(founded)[1]

    assert founded("publish")[1].startswith(f"The lists with number {before + 1} are in")
    assert serials(founded)[1] == before + 1


async def test_the_responder_knows_at_once_what_was_revoked(founded):
    founded("issue", "hanako", *HANAKO, *CHILD, *QUICK)
    opened = office(founded)
    verified = opened.verified(held(founded, "hanako"))
    foreign = Verified(verified.certificate, Anchor.of(opened.authorities[Purpose.DIGITAL_SIGNATURE].certificate))
    with Responding(("127.0.0.1", 0), opened) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        try:
            asking = Responder(f"{address}/user-authentication")
            good, unknown = [await asking.fault(each, real_now()) for each in (verified, foreign)]
            founded("revoke", "hanako")
            revoked = await asking.fault(verified, real_now())
            async with httpx.AsyncClient(base_url=address) as client:
                sent = (("/", b""), ("/user-authentication", bytes(ocsp.MAX_BYTES + 1)))
                refused = [(await client.post(path, content=content)).status_code for path, content in sent]
        finally:
            server.shutdown()
            thread.join()

    assert (good, revoked) == (None, Fault.CERTIFICATE_REVOKED)
    assert unknown is not None
    assert refused == [400, 400]


REFUSED = {
    "no authority": (("issue", "hanako", *HANAKO, *ADULT), "make one with `tsumugi pki found`"),
    "an authority already": (("found",), "already."),
    "no name": (("issue", "../hanako", *HANAKO, *ADULT), "NAME has small letters"),
    "no date": (("issue", "hanako", *HANAKO, "--born", "april"), "--born is a date"),
    "a date to come": (("issue", "hanako", *HANAKO, "--born", "2999-01-01"), "lies in the future"),
    "no code": (("issue", "hanako", *HANAKO[:-1], "13101", *ADULT), "--municipality has six digits"),
    "no holder": (("issue", "hanako", "--holder", "", *HANAKO[2:], *ADULT), "must say something"),
    "no such card": (("renew", "hanako"), "There is no card called hanako"),
    "no port": (("respond", "--port", "70000"), "from 0 to 65535"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_is_one_sentence(pki, once, what):
    arguments, sentence = REFUSED[what]
    if what != "no authority":
        shutil.copytree(once, pki.folder)
    status, said = pki(*arguments)

    assert (status, said.count("\n")) == (1, 1)
    assert sentence in said


def test_a_card_is_never_written_over(founded):
    founded("issue", "hanako", *HANAKO, *CHILD, *QUICK)
    before = serial(founded, "hanako")

    assert "already: renew it" in founded("issue", "hanako", *HANAKO, *CHILD)[1]
    assert serial(founded, "hanako") == before


def test_a_key_of_staff_is_no_card(founded):
    card.SoftKey.make("nurse").save(founded.folder / "cards" / "nurse.json")

    assert "and no card" in founded("revoke", "nurse")[1]


def test_a_port_in_use_is_one_sentence(founded):
    port = free_port()
    with Responding(("127.0.0.1", port), office(founded)):
        assert "is in use" in founded("respond", "--port", str(port))[1]


@pytest.mark.parametrize("act", ["found", "publish", "respond"])
def test_production_refuses_the_demos_authority(pki, monkeypatch, act):
    monkeypatch.setenv("TSUMUGI_ENV", "production")

    assert "production" in pki(act)[1]
    assert not (pki.folder / "authority").exists()
