"""The frame of every deed: one transaction, one permission, one receipt, so that a retry counts once."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple, Protocol, runtime_checkable

import orjson
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth.access import Access, Verdict
from auth.groups import PROTECTION_FLAG
from models.child import Child
from models.columns import table_of
from models.deed import DeedReceipt
from models.family import Family
from models.ids import RANDOM_BYTES, Letter, mint, parsed
from models.organisation import STAFF_KINDS, CallerKind
from models.pregnancy import Pregnancy
from models.refusal import RefusalCode, Refused
from models.subject import Noun
from resolvers.checked import camel
from resolvers.context import Context
from resolvers.reader import Reader
from resolvers.source import Source
from rules.looks import MEASURES

KEY_SHORTEST, KEY_LONGEST = 8, 200  # a key that two clients could choose by accident is none
RECEIPT_KEPT = timedelta(days=30)
# What the caller can do something about: state a purpose, log in more surely.
REMEDIES = {
    Verdict.PURPOSE_REQUIRED: RefusalCode.PURPOSE_REQUIRED,
    Verdict.ACR_REQUIRED: RefusalCode.ACR_REQUIRED,
}


class Input(Protocol):
    """The input of a deed: a dataclass that names what it is about and brings the client's key."""

    idempotency_key: Any


class Told(Protocol):
    """A deed's success in values: what it answers, as text that is the same again for the same key and body.

    `looks`: the fields that are seen by whoever reads it, each with the subject.
    """

    @property
    def looks(self) -> Sequence[tuple[str, str]]:
        """For the access log, each time that it is answered."""

    def packed(self) -> str:
        """The values as JSON text."""


@runtime_checkable
class Secret(Told, Protocol):
    """A success with something that is kept nowhere, and that the client's key gives each time anew."""

    def told(self, key: str) -> "Told":
        """The same with what only whoever has the key is told."""


