"""Runs a Dockerfile's own commands without a container engine: in an empty folder, with a fresh virtual environment."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.house.source import ROOT

KNOWN = {"FROM", "ENV", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}


class Instruction(NamedTuple):
    word: str
    rest: str

    @property
    def arguments(self):
        return self.rest.split()


def instructions():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [Instruction(*line.split(None, 1)) for line in lines]


def only(word):
    """The instruction that may stand once."""
    (found,) = [one for one in instructions() if one.word == word]
    return found


def command(instruction):
    """The words of CMD ["a", "b"], and of the CMD inside HEALTHCHECK."""
    return json.loads(instruction.rest[instruction.rest.index("[") :])


class Image:
    """What the build leaves behind; absolute paths of the image lie below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root
        bare = {name: os.environ[name] for name in os.environ if not re.match(r"TSUMUGI_|PYTHON|COV", name)}
        subprocess.run([sys.executable, "-m", "venv", root / "venv"], check=True, env=bare)
        self.environment = bare | {"PATH": f"{root / 'venv/bin'}{os.pathsep}{bare['PATH']}"}

    def build(self):
        for instruction in instructions():
            act = getattr(self, f"_{instruction.word.lower()}", None)
            if act is not None:
                act(instruction)
        return self

    def inside(self, path):
        return self.root / path.lstrip("/") if path.startswith("/") else self.folder / path

    def run(self, words, **given):
        return subprocess.run(
            words, cwd=self.folder, env=self.environment, check=True, text=True, capture_output=True, **given
        ).stdout

    def _env(self, instruction):
        for pair in instruction.arguments:
            name, value = pair.split("=", 1)
            self.environment[name] = str(self.inside(value)) if value.startswith("/") else value

    def _workdir(self, instruction):
        self.folder = self.inside(instruction.rest)
        self.folder.mkdir(parents=True)

    def _copy(self, instruction):
        *sources, target = instruction.arguments
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, self.inside(target), ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, self.inside(target) / source)

    def _run(self, instruction):
        self.run(["sh", "-euc", instruction.rest])
