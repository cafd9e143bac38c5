"""A question, and all that is known of it before any row is read: operation, purpose, what its variables say."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from graphql import FieldNode, OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues

from auth.access import Caller, Relations, Standing
from auth.caller import Acr, Holder
from auth.purpose import PurposeInvalid, Stated, stated
from engine.collect import conditions
from engine.document import Document
from models.organisation import CallerKind
from rules.individual_number import contains_individual_number

PUBLIC_ROOTS = {"today", "municipality", "vaccines", "__typename"}
PURPOSES_KEPT = 1_000  # with their cases, of those who asked last
MEMO_KEPT = 200  # a document has a few conditions; one with fifty has more combinations than any memory


class Question(NamedTuple):
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


class Asked(NamedTuple):
    """A question with all that is known of it before any row is read. `standing`: the static half of the caller."""

    question: Question
    document: Document
    operation: OperationDefinitionNode
    given: VariableValues
    conditions: Mapping[str, bool]
    purpose: Stated | None
    standing: Standing
    is_public: bool

    def caller(self, held: Relations) -> Caller:
        """Who asks, with these relations."""
        return Caller(self.question.holder, self.standing, held)


@lru_cache(maxsize=PURPOSES_KEPT)
def stated_of(
    purpose: str | None, kind: CallerKind, acr: Acr, scope: frozenset[str] | None
) -> tuple[Stated | None, Standing]:
    """The purpose that is stated, and the static half of a caller of this kind. Raises PurposeInvalid.

    Also for a case that may be an Individual Number: logs keep it.
    """
    found = None if purpose is None else stated(purpose, kind)
    if found is not None and contains_individual_number(found.case):
        raise PurposeInvalid
    return found, Standing(kind, None if found is None else found.purpose, acr.rank, scope)


def known_of(
    document: Document, operation: OperationDefinitionNode, variables: dict[str, Any]
) -> tuple[bool, dict[str, bool]]:
    """Whether an operation is public, and what the variables that decide on selections are in this request."""
    if len(document.memo) >= MEMO_KEPT:
        document.memo.clear()
    known = document.memo.get(id(operation))
    if known is None:
        known = document.memo[id(operation)] = is_public_alone(operation), conditions(document.tree, operation)
    is_public, defaults = known
    if not defaults:
        return known
    return is_public, {name: bool(variables.get(name, default)) for name, default in defaults.items()}


def is_public_alone(operation: OperationDefinitionNode) -> bool:
    """Whether only roots are asked that answer everybody alike."""
    selections = operation.selection_set.selections
    return operation.operation is OperationType.QUERY and all(
        isinstance(each, FieldNode) and each.name.value in PUBLIC_ROOTS for each in selections
    )
