"""Enrolment: a new card is bound to a resident, on proof that it is the old person's; never to a new one.

The proof is a one-time code of the city, a session of the same person that has just begun, or the card's signature
certificate, whose attributes one resident has. What it takes the place of is closed in the same transaction, and the
resident is told of it: nothing else binds a card, an app or a city to anybody (tests/house/test_enrolling.py).
"""

import hmac
import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import MINYEAR, date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth import credential
from auth.caller import Holder
from auth.credential import Authenticated, Scheme
from auth.fault import Fault
from models import wall
from models.application import Signer
from models.columns import table_of
from models.credential import ClosedBy, Credential, EnrolledBy, EnrolmentCode
from models.family import Family
from models.ids import CODE_LENGTH, RANDOM_BYTES, Letter, mint
from models.mailbox import Mailbox
from models.organisation import CallerKind
from models.outbox import MessageKind, Outbox
from models.relation import relation_of
from models.resident import Resident
from models.session import Session
from models.subject import Noun
from models.wall import Opening
from rules.eligibility import Registered
from rules.enrolment import SESSION_LASTS, TRIES_MOST, Candidate, handle, those_meant
from rules.linking import code_hash
from rules.notices import REMOVED_HEARS_FOR
from rules.town_time import TOWN_TIME

# The register is looked through for one comparison: nobody has logged in whose relations could say what to reach.
REGISTER = Opening({Noun.FAMILY: None})
EVERYTHING, NOTHING = "everything", "nothing"
TOLD_MOST, TOLD_WITHIN = 3, timedelta(days=1)  # mails to a mailbox: who links and closes for an hour floods nobody


class Proved(NamedTuple):
    """Whom a proof names, how it did, and the id of the code that is spent by it."""

    resident_id: str
    by: EnrolledBy
    code_id: str | None = None


async def by_code(session: AsyncSession, text: str, now: datetime) -> Proved | Fault:
    """Whom a code of the city names. Every try counts, of whatever begins alike, by one statement whatever there is."""
    code, presented = table_of(EnrolmentCode).c, code_hash(text)
    waiting = (code.handle == handle(text), code.redeemed_at.is_(None), code.revoked_at.is_(None))
    trying = sa.update(table_of(EnrolmentCode)).where(*waiting).values(tries=code.tries + 1)
    rows = (
        await session.exec(trying.returning(code.id, code.resident_id, code.code_hash, code.tries, code.expires_at))
    ).all()
    meant = [each for each in rows if hmac.compare_digest(each.code_hash, presented)]
    if any(each.tries > TRIES_MOST for each in rows):
        return Fault.ENROLMENT_CODE_EXHAUSTED
    if not meant:
        return Fault.ENROLMENT_CODE_UNKNOWN
    if now >= meant[0].expires_at:
        return Fault.ENROLMENT_CODE_EXPIRED
    return Proved(meant[0].resident_id, EnrolledBy.CODE, meant[0].id)


async def by_session(
    session: AsyncSession, session_id: str, key_thumbprint: str | None, now: datetime
) -> Proved | Fault:
    """Whose session it is: one of a resident that began just now, for whoever holds its key.

    A session without a key, or an old one, vouches for nothing: whoever came by its token could stay for good.
    """
    row = await session.get(Session, session_id)
    is_good = (
        row is not None
        and row.kind is CallerKind.RESIDENT
        and row.ended_at is None
        and key_thumbprint is not None
        and row.key_thumbprint == key_thumbprint
        and now < row.started_at + SESSION_LASTS
    )
    return Proved(row.holder_id, EnrolledBy.SESSION) if row is not None and is_good else Fault.ENROLMENT_SESSION


async def by_signature(session: AsyncSession, signer: Signer, now: datetime) -> Proved | Fault:
    """Whose the four attributes are in the register, if exactly one resident's; they are not kept."""
    today = now.astimezone(TOWN_TIME).date()
    person, home = table_of(Resident).c, table_of(Family).c
    year = max(signer.birth.year, MINYEAR)
    question = (
        sa.select(person.id, person.birth_date, person.name, person.sex, home.address)
        .join(table_of(Family), home.id == person.family_id)
        .where(
            person.birth_date.between(date(year, 1, 1), date(year, 12, 31)),
            person.died_on.is_(None),
            sa.or_(person.moved_out_on.is_(None), person.moved_out_on > today),
        )
    )
    rows = (await (await session.connection()).execute(question)).all()
    meant = those_meant(signer, [Candidate(each.id, Registered(*each[1:])) for each in rows])
    if len(meant) != 1:
        return Fault.ENROLMENT_AMBIGUOUS if meant else Fault.ENROLMENT_NOBODY
    return Proved(meant[0], EnrolledBy.SIGNATURE)


