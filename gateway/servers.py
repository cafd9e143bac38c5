"""Servers as processes: started with a log of their own, waited for, and stopped by their ids."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Self

import httpx

PATIENCE_S = 60


class NotStarted(Exception):
    """A server ended, or did not answer in time."""


class Server(NamedTuple):
    """One server in one process, which listens on this port."""

    name: str
    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    @classmethod
    def start(cls, name: str, command: list[str], port: int, environ: Mapping[str, str], folder: Path) -> Self:
        """Begin it; `wait` until it answers."""
        log = folder / f"{name}.log"
        with log.open("wb") as lines:
            process = subprocess.Popen(  # noqa: S603 - our own programs
                command, env={**os.environ, **environ}, stdout=lines, stderr=lines, start_new_session=True
            )
        return cls(name, port, process, log)

    def wait(self, path: str = "") -> Self:
        """Until it takes connections, or answers at that path; raises NotStarted with the end of its log."""
        started = time.monotonic()
        while not self._answers(path):
            if self.process.poll() is not None or time.monotonic() - started > PATIENCE_S:
                raise NotStarted(f"{self.name}: {self.log.read_text(encoding='utf-8')[-2_000:]}")
            time.sleep(0.05)
        return self

    def _answers(self, path: str) -> bool:
        try:
            if path:
                return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=1).is_success
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except (OSError, httpx.HTTPError):
            return False
        return True

    def stop(self) -> None:
        """End it, and wait for that."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
