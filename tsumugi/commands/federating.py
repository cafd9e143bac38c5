"""`tsumugi federation`: the dispatcher that stands before several cities."""

from pathlib import Path

import uvicorn

from auth.jws import signing_key
from tsumugi.clock import real_now
from tsumugi.dispatch.app import dispatcher_app
from tsumugi.dispatch.roster import Rosters
from tsumugi.halt import Halt
from tsumugi.private import read_private


def dispatch(folder: Path, port: int) -> None:
    """Answer the router on this machine until told to stop."""
    key = folder / "router.pem"
    try:
        app = dispatcher_app(Rosters(folder), signing_key(read_private(key)), real_now)
    except ValueError:
        raise Halt(f"The file {key} is not a private key of P-256 in PEM.") from None
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
