"""Every operation of the ledger in any order, the clock moving, crashes in between: as a plain model has it."""

from collections import Counter
from datetime import timedelta

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import stateful
from hypothesis import strategies as any_
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from models.columns import table_of
from models.ledger import PointLot, PointPosting, SpendCode
from models.point import PointEntry, ReversalReason
from models.point_order import OrderState, PointOrder, Provider
from models.refusal import RefusalCode, Refused
from models.resident import Resident
from models.subject import Noun
from models.wall import Opening
from resolvers import point_account, point_jobs, point_orders, point_sale
from resolvers.ledger import LOTS, Ledger
from resolvers.ledger_check import proof
from resolvers.point_account import Purchase
from resolvers.point_orders import ConvertPoints, Declined, Taken, Waiting
from rules.linking import code_hash
from rules.points import Rate
from tests.ledger_world import CITY, OTHER, SHOP, START, World
from tests.resolvers.ledger_model import MOST, Model, Sale

pytestmark = pytest.mark.usefixtures("unmeasured")
RATE = Rate(points=2, units=1, least_units=10)
AMOUNTS = any_.one_of(any_.integers(1, 60), any_.sampled_from([-5, 0, 1_000_000, MOST + 1]))
AHEAD = [timedelta(minutes=1), timedelta(minutes=6), *(timedelta(days=each) for each in (1, 15, 200))]
IS_CRASH = any_.sampled_from([False] * 7 + [True])


ENTRIES, POSTINGS = table_of(PointEntry).c, table_of(PointPosting).c
MISTAKE = ReversalReason.MISTAKE
ANSWERS = ("taken", "declined", "more", "of another order", "under a known number")
E, R, C = OrderState.ENTERED, OrderState.REFUSED, OrderState.CONTRADICTED


class Crash(Exception):
    """The power goes off before the end of a transaction."""


def total(points, *where):
    return sa.func.coalesce(sa.select(sa.func.sum(points)).where(*where).scalar_subquery(), 0)


def looked_at(account_id, then):
    """What the postings come to and what the entries do, now and then; and holds that two entries resolve."""
    mine, own = POSTINGS.account_id == account_id, ENTRIES.account_id == account_id
    into = total(POSTINGS.points, mine, POSTINGS.to_lot_id.is_not(None))
    out = total(POSTINGS.points, mine, POSTINGS.from_lot_id.is_not(None))
    twice = sa.func.count(ENTRIES.hold_id) - sa.func.count(ENTRIES.hold_id.distinct())
    found = (into - out, total(ENTRIES.points, own), total(ENTRIES.points, own, ENTRIES.posted_at <= then))
    return sa.select(*found, sa.select(twice).where(own).scalar_subquery())


