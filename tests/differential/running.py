"""One long comparison: operations are drawn, asked on both paths, counted; what goes wrong is made small and told."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from schema.graph import core
from tests.differential.drawing import drawing_from
from tests.differential.paths import Paths
from tests.differential.places import Places
from tests.differential.shrinking import shrunk

PLANNED, NEEDLESS = 0.95, 0.005  # of valid reads: at least by plan, at most given up without a reason
TOLD = 5  # of each kind; the rest is counted


@dataclass
class Tally:
    """What came of the operations of one run; those with conditions are asked twice, and some by somebody else."""

    drawn: int = 0
    asked: int = 0
    good: int = 0
    planned: int = 0
    showing: int = 0
    noted: int = 0
    gave_up: Counter = field(default_factory=Counter)
    differing: list = field(default_factory=list)
    needless: list = field(default_factory=list)

    def count(self, planned, reference):
        self.asked += 1
        self.showing += b'"id":"' in reference.body
        self.noted += bool(reference.drafts)
        if not reference.has_errors:
            self.good += 1
            self.planned += planned.path == "plan"
        if planned.gave_up:
            self.gave_up[f"{planned.gave_up}, {'with' if reference.has_errors else 'without'} errors"] += 1

    @property
    def share(self):
        """Of valid reads without errors, how many a plan answered."""
        return self.planned / max(1, self.good)

    def __str__(self):
        reasons = ", ".join(f"{times} {reason}" for reason, times in self.gave_up.most_common()) or "none"
        found = f"{self.good} valid reads without errors, {self.share:.2%} by plan"
        return "\n".join(
            [
                f"{self.drawn} operations asked {self.asked} times: {found}",
                f"{self.showing} show rows, {self.noted} are on record",
                f"given up: {reasons}; needless: {len(self.needless)}; different answers: {len(self.differing)}",
                *[f"needless: {each}" for each in self.needless[:TOLD]],
                *[f"different: {each}" for each in self.differing[:TOLD]],
            ]
        )

    @property
    def faults(self):
        """What must not be, each in words."""
        found = [] if not self.differing else [f"{len(self.differing)} different answers"]
        if self.share < PLANNED:
            found.append(f"only {self.share:.2%} by plan")
        if len(self.needless) > NEEDLESS * self.good:
            found.append(f"{len(self.needless)} needless of {self.good}")
        return found


async def compared(store, count, seed, *, heard=None):
    """The tally of so many operations drawn from a seed; `heard` is told of it now and then."""
    paths, tally = Paths(store), Tally()
    draw = drawing_from(core, Random(seed), await Places.of(store))
    for number in range(1, count + 1):
        drawn = draw()
        tally.drawn += 1
        for asker, variables in drawn.asked():
            planned, reference = await paths.both(asker, drawn.text, variables)
            tally.count(planned, reference)
            if not planned.is_like(reference):
                tally.differing.append(await _smallest(paths, tally.differing, drawn, (asker, variables)))
            if planned.suspect:
                tally.needless.append(f"{planned.gave_up}, as {asker.name}: {drawn.text} {variables}")
        if heard and number % 1_000 == 0:
            heard(tally)
    return tally


async def _smallest(paths, before, drawn, who):
    """The operation that differs, made small while there are few of them, with both answers."""
    asker, variables = who

    async def differs(text):
        return await paths.differ(asker, text, variables)

    text = await shrunk(drawn.text, differs) if len(before) < TOLD else drawn.text
    planned, reference = await paths.both(asker, text, variables)
    return f"as {asker.name}: {text} {variables}\n  plan   {planned.told}\n  fields {reference.told}"
