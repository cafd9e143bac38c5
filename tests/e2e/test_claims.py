"""The demo's months are closed: their files come by a command, checked by their hashes, to whoever may read them."""

import csv
import hashlib

import pytest

from tsumugi.cli import main
from tsumugi.commands import claiming


@pytest.fixture
def claims(demo, tmp_path, monkeypatch, capsys):
    """What the command says, and the exit code."""
    for name, value in demo.environ.items():
        if name.startswith("TSUMUGI_"):
            monkeypatch.setenv(name, value)

    def run(who, *arguments, month="2026-10"):
        code = main(["rides", "claims", "--as", who, "--month", month, "--into", str(tmp_path), *arguments])
        return code, "".join(capsys.readouterr())

    return run


def test_the_files_of_a_closed_month_are_fetched_and_are_what_their_hashes_say(claims, tmp_path):
    code, told = claims("taxi-desk", "--purpose", "CLM:2026-1")
    files = sorted(tmp_path.glob("claim-2026-10-*.csv"))

    assert (code, told.count("\n")) == (0, len(files))
    assert files
    for file in files:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        with file.open(encoding="utf-8", newline="") as lines:
            rides = list(csv.DictReader(lines))
        assert file.with_suffix(".csv.sha256").read_text() == f"{digest}  {file.name}\n"
        assert f"{sum(int(each['subsidy_yen']) for each in rides)} yen, SHA-256 {digest}." in told
        assert {each["service_day"][:7] for each in rides} == {"2026-10"}


def test_a_company_fetches_its_own_and_who_sees_none_or_asks_wrongly_is_told_so(claims, tmp_path, monkeypatch):
    code, _ = claims("taxi-operator")
    refused = [claims(who, month=month) for who, month in (("mother", "2026-10"), ("taxi-operator", "October"))]
    refused.append(claims("taxi-operator", "--into", str(tmp_path / "nowhere")))
    monkeypatch.setattr(claiming, "CLAIM", claiming.CLAIM.replace("content", "content: operator"))
    refused.append(claims("taxi-operator"))
    monkeypatch.setattr(claiming, "CLAIM", "query ($id: ID!) { node }")
    refused.append(claims("taxi-operator"))

    assert (code, len(list(tmp_path.glob("*.csv")))) == (0, 1)
    assert refused == [
        (1, "mother sees no claim of 2026-10.\n"),
        (1, "The month is written 2026-10.\n"),
        (1, f"The folder {tmp_path / 'nowhere'} cannot be written to.\n"),
        (1, refused[3][1]),
        (1, "The server answered with errors.\n"),
    ]
    assert refused[3][1].endswith("is not what its hash says.\n")
