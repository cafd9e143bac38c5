"""What tests of notices say and do: publishing, mailboxes, a worker's steps, and who reads what."""

from datetime import UTC, datetime, timedelta

from models.application import StepKind
from models.ids import Letter
from resolvers.addressing import WORKER, write
from resolvers.audience import address
from resolvers.informing import Place, begun, step
from tests.hanamori import CODE, NOW, applied, id_of, resident
from tests.sharing import done

PUBLISH = """mutation ($input: PublishNoticeInput!) { done: publishNotice(input: $input) { __typename
  ... on Announcement { id audience titleJa isRetracted } ... on Refused { code field } } }"""
RETRACT = """mutation ($input: RetractNoticeInput!) { done: retractNotice(input: $input) { __typename
  ... on Announcement { id isRetracted } ... on Refused { code field } } }"""
READ = """mutation ($input: MarkNoticeReadInput!) { done: markNoticeRead(input: $input) { __typename
  ... on Notice { id isRead } ... on Refused { code field } } }"""
ADD = """mutation ($input: AddMailboxInput!) { done: addMailbox(input: $input) { __typename
  ... on Mailbox { id address kinds language confirmedAt } ... on Refused { code field } } }"""
CONFIRM = """mutation ($input: ConfirmMailboxInput!) { done: confirmMailbox(input: $input) { __typename
  ... on Mailbox { id confirmedAt } ... on Refused { code field } } }"""
CHANGE = """mutation ($input: ChangeMailboxInput!) { done: changeMailbox(input: $input) { __typename
  ... on Mailbox { id kinds language quietFromMinute quietToMinute } ... on Refused { code field } } }"""
REMOVE = """mutation ($input: RemoveMailboxInput!) { done: removeMailbox(input: $input) { __typename
  ... on Mailbox { id address removedAt } ... on Refused { code field } } }"""
INBOX = """{ viewer { notices(first: 100) { totalCount edges { node { id kind subjectId isRead
  message { titleJa } announcement { titleJa textEn } announcementId deliveries { sent } } } } } }"""
PURPOSE = "CHK:2026-0142"
DAY = timedelta(days=1)


def publication(**other):
    words = {"titleJa": "離乳食教室", "titleEn": "Weaning class", "textJa": "本文です。", "textEn": "The text."}
    period = {"shownFrom": "2026-11-23", "shownTo": "2026-12-23"}
    return {"audience": "GUARDIANS", "idempotencyKey": "notice-01"} | words | period | other


async def publish(act, **other):
    made = await done(act, "staff_health", PUBLISH, publication(**other), purpose=PURPOSE)
    assert made["__typename"] == "Announcement", made
    return made["id"]


async def serve(act, *names, by="somebody", state=StepKind.ACCEPTED, of=Letter.CHILD):
    """Somebody is registered for the record service for these children, or pregnancies."""
    async with act.store.owner.writing() as session:
        for name in names:
            application, step = applied(by, name, state)
            application.applicant_id = step.applicant_id = resident("late" if by == "somebody" else by)
            about = {"child_id": None, "pregnancy_id": None, f"{of.name.lower()}_id": id_of(of, name)}
            step.child_id, step.pregnancy_id = about["child_id"], about["pregnancy_id"]
            session.add(application)
            await session.flush()
            session.add(step)


async def work(act, now=NOW, *, only_published=False):
    """All that a worker writes at a moment; how many notices of what was published."""
    count = 0
    while wrote := await address(act.store, CODE, now):
        count += wrote
    clock = datetime.now(UTC)
    place = Place() if not only_published and await begun(act.store, now, clock) else None
    while place is not None:
        place = await step(act.store, place, CODE, now, clock)
    return count


async def write_now(store, *new, now=NOW):
    """Notices written as a worker writes them."""

    async def act(session):
        return await write(await session.connection(), new, CODE, now)

    return await store.transact(act, serialised=False, opening=WORKER)


async def inbox(act, who, **words):
    """What somebody reads, by the notice's id."""
    page = (await act(who, INBOX, **words)).data["viewer"]["notices"]
    assert page["totalCount"] == len(page["edges"])
    return {edge["node"]["id"]: edge["node"] for edge in page["edges"]}


async def about(act, who, announcement, **words):
    """The subjects of what somebody reads of an announcement, whose words a parent who lives apart is not told."""
    found = (await inbox(act, who, **words)).values()
    return sorted(each["subjectId"] for each in found if each["announcementId"] == announcement)
