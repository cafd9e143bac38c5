"""A database with a city, two shops and as many accounts as a test wants, in an event loop of its own."""

import asyncio
from datetime import datetime

from models.ids import Letter, mint
from models.municipality import Municipality
from models.organisation import CallerKind, Organisation
from models.point import PointAccount
from models.resident import Resident, Sex
from resolvers.point_sale import Shop
from tests.databases import Door

CITY = "102016"
START = datetime.fromisoformat("2026-11-23T03:00:00+00:00")
SHOP = Shop("102016-O00000000000000000000000001", CITY, "shop")
OTHER = Shop("102016-O00000000000000000000000002", CITY, "other")


class World:
    """A database with a city and two shops, in a loop of its own."""

    def __init__(self, url):
        self.runner = asyncio.Runner()
        self.store = Door(url)
        self.count = 0
        self.runner.run(self._founded())

    async def _founded(self):
        names = {"name": "m", "name_kana": "m", "name_en": "m", "prefecture": "m"}
        async with self.store.owner.writing() as session:
            session.add(Municipality(code=CITY, **names, valid_from=START.date(), is_ours=True))
            await session.flush()
            for shop in (SHOP, OTHER):
                session.add(Organisation(id=shop.id, kind=CallerKind.SHOP, name=shop.name, municipality_code=CITY))

    def id(self, letter):
        self.count += 1
        return mint(CITY, letter, self.count.to_bytes(16))

    def people(self, count):
        """Residents without an account."""
        ids = [self.id(Letter.RESIDENT) for _ in range(count)]
        person = {"name": "n", "name_kana": "n", "birth_date": START.date(), "sex": Sex.FEMALE}

        async def work(session):
            session.add_all(Resident(id=each, **person) for each in ids)

        self.runner.run(self.store.owner.transact(work))
        return ids

    def accounts(self, count):
        """Accounts of people of whom two in three have chosen the city."""
        ids = [self.id(Letter.ACCOUNT) for _ in range(count)]
        about = {"municipality_code": CITY, "opened_on": START.date()}
        holders = zip(ids, self.people(count), strict=True)

        async def work(session):
            session.add_all(
                PointAccount(id=id, resident_id=holder, basic_municipality_code=CITY if number % 3 else None, **about)
                for number, (id, holder) in enumerate(holders)
            )

        self.runner.run(self.store.owner.transact(work))
        return ids

    def transact(self, work, opening):
        return self.runner.run(self.store.transact(work, serialised=False, opening=opening))

    def ask(self, question):
        """What a function finds in the database, whoever may reach it."""

        async def asked():
            async with self.store.owner.reading() as connection:
                return await question(connection)

        return self.runner.run(asked())

    def close(self):
        self.runner.run(self.store.close())
        self.runner.close()
