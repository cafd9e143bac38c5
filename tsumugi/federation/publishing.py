"""The graph of a federation's folder: checked with one more subgraph, published, and put back."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tsumugi.federation import lint, node
from tsumugi.federation.changes import changes
from tsumugi.halt import Halt

FILE, SUPERGRAPH, PREVIOUS = "federation.json", "supergraph.graphql", ".previous"


def read(folder: Path) -> dict[str, Any]:
    """The federation; raises Halt when its file is none."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        [_] = [each for each in found["subgraphs"] if each.get("isCity")]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Halt(f"The file {folder / FILE} must list subgraphs, one of them with isCity.") from None
    return dict(found)


def check(folder: Path, name: str, sdl: Path) -> str:
    """What composing the published subgraphs with this one changes; raises Halt with all that is against it."""
    federation = read(folder)
    [city] = [each for each in federation["subgraphs"] if each.get("isCity")]
    try:
        text = sdl.read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise Halt(f"The file {sdl} cannot be read.") from None
    faults = lint.faults(text, (folder / city["schema"]).read_text(encoding="utf-8"))
    if faults:
        raise Halt("\n".join(faults))
    with tempfile.TemporaryDirectory() as trial:
        after = _composed(folder, Path(trial), federation, name, text)
    before = folder / SUPERGRAPH
    found = changes(before.read_text(encoding="utf-8"), after) if before.exists() else None
    if found is None:
        return "\n".join(["Both composers accept it.", *lint.doubts(text)])
    if found.breaking:
        raise Halt("It breaks clients of the published graph:\n" + "\n".join(found.breaking))
    added = [f"adds {each}" for each in found.added]
    told = [*found.dangerous, *added, *lint.doubts(text)]
    return "\n".join(["Both composers accept it, and it breaks no client.", *told])


def _composed(folder: Path, trial: Path, federation: dict[str, Any], name: str, text: str) -> str:
    """The graph with that subgraph, in place of one of the same name."""
    others = [each for each in federation["subgraphs"] if each["name"] != name]
    for each in others:
        shutil.copyfile(folder / each["schema"], trial / each["schema"])
    (trial / "candidate.graphql").write_text(text, encoding="utf-8")
    candidate = {"name": name, "url": "http://candidate.invalid/graphql", "schema": "candidate.graphql"}
    (trial / FILE).write_text(json.dumps({"subgraphs": [*others, candidate]}), encoding="utf-8")
    publish(trial)
    return (trial / SUPERGRAPH).read_text(encoding="utf-8")


def publish(folder: Path) -> str:
    """Compose what the folder names, for the router to take. Raises Halt when a composer refuses."""
    read(folder)
    if not node.is_there():
        raise Halt("The composers need Node: run this in a checkout, after scripts/setup dev.")
    node.install()
    command = node.node("compose.mjs", str(folder))
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode:
        raise Halt(done.stderr.strip())
    return f"Published {folder / SUPERGRAPH}; the graph before is kept beside it."


def rollback(folder: Path) -> str:
    """The graph before, and its contracts, each by a rename; once more, and the newer ones are back."""
    kept = sorted(folder.glob(f"*.graphql{PREVIOUS}"))
    if not kept:
        raise Halt(f"There is no graph before this one in {folder}.")
    for previous in kept:
        published = previous.with_suffix("")
        following = published.with_name(f"{published.name}.next")
        shutil.copyfile(previous, following)
        published.replace(previous)
        following.replace(published)
    return f"Put back {folder / SUPERGRAPH}."
