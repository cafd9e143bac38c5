"""Our own files as the house tests read them: every module's text and tree, and every tracked file."""

import ast
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FLOORS = tuple(PROJECT["tool"]["setuptools"]["packages"])
BENCH = "bench"  # ours, too, and never shipped
GATEWAY = "gateway"  # likewise; beside what npm installs there


class Module(NamedTuple):
    path: str  # from the root
    text: str
    tree: ast.Module
    nodes: tuple[ast.AST, ...]  # all that the tree holds

    @property
    def is_history(self) -> bool:
        """A migration is written once, by a machine, and never grows."""
        return self.path.startswith("migrations/versions/")

    @property
    def is_test(self) -> bool:
        return self.path.startswith("tests/")


@cache
def modules() -> tuple[Module, ...]:
    paths = [path for folder in (*FLOORS, BENCH, "tests", "scripts") for path in sorted((ROOT / folder).rglob("*.py"))]
    paths += [path for folder in (GATEWAY, f"{GATEWAY}/partners") for path in sorted((ROOT / folder).glob("*.py"))]
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    trees = {path: ast.parse(text, path) for path, text in texts.items()}
    return tuple(Module(path, texts[path], tree, tuple(ast.walk(tree))) for path, tree in trees.items())


@cache
def tracked() -> tuple[Path, ...]:
    """What a clone has and what is about to join it; without git, everything but what a run leaves behind."""
    if (ROOT / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
        return tuple(ROOT / name for name in names if name and (ROOT / name).is_file())
    left_behind = {line.strip("/\n") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()}
    return tuple(path for path in ROOT.rglob("*") if path.is_file() and not left_behind & set(path.parts))


def functions(module: Module):
    """Every function with its name, nested ones included."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in module.nodes if isinstance(node, kinds)]