async def enrolled(
    session: AsyncSession, card: Authenticated, proved: Proved, replaces: str, now: datetime, *, told_at: datetime
) -> Holder | Fault:
    """The person, who has the card from now on and what it replaces no more; or why it stays nobody's.

    `told_at`: the domain's moment, by which mails leave; `now` is the real one. What the transaction reached before, it
    reaches no more.
    """
    held = await credential.open_ones(session, proved.resident_id)
    replaced = _replaced(held, replaces)
    fault = await _fault(session, card, proved)
    if fault is not None:
        return fault
    if isinstance(replaced, Fault):
        return replaced
    await credential.close(session, replaced, ClosedBy.REPLACED, now)
    await session.flush()
    row = credential.bound(card, proved.resident_id, proved.by, now)
    session.add(row)
    if proved.code_id is not None:
        code = table_of(EnrolmentCode)
        await session.exec(sa.update(code).where(code.c.id == proved.code_id).values(redeemed_at=now))
    await _told(session, row, told_at)
    return Holder(proved.resident_id, CallerKind.RESIDENT, card.acr)


async def _told(session: AsyncSession, row: Credential, now: datetime) -> None:
    """One message for each confirmed mailbox, whatever it wants, unless it was owed three since yesterday.

    With its address, and also for those that were removed since yesterday: who has somebody's card can remove mailboxes
    before the mails have left, or before there are any. See docs/decisions/0018.
    """
    await wall.open_to(await session.connection(), Opening({Noun.PERSON: frozenset({row.resident_id})}))
    mine = (col(Mailbox.resident_id) == row.resident_id, col(Mailbox.removed_at).is_(None))
    boxes = select(Mailbox.address, Mailbox.id).where(*mine, col(Mailbox.confirmed_at).is_not(None))
    held = select(Outbox.address, Outbox.about_id).where(
        col(Outbox.recipient_id) == row.resident_id,
        col(Outbox.kind) == MessageKind.MAILBOX_REMOVED,
        col(Outbox.created_at) > now - REMOVED_HEARS_FOR,
        col(Outbox.address).is_not(None),
    )
    standing = dict((await session.exec(boxes)).all())  # first: who removes one in between, moves it to the others
    addresses = dict((await session.exec(held)).all()) | standing
    owed = (col(Outbox.recipient_id) == row.resident_id, col(Outbox.kind) == MessageKind.CREDENTIAL)
    recent = select(Outbox.mailbox_id).where(*owed, col(Outbox.created_at) > now - TOLD_WITHIN)
    told = Counter((await session.exec(recent)).all())
    session.add_all(
        Outbox(
            id=mint(row.id[:CODE_LENGTH], Letter.LOG, secrets.token_bytes(RANDOM_BYTES)),
            kind=MessageKind.CREDENTIAL,
            recipient_id=row.resident_id,
            mailbox_id=mailbox_id,
            address=address,
            about_id=row.id,
            created_at=now,
            due_at=now,
        )
        for address, mailbox_id in addresses.items()
        if told[mailbox_id] < TOLD_MOST
    )


def _replaced(held: Sequence[Credential], replaces: str) -> list[Credential] | Fault:
    if replaces in {EVERYTHING, NOTHING}:
        return list(held) if replaces == EVERYTHING else []
    found = [each for each in held if each.id == replaces]
    return found or Fault.ENROLMENT_REPLACED_UNKNOWN


async def _fault(session: AsyncSession, card: Authenticated, proved: Proved) -> Fault | None:
    """Why the card cannot be this person's. One that was closed comes back by the desk alone, which has seen it.

    A link with another city comes back as it came, since both logins are shown each time.
    """
    keys = [each.key for each in card.keys]
    rows = (await session.exec(select(Credential).where(col(Credential.lookup_key).in_(keys)))).all()
    person = relation_of(Resident).c
    died_on = (await session.exec(select(person.died_on).where(person.id == proved.resident_id))).one()
    if any(each.resident_id != proved.resident_id for each in rows):
        return Fault.CREDENTIAL_TAKEN
    if any(each.closed_at is None for each in rows):
        return Fault.CREDENTIAL_ENROLLED
    if rows and proved.by is not EnrolledBy.CODE and card.scheme is not Scheme.CITY:
        return Fault.CREDENTIAL_CLOSED
    return None if died_on is None else Fault.HOLDER_DECEASED
