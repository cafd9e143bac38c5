"""`python -m bench.rest PORT`: the hand-written server, with the settings of the product's server beside it."""

import os
import sys

import uvicorn

from bench.rest.app import make_app
from tsumugi.clock import real_now
from tsumugi.log import Log
from tsumugi.settings import read_settings


def main() -> None:
    """Answer until told to stop."""
    app = make_app(read_settings(os.environ), Log(sys.stderr, real_now))
    uvicorn.run(
        app, port=int(sys.argv[1]), loop="uvloop", http="httptools", ws="none", log_config=None, access_log=False
    )


if __name__ == "__main__":
    main()
