"""What a user can set, meet or type has its heading in the documentation, and no heading outlives its subject."""

import argparse
import re

import pytest

from engine.errors import ErrorCode
from models.refusal import RefusalCode
from tests.house.source import ROOT, tracked
from tsumugi.cli import parser
from tsumugi.settings import names

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def headings(page):
    """The settings, codes and commands that a page's headings name, with or without backquotes."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return set(re.findall(r"^#{2,} `?([A-Z][A-Z0-9_]+|tsumugi [a-z -]+)`?$", text, re.MULTILINE))


def commands(parser, path=()):
    """`demo`, `demo clock set`: everything that can be run."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                if below.get_default("command"):
                    yield " ".join((*path, name))
                yield from commands(below, (*path, name))


def test_every_setting_has_a_heading_and_every_heading_is_a_setting():
    assert headings("settings.md") == set(names())


def test_every_code_has_a_heading_and_every_heading_is_a_code():
    assert headings("errors.md") == {code.value for enum in (ErrorCode, RefusalCode) for code in enum}


def test_every_command_has_a_heading_and_every_heading_is_a_command():
    assert headings("cli.md") == {f"tsumugi {command}" for command in commands(parser())}


def test_every_script_is_named_in_contributing():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    scripts = [path.name for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix]

    assert [name for name in scripts if f"scripts/{name}" not in text] == []


@pytest.mark.parametrize("page", [path for path in tracked() if path.suffix == ".md"], ids=lambda path: path.name)
def test_a_page_links_to_files_that_exist(page):
    targets = LINK.findall(page.read_text(encoding="utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []
