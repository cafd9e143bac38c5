"""Measuring: every server in turn, again and again within one run, so that a busy machine is busy for all of them."""

import asyncio
import gc
from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median, quantiles
from typing import NamedTuple

from bench.client import load
from bench.operations import Operation
from bench.servers import Server
from bench.site import Site

WARM_UP = 0.3  # as a share of the time of a measurement
PERCENTILES = 100


class Pace(NamedTuple):
    """How often, how long and over how many connections."""

    rounds: int
    seconds: float
    connections: int


class Task(NamedTuple):
    """One server's cost of one operation on one town."""

    site: Site
    operation: Operation
    server: Server

    @property
    def key(self) -> "Key":
        """What its figures are kept under."""
        return Key(self.site.title, self.operation.name, self.server.name)


class Key(NamedTuple):
    """Names of a task."""

    site: str
    operation: str
    server: str


class Figures(NamedTuple):
    """Of one measurement, or the medians of several: CPU of the server, answers a second, the slowest of a hundred."""

    cpu_ms: float
    per_second: float
    p99_ms: float


def measure(tasks: Sequence[Task], pace: Pace) -> dict[Key, Figures]:
    """The medians of all rounds."""
    found: defaultdict[Key, list[Figures]] = defaultdict(list)
    for at in range(pace.rounds):
        turns = tasks[::-1] if at % 2 else tasks  # what is measured behind something else is so every second time
        for site in {task.site.title: task.site for task in turns}.values():
            tokens = site.tokens()
            for task in turns:
                if task.site is site:
                    request = site.request(task.server, task.operation, tokens)
                    found[task.key].append(_measured(task.server, request, pace))
    return {key: _medians(figures) for key, figures in found.items()}


def _measured(server: Server, request: bytes, pace: Pace) -> Figures:
    asyncio.run(load(server.port, request, pace.connections, pace.seconds * WARM_UP))
    gc.collect()
    before = server.cpu_s()
    taken = asyncio.run(load(server.port, request, pace.connections, pace.seconds))
    cpu_s = server.cpu_s() - before
    slowest = max(taken.latencies)
    p99 = quantiles(taken.latencies, n=PERCENTILES)[-1] if taken.answers > PERCENTILES else slowest
    return Figures(1000 * cpu_s / taken.answers, taken.answers / taken.seconds, 1000 * p99)


def _medians(figures: Iterable[Figures]) -> Figures:
    return Figures(*(median(values) for values in zip(*figures, strict=True)))
