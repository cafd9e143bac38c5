"""An export of the access log made from thin air, in batches of ten entries under one head each."""

from datetime import UTC, datetime, timedelta

from auth.chain import BEFORE_THE_FIRST, END, HEAD, AuditKey, PublicKeys, canonical, chained, moment, plain
from models.organisation import CallerKind

AT = datetime(2026, 11, 23, tzinfo=UTC)
KEY, OTHER = (AuditKey(AuditKey.generate()) for _ in range(2))
KEYS = PublicKeys.read({"keys": [KEY.public_jwk]})
BATCH = 10


def draft(number):
    return {
        "id": f"102016-L{number:026}",
        "at": AT + timedelta(seconds=number),
        "actor_id": "102016-O1",
        "actor_kind": CallerKind.STAFF_HEALTH,
        "office_id": None,
        "office": "健康課",
        "purpose_code": "CHK",
        "case_reference": f"2026-{number % 7}",
        "noun": "child",
        "subject_id": f"102016-C{number % 5}",
        "fields": "Child.id:1 Child.name:1",
        "cells": 2,
        "is_denied": False,
    }


def line(kind, values):
    return canonical({kind: values}) + b"\n"


def lines(count, key=KEY):
    """Entries, heads and the closing line."""
    found = list(chained(0, BEFORE_THE_FIRST, [draft(number) for number in range(count)]))
    for first in range(0, count, BATCH):
        batch = found[first : first + BATCH]
        yield from (line("entry", plain(each)) for each in batch)
        head = {"first_seq": first + 1, "seq": batch[-1]["seq"], "hash": batch[-1]["hash"], "signed_at": moment(AT)}
        yield line("head", key.signed(HEAD, head))
    last = found[-1]["hash"] if found else BEFORE_THE_FIRST
    yield line("end", key.signed(END, {"entries": count, "hash": last, "exported_at": moment(AT)}))
