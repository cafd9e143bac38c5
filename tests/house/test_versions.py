"""What stands in the locks: nothing with a known hole, nothing without a hash, nothing that the project file lacks."""

import ast
import re
import sys
from importlib.metadata import packages_distributions, version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house.source import FLOORS, PROJECT, ROOT, modules

# The newest versions for which an advisory is known: we must be above them.
ADVISED = {
    "strawberry-graphql": "0.327.2",
    "starlette": "1.3.1",
    "pyjwt": "2.14.0",
    "joserfc": "1.7.4",
    "cryptography": "46.0.6",
}
LOCKS = ("requirements.lock", "requirements-dev.lock")
NAME = r"(?P<name>[a-z0-9-]+)==(?P<version>[^\s;\\]+)"
PIN = re.compile(NAME + r"( ; [^\\\n]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+\n")


def pins(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    found = {}
    while text:
        match = PIN.match(text)
        assert match, f"{lock}: not a pinned name with hashes: {text[:80]}"
        found[match["name"]] = Version(match["version"])
        text = text[match.end() :]
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_names_versions_hashes_and_markers_only(lock):
    assert pins(lock)


@pytest.mark.parametrize("lock", LOCKS)
def test_no_locked_version_has_a_known_hole(lock):
    held = pins(lock)

    assert {
        name: str(held[name]) for name, floor in ADVISED.items() if name in held and held[name] <= Version(floor)
    } == {}


@pytest.mark.parametrize("name", [name for name in ADVISED if name != "pyjwt"])
def test_no_installed_version_has_a_known_hole(name):
    assert Version(version(name)) > Version(ADVISED[name])


def test_each_lock_contains_the_smaller_one():
    runtime, dev = (pins(lock).items() for lock in LOCKS)

    assert runtime <= dev


@pytest.mark.parametrize(
    ("lock", "asked"),
    [
        ("requirements.lock", PROJECT["project"]["dependencies"]),
        ("requirements.lock", PROJECT["build-system"]["requires"]),
        ("requirements-dev.lock", PROJECT["dependency-groups"]["dev"]),
    ],
    ids=["dependencies", "build", "dev"],
)
def test_a_lock_satisfies_what_the_project_file_asks_for(lock, asked):
    held = pins(lock)
    wanted = [Requirement(line) for line in asked]

    assert [str(one) for one in wanted if not one.specifier.contains(held[canonicalize_name(one.name)])] == []


def test_what_is_installed_is_what_is_locked():
    held = pins("requirements-dev.lock")

    elsewhere = {"colorama", "pykcs11"}  # for Windows, and for x86-64 alone

    assert {
        name: version(name) for name in held if name not in elsewhere and Version(version(name)) != held[name]
    } == {}


def test_no_other_distribution_owns_one_of_our_names():
    owners = packages_distributions()

    assert {name: set(owners.get(name, [])) - {"tsumugi"} for name in FLOORS} == {name: set() for name in FLOORS}


def test_every_dependency_has_a_paragraph():
    text = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    headings = {line.removeprefix("### ").strip() for line in text.splitlines() if line.startswith("### ")}
    asked = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]

    assert {canonicalize_name(Requirement(line).name) for line in asked} == headings


def test_what_runs_imports_nothing_that_only_the_tools_bring():
    owners = packages_distributions()
    extras = [
        Requirement(line).name for lines in PROJECT["project"]["optional-dependencies"].values() for line in lines
    ]
    held = {*pins("requirements.lock"), *map(canonicalize_name, extras)}
    ours = {*FLOORS, *sys.stdlib_module_names}
    foreign = {
        f"{module.path} imports {top}"
        for module in modules()
        if module.path.split("/")[0] in FLOORS
        for top in imported(module)
        if top not in ours and not {canonicalize_name(owner) for owner in owners.get(top, [])} & held
    }

    assert foreign == set()


def imported(module):
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.split(".")[0]
