"""`tsumugi plan show`: how an operation would be run for a kind of caller. Nothing is read but the document."""

import secrets
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from auth.caller import Acr, Holder
from auth.chain import AuditKey
from engine.answer import Answer, Engine
from engine.mode import Plans
from engine.question import Question
from models.organisation import CallerKind
from models.store import Store
from tsumugi.commands.printing import kind_named
from tsumugi.halt import Halt
from tsumugi.settings import Settings

CURSOR_KEY_BYTES = 64


class Wish(NamedTuple):
    """What was typed."""

    file: Path
    kind: str
    purpose: str | None
    variables: str


def show(settings: Settings, wish: Wish, now: datetime) -> str:
    """The plan for the database of the settings; raises Halt for what cannot be read or would not be run."""
    kind = kind_named(wish.kind)
    holder = Holder("", kind, Acr.CARD_PIN if kind is CallerKind.RESIDENT else Acr.KEY)
    key = AuditKey(AuditKey.generate())  # signs nothing here
    engine = Engine(Store(settings.database_url), secrets.token_bytes(CURSOR_KEY_BYTES), key, Plans.ON)
    told = engine.explained(
        Question(
            text=_text(wish.file),
            operation_name=None,
            variables=_variables(wish.variables),
            holder=holder,
            purpose=wish.purpose,
            language="en",
            only_queries=False,
            now=now,
        )
    )
    if isinstance(told, Answer):
        raise Halt(told.body.decode())
    return told


def _text(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Halt(f"{file} cannot be read as text.") from None


def _variables(text: str) -> dict[str, Any]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise Halt("The variables must be one JSON object.")
    return found
