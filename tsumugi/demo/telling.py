"""What the demo town is told on its first day: something published, what is due, mailboxes and orders of its cast."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import SQLModel

from models.ids import Letter
from models.mailbox import Mailbox, MailLanguage
from models.notice import Announcement, Audience, NoticeKind
from models.organisation import CallerKind
from models.store import Store
from resolvers.audience import address
from resolvers.context import today
from resolvers.informing import Place, begun, step
from tsumugi.demo.converting import convert
from tsumugi.demo.draw import told_id
from tsumugi.town.rows import Town

# Nobody can have an address below `invalid` (RFC 2606). The counterparty has a mailbox like everybody and gets nothing.
READERS = {"mother": MailLanguage.JA, "father": MailLanguage.EN, "counterparty": MailLanguage.JA}
SHOWN = timedelta(days=60)


async def tell(store: Store, town: Town, now: datetime, clock: datetime) -> None:
    """Publish, convert points, and do a worker's first round; `store` is the owner's."""
    code = town.code
    await convert(store, town, now)
    async with store.writing() as session:
        session.add_all([*_mailboxes(town, now), _published(town, now)])
    while await address(store, code, now):
        pass
    place = Place() if await begun(store, now, clock) else None
    while place is not None:
        place = await step(store, place, code, now, clock)


def _mailboxes(town: Town, now: datetime) -> Iterator[SQLModel]:
    for name, language in READERS.items():
        yield Mailbox(
            id=told_id(town.code, Letter.MAILBOX, name),
            resident_id=town.cards[name],
            address=f"{name}@demo.invalid",
            kinds=" ".join(each.name for each in NoticeKind),
            language=language,
            quiet_from_minute=21 * 60,
            quiet_to_minute=7 * 60,
            added_at=now,
            code_expires_at=now,
            confirmed_at=now,
        )


def _published(town: Town, now: datetime) -> Announcement:
    nurse = next(each for each in town.staff_members if each.kind is CallerKind.STAFF_HEALTH)
    return Announcement(
        id=told_id(town.code, Letter.ANNOUNCEMENT, "winter"),
        organisation_id=nurse.organisation_id,
        published_by_id=nurse.id,
        published_at=now,
        audience=Audience.GUARDIANS,
        title_ja="年末年始の休日当番医",
        title_en="Doctors on duty at the turn of the year",
        text_ja="12月29日から1月3日までの当番医は、トップページでご覧いただけます。受診の前に電話でご確認ください。",
        text_en="The doctors on duty from 29 December to 3 January stand on the top page. Call before you go.",
        shown_from=today(now),
        shown_to=today(now) + SHOWN,
    )
