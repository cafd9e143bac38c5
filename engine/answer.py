"""A question becomes an answer: limits, document, caller, execution, errors without a word too many."""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from graphql import (
    ExecutionResult,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    execute,
)
from graphql.execution.values import get_variable_values
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from auth import relations
from auth.access import Caller, Relations
from auth.caller import Holder
from auth.chain import AuditKey
from auth.purpose import PurposeInvalid, Stated, stated
from engine.collect import Selections, conditions
from engine.denied import Denials
from engine.document import Document, Documents, Refused, named
from engine.errors import ErrorCode, error_body, message
from models import wall
from models.columns import table_of
from models.municipality import Municipality
from models.organisation import CallerKind
from models.store import Store, is_outage
from resolvers.access_log import Book, Draft, Operation, drafts
from resolvers.context import Context, today
from resolvers.cursor import Cursors
from resolvers.reader import Reader
from rules.individual_number import contains_individual_number
from schema.graph import core, graph_for, known_to

OK, BAD_REQUEST, METHOD_NOT_ALLOWED, UNAVAILABLE = 200, 400, 405, 503
PUBLIC_ROOTS = {"today", "municipality", "__typename"}
REFERENCE_BYTES = 6
MEMO_KEPT = 200  # a document has a few conditions; one with fifty has more combinations than any memory
PLACE = re.compile(  # how graphql-core begins to tell what is wrong with a variable; a value comes later, if at all
    r"Variable '(?P<name>\$\w+)' has invalid value(?: at (?P<path>[\w.\[\]]+))?:"
    r"(?: Expected value of type '\w+' to include required field '(?P<missing>\w+)')?"
)
CODES = {code.value for code in ErrorCode}
Denied = tuple[list[dict[str, Any]], tuple[tuple[str, str], ...]]  # for the client, and for the access log


@dataclass(frozen=True, slots=True)
class Question:
    """One request after HTTP: `purpose` is the raw header, `now` the domain clock, `only_queries` a GET."""

    text: str
    operation_name: str | None
    variables: dict[str, Any]
    holder: Holder
    purpose: str | None
    language: str
    only_queries: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception that nobody expected, under the code and the reference that the client was given."""

    exception: Exception
    code: ErrorCode
    reference: str

    @classmethod
    def of(cls, why: Exception) -> "Failure":
        """UNAVAILABLE when the database is to blame, INTERNAL when we are."""
        code = ErrorCode.UNAVAILABLE if is_outage(why) else ErrorCode.INTERNAL
        return cls(why, code, secrets.token_hex(REFERENCE_BYTES))


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON of a response; `public` says that it is the same for everybody and may be kept by caches."""

    body: bytes
    status: int = OK
    public: bool = False
    failures: tuple[Failure, ...] = ()


