"""The access log is written: all entries of one operation in one transaction, under one signature."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, String, bindparam, func, insert, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from auth.caller import Holder
from auth.chain import HEAD, AuditKey, chained, moment
from auth.purpose import Stated
from models.access_log import AccessEntry, AuditHead, AuditTail
from models.columns import table_of
from models.ids import RANDOM_BYTES, Letter, mint, parsed
from models.organisation import Organisation, StaffMember
from models.store import Store
from models.subject import Noun
from models.wall import Opening
from resolvers import breakglass
from resolvers.looks import Looks
from rules.looks import MEASURE, parted, spelled, spelled_denials

ENTRIES, HEADS, TAIL = (table_of(each) for each in (AccessEntry, AuditHead, AuditTail))
STAFF, OFFICES = table_of(StaffMember), table_of(Organisation)
WHOLE_LOG = Opening({Noun.LOOK: None})  # of the log all, of records nothing
THE_TAIL = 1  # the id of its one row
NOUNS = {
    Letter.CHILD: Noun.CHILD.value,
    Letter.FAMILY: Noun.FAMILY.value,
    Letter.PREGNANCY: Noun.PREGNANCY.value,
    Letter.RIDER: Noun.RIDER.value,
    Letter.RIDE: Noun.RIDE.value,
    Letter.ACCOUNT: Noun.ACCOUNT.value,
}


Draft = dict[str, Any]  # of an entry: what was seen of whom, before it is known where it will stand


@dataclass(frozen=True, slots=True)
class Operation:
    """Who asked, for which purpose, when (the domain clock), in which municipality."""

    holder: Holder
    stated: Stated | None
    now: datetime
    municipality_code: str


@dataclass(frozen=True, slots=True)
class Book:
    """The access log of one server: where it is kept, and the key that signs it."""

    store: Store
    key: AuditKey

    async def write(self, operation: Operation, drafts: list[Draft]) -> None:
        """Write entries; when this returns they are durable. Raises whatever the database raises."""

        async def work(session: AsyncSession) -> None:
            connection = await session.connection()
            tail = (await connection.execute(_tail(), {"actor": operation.holder.id})).one()
            entries = list(chained(tail.seq, tail.hash, [_placed(each, operation, tail) for each in drafts]))
            await connection.execute(insert(ENTRIES), entries)
            await connection.execute(insert(HEADS).values(**self._head(tail.seq + 1, entries[-1], operation.now)))
            last = {"seq": entries[-1]["seq"], "hash": entries[-1]["hash"]}
            await connection.execute(update(TAIL).where(TAIL.c.id == THE_TAIL).values(**last))
            seen = [each["subject_id"] for each in drafts if each["cells"] and each["subject_id"]]
            await breakglass.told(connection, operation.holder.id, operation.stated, operation.now, seen)

        await self.store.transact(work, serialised=False, opening=WHOLE_LOG)

    def _head(self, first_seq: int, last: dict[str, Any], now: datetime) -> dict[str, Any]:
        values = {"first_seq": first_seq, "seq": last["seq"], "hash": last["hash"], "signed_at": moment(now)}
        return {**self.key.signed(HEAD, values), "signed_at": now}


def drafts(watched: Iterable[Looks | None], denied: Iterable[tuple[str, str]]) -> list[Draft]:
    """What is to be written of an operation: what was seen of each subject, vain tries, what was denied beforehand.

    `denied` are pairs of field and rule. Subjects are in the order of their ids, however the answer was found.
    """
    found = list(dict.fromkeys(each for each in watched if each is not None))
    barred = spelled_denials(denied)
    tries = sorted({id for looks in found for id in looks.tries})
    entries = [*_seen(found), *({"subject_id": id, "is_denied": True} for id in tries)]
    if barred:
        entries.append({"subject_id": None, "is_denied": True, "fields": barred})
    return [{"fields": "", "cells": 0, **each} for each in entries]


def _seen(watched: Iterable[Looks]) -> Iterator[Draft]:
    """One draft a subject, and one more for what residents are not told of."""
    merged: dict[str | None, dict[str, int]] = {}
    for looks in watched:
        for subject_id, times in looks.cells.items():
            merged[subject_id] = {**merged.get(subject_id, {}), **times}
    for subject_id, every in sorted(merged.items(), key=lambda each: each[0] or ""):
        for is_untold, times in parted(every):
            seen = {"fields": spelled(times), "cells": sum(times.values())}
            yield {"subject_id": subject_id, "is_denied": False, **seen, **({"noun": MEASURE} if is_untold else {})}


def _tail() -> Any:
    """The end of the chain, held until this transaction ends, and the office of the caller, if there is one."""
    me = bindparam("actor", type_=String)
    of_staff = select(STAFF.c.organisation_id).where(STAFF.c.id == me).scalar_subquery()
    office_id = func.coalesce(of_staff, me)
    names = select(OFFICES.c.name).where(OFFICES.c.id == office_id).scalar_subquery()
    ids = select(OFFICES.c.id).where(OFFICES.c.id == office_id).scalar_subquery()
    columns = (TAIL.c.seq, TAIL.c.hash, ids.label("office_id"), names.label("office"))
    return select(*columns).where(TAIL.c.id == THE_TAIL).with_for_update(of=TAIL)


def _placed(draft: Draft, operation: Operation, tail: Row[Any]) -> Draft:
    """A draft with everything of the operation."""
    holder, stated = operation.holder, operation.stated
    parts = parsed(draft["subject_id"])
    return {
        "noun": NOUNS.get(parts.letter) if parts else None,
        **draft,
        "id": mint(operation.municipality_code, Letter.LOG, secrets.token_bytes(RANDOM_BYTES)),
        "at": operation.now,
        "actor_id": holder.id,
        "actor_kind": holder.kind,
        "office_id": tail.office_id,
        "office": tail.office,
        "purpose_code": stated.purpose.code if stated else None,
        "case_reference": stated.case if stated else None,
    }
