"""The frame of every deed: one transaction, one permission, one receipt, so that a retry counts once."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Protocol

import orjson
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from auth.access import Access, Verdict
from models.child import Child
from models.deed import DeedReceipt
from models.ids import RANDOM_BYTES, Letter, mint, parsed
from models.organisation import STAFF_KINDS, CallerKind
from models.refusal import RefusalCode, Refused
from resolvers.context import Context
from resolvers.reader import Reader
from resolvers.source import Source

KEY_SHORTEST, KEY_LONGEST = 8, 200  # a key that two clients could choose by accident is none
RECEIPT_KEPT = timedelta(days=30)


class Input(Protocol):
    """The input of a deed: a dataclass that names a child and brings the client's key."""

    child_id: Any
    idempotency_key: Any


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed as the resolvers do it. `by(task, input)` answers the new row, or why not.

    `access`: whoever may write one of these groups for the child; `about`: the child's source, with its door.
    """

    name: str
    access: Access
    about: Source
    by: Callable[["Task", Any], Awaitable[SQLModel | Refused]]


@dataclass(frozen=True, slots=True)
class Task:
    """What a deed works with: its transaction, the request's context, the child that it is about."""

    session: AsyncSession
    context: Context
    child: Child

    @property
    def supplier_id(self) -> str | None:
        """The organisation that supplies what the deed makes; None for staff and residents, who are no organisation."""
        holder = self.context.caller.holder
        return None if holder.kind is CallerKind.RESIDENT or holder.kind in STAFF_KINDS else holder.id

    def new_id(self, letter: Letter) -> str:
        """A new id of this municipality."""
        return mint(self.context.municipality_code, letter, secrets.token_bytes(RANDOM_BYTES))


async def done(context: Context, deed: Deed, given: Input) -> str | Refused:
    """Do it once: the id of the row that it made, or the refusal; the same again for the same key and body."""
    key = str(given.idempotency_key)
    barred = _barred(context, deed, key)
    if barred is not None:
        return barred
    key_hash, body_hash = hashlib.sha256(key.encode()).hexdigest(), _hashed(deed, given)

    async def work(session: AsyncSession) -> str | Refused:
        receipt = await session.get(DeedReceipt, (context.caller.holder.id, key_hash))
        if receipt is not None and receipt.recorded_at > context.now - RECEIPT_KEPT:
            return _repeated(receipt, body_hash)
        if receipt is not None:
            await session.delete(receipt)
            await session.flush()
        outcome = await _attempted(session, context, deed, given)
        answer = outcome if isinstance(outcome, Refused) else str(outcome.id)  # type: ignore[attr-defined]
        if not isinstance(outcome, Refused):
            session.add(outcome)
        if not (isinstance(outcome, Refused) and outcome.code is RefusalCode.INDIVIDUAL_NUMBER_REFUSED):
            session.add(_receipt(context, key_hash, body_hash, answer))  # of such a number not even a digest is kept
        return answer

    answer = await context.store.transact(work, opening=context.caller.opening())
    await context.reader.renew()
    return answer


def _barred(context: Context, deed: Deed, key: str) -> Refused | None:
    """What is refused before anything is looked up, and leaves no receipt."""
    verdict = context.caller.verdict(deed.access, _noun(deed))
    if verdict.is_closed:
        needs_purpose = verdict is Verdict.PURPOSE_REQUIRED
        return Refused(RefusalCode.PURPOSE_REQUIRED if needs_purpose else RefusalCode.NOT_PERMITTED)
    if not KEY_SHORTEST <= len(key) <= KEY_LONGEST or not (key.isascii() and key.isprintable()):
        return Refused(RefusalCode.KEY_INVALID, "idempotencyKey")
    return None


def _hashed(deed: Deed, given: Input) -> str:
    body = orjson.dumps([deed.name, asdict(given)], option=orjson.OPT_SORT_KEYS, default=str)  # type: ignore[call-overload]
    return hashlib.sha256(body).hexdigest()


async def _attempted(session: AsyncSession, context: Context, deed: Deed, given: Input) -> SQLModel | Refused:
    reader = Reader(await session.connection(), context.caller, context.reader.cursors)
    known = await reader.one(deed.about, str(given.child_id)) if parsed(given.child_id) else None
    child = None if known is None else await session.get(Child, known.id)
    if child is None:
        return Refused(RefusalCode.NOT_FOUND, "childId")
    if not context.caller.may_write(deed.access, _noun(deed), child.id):
        return Refused(RefusalCode.NOT_PERMITTED)
    return await deed.by(Task(session, context, child), given)


def _noun(deed: Deed) -> Any:
    return deed.about.subject and deed.about.subject.noun


def _repeated(receipt: DeedReceipt, body_hash: str) -> str | Refused:
    if receipt.body_hash != body_hash:
        return Refused(RefusalCode.KEY_REUSED, "idempotencyKey")
    if receipt.refusal_code is not None:
        return Refused(RefusalCode(receipt.refusal_code), receipt.refusal_field)
    return str(receipt.node_id)


def _receipt(context: Context, key_hash: str, body_hash: str, answer: str | Refused) -> DeedReceipt:
    refused = answer if isinstance(answer, Refused) else None
    return DeedReceipt(
        caller_id=context.caller.holder.id,
        key_hash=key_hash,
        body_hash=body_hash,
        node_id=None if isinstance(answer, Refused) else answer,
        refusal_code=refused and refused.code.value,
        refusal_field=refused and refused.field,
        recorded_at=context.now,
    )
