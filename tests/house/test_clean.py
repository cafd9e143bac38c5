"""A clone tells nothing about the machine on which it was written, and carries no secret."""

import re

import pytest

from tests.house.source import ROOT, tracked

# Each is written so that it does not match itself.
FOREIGN = {
    "a registry": r"pythonhosted[.]|(?<![\w-])pypi[.]|(?:npmjs|yarnpkg)[.]|(?:ghcr|docker|quay)[.]io",
    "an option that brings one": r"[-]-(?:extra-)?index[-]url|(?<!emit)-find[-]links",
    "a folder of a machine": r"(?<![\w.}])/(?:work|root|home|Users|opt)/\w",
    "a private key": r"[-]{5}BEGIN (?:[A-Z]+ )?PRIVATE KEY",
}


@pytest.fixture(scope="module")
def lines():
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        found += [(f"{path.relative_to(ROOT)}:{number}", line) for number, line in enumerate(text.splitlines(), 1)]
    return found


@pytest.mark.parametrize("what", FOREIGN)
def test_no_file_names(what, lines):
    pattern = re.compile(FOREIGN[what])

    assert [f"{place}: {line.strip()[:160]}" for place, line in lines if pattern.search(line)] == []
