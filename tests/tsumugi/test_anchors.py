"""The folder of trust: the demo's authority stays in the demo, and new lists come into force while serving."""

import io
import json

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from auth.fault import Fault
from auth.profile import Purpose
from tests.auth import forge
from tests.auth.forge import Authority
from tests.tsumugi.counter import BEARER, NOW
from tsumugi.anchors import AnchorFolder, read_anchors
from tsumugi.halt import Halt
from tsumugi.log import Log
from tsumugi.pki.office import KeyKind, Office

LOGIN = Purpose.USER_AUTHENTICATION


def pinned(folder, authority, purpose=LOGIN):
    (folder / purpose.value).mkdir(parents=True)
    (folder / purpose.value / "authority.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    return folder


@pytest.mark.parametrize("organisation", ["JPKI-DEMO", "JPKI-TEST"])
@pytest.mark.parametrize("purpose", Purpose)
def test_a_demo_or_test_authority_is_trusted_in_the_demo_only(tmp_path, organisation, purpose):
    pinned(tmp_path / "anchors", Authority(), LOGIN)
    folder = pinned(tmp_path / "play", Authority(subject=forge.name(organisation=organisation)), purpose)
    if purpose is not LOGIN:
        pinned(folder, Authority(), LOGIN)

    assert len(read_anchors(folder, demo=True)[purpose]) == 1
    with pytest.raises(Halt, match="only the demo may trust it"):
        read_anchors(folder, demo=False)


def test_the_demos_own_authority_is_refused_in_production(office):
    with pytest.raises(Halt, match="only the demo may trust it"):
        read_anchors(office.anchors, demo=False)


def test_another_authority_is_trusted_in_production(tmp_path):
    authority = Authority()

    assert read_anchors(pinned(tmp_path, authority), demo=False)[LOGIN] == (authority.anchor,)


def test_without_an_authority_the_server_does_not_start(tmp_path):
    with pytest.raises(Halt, match=r"^There is no authority in .*user-authentication: nobody could log in\.$"):
        read_anchors(tmp_path, demo=False)


@pytest.mark.parametrize("content", [b"", b"no PEM", None], ids=["empty", "no PEM", "a leaf"])
def test_a_file_that_is_no_authority_is_named(tmp_path, content):
    folder = pinned(tmp_path, Authority())
    leaf = Authority().leaf().public_bytes(Encoding.PEM)
    (folder / LOGIN.value / "other.pem").write_bytes(leaf if content is None else content)

    with pytest.raises(Halt, match=r"other\.pem is not the certificate of an authority in PEM\.$"):
        read_anchors(folder, demo=False)


class Watched:
    """A folder of trust that an office of its own publishes into."""

    def __init__(self, folder, store):
        self.office = Office.open(folder / "authority", folder / "anchors", NOW)
        self.office.issue(BEARER, NOW, KeyKind.P256, signature=False)
        self.store = store
        self.restart()

    def restart(self):
        self.written = io.StringIO()
        self.folder = AnchorFolder(self.office.anchors, self.store, Log(self.written, lambda: NOW), demo=True)

    @property
    def lists(self):
        return self.office.anchors / "crl"

    async def numbers(self):
        await self.folder.refresh()
        return sorted(found.number for found in (await self.folder.trust()).lists.values())

    def codes(self):
        return [json.loads(line)["code"] for line in self.written.getvalue().splitlines()]


@pytest.fixture
def watched(tmp_path, store):
    return Watched(tmp_path / "data", store)


async def test_new_lists_come_into_force_and_old_ones_stay_until_their_end(watched):
    before = await watched.numbers()
    watched.office.publish(NOW)
    first = await watched.numbers()
    watched.office.publish(NOW)
    second = await watched.numbers()
    for path in watched.lists.iterdir():
        path.unlink()

    assert [before, first, second, await watched.numbers()] == [[], [1, 1], [2, 2], [2, 2]]


async def test_a_rolled_back_list_is_refused_by_the_next_server_too(watched):
    watched.office.publish(NOW)
    old = {path: path.read_bytes() for path in watched.lists.iterdir()}
    watched.office.publish(NOW)
    await watched.numbers()
    for path, content in old.items():
        path.write_bytes(content)

    assert await watched.numbers() == [2, 2]
    watched.restart()
    assert await watched.numbers() == []
    assert watched.codes() == [Fault.REVOCATION_ROLLED_BACK] * 2


async def test_a_list_that_does_not_hold_is_logged_and_passed_over(watched):
    watched.office.publish(NOW)
    (watched.lists / "0.crl").write_bytes(b"no list")
    (watched.lists / "1.crl").write_bytes(Authority().crl())

    assert await watched.numbers() == [1, 1]
    assert watched.codes() == [Fault.REVOCATION_MALFORMED, Fault.REVOCATION_ISSUER_UNKNOWN]


async def test_the_folder_is_looked_at_once_a_second_at_most(watched):
    await watched.folder.trust()
    watched.office.publish(NOW)

    assert (await watched.folder.trust()).lists == {}
