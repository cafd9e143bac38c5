"""The container holds what runs and nothing else, and its own commands build it."""

import signal
import subprocess
import time

import pytest

from tests.house.dockerfile import KNOWN, Image, command, instructions, only
from tests.house.source import FLOORS, ROOT
from tests.running import FEWEST_FAMILIES, free_port

COPIED = [source for one in instructions() if one.word == "COPY" for source in one.arguments[:-1]]


def test_this_test_understands_every_instruction():
    assert {one.word for one in instructions()} <= KNOWN


def test_the_base_is_slim_and_the_user_has_no_name_and_no_rights():
    assert only("FROM").rest.endswith("-slim")
    assert only("USER").rest == "10001:10001"


def test_the_image_holds_every_floor_and_the_runtime_lock_only():
    assert set(FLOORS) <= set(COPIED)
    assert "requirements.lock" in COPIED
    assert "requirements-dev.lock" not in COPIED


@pytest.mark.parametrize("source", COPIED)
def test_what_is_copied_exists_and_is_not_ignored(source):
    assert (ROOT / source).exists()
    assert f"!{source}" in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def test_the_image_serves_and_says_whether_it_is_well():
    assert command(only("CMD")) == ["tsumugi", "serve"]
    assert "/healthz" in only("HEALTHCHECK").rest


def becomes_well(image, server, seconds):
    """The image's own health check, asked until it says yes or the server is no more."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        try:
            image.run(command(only("HEALTHCHECK")))
        except subprocess.CalledProcessError:
            time.sleep(0.2)
        else:
            return True
    return False


@pytest.mark.full
def test_the_dockerfiles_own_commands_build_a_server_that_is_well(tmp_path):
    image = Image(tmp_path).build()

    image.environment |= {"TSUMUGI_ENV": "demo", "TSUMUGI_HOST": "127.0.0.1", "TSUMUGI_PORT": str(free_port())}
    serving = ["tsumugi", "demo", "--families", FEWEST_FAMILIES]
    with (
        (tmp_path / "log").open("w+") as log,
        subprocess.Popen(serving, cwd=image.folder, env=image.environment, stdout=log, stderr=log) as server,
    ):
        try:
            assert becomes_well(image, server, seconds=60), (tmp_path / "log").read_text()
        finally:
            server.terminate()
    assert server.returncode in (0, -signal.SIGTERM)
