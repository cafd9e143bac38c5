"""What only its owner may read is written that way and refused otherwise."""

import pytest

from tsumugi.halt import Halt
from tsumugi.private import read_private, write_private


def test_a_private_file_is_for_its_owner_only(tmp_path):
    path = tmp_path / "folder" / "key"
    write_private(path, b"old")
    write_private(path, b"new")

    assert read_private(path) == b"new"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_can_reach_is_refused(tmp_path, mode):
    path = tmp_path / "key"
    write_private(path, b"secret")
    path.chmod(mode)

    with pytest.raises(Halt, match=r"key can be read by others: chmod 600 it\.$"):
        read_private(path)


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(Halt, match=r"^The file .*key is missing or cannot be read\.$"):
        read_private(tmp_path / "key")