class Points(RuleBasedStateMachine):
    """One account, in one world; `world` is set by the test."""

    world = None

    def __init__(self):
        super().__init__()
        self.now, self.numbers, self.steps = START, Counter(), 0
        self.past = {START: 0}  # the balance after what happened at each moment
        (self.resident_id,) = self.world.people(1)
        self.id = ""

    @initialize(has_city=any_.booleans())
    def begin(self, has_city):
        self.model = Model(has_city)
        self.id = self.do(lambda ledger: self.link_own(ledger, has_city=has_city), is_crash=False)

    def link_own(self, ledger, key="own", *, has_city):
        key = f"{self.resident_id} {key}"
        return point_account.linked(ledger, self.resident_id, key, CITY if has_city else None)

    def do(self, work, is_crash, shop=None):
        """Do it as the application would, or lose it at the last moment."""
        reached = frozenset({self.id} - {""})
        opening = Opening({}, shop.id) if shop else Opening({Noun.ACCOUNT: reached} if reached else {})

        async def all_of_it(session):
            found = await work(Ledger(session, self.now, CITY))
            if is_crash:
                raise Crash
            return found

        try:
            return self.world.transact(all_of_it, opening)
        except Crash:
            return None

    def number(self, what):
        self.numbers[what] += 1
        return f"{self.id} {what} {self.numbers[what]}"

    @rule(key=any_.sampled_from(["own", "other"]), has_city=any_.booleans(), is_crash=IS_CRASH)
    def link(self, key, has_city, is_crash):
        found = self.do(lambda ledger: self.link_own(ledger, key, has_city=has_city), is_crash)
        if not is_crash:
            assert found == (self.id if key == "own" else Refused(RefusalCode.ALREADY_RECORDED, "myKeyId"))
            self.model.has_city |= has_city and key == "own"

    @rule(is_end=any_.booleans(), is_crash=IS_CRASH)
    def link_provider(self, is_end, is_crash):
        if is_end:
            found = self.do(lambda ledger: point_orders.unlinked(ledger, self.id, Provider.JAL), is_crash)
        else:
            found = self.do(lambda ledger: point_orders.linked(ledger, self.id, Provider.JAL, "token"), is_crash)
        if not is_crash:
            assert found is (self.model.is_linked if is_end else None)
            self.model.is_linked = not is_end

    @rule(units=any_.integers(-1, 60), is_crash=IS_CRASH)
    def order(self, units, is_crash):
        given = ConvertPoints(account_id=self.id, provider=Provider.JAL, units=units, idempotency_key="")
        found = self.do(lambda ledger: point_orders.ordered(ledger, self.id, given), is_crash)
        if is_crash:
            return
        if units < 1 or not self.model.is_linked:
            assert found.code is (RefusalCode.VALUE_OUT_OF_RANGE if units < 1 else RefusalCode.NOT_FOUND)
            return
        self.model.orders[found] = (units, OrderState.WAITING)

    @precondition(lambda self: self.model.orders)
    @rule(data=any_.data(), said=any_.sampled_from(ANSWERS), is_crash=IS_CRASH)
    def answer(self, data, said, is_crash):
        self.now += timedelta(seconds=1)
        order_id = data.draw(any_.sampled_from(list(self.model.orders)))
        units, state = self.model.orders[order_id]
        known = self.model.transactions if said == "under a known number" else []
        number = known[0] if known else self.number("transaction")
        answer = Taken(order_id if said != "of another order" else "", number, units + (said == "more"))

        async def hear(ledger):
            waiting = Waiting(order_id, self.id, Provider.JAL, units, "")
            state = await point_orders.answered(ledger, waiting, Declined() if said == "declined" else answer, RATE)
            await ledger.session.flush()
            entry = sa.select(table_of(PointOrder).c.entry_id).where(table_of(PointOrder).c.id == order_id)
            return state, (await ledger.first(entry))[0]

        found = self.do(hear, is_crash)
        if is_crash:
            return
        is_contradiction = said in {"more", "of another order"} or bool(known)
        is_taken = said != "declined" and units >= RATE.least_units and not self.model.is_dead
        fresh = R if said == "declined" else C if is_contradiction else E if is_taken else R
        assert found[0] is (fresh if state is OrderState.WAITING else state)
        if state is OrderState.WAITING and fresh is E:
            self.model.received[found[1]] = (self.model.bring("reserved", self.now, 2 * units), 2 * units)
            self.model.transactions.append(number)
        self.model.orders[order_id] = (units, found[0])

    @rule(units=any_.integers(0, 60), is_crash=IS_CRASH)
    def convert(self, units, is_crash):
        self.now += timedelta(seconds=1)  # lots of one moment could not be told apart
        purchase = Purchase("jal", self.number("purchase"), units)
        found = self.do(lambda ledger: point_account.taken_in(ledger, self.id, purchase, RATE), is_crash)
        if is_crash:
            return
        if self.model.is_dead or units < RATE.least_units:
            assert isinstance(found, Refused)
            return
        self.model.received[found] = (self.model.bring("reserved", self.now, 2 * units), 2 * units)
        self.model.bought[purchase] = found

    @precondition(lambda self: self.model.bought)
    @rule(data=any_.data(), is_same=any_.booleans())
    def hear_it_again(self, data, is_same):
        purchase = data.draw(any_.sampled_from(list(self.model.bought)))
        said = purchase if is_same else purchase._replace(units=purchase.units + 1)
        found = self.do(lambda ledger: point_account.taken_in(ledger, self.id, said, RATE), is_crash=False)
        refused = Refused(RefusalCode.KEY_REUSED, "transactionId")

        assert found == (self.model.bought[purchase] if is_same else refused)

    @rule(points=any_.one_of(any_.none(), any_.integers(1, 60)), is_crash=IS_CRASH)
    def assign(self, points, is_crash):
        found = self.do(lambda ledger: point_jobs.assign(ledger, self.id, CITY, points), is_crash)
        if is_crash:
            return
        parts = self.model.assign(self.now, points)
        assert (found is not None) == bool(parts)
        if parts:
            self.model.assigned[found] = parts

    @rule(points=any_.integers(1, 60), is_crash=IS_CRASH)
    def grant(self, points, is_crash):
        self.now += timedelta(seconds=1)
        occasion = ("class", self.number("event"))
        found = self.do(lambda ledger: point_account.granted(ledger, self.id, occasion, points), is_crash)
        if is_crash:
            return
        assert isinstance(found, Refused) == self.model.is_dead
        if not self.model.is_dead:
            self.model.received[found] = (self.model.bring("points", self.now, points), points)
            again = self.do(lambda ledger: point_account.granted(ledger, self.id, occasion, points), is_crash=False)
            assert again.code is RefusalCode.ALREADY_RECORDED

    @rule(points=AMOUNTS, most=any_.sampled_from([20, MOST]), late_s=any_.sampled_from([0, 59, 60]), is_crash=IS_CRASH)
    def hold(self, points, most, late_s, is_crash):
        code, issued_at = self.number("code"), self.now
        row = {"account_id": self.id, "most_points": most, "issued_at": issued_at}
        row |= {"code_hash": code_hash(code), "expires_at": issued_at + timedelta(seconds=60)}
        self.do(lambda ledger: ledger.write(SpendCode, [row]), is_crash=False)
        self.now += timedelta(seconds=late_s)
        found = self.do(lambda ledger: point_sale.held(ledger, SHOP.id, code, points), is_crash, SHOP)
        if is_crash:
            return
        expected = self._held(points, most, late_s)
        if isinstance(expected, RefusalCode):
            assert found.code is expected
            return
        self.model.hold(found.hold_id, expected, self.now)
        again = self.do(lambda ledger: point_sale.held(ledger, SHOP.id, code, points), is_crash=False, shop=SHOP)
        assert again.code is RefusalCode.SPEND_CODE_INVALID

    def _held(self, points, most, late_s):
        if not 0 < points <= MOST:
            return RefusalCode.VALUE_OUT_OF_RANGE
        if late_s == 60 or self.model.is_dead:
            return RefusalCode.SPEND_CODE_INVALID
        if points > most:
            return RefusalCode.POINTS_INSUFFICIENT
        parts = self.model.pick("points", self.now, points)
        if parts is None and any(each.is_open and each.expires_at <= self.now for each in self.model.holds.values()):
            parts = self._after_release(points)
        return parts or RefusalCode.POINTS_INSUFFICIENT

    def _after_release(self, points):
        """A refused hold keeps what it released: the transaction is not lost with the refusal."""
        self.model.run_out(self.now)
        return self.model.pick("points", self.now, points)

    @precondition(lambda self: self.model.holds)
    @rule(data=any_.data(), points=any_.one_of(any_.none(), AMOUNTS), is_void=any_.booleans(), is_crash=IS_CRASH)
    def resolve(self, data, points, is_void, is_crash):
        hold_id = data.draw(any_.sampled_from(list(self.model.holds)))
        hold = self.model.holds[hold_id]
        if is_void:
            found = self.do(lambda ledger: point_sale.voided(ledger, SHOP.id, hold_id), is_crash, SHOP)
        else:
            found = self.do(lambda ledger: point_sale.captured(ledger, SHOP.id, hold_id, points), is_crash, SHOP)
        if is_crash:
            return
        whole = sum(some for _, some in hold.parts)
        wanted = 0 if is_void else whole if points is None else points
        if not hold.is_open or hold.expires_at <= self.now:
            assert found.code is RefusalCode.HOLD_ENDED
        elif not is_void and not 0 < wanted <= whole:
            assert found.code is RefusalCode.VALUE_OUT_OF_RANGE
        else:
            parts = self.model.resolve(hold_id, self.now, wanted)
            self.model.sales |= {} if is_void else {found: Sale(parts)}

    @precondition(lambda self: self.model.holds)
    @rule(data=any_.data())
    def meddle(self, data):
        hold_id = data.draw(any_.sampled_from(list(self.model.holds)))
        for act in (point_sale.voided, point_sale.captured):
            given = (hold_id, None) if act is point_sale.captured else (hold_id,)
            found = self.do(
                lambda ledger, act=act, given=given: act(ledger, OTHER.id, *given), is_crash=False, shop=OTHER
            )
            assert found.code is RefusalCode.NOT_FOUND

    @precondition(lambda self: self.model.sales)
    @rule(data=any_.data(), points=AMOUNTS, is_crash=IS_CRASH)
    def refund(self, data, points, is_crash):
        sale_id = data.draw(any_.sampled_from(list(self.model.sales)))
        sale = self.model.sales[sale_id]
        found = self.do(lambda ledger: point_sale.refunded(ledger, SHOP.id, sale_id, points), is_crash, SHOP)
        if is_crash:
            return
        if sale.is_reversed and 0 < points <= MOST:
            assert found.code is RefusalCode.ENTRY_REPLACED
        elif not 0 < points <= sum(some for _, some in sale.parts) - sale.refunded:
            assert found.code is RefusalCode.VALUE_OUT_OF_RANGE
        else:
            assert isinstance(found, str)
            self.model.refund(sale, self.now, points)

    @precondition(lambda self: self.model.received or self.model.sales)
    @rule(data=any_.data(), is_crash=IS_CRASH)
    def reverse(self, data, is_crash):
        every = [*self.model.received, *self.model.sales, *self.model.assigned]
        entry_id = data.draw(any_.sampled_from(every))
        is_undone = is_crash or self.model.is_chance(self.model.assigned.get(entry_id, ()))
        found = self.do(lambda ledger: point_account.reversed_(ledger, self.id, entry_id, MISTAKE), is_undone)
        if is_undone:
            return
        if entry_id in self.model.received:
            self._taken_back(entry_id, found)
        elif entry_id in self.model.assigned:
            self._unassigned(entry_id, found)
        else:
            self._undone(self.model.sales[entry_id], found)

    def _undone(self, sale, found):
        if sale.is_reversed or sale.refunded:
            assert found.code is RefusalCode.ENTRY_REPLACED
            return
        assert isinstance(found, str)
        sale.is_reversed = True
        for lot, some in sale.parts:
            self.model.lots[lot] += some

    def _unassigned(self, entry_id, found):
        parts = self.model.assigned[entry_id]
        if not parts:
            assert found.code is RefusalCode.ENTRY_REPLACED
            return
        if not self.model.may_unassign(parts):
            assert found.code is RefusalCode.POINTS_INSUFFICIENT
            return
        assert isinstance(found, str)
        for lot, some in parts:
            self.model.lots[lot] += some
            self.model.lots["points", *lot[1:]] -= some
            self.model.given["points", *lot[1:]] -= some
        self.model.assigned[entry_id] = ()

    def _taken_back(self, entry_id, found):
        lot, points = self.model.received[entry_id]
        if lot is None:
            assert found.code is RefusalCode.ENTRY_REPLACED
        elif self.model.undo(lot, points):
            assert isinstance(found, str)
            self.model.received[entry_id] = (None, points)
        else:
            assert found.code is RefusalCode.POINTS_INSUFFICIENT

    @rule(ahead=any_.sampled_from(AHEAD))
    def wait(self, ahead):
        self.now += ahead

    @rule()
    def turn_the_calendar(self):
        self.world.runner.run(point_jobs.kept_up(self.world.store, CITY, self.now))
        self.model.turn_the_calendar(self.now)

    @precondition(lambda self: not self.model.is_dead)
    @rule(is_meant=any_.sampled_from([False] * 9 + [True]))
    def die(self, is_meant):
        if is_meant:
            died = sa.update(table_of(Resident)).where(table_of(Resident).c.id == self.resident_id)

            async def work(session):
                await (await session.connection()).execute(died.values(died_on=self.model.today(self.now)))

            self.world.runner.run(self.world.store.owner.transact(work))
            self.model.is_dead = True

    @invariant()
    def the_ledger_is_as_the_model_has_it(self):
        self.past[self.now] = sum(self.model.open_lots().values())
        self.steps += 1
        then = list(self.past)[self.steps % len(self.past)]
        mine = LOTS.where(table_of(PointLot).c.account_id == self.id)

        async def seen(connection):
            lots = (await connection.execute(mine)).all()
            return lots, (await connection.execute(looked_at(self.id, then))).one()

        rows, sums = self.world.ask(seen)
        found = Counter()
        for lot in rows:
            found[lot.code.partition(":")[0], lot.expires_on, lot.created_at] += lot.points
        free = {lot: some - self.model.held(lot) for lot, some in self.model.open_lots().items()}
        balance = self.past[self.now]

        assert all(lot.points >= 0 for lot in rows)
        assert +found == {lot: some for lot, some in free.items() if some}
        assert tuple(sums) == (balance, balance, self.past[then], 0)

    def teardown(self):
        found = self.world.ask(lambda connection: proof(connection, only=self.id))
        assert (found.fault, found.sum) == (None, 0)


@pytest.fixture
def world(database_url):
    opened = World(database_url)
    yield opened
    opened.close()


def test_whatever_is_done_the_ledger_is_as_a_plain_model_has_it(world, seed, size):
    class Here(Points):
        pass

    Here.world = world
    steps = size("steps of each walk through the ledger")
    settings = hypothesis.settings(
        max_examples=size("walks through the ledger"),
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    stateful.run_state_machine_as_test(hypothesis.seed(seed)(Here), settings=settings)
    whole = world.ask(proof)
    assert (whole.fault, whole.sum) == (None, 0)