class About(NamedTuple):
    """A row that a deed may be about, as it is found, and as it is kept."""

    source: Source
    row: type[SQLModel] | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed as the resolvers do it. `by(task, input)` answers the new row, the id of the changed, values, or why not.

    `access`: whoever may write one of these groups. `about`: what the deed may be about, each by the letter of its ids:
    a source with its door, and its model if the deed works with the whole row. `key`: the name of the id in the input;
    None for a deed about nothing that the caller holds yet, which may open something (the caller's relations are then
    read anew). `ends`: it takes something back. `locks`: it locks the one row that decides, and so needs no serialised
    transaction, in which many at one moment would undo one another. `purposes`: only with one of these, where the
    groups would allow more. `unpacked`: of a deed that answers with values, the way back from their text. `is_signed`:
    its input holds a signed document.
    """

    name: str
    access: Access
    noun: Noun | None
    by: Callable[["Task", Any], Awaitable[SQLModel | str | Told | Refused]]
    about: Mapping[Letter, About] = field(default_factory=dict)
    key: str | None = "child_id"
    ends: bool = False
    locks: bool = False
    unpacked: Callable[[str], Told] | None = None
    purposes: frozenset[str] = frozenset()
    is_signed: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """What a deed works with: its transaction, the request's context, the row that it is about.

    `is_preview`: everything is done and then taken back.
    """

    session: AsyncSession
    context: Context
    about: Any = None
    is_preview: bool = False

    @property
    def child(self) -> Child:
        """The child that it is about."""
        child: Child = self.about
        return child

    @property
    def family(self) -> Family:
        """The family that it is about."""
        family: Family = self.about
        return family

    @property
    def pregnancy(self) -> Pregnancy:
        """The pregnancy that it is about."""
        pregnancy: Pregnancy = self.about
        return pregnancy

    @property
    def supplier_id(self) -> str | None:
        """The organisation that supplies what the deed makes; None for staff and residents, who are no organisation."""
        holder = self.context.caller.holder
        return None if holder.kind is CallerKind.RESIDENT or holder.kind in STAFF_KINDS else holder.id

    def new_id(self, letter: Letter) -> str:
        """A new id of this municipality."""
        return mint(self.context.municipality_code, letter, secrets.token_bytes(RANDOM_BYTES))


async def done(context: Context, deed: Deed, given: Input) -> str | Told | Refused:
    """Do it once: the id of the row that it made, its values, or the refusal; the same again for the same key and body.

    A preview is never kept: neither what it did nor a receipt.
    """
    key = str(given.idempotency_key)
    barred = _barred(context, deed, key)
    if barred is not None:
        return barred
    key_hash, body_hash = hashlib.sha256(key.encode()).hexdigest(), _hashed(deed, given)

    async def work(session: AsyncSession) -> str | Told | Refused:
        receipt = await session.get(DeedReceipt, (context.caller.holder.id, key_hash))
        if receipt is not None and receipt.recorded_at > context.now - RECEIPT_KEPT:
            return await _told_again(session, context, deed, given, _repeated(deed, receipt, body_hash))
        if receipt is not None:
            await session.delete(receipt)
            await session.flush()
        answer = await _attempted(session, context, deed, given)
        if _is_kept(answer):
            session.add(_receipt(context, key_hash, body_hash, answer))
        return answer

    async def tried(session: AsyncSession) -> str | Told | Refused:
        answer = await _attempted(session, context, deed, given)
        await session.rollback()
        return answer

    if deed.is_signed and context.signing is not None:
        await context.signing.prepare()
    act = tried if _is_preview(given) else work
    answer = await context.store.transact(act, serialised=not deed.locks, opening=context.caller.opening())
    await context.reader.renew()
    if deed.key is None:
        await context.reader.regard(context.today)
        context.watch_anew()
    _note(context, deed, given, answer)
    return answer.told(key) if isinstance(answer, Secret) else answer


def _note(context: Context, deed: Deed, given: Input, answer: str | Told | Refused) -> None:
    """What goes on record of a deed: whom it told of, and whom it was tried on, since a refusal tells of records, too.

    Guardians who err about their own child leave nothing but an id that was not found. What measures are about is told
    to no resident; nor is a refusal that names several people, since one may have to know nothing of another.
    """
    named = _named(deed, given)
    is_of_measure = PROTECTION_FLAG in deed.access.groups
    if isinstance(answer, Refused):
        is_known = context.caller.holder.kind is CallerKind.RESIDENT and answer.code is not RefusalCode.NOT_FOUND
        if context.notes is not None and not is_known:
            for id in named:
                context.notes.tried(id, is_untold=is_of_measure or len(named) > 1)
    elif not isinstance(answer, str) and context.looks is not None:
        for seen, subject_id in answer.looks or [(f"Mutation.{camel(deed.name)}", id) for id in named]:
            context.looks.saw(MEASURES if is_of_measure else seen, subject_id)


def _named(deed: Deed, given: Input) -> list[str]:
    """The well-formed id that a deed is about; where it is about nothing that is held yet, every one of its input."""
    values = [getattr(given, deed.key)] if deed.key else vars(given).values()
    members = (each for value in values for each in (value if isinstance(value, list) else [value]))
    return [str(each) for each in members if parsed(each)]


def _is_kept(answer: str | Told | Refused) -> bool:
    """Whether a receipt is kept: of an input with an Individual Number anywhere in it not even a digest is."""
    if isinstance(answer, Refused):
        return answer.code is not RefusalCode.INDIVIDUAL_NUMBER_REFUSED
    return bool(getattr(answer, "is_kept", True))


def _is_preview(given: Input) -> bool:
    return bool(getattr(given, "is_preview", False))


def _barred(context: Context, deed: Deed, key: str) -> Refused | None:
    """What is refused before anything is looked up, and leaves no receipt."""
    verdict = context.caller.verdict(deed.access, deed.noun)
    if verdict.is_closed:
        return Refused(REMEDIES.get(verdict, RefusalCode.NOT_PERMITTED))
    if not context.caller.standing.acts(deed.access):
        return Refused(RefusalCode.NOT_PERMITTED)
    stated = context.caller.standing.purpose
    if deed.purposes and (stated is None or stated.code not in deed.purposes):
        return Refused(RefusalCode.PURPOSE_REQUIRED)
    if not KEY_SHORTEST <= len(key) <= KEY_LONGEST or not (key.isascii() and key.isprintable()):
        return Refused(RefusalCode.KEY_INVALID, "idempotencyKey")
    return None


def _hashed(deed: Deed, given: Input) -> str:
    body = orjson.dumps([deed.name, asdict(given)], option=orjson.OPT_SORT_KEYS, default=str)  # type: ignore[call-overload]
    return hashlib.sha256(body).hexdigest()


async def _attempted(session: AsyncSession, context: Context, deed: Deed, given: Input) -> str | Told | Refused:
    context.watch_anew()  # done again after a collision, it shows nothing twice
    about = None if deed.key is None else await _known(session, context, deed, getattr(given, deed.key))
    if isinstance(about, Refused):
        return about
    outcome = await deed.by(Task(session, context, about, _is_preview(given)), given)
    assert not (isinstance(outcome, Refused) and session.new), "a refused deed writes nothing"
    if not isinstance(outcome, SQLModel):
        return outcome
    session.add(outcome)
    return str(outcome.id)  # type: ignore[attr-defined]


async def _known(session: AsyncSession, context: Context, deed: Deed, key: Any) -> Any:
    """The row that the deed is about, if the caller may know of it and write about it; or why not."""
    found = await _found(session, context, deed, key)
    if isinstance(found, Refused):
        return found
    about, known = found
    row = about.row and (await session.exec(select(about.row).where(table_of(about.row).c.id == known.id))).one()
    subject = about.source.subject
    assert subject is not None, "a node has a subject"
    if not context.caller.may_write(deed.access, subject.noun, getattr(known, subject.column), ends=deed.ends):
        return Refused(RefusalCode.NOT_PERMITTED)
    return row or known


async def _found(session: AsyncSession, context: Context, deed: Deed, key: Any) -> tuple[About, Any] | Refused:
    """What the deed is about, as far as the caller may know of it."""
    assert deed.key is not None, "asked for deeds about something"
    parts = parsed(key)
    about = deed.about.get(parts.letter) if parts else None
    reader = Reader(await session.connection(), context.caller, context.reader.cursors, context.today)
    known = about and await reader.one(about.source, str(key))
    return (about, known) if about and known is not None else Refused(RefusalCode.NOT_FOUND, camel(deed.key))


async def _told_again(
    session: AsyncSession, context: Context, deed: Deed, given: Input, answer: str | Told | Refused
) -> str | Told | Refused:
    """What a receipt holds; values only to who may still know of what they are about, since no row is read for them."""
    if deed.key is None or isinstance(answer, str | Refused):
        return answer
    found = await _found(session, context, deed, getattr(given, deed.key))
    return found if isinstance(found, Refused) else answer


def _repeated(deed: Deed, receipt: DeedReceipt, body_hash: str) -> str | Told | Refused:
    if receipt.body_hash != body_hash:
        return Refused(RefusalCode.KEY_REUSED, "idempotencyKey")
    if receipt.refusal_code is not None:
        return Refused(RefusalCode(receipt.refusal_code), receipt.refusal_field)
    if deed.unpacked is not None and receipt.answer is not None:
        return deed.unpacked(receipt.answer)
    return str(receipt.node_id)


def _receipt(context: Context, key_hash: str, body_hash: str, answer: str | Told | Refused) -> DeedReceipt:
    refused = answer if isinstance(answer, Refused) else None
    return DeedReceipt(
        caller_id=context.caller.holder.id,
        key_hash=key_hash,
        body_hash=body_hash,
        node_id=answer if isinstance(answer, str) else None,
        answer=None if isinstance(answer, str | Refused) else answer.packed(),
        refusal_code=refused and refused.code.value,
        refusal_field=refused and refused.field,
        recorded_at=context.now,
    )
