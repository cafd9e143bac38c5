"""Values of the register: relations, measures, life events, and what a deed of the desk changes."""

from datetime import date, datetime
from typing import Any

import strawberry

from models.guardianship import GuardianshipKind
from models.life_event import LifeEventKind
from resolvers import changes
from schema.faces import value

strawberry.enum(GuardianshipKind, description="What the law says of one resident and one child (関係の種類).")
strawberry.enum(LifeEventKind, description="What ends or changes rights by its date (異動の種類).")


@value
class Guardianship:
    """A relation that holds or will, until the day before `validTo` (関係). `holder` is a name and leads nowhere."""

    id: strawberry.ID
    holder: str
    kind: GuardianshipKind
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    evidence: str


@value
class GuardianshipEntry:
    """One entry about a relation as it was recorded (関係の履歴); one without a day says that it never was."""

    id: strawberry.ID
    holder: str
    kind: GuardianshipKind
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    recorded_by: str | None
    evidence: str
    replaces_id: strawberry.ID | None
    is_replaced: bool
    is_sealed: bool


@value
class LifeEventEntry:
    """One entry about a birth, a death or a move (異動の履歴); without a day it says that it never happened."""

    id: strawberry.ID
    kind: LifeEventKind
    happened_on: date | None
    recorded_at: datetime
    evidence: str
    replaces_id: strawberry.ID | None
    is_replaced: bool


@value
class Measure:
    """A protection measure that holds or will, until the day before `validTo` (支援措置)."""

    id: strawberry.ID
    counterparty: str
    valid_from: date
    valid_to: date
    recorded_at: datetime
    evidence: str


@value
class RightChange:
    """What changes for one person or organisation about one child (権限の変化).

    Relations are policies of the permission table; `gains` and `loses` are field groups to read, the others to write.
    """

    name: str
    about: str
    relations_before: list[str]
    relations_after: list[str]
    gains: list[str]
    loses: list[str]
    gains_writing: list[str]
    loses_writing: list[str]


@value
class RegisterChange:
    """What the register holds from now on, and what it changes for whom on its day (登録の結果).

    A preview names no entry, since it keeps none. `changes` speaks of consents and measures, and is null where the
    stated purpose does not cover them.
    """

    entry_ids: list[strawberry.ID]
    child_ids: list[strawberry.ID]
    is_preview: bool
    effective_on: date
    changes: list[RightChange] | None

    @classmethod
    def is_type_of(cls, row: Any, _info: Any) -> bool:
        """Whether a result is one."""
        return isinstance(row, changes.RegisterChange)
