"""A second opinion on points in plain Python: lots in a list, no database, no code of the product's but its refusals.

Lots that nobody could tell apart (same kind, last day and moment) are one here.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta, timezone

TOKYO = timezone(timedelta(hours=9))
MOST = 10_000_000


@dataclass
class Hold:
    parts: list
    expires_at: object
    is_open: bool = True


@dataclass
class Sale:
    parts: list
    refunded: int = 0
    is_reversed: bool = False


@dataclass
class Model:
    """One account with 2 points for 1 unit, at least 10 units; reserved points go to the city after 14 days."""

    has_city: bool
    lots: defaultdict = field(default_factory=lambda: defaultdict(int))  # (kind, last day, moment): points
    holds: dict = field(default_factory=dict)
    sales: dict = field(default_factory=dict)
    received: dict = field(default_factory=dict)  # entries that brought points: their lot, points, was taken back
    bought: dict = field(default_factory=dict)
    orders: dict = field(default_factory=dict)  # their units and how they stand
    transactions: list = field(default_factory=list)  # the provider's numbers that entered points
    assigned: dict = field(default_factory=dict)  # entries that assigned points: their parts, none once taken back
    given: defaultdict = field(default_factory=lambda: defaultdict(int))  # what was assigned into lots that look alike
    is_linked: bool = False
    is_dead: bool = False

    def today(self, now):
        return now.astimezone(TOKYO).date()

    def held(self, lot):
        return sum(points for hold in self.holds.values() if hold.is_open for one, points in hold.parts if one == lot)

    def free(self, kind, now):
        lots = sorted(lot for lot in self.lots if lot[0] == kind and lot[1] >= self.today(now))
        return [(lot, self.lots[lot] - self.held(lot)) for lot in lots if self.lots[lot] > self.held(lot)]

    def pick(self, kind, now, wanted):
        parts = []
        for lot, some in self.free(kind, now):
            if wanted:
                parts.append((lot, min(some, wanted)))
                wanted -= parts[-1][1]
        return None if wanted else parts

    def bring(self, kind, now, points):
        lot = (kind, self.today(now) + timedelta(days=365), now)
        self.lots[lot] += points
        return lot

    def assign(self, now, wanted):
        free = self.free("reserved", now)
        parts = self.pick("reserved", now, sum(some for _, some in free) if wanted is None else wanted)
        self.move(parts or ())
        return parts

    def move(self, parts):
        for lot, some in parts:
            self.lots[lot] -= some
            self.lots["points", *lot[1:]] += some
            self.given["points", *lot[1:]] += some

    def may_unassign(self, parts):
        """Whether what was assigned is still there."""
        return all(self.lots["points", *lot[1:]] - self.held(("points", *lot[1:])) >= some for lot, some in parts)

    def is_chance(self, parts):
        """Whether that hangs on which of the lots that look alike were spent: no later step may depend on it."""
        lots = [("points", *lot[1:]) for lot, _ in parts]
        is_whole = all(self.lots[lot] - self.held(lot) == self.given[lot] for lot in lots)
        return self.may_unassign(parts) and not is_whole

    def run_out(self, now):
        for hold in self.holds.values():
            hold.is_open &= hold.expires_at > now

    def expire(self, now):
        for lot in [lot for lot in self.lots if lot[1] < self.today(now)]:
            self.lots[lot] = self.held(lot)

    def turn_the_calendar(self, now):
        self.run_out(now)
        reserved = self.free("reserved", now) if self.has_city else ()
        longest = timedelta(days=14)
        self.move([part for part in reserved if self.today(now) > self.today(part[0][2]) + longest])
        self.expire(now)

    def hold(self, id, parts, now):
        self.holds[id] = Hold(parts, now + timedelta(seconds=300))

    def resolve(self, hold_id, now, wanted):
        """What a shop takes of a hold; a lot that is over meanwhile loses the rest."""
        hold = self.holds[hold_id]
        hold.is_open = False
        taken = []
        for lot, some in hold.parts:
            if wanted:
                taken.append((lot, min(some, wanted)))
                self.lots[lot] -= taken[-1][1]
                wanted -= taken[-1][1]
        if any(lot[1] < self.today(now) for lot, _ in hold.parts):
            self.expire(now)
        return taken

    def refund(self, sale, now, points):
        backwards = list(reversed(sale.parts))
        skipped, wanted = sale.refunded, points
        for lot, some in backwards:
            passed = min(skipped, some)
            skipped -= passed
            back = min(some - passed, wanted)
            wanted -= back
            is_over = lot[1] < self.today(now)
            target = ("points", self.today(now) + timedelta(days=30), now) if is_over else lot
            self.lots[target] += back
        sale.refunded += points

    def undo(self, lot, points):
        """Take back what was brought; whether it is still there."""
        if self.lots[lot] - self.held(lot) < points:
            return False
        self.lots[lot] -= points
        return True

    def open_lots(self):
        return {lot: points for lot, points in self.lots.items() if points}