class Engine:
    """Answers questions about the one town that the store keeps."""

    def __init__(self, store: Store, cursor_key: bytes, audit_key: AuditKey) -> None:
        self._store = store
        self._cursor_key = cursor_key
        self._book = Book(store, audit_key)
        self._town = ""
        self._schema = core
        self._documents = Documents(self._schema, known_to(CallerKind.ANONYMOUS))

    async def answer(self, question: Question) -> Answer:
        """The whole response; never raises for what a client sent."""
        is_anonymous = question.holder.kind is CallerKind.ANONYMOUS
        document = self._documents.read(question.text, is_anonymous=is_anonymous)
        operation = named(document.operations, question.operation_name)
        if question.only_queries and operation is not None and operation.operation is not OperationType.QUERY:
            return Answer(error_body(ErrorCode.METHOD_NOT_ALLOWED), METHOD_NOT_ALLOWED)  # whether or not it would fit
        if isinstance(document, Refused):
            return Answer(document.body, BAD_REQUEST)
        if operation is None:
            return _refused(ErrorCode.BAD_USER_INPUT, "Name one of the operations of the document.")
        try:
            purpose = _purpose(question)
        except PurposeInvalid:
            return _refused(ErrorCode.PURPOSE_INVALID)
        given = get_variable_values(
            self._schema, operation.variable_definitions or (), question.variables, hide_suggestions=True
        )
        if isinstance(given, list):
            return _refused(ErrorCode.BAD_USER_INPUT, _which_variable(given[0]))
        async with self._store.reading() as connection:
            answer, drafted = await self._run(question, document, operation, purpose, connection)
        return await self._logged(answer, Operation(question.holder, purpose, question.now, self._town), drafted)

    async def _logged(self, answer: Answer, operation: Operation, drafted: list[Draft]) -> Answer:
        """The answer, once it is on record who saw what; nothing of it where that cannot be written."""
        try:
            if drafted:
                await self._book.write(operation, drafted)
        except Exception as why:  # noqa: BLE001 - whatever it is: what is not on record was not seen
            failure = replace(Failure.of(why), code=ErrorCode.UNAVAILABLE)
            return Answer(error_body(failure.code), UNAVAILABLE, failures=(*answer.failures, failure))
        return answer

    async def _run(
        self,
        question: Question,
        document: Document,
        operation: OperationDefinitionNode,
        purpose: Stated | None,
        connection: AsyncConnection,
    ) -> tuple[Answer, list[Draft]]:
        """The answer, and what the access log must hold before it leaves."""
        is_public = _is_public(operation)
        held = Relations() if is_public else await relations.load(connection, question.holder, today(question.now))
        caller = Caller.of(question.holder, purpose.purpose if purpose else None, held)
        if not is_public:
            await wall.open_to(connection, caller.opening())
        reader = Reader(connection, caller, Cursors(self._cursor_key, question.holder.id), today(question.now))
        town = await self._code_of_town(connection)
        context = Context(caller, reader, self._store, question.now, town, question.language)
        result = await self._executed(question, document, context)
        await reader.close()
        failures: list[Failure] = []
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = [_told(error, question.language, failures) for error in result.errors]
        denied, fields = self._denied(question, document, operation, caller)
        if denied:
            body["extensions"] = {"denied": denied}
        is_watched = caller.holder.kind not in {CallerKind.ANONYMOUS, CallerKind.RESIDENT}
        drafted = drafts((context.looks, context.notes), fields if is_watched else ())
        return Answer(orjson.dumps(body), OK, is_public and not result.errors, tuple(failures)), drafted

    async def _code_of_town(self, connection: AsyncConnection) -> str:
        """The municipality whose server this is; it never changes once there is one."""
        if not self._town:
            rows = table_of(Municipality)
            self._town = await connection.scalar(select(rows.c.code).where(rows.c.is_ours)) or ""
        return self._town

    async def _executed(self, question: Question, document: Document, context: Context) -> ExecutionResult:
        result = execute(
            graph_for(question.holder.kind),
            document.tree,
            context_value=context,
            variable_values=question.variables,
            operation_name=question.operation_name,
            hide_suggestions=True,
        )
        return result if isinstance(result, ExecutionResult) else await result

    def _denied(
        self, question: Question, document: Document, operation: OperationDefinitionNode, caller: Caller
    ) -> Denied:
        """Kept with the document: by operation, standing and the values of its conditions."""
        if len(document.memo) >= MEMO_KEPT:
            document.memo.clear()
        if id(operation) not in document.memo:
            document.memo[id(operation)] = conditions(document.tree, operation)
        variables = question.variables
        values = {name: bool(variables.get(name, default)) for name, default in document.memo[id(operation)].items()}
        key = (id(operation), caller.standing, tuple(values.items()))
        if key not in document.memo:
            selections = Selections(self._schema, document.tree, values)
            denials = Denials(self._schema, selections, caller.standing)
            document.memo[key] = denials.of(operation), denials.fields()
        found: Denied = document.memo[key]
        return found


def _is_public(operation: OperationDefinitionNode) -> bool:
    """Whether only roots are asked that answer everybody alike."""
    selections = operation.selection_set.selections
    return operation.operation is OperationType.QUERY and all(
        isinstance(each, FieldNode) and each.name.value in PUBLIC_ROOTS for each in selections
    )


def _purpose(question: Question) -> Stated | None:
    """What the caller states. Raises PurposeInvalid, also for a case that may be an Individual Number: logs keep it."""
    found = stated(question.purpose, question.holder.kind)
    if found is not None and contains_individual_number(found.case):
        raise PurposeInvalid
    return found


def _which_variable(error: GraphQLError) -> str:
    """Names the variable, and where in it, by what the schema calls it; never a value."""
    place = PLACE.match(error.message)
    if place is None:
        return "A variable is malformed."
    name = place["name"] + (place["path"] or "")
    if place["missing"]:
        return f"The variable {name} lacks {place['missing']}."
    return f"The variable {name} is missing or has a value of another type."


def _refused(code: ErrorCode, detail: str = "") -> Answer:
    return Answer(error_body(code, detail=detail), BAD_REQUEST)


def _told(error: GraphQLError, language: str, failures: list[Failure]) -> dict[str, Any]:
    """An error as the client may read it: ours as they are, everything else by a reference number alone."""
    told: dict[str, Any] = {"path": error.path} if error.path else {}
    told["locations"] = [{"line": each.line, "column": each.column} for each in error.locations or ()]
    code = (error.extensions or {}).get("code")
    if code in CODES:
        return {"message": error.message, **told, "extensions": {"code": code}}
    if error.original_error is None or isinstance(error.original_error, GraphQLError):
        bad = ErrorCode.BAD_USER_INPUT
        return {"message": message(bad, language), **told, "extensions": {"code": bad.value}}
    failure = Failure.of(error.original_error)
    failures.append(failure)
    extensions = {"code": failure.code.value, "reference": failure.reference}
    return {"message": message(failure.code, language), **told, "extensions": extensions}
