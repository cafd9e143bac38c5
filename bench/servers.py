"""The servers as processes: started on ports of their own, stopped by their ids, and what each used of the CPU."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parent.parent
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PATIENCE_S = 60
# Of what /proc/<pid>/stat holds behind the name: utime and stime of all threads, also of ended ones (proc(5)).
UTIME, STIME = 11, 12


class NotStarted(Exception):
    """A server ended, or did not answer, before it was asked anything."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@dataclass
class Server:
    """One server in one process."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(cls, name: str, command: list[str], port: int, environ: Mapping[str, str], log: Path) -> Self:
        """Begin it; `wait` until it answers."""
        plain = {key: value for key, value in os.environ.items() if not key.startswith("TSUMUGI_")}
        with log.open("wb") as lines:
            process = subprocess.Popen(  # noqa: S603 - our own programs
                command, env={**plain, **environ, "PYTHONPATH": str(ROOT)}, stdout=lines, stderr=lines
            )
        return cls(name, port, process, log)

    def wait(self) -> None:
        """Until it takes connections; raises NotStarted with the end of its log."""
        started = time.monotonic()
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                if self.process.poll() is not None or time.monotonic() - started > PATIENCE_S:
                    raise NotStarted(f"{self.name}: {self.log.read_text(encoding='utf-8')[-2_000:]}") from None
                time.sleep(0.05)
            else:
                return

    def cpu_s(self) -> float:
        """Seconds of CPU so far, user and system, all threads."""
        text = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii")
        fields = text.rpartition(")")[2].split()
        return (int(fields[UTIME]) + int(fields[STIME])) / TICKS_A_SECOND

    def stop(self) -> None:
        """End it, and wait for that."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def tsumugi(environ: Mapping[str, str], port: int, log: Path) -> Server:
    """The product as it is served."""
    return Server.start("Tsumugi", [sys.executable, "-m", "tsumugi", "serve"], port, environ, log)


def rest(environ: Mapping[str, str], log: Path) -> Server:
    """Hand-written REST over the database of that product's settings."""
    port = free_port()
    return Server.start("REST by hand", [sys.executable, "-m", "bench.rest", str(port)], port, environ, log)


def naive(environ: Mapping[str, str], log: Path) -> Server:
    """The plain strawberry server over the same database."""
    port = free_port()
    return Server.start("plain strawberry", [sys.executable, "-m", "bench.naive", str(port)], port, environ, log)
