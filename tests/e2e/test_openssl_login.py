"""A login without any of our code on the client's side, as docs/identity.md shows it."""

import json
import os
import subprocess

import pytest

from tests.running import PATIENCE_S, ROOT

PAGE = (ROOT / "docs" / "identity.md").read_text(encoding="utf-8")
SCRIPT = PAGE.partition("### With openssl and curl alone\n")[2].partition("```sh\n")[2].partition("```")[0]


@pytest.mark.system
def test_openssl_and_curl_log_in_with_the_script_of_the_page(demo, tmp_path):
    named = {"PATH": os.environ["PATH"], "SERVER": demo.url, "TSUMUGI_DATA": str(demo.data), "TMPDIR": str(tmp_path)}
    command = ["sh", "-eu", "-c", SCRIPT]
    ended = subprocess.run(command, env=named, cwd=tmp_path, capture_output=True, timeout=PATIENCE_S, check=False)

    assert json.loads(ended.stdout) == {"data": {"viewer": {"wards": {"totalCount": 3}}}}, ended.stderr.decode()
    assert list(tmp_path.iterdir()) == []
