"""The access log by hand: the same entries in the same chain under the same signature, durable before the answer."""

import secrets
import sqlite3
from datetime import datetime
from hashlib import sha256

from auth.caller import Holder
from auth.chain import HEAD, AuditKey, canonical, moment
from auth.purpose import Stated
from bench.rest.staff_pages import Look
from bench.towns.families import CODE
from bench.towns.ids import spelled
from models.ids import BODY_LENGTH

TAIL = """
    SELECT t.seq, t.hash, o.id, o.name FROM audittail t
    JOIN organisation o ON o.id = coalesce((SELECT organisation_id FROM staffmember WHERE id = ?1), ?1)
    WHERE t.id = 1
"""
NAMES = (
    *("seq", "id", "at", "actor_id", "actor_kind", "office_id", "office", "purpose_code", "case_reference", "noun"),
    *("subject_id", "fields", "cells", "is_denied", "previous_hash", "hash"),
)
ENTRY = f"INSERT INTO accessentry ({', '.join(NAMES)}) VALUES ({', '.join(f':{name}' for name in NAMES)})"  # noqa: S608
HEAD_ROW = """
    INSERT INTO audithead (seq, first_seq, hash, signed_at, key_id, signature)
    VALUES (:seq, :first_seq, :hash, :signed_at, :key_id, :signature)
"""


class Book:
    """Writes over the connection that reads: one transaction a request."""

    def __init__(self, connection: sqlite3.Connection, key: AuditKey) -> None:
        self._connection = connection
        self._key = key

    def write(self, holder: Holder, stated: Stated, now: datetime, looks: list[Look]) -> None:
        """One entry a child and one signature; when this returns they are on the disk."""
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        try:
            seq, last, office_id, office = execute(TAIL, (holder.id,)).fetchone()
            operation = {
                "at": moment(now),
                "actor_id": holder.id,
                "actor_kind": holder.kind.name,
                "office_id": office_id,
                "office": office,
                "purpose_code": stated.purpose.code,
                "case_reference": stated.case,
                "noun": "child",
                "is_denied": False,
            }
            entries = []
            for number, look in enumerate(looks, start=seq + 1):
                entry = {**operation, "subject_id": look.child_id, "fields": look.fields, "cells": look.cells}
                entry |= {"id": _id(), "seq": number, "previous_hash": last}
                last = entry["hash"] = sha256(canonical(entry)).hexdigest()
                entries.append(entry)
            self._connection.executemany(ENTRY, entries)
            values = {"first_seq": seq + 1, "seq": seq + len(entries), "hash": last, "signed_at": operation["at"]}
            execute(HEAD_ROW, self._key.signed(HEAD, values))
            execute("UPDATE audittail SET seq = ?, hash = ? WHERE id = 1", (seq + len(entries), last))
        except BaseException:
            execute("ROLLBACK")
            raise
        execute("COMMIT")


def _id() -> str:
    return f"{CODE}-L{spelled(secrets.token_bytes(BODY_LENGTH))}"
