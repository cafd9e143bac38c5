"""A month of a town: conversions, grants, purchases, refunds, expiry; each day is settled, and all comes to 0."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from models.ledger import SpendCode
from models.wall import Opening
from resolvers import point_account, point_jobs, point_sale
from resolvers.ledger import Ledger
from resolvers.ledger_check import proof
from resolvers.ledger_report import circulating, settled
from resolvers.point_account import Purchase
from resolvers.point_jobs import EVERY_ACCOUNT
from rules.linking import code_hash
from rules.points import Rate
from tests.ledger_world import CITY, OTHER, SHOP, START, World

pytestmark = pytest.mark.usefixtures("unmeasured")
RATE = Rate(points=1, units=2, least_units=200)
DAYS = 31


class Month:
    """One day after the other; `sold` is what each shop took in, as the town itself counts it."""

    def __init__(self, world, accounts, seed):
        self.world, self.chance, self.number = world, random.Random(seed), 0
        self.ids = world.accounts(accounts)
        self.now, self.sold, self.settled = START, Counter(), Counter()

    def do(self, work, shop=None):
        async def all_of_it(session):
            return await work(Ledger(session, self.now, CITY))

        return self.world.transact(all_of_it, Opening({}, shop.id) if shop else EVERY_ACCOUNT)

    def live(self):
        """A tenth of the accounts do something today; who buys has a code."""
        acts = (self.convert, self.grant, self.buy, self.buy, self.buy)
        today = [(id, self.chance.choice(acts)) for id in self.chance.sample(self.ids, max(1, len(self.ids) // 10))]
        about = {"most_points": 400, "issued_at": self.now, "expires_at": self.now + timedelta(seconds=60)}
        buyers = [id for id, act in today if act == self.buy]
        codes = [{"account_id": id, "code_hash": code_hash(self.code(id))} | about for id in buyers]
        if codes:
            self.do(lambda ledger: ledger.write(SpendCode, codes))
        for id, act in today:
            self.number += 1
            act(id)

    def code(self, id):
        return f"{id} {self.now}"

    def convert(self, id):
        purchase = Purchase("jal", str(self.number), self.chance.randint(100, 4_000))
        self.do(lambda ledger: point_account.taken_in(ledger, id, purchase, RATE))

    def grant(self, id):
        self.do(lambda ledger: point_account.granted(ledger, id, ("class", str(self.number)), 300))

    def buy(self, id):
        shop, points = self.chance.choice((SHOP, OTHER)), self.chance.randint(1, 400)
        held = self.do(lambda ledger: point_sale.held(ledger, shop.id, self.code(id), points), shop)
        if not isinstance(held, point_sale.Held) or self.chance.random() < 0.1:
            return  # or forgotten: it runs out
        taken = self.chance.randint(1, points)
        sale = self.do(lambda ledger: point_sale.captured(ledger, shop.id, held.hold_id, taken), shop)
        self.sold[shop.id] += taken
        if self.chance.random() < 0.2:
            self.do(lambda ledger: point_sale.refunded(ledger, shop.id, sale, taken), shop)
            self.sold[shop.id] -= taken

    def end_day(self):
        for row in self.world.ask(lambda connection: settled(connection, self.now.date())):
            self.settled[row.shop_id] += row.net_yen
        self.now += timedelta(days=1)
        while self.world.runner.run(point_jobs.kept_up(self.world.store, CITY, self.now)):
            pass


@pytest.fixture
def world(database_url):
    opened = World(database_url)
    yield opened
    opened.close()


def test_a_month_is_settled_to_no_difference(world, size):
    month = Month(world, size("accounts of a month"), seed=20261123)
    for _ in range(DAYS):
        month.live()
        month.end_day()
    month.now += timedelta(days=400)
    while world.runner.run(point_jobs.kept_up(world.store, CITY, month.now)):
        pass
    found, points = world.ask(proof), world.ask(circulating)

    assert month.settled == month.sold
    assert points.points["merchant"] == sum(month.sold.values())
    assert (points.sum, found.sum, found.fault, points.held_points) == (0, 0, None, 0)
    assert points.points["reserved"] == points.points["points"] == 0  # all of it has expired
    assert points.points["expired"] > 0


def test_what_a_forgotten_hold_gives_back_is_over_in_the_same_night(world):
    month = Month(world, 1, seed=1)
    (id,) = month.ids
    code = {"account_id": id, "most_points": 300, "issued_at": month.now, "code_hash": code_hash("code")}
    month.grant(id)
    month.do(lambda ledger: ledger.write(SpendCode, [code | {"expires_at": month.now + timedelta(seconds=60)}]))
    month.do(lambda ledger: point_sale.held(ledger, SHOP.id, "code", 300), SHOP)
    month.now += timedelta(days=400)
    world.runner.run(point_jobs.kept_up(world.store, CITY, month.now))

    assert world.ask(circulating).points["expired"] == 300
