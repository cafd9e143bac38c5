"""A question becomes an answer: limits, document, caller, then the plan or field by field, and what goes on record."""

import hashlib
from dataclasses import replace
from typing import Any, NamedTuple

import orjson
from graphql import GraphQLError, OperationDefinitionNode, OperationType
from graphql.execution.values import get_variable_values
from sqlalchemy import select

from auth import relations
from auth.access import Relations, Verdict, verdict
from auth.caller import NOBODY
from auth.chain import AuditKey
from auth.purpose import PurposeInvalid
from auth.signature import Signing
from engine import looking, misfit
from engine.collect import Selections
from engine.denied import Denials
from engine.document import Documents, Refused, named
from engine.errors import ErrorCode, Failure, error_body
from engine.given import given_of
from engine.levels import Uncovered
from engine.mode import Plans
from engine.plans import Plan, Planner
from engine.question import Asked, Question, known_of, stated_of
from engine.reference import executed
from engine.roots import Object
from engine.running import Running
from engine.shape import Unsure
from engine.show import shown
from models import wall
from models.columns import table_of
from models.municipality import Municipality
from models.organisation import CallerKind
from models.store import Store
from models.subject import Noun
from resolvers.access_log import Book, Draft, Operation, drafts
from resolvers.addressing import READS_NOTICES as NOTICES
from resolvers.context import Context, today
from resolvers.cursor import Cursors
from resolvers.reader import Reader
from schema.graph import core, known_to

OK, BAD_REQUEST, METHOD_NOT_ALLOWED, UNAVAILABLE = 200, 400, 405, 503
READ_AGAIN = 3  # times, before it is believed that two answers differ and not two moments
UNNAMED = "Name one of the operations of the document."
MISPLACED = "Subscriptions go over a WebSocket or with `Accept: text/event-stream`, everything else over plain HTTP."
SUSPECT_DIGITS = 16  # of a document's hash; whoever has the document finds it again
Denied = tuple[list[dict[str, Any]], tuple[tuple[str, str], ...]]  # for the client, and for the access log


class Answer(NamedTuple):
    """The JSON of a response; `public` says that it is the same for everybody and may be kept by caches.

    `excess`: the code, where the document was too much to be read. `path`: by which it was found, `plan` or `fields`;
    empty where nothing ran. `gave_up`: why no plan answered, in one word; `is_double`: one was run until it gave up.
    `suspect`: a fault of ours, with the hash of the document: a plan and the fields differ, or a plan gave up and field
    by field there was no error either.
    """

    body: bytes
    status: int = OK
    public: bool = False
    failures: tuple[Failure, ...] = ()
    has_errors: bool = False
    excess: ErrorCode | None = None
    path: str = ""
    gave_up: str = ""
    suspect: str = ""
    is_double: bool = False


Outcome = tuple[Answer, list[Draft]]  # what the access log must hold before the answer leaves


