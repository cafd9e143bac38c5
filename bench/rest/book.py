"""The access log by hand: the same entries in the same chain under the same signature, durable before the answer."""

import asyncio
import secrets
import sqlite3
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

import orjson

from auth.caller import Holder
from auth.chain import HEAD, AuditKey, moment
from auth.purpose import Stated
from bench.rest.staff_pages import Look
from bench.towns.families import CODE
from bench.towns.ids import spelled
from models.ids import BODY_LENGTH, SHARED_LENGTH

TAIL = """
    SELECT t.seq, t.hash, o.id, o.name FROM audittail t
    JOIN organisation o ON o.id = coalesce((SELECT organisation_id FROM staffmember WHERE id = ?1), ?1)
    WHERE t.id = 1
"""
ENTRY = """
    INSERT INTO accessentry (actor_id, actor_kind, at, case_reference, cells, fields, id, is_denied, noun, office,
        office_id, previous_hash, purpose_code, seq, subject_id, hash)
    VALUES (?, ?, ?, ?, ?, ?, ?, 0, 'child', ?, ?, ?, ?, ?, ?, ?)
"""
HEAD_ROW = """
    INSERT INTO audithead (seq, first_seq, hash, signed_at, key_id, signature)
    VALUES (:seq, :first_seq, :hash, :signed_at, :key_id, :signature)
"""
OWN_LENGTH = BODY_LENGTH - SHARED_LENGTH


class Shown(NamedTuple):
    """What one answer shows, and to whom."""

    holder: Holder
    stated: Stated
    now: datetime
    looks: list[Look]


class Book:
    """Writes over the connection that reads: answers that are ready together are written in one transaction."""

    def __init__(self, connection: sqlite3.Connection, key: AuditKey) -> None:
        self._connection = connection
        self._key = key
        self._waiting: list[tuple[Shown, asyncio.Future[None]]] = []

    async def kept(self, shown: Shown) -> None:
        """One entry a child and one signature; when this returns they are on the disk."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._keep)
        told = loop.create_future()
        self._waiting.append((shown, told))
        await told

    def _keep(self) -> None:
        waiting, self._waiting = self._waiting, []
        try:
            self.write(*(shown for shown, _ in waiting))
        except sqlite3.Error as why:
            _tell(waiting, why)
        else:
            _tell(waiting, None)

    def write(self, *answers: Shown) -> None:
        """The same at once, for one answer or several."""
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        try:
            for each in answers:
                self._write(each)
        except BaseException:
            execute("ROLLBACK")
            raise
        execute("COMMIT")

    def _write(self, shown: Shown) -> None:
        execute, (holder, stated, now, looks) = self._connection.execute, shown
        first, last, office_id, office = execute(TAIL, (holder.id,)).fetchone()
        at, kind, purpose, case = moment(now), holder.kind.name, stated.purpose.code, stated.case
        seq, entries = first, []
        for id, (child_id, fields, cells) in zip(_ids(len(looks)), sorted(looks), strict=True):
            seq, before = seq + 1, last
            covered = {  # in the order of the alphabet, as the chain wants them
                "actor_id": holder.id,
                "actor_kind": kind,
                "at": at,
                "case_reference": case,
                "cells": cells,
                "fields": fields,
                "id": id,
                "is_denied": False,
                "noun": "child",
                "office": office,
                "office_id": office_id,
                "previous_hash": before,
                "purpose_code": purpose,
                "seq": seq,
                "subject_id": child_id,
            }
            last = sha256(orjson.dumps(covered)).hexdigest()
            where = (office, office_id, before, purpose, seq, child_id, last)
            entries.append((holder.id, kind, at, case, cells, fields, id, *where))
        self._connection.executemany(ENTRY, entries)
        head = {"first_seq": first + 1, "seq": seq, "hash": last, "signed_at": at}
        execute(HEAD_ROW, self._key.signed(HEAD, head))
        execute("UPDATE audittail SET seq = ?, hash = ? WHERE id = 1", (seq, last))


def _tell(waiting: list[tuple[Shown, asyncio.Future[None]]], why: Exception | None) -> None:
    for _, told in waiting:
        if not told.done():
            told.set_result(None) if why is None else told.set_exception(why)


def _ids(number: int) -> list[str]:
    """Ids that begin alike, as the product makes them: an index keeps them side by side."""
    drawn = spelled(secrets.token_bytes(SHARED_LENGTH + OWN_LENGTH * number))
    head = f"{CODE}-L{drawn[:SHARED_LENGTH]}"
    return [head + drawn[at : at + OWN_LENGTH] for at in range(SHARED_LENGTH, len(drawn), OWN_LENGTH)]
