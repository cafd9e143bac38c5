"""`tsumugi work`: the background worker, and the one that a demo brings with it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tsumugi import server
from tsumugi import work as worker
from tsumugi.halt import Halt
from tsumugi.settings import Environment, Settings

PATIENCE_S = 70  # for the mail in hand, which the settings give a minute


def work(settings: Settings) -> None:
    """Send what waits until told to stop; several workers share it."""
    if not settings.origin:
        raise Halt("TSUMUGI_ORIGIN is missing: say what cards sign, for example https://kosodate.example.jp.")
    server.refuse_unfit(settings)
    worker.work(settings)


@contextmanager
def beside(*, is_wanted: bool) -> Iterator[None]:
    """A worker process of the demo with the same settings as long as the block runs."""
    if not is_wanted:
        yield
        return
    environ = os.environ | {"TSUMUGI_ENV": Environment.DEMO.value}
    with subprocess.Popen([sys.executable, "-m", "tsumugi", "work"], env=environ) as process:
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