class Engine:
    """Answers questions about the one town that the store keeps."""

    def __init__(
        self,
        store: Store,
        cursor_key: bytes,
        audit_key: AuditKey,
        plans: Plans = Plans.OFF,
        signing: Signing | None = None,
    ) -> None:
        self._store = store
        self._cursor_key = cursor_key
        self._book = Book(store, audit_key)
        self._town = ""
        self._schema = core
        self._plans = plans
        self._signing = signing
        self._documents = Documents(self._schema, known_to(CallerKind.ANONYMOUS))
        self._planner = Planner(self._schema, store.snapshots.dialect)
        self._running = Running(store, self._planner.texts, cursor_key)
        self._none_given = get_variable_values(self._schema, (), {})

    async def answer(self, question: Question) -> Answer:
        """The whole response; never raises for what a client sent."""
        asked = self.asked(question)
        if isinstance(asked, Answer):
            return asked
        answer, drafted = await self.outcome(asked)
        return await self._logged(asked, answer, drafted) if drafted else answer

    def asked(self, question: Question) -> Asked | Answer:
        """What is known before any row is read; an answer where there is nothing to read."""
        holder = question.holder
        is_anonymous = holder == NOBODY
        document = self._documents.read(question.text, is_anonymous=is_anonymous)
        operation = named(document.operations, question.operation_name)
        if question.only_queries and operation is not None and operation.operation is not OperationType.QUERY:
            return Answer(error_body(ErrorCode.METHOD_NOT_ALLOWED), METHOD_NOT_ALLOWED)  # whether or not it would fit
        if isinstance(document, Refused):
            return Answer(document.body, BAD_REQUEST, excess=document.excess)
        if operation is None or _is_misplaced(operation, question):
            return _refused(ErrorCode.BAD_USER_INPUT, UNNAMED if operation is None else MISPLACED)
        try:
            purpose, standing = stated_of(
                question.purpose, holder.kind, holder.acr, holder.device and holder.device.scope
            )
        except PurposeInvalid:
            return _refused(ErrorCode.PURPOSE_INVALID)
        given = self._none_given
        if operation.variable_definitions:
            given = given_of(self._schema, document, operation, question.variables)
        if isinstance(given, list):
            return _refused(ErrorCode.BAD_USER_INPUT, misfit.of_variable(given[0]))
        is_public, values = known_of(document, operation, question.variables)
        return Asked(question, document, operation, given, values, purpose, standing, is_public)

    async def _logged(self, asked: Asked, answer: Answer, drafted: list[Draft]) -> Answer:
        """The answer, once it is on record who saw what; nothing of it where that cannot be written."""
        try:
            question = asked.question
            operation = Operation(question.holder, asked.purpose, question.now, self._town)
            await self._book.write(operation, drafted)
        except Exception as why:  # noqa: BLE001 - whatever it is: what is not on record was not seen
            failure = replace(Failure.of(why), code=ErrorCode.UNAVAILABLE)
            return Answer(error_body(failure.code), UNAVAILABLE, failures=(*answer.failures, failure))
        return answer

    def reads_all_notices(self, asked: Asked) -> bool:
        """Whether what kind of caller it is, and for what purpose, opens the notices of everybody."""
        return verdict(NOTICES, Noun.NOTICE, asked.standing) is Verdict.OPEN

    async def concerned(self, asked: Asked, subjects: set[str]) -> set[str]:
        """Of these subjects, those of whose notices the caller may be told at this moment: relations are read anew."""
        day = today(asked.question.now)
        async with self._store.reading() as connection:
            caller = asked.caller(await relations.load(connection, asked.question.holder, day))
        decided = caller.verdict(NOTICES, Noun.NOTICE)
        if decided is not Verdict.ASK:
            return set() if decided.is_closed else subjects
        reach = caller.reach(NOTICES, Noun.NOTICE, has_supplier=True)
        return subjects if reach.supplies else subjects & (reach.ids | reach.own_ids)

    def explained(self, question: Question) -> str | Answer:
        """The plan that would answer, with its SQL and its functions, or why there is none; an answer as `asked`."""
        asked = self.asked(question)
        if isinstance(asked, Answer):
            return asked
        plan = self._planner.plan(asked.document, asked.operation, asked.standing, asked.conditions)
        if isinstance(plan, str):
            return f"Answered field by field: {plan}.\n"
        return shown(plan, asked.standing, self._planner.texts)

    async def outcome(self, asked: Asked) -> Outcome:
        """The answer and what is to go on record, by the path that the setting says."""
        if not self._town:
            await self._know_town()
        if self._plans is Plans.OFF:
            return await self._field_by_field(asked)
        plan = self._plan(asked)
        planned = await self._planned(asked, plan)
        if not isinstance(planned, str) and self._plans is Plans.ON:
            return planned
        answer, drafted = await self._field_by_field(asked)
        if not isinstance(planned, str):
            return await self._compared(asked, plan, planned, (answer, drafted))
        is_needless = not isinstance(plan, str) and not answer.has_errors
        suspect = _suspect("needless", asked) if is_needless else ""
        return answer._replace(gave_up=planned, suspect=suspect, is_double=isinstance(plan, Object)), drafted

    async def _compared(self, asked: Asked, plan: Plan | Exception, planned: Outcome, found: Outcome) -> Outcome:
        """What was found field by field, and whether the plan says the same.

        The two read one after the other, and somebody may write in between: what differs is read again, by turns.
        """
        for _ in range(READ_AGAIN):
            if _is_same(planned, found):
                return found
            again = await self._planned(asked, plan)
            if isinstance(again, str):
                break
            if _is_same(again, found):
                return found
            planned, found = again, await self._field_by_field(asked)
        if _is_same(planned, found):
            return found
        return found[0]._replace(suspect=_suspect("differs", asked)), found[1]

    def _plan(self, asked: Asked) -> Plan | Exception:
        """The plan, or why there is none; an exception where making it failed, which is a fault of ours."""
        try:
            return self._planner.plan(asked.document, asked.operation, asked.standing, asked.conditions)
        except Exception as why:  # noqa: BLE001 - whatever it is: field by field there is an answer all the same
            return why

    async def _planned(self, asked: Asked, plan: Plan | Exception) -> Outcome | str:
        """What the plan answers, or in one word why it cannot for certain."""
        if not isinstance(plan, Object):
            return plan if isinstance(plan, str) else _raised(plan)
        try:
            run, data = await self._store.snapshots.run(lambda now: self._running.of(asked, plan, self._town, now))
            looking.note(run)
            return self._outcome(asked, run.context, {"data": data}, path="plan")
        except (Unsure, Uncovered) as why:
            return why.reason
        except GraphQLError:
            return "refused"
        except Exception as why:  # noqa: BLE001 - whatever it is: field by field it happens again and is told, or not
            return _raised(why)

    async def _field_by_field(self, asked: Asked) -> Outcome:
        question, day = asked.question, today(asked.question.now)
        async with self._store.reading() as connection:
            is_public = asked.is_public
            held = Relations() if is_public else await relations.load(connection, question.holder, day)
            caller = asked.caller(held)
            if not is_public:
                await wall.open_to(connection, caller.opening())
            reader = Reader(connection, caller, Cursors(self._cursor_key, question.holder.id), day)
            context = Context(
                caller,
                reader,
                self._store,
                question.now,
                self._town,
                question.language,
                signing=self._signing,
                event=question.event,
            )
            tree = asked.document.tree
            body, failures = await executed(tree, question.operation_name, question.variables, context)
        answer, drafted = self._outcome(asked, context, body, path="fields")
        return answer._replace(failures=failures), drafted

    def _outcome(self, asked: Asked, context: Context, body: dict[str, Any], *, path: str) -> Outcome:
        """Of both paths: the denials are added, the looks put together."""
        denied, fields = self._denied(asked)
        if denied:
            body["extensions"] = {"denied": denied}
        is_watched = asked.question.holder.kind not in {CallerKind.ANONYMOUS, CallerKind.RESIDENT}
        drafted = drafts((context.looks, context.notes), fields if is_watched else ())
        has_errors = "errors" in body
        is_public = asked.is_public and not has_errors
        return Answer(orjson.dumps(body), OK, is_public, has_errors=has_errors, path=path), drafted

    async def _know_town(self) -> None:
        """The municipality whose server this is; it never changes once there is one."""
        rows = table_of(Municipality)
        async with self._store.reading() as connection:
            self._town = await connection.scalar(select(rows.c.code).where(rows.c.is_ours)) or ""

    def _denied(self, asked: Asked) -> Denied:
        """Kept with the document: by operation, standing and the values of its conditions."""
        memo = asked.document.memo
        key = (id(asked.operation), asked.standing, tuple(asked.conditions.values()))
        if key not in memo:
            selections = Selections(self._schema, asked.document.tree, asked.conditions)
            denials = Denials(self._schema, selections, asked.standing)
            memo[key] = denials.of(asked.operation), denials.fields()
        found: Denied = memo[key]
        return found


def _is_same(planned: Outcome, found: Outcome) -> bool:
    return (planned[0].body, planned[1]) == (found[0].body, found[1])


def _raised(why: Exception) -> str:
    """One word for the log: the type alone, since a message may tell of a record."""
    return f"raised:{type(why).__name__}"


def _is_misplaced(operation: OperationDefinitionNode, question: Question) -> bool:
    """Whether it is a subscription where nobody waits for events, or none where somebody does."""
    return (operation.operation is OperationType.SUBSCRIPTION) is (question.event is None)


def _suspect(what: str, asked: Asked) -> str:
    return f"{what}:{hashlib.sha256(asked.question.text.encode()).hexdigest()[:SUSPECT_DIGITS]}"


def _refused(code: ErrorCode, detail: str = "") -> Answer:
    return Answer(error_body(code, detail=detail), BAD_REQUEST)
