"""The clocks: the real one, and the domain's, which in the demo starts on a fixed day and can be moved.

Challenges, certificates, tokens and limits go by the real clock. What the city decides by date (today, ages, relations,
measures) goes by the domain's; outside the demo the two are one.
"""

import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tsumugi.halt import Halt

CLOCK_FILE = "clock"
DEMO_STARTS_AT = "2026-11-23T09:00+09:00"  # a public holiday, so that the day shows a duty doctor
NOW = "now"
Clock = Callable[[], datetime]


def real_now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def parse_moment(text: str) -> datetime:
    """`now`, or a moment in ISO 8601 with its offset, as aware UTC; raises Halt."""
    if text == NOW:
        return real_now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min  # noqa: DTZ901 - naive, so refused below
    if moment.tzinfo is None:
        raise Halt("The moment must be `now` or look like 2026-11-23T09:00+09:00, with its offset from UTC.")
    return moment.astimezone(UTC)


class DomainClock:
    """The demo's clock: how far it is from the real one stands in a small file, so that all workers follow one `set`.

    The file is replaced as a whole. Each reading asks the file system whether it is still the same file, which takes
    about a microsecond.
    """

    def __init__(self, data: Path) -> None:
        self.file = data / CLOCK_FILE
        self._path = str(self.file)
        self._seen: tuple[int, int] | None = None
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """The domain's moment, aware, in UTC."""
        return real_now() + self._distance()

    def set(self, moment: datetime) -> None:
        """Make it `moment` now; from there the clock runs on."""
        ahead = (moment - real_now()).total_seconds()
        handle, written = tempfile.mkstemp(dir=self.file.parent, prefix=f"{CLOCK_FILE}-")
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(repr(ahead))
        Path(written).replace(self.file)

    def _distance(self) -> timedelta:
        found = os.stat(self._path)  # noqa: PTH116 - on the way of every answer, at half the cost
        seen = (found.st_ino, found.st_mtime_ns)
        if seen != self._seen:
            self._ahead = timedelta(seconds=float(self.file.read_text(encoding="ascii")))
            self._seen = seen
        return self._ahead
