"""What tests of reminders say and do."""

from datetime import timedelta

from models.outbox import Outbox
from models.reminder import Reminder
from resolvers.reminders_due import address_of, queued
from resolvers.reminding import confirmed
from tests.hanamori import NOW, child
from tests.sharing import ADDRESS, done, rows

ADD = """mutation ($input: AddReminderInput!) { done: addReminder(input: $input) { __typename
  ... on Reminder { id status validTo } ... on Refused { code field } } }"""
REVOKE = """mutation ($input: RevokeReminderInput!) { done: revokeReminder(input: $input) { __typename
  ... on Reminder { id status } ... on Refused { code field } } }"""
SCHEDULE = "query ($i: ID!) { node(id: $i) { ... on Child { schedule { series { next { recommended } } } } } }"
ADDED = "query ($i: ID!) { node(id: $i) { ... on Child { reminders { edges { node { id status } } } } } }"
WEEK = timedelta(days=7)


def wanted(about="aki", **other):
    given = {"childId": child(about), "email": ADDRESS, "validTo": "2028-11-01", "idempotencyKey": "remind-01"}
    return given | other


async def added(service, who="mother", **other):
    return await done(service.act, who, ADD, wanted(**other))


async def of_aki(service):
    (row,) = (each for each in await rows(service.act.store, Reminder) if each.child_id == child("aki"))
    return row


async def code_of(service):
    """What stands in the mail that asks."""
    (mail,) = (each for each in await rows(service.act.store, Outbox) if each.secret)
    return mail.secret


async def confirm(service, code):
    await service.act.store.transact(lambda session: confirmed(session, code, NOW))


async def reminded(service):
    """Aki's mother is served, and an address is confirmed."""
    await service.apply("mother", "aki")
    await added(service)
    await confirm(service, await code_of(service))
    return await of_aki(service)


async def a_week_before(service):
    """Ten in the morning, a week before the first dose of aki that is still to come."""
    found = (await service.act("mother", SCHEDULE, i=child("aki"))).data["node"]["schedule"]["series"]
    days = sorted(each["next"]["recommended"] for each in found if each["next"])
    day = next(each for each in days if each > (NOW + 2 * WEEK).date().isoformat())
    return NOW.fromisoformat(f"{day}T01:00:00+00:00") - WEEK, day


async def put_out(service, now):
    """How many dates go into the outbox, and whether one that stands there may still leave."""
    store = service.act.store
    count = await store.transact(lambda session: queued(session, now))
    row = await of_aki(service)
    async with store.reading() as connection:
        return count, await address_of(connection, row.id, now)
