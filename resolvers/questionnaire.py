"""Deed: a guardian answers the questions on parenting; answering again puts a new entry in the place of the old."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import strawberry
from sqlmodel import col, select

from models.checkup import CheckupKind
from models.ids import Letter
from models.questionnaire import Questionnaire, Reply
from models.refusal import RefusalCode, Refused
from resolvers.checked import bad_text
from resolvers.corrections import replacement
from resolvers.deed import Task

QUESTIONS = ("has_hit", "has_left_alone", "worries_about_money")


@dataclass(kw_only=True)
class AnswerParentingQuestions:
    """The questions of one visit. Nobody but whoever answers and, for support, health staff ever reads them."""

    child_id: strawberry.ID
    kind: CheckupKind
    has_hit: Reply | None = None
    has_left_alone: Reply | None = None
    worries_about_money: Reply | None = None
    note: str | None = None
    idempotency_key: strawberry.ID


async def answer(task: Task, given: AnswerParentingQuestions) -> Questionnaire | Refused:
    """The answers, in the place of what the same person answered for the same visit before, or why not."""
    if all(getattr(given, name) is None for name in (*QUESTIONS, "note")):
        return Refused(RefusalCode.VALUE_MISSING, "hasHit")
    refused = bad_text(given, "note")
    if refused is not None:
        return refused
    told: dict[str, Any] = {name: getattr(given, name) for name in (*QUESTIONS, "note")}
    told["answered_on"] = task.context.today
    id, me = task.new_id(Letter.QUESTIONNAIRE), task.context.caller.holder.id
    before = select(Questionnaire).where(
        col(Questionnaire.child_id) == task.child.id,
        col(Questionnaire.answered_by_id) == me,
        col(Questionnaire.kind) == given.kind,
        col(Questionnaire.is_replaced) == sa.false(),
    )
    row = (await task.session.exec(before)).first()
    if row is not None:
        return replacement(task, row, id, told)
    about: dict[str, Any] = {"id": id, "child_id": task.child.id, "kind": given.kind, "answered_by_id": me}
    return Questionnaire(**about, **told, recorded_at=task.context.now)
