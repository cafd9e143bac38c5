"""A question, and all that is known of it before any row is read: operation, purpose, what its variables say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphql import FieldNode, OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues

from auth.access import Caller, Relations, Standing
from auth.caller import Holder
from auth.purpose import PurposeInvalid, Stated, stated
from engine.collect import conditions
from engine.document import Document
from rules.individual_number import contains_individual_number

PUBLIC_ROOTS = {"today", "municipality", "vaccines", "__typename"}
MEMO_KEPT = 200  # a document has a few conditions; one with fifty has more combinations than any memory


@dataclass(frozen=True, slots=True)
class Question:
    """One request after HTTP: `purpose` is the raw header, `now` the domain clock, `only_queries` a GET.

    `event`: what a subscription is told of, the id of a row; empty while it is only begun.
    """

    text: str
    operation_name: str | None
    variables: dict[str, Any]
    holder: Holder
    purpose: str | None
    language: str
    only_queries: bool
    now: datetime
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that is known of it before any row is read."""

    question: Question
    document: Document
    operation: OperationDefinitionNode
    given: VariableValues
    conditions: Mapping[str, bool]
    purpose: Stated | None
    is_public: bool

    @property
    def standing(self) -> Standing:
        """The static half of the caller."""
        return self.caller(Relations()).standing

    def caller(self, held: Relations) -> Caller:
        """Who asks, with these relations."""
        return Caller.of(self.question.holder, self.purpose.purpose if self.purpose else None, held)


def conditions_of(document: Document, operation: OperationDefinitionNode, variables: dict[str, Any]) -> dict[str, bool]:
    """What the variables that decide on selections are, in this request."""
    if len(document.memo) >= MEMO_KEPT:
        document.memo.clear()
    if id(operation) not in document.memo:
        document.memo[id(operation)] = conditions(document.tree, operation)
    return {name: bool(variables.get(name, default)) for name, default in document.memo[id(operation)].items()}


def is_public_alone(operation: OperationDefinitionNode) -> bool:
    """Whether only roots are asked that answer everybody alike."""
    selections = operation.selection_set.selections
    return operation.operation is OperationType.QUERY and all(
        isinstance(each, FieldNode) and each.name.value in PUBLIC_ROOTS for each in selections
    )


def purpose_of(question: Question) -> Stated | None:
    """What the caller states. Raises PurposeInvalid, also for a case that may be an Individual Number: logs keep it."""
    found = stated(question.purpose, question.holder.kind)
    if found is not None and contains_individual_number(found.case):
        raise PurposeInvalid
    return found
