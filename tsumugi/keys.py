"""The folder of secrets as a running server sees it: signing keys and peppers come and go while it answers."""

import os
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

from auth.pepper import Peppers
from auth.token import Tokens
from tsumugi.clock import real_now
from tsumugi.halt import Halt
from tsumugi.keyring import PEPPER, SIGNING, Keyring
from tsumugi.log import Log

Stamp = tuple[str, int, int, int]


class KeyFolder:
    """Watches the folder; `tokens` and `peppers` have what is in force as of the last look."""

    def __init__(self, folder: Path, keyring: Keyring, tokens: Tokens, log: Log, *, demo: bool) -> None:
        self.tokens = tokens
        self.peppers = Peppers(keyring.peppers)
        self._folder = folder
        self._demo = demo
        self._log = log
        self._stamps = self._found()
        self._settles_at: datetime | None = keyring.settles_at

    def look(self) -> None:
        """Take into force what is new since the last look; a folder that does not hold is logged and passed over."""
        found = self._found()
        is_due = self._settles_at is not None and real_now() >= self._settles_at
        if found == self._stamps and not is_due:
            return
        self._stamps = found
        try:
            keyring = Keyring.load(self._folder, demo=self._demo)
        except Halt:
            self._settles_at = None
            self._log.event("keys_refused")
            return
        self.tokens.turn(keyring.signing)
        self.peppers.held = keyring.peppers
        self._settles_at = keyring.settles_at
        self._log.event("keys_taken", version=self.peppers.newest.version)

    def _found(self) -> frozenset[Stamp]:
        """Every login asks: the folder is gone through once, and without making paths."""
        try:
            with os.scandir(self._folder) as files:
                return frozenset(stamp for each in files if _is_watched(each.name) and (stamp := _stamp(each)))
        except OSError:
            return frozenset()


def _is_watched(name: str) -> bool:
    return fnmatchcase(name, SIGNING) or fnmatchcase(name, PEPPER)


def _stamp(file: os.DirEntry[str]) -> Stamp | None:
    try:
        stat = file.stat()
    except OSError:  # gone since it was listed
        return None
    return file.name, stat.st_ino, stat.st_mtime_ns, stat.st_size
