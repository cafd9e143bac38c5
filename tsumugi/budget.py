"""Budgets: how much work one caller may make of a server in a minute, in process and in memory alone.

A unit is about a millisecond of a core. What a plan answers costs one; what is answered field by field costs a dozen;
and what a plan gave up over costs both, since both were run (docs/performance.md has the figures).
"""

from collections import OrderedDict
from datetime import datetime
from math import ceil

from auth.caller import Holder
from engine.answer import Answer
from models.organisation import CallerKind

MINUTE_S = 60
KEPT = 100_000  # callers of one minute, 200 bytes each; beyond that the one who asked first begins anew
PLAN_UNITS = 1
FIELDS_UNITS = 12


class Budget:
    """Units spent by each caller since the minute began. Who has not logged in cannot be told apart, and has none."""

    def __init__(self, units: int) -> None:
        self._units = units
        self._minute = 0
        self._spent: OrderedDict[str, int] = OrderedDict()

    def wait_s(self, holder: Holder, now: datetime) -> int:
        """How many seconds the caller has to wait; 0 where this question is within the budget, which it is charged."""
        if holder.kind is CallerKind.ANONYMOUS:
            return 0
        minute, into_s = divmod(now.timestamp(), MINUTE_S)
        if minute != self._minute:
            self._minute = int(minute)
            self._spent.clear()
        spent = self._spent.get(holder.id, 0)
        if spent >= self._units:
            return ceil(MINUTE_S - into_s)
        self._charge(holder, spent + PLAN_UNITS)
        return 0

    def charge(self, holder: Holder, answer: Answer) -> None:
        """What the answer took beyond the unit that was charged beforehand."""
        more = FIELDS_UNITS - (0 if answer.is_double else PLAN_UNITS) if answer.path == "fields" else 0
        if more and holder.kind is not CallerKind.ANONYMOUS:
            self._charge(holder, self._spent.get(holder.id, 0) + more)

    def _charge(self, holder: Holder, spent: int) -> None:
        self._spent[holder.id] = spent
        if len(self._spent) > KEPT:
            self._spent.popitem(last=False)
