"""The reference: graphql-core walks an operation field by field, and its errors are told without a word too many."""

import asyncio
from typing import Any

from graphql import DocumentNode, ExecutionResult, Executor, GraphQLError, execute

from engine.errors import ErrorCode, Failure, message
from resolvers.context import Context
from schema.graph import graph_for


class Whole(Executor[None]):
    """Walks every field to its end: one that fails leaves its siblings alone, whatever came first.

    graphql-core cancels them, so that what was looked at, and stands in the access log, would be a matter of chance.
    """

    def execute_field(self, *given: Any) -> Any:
        """A field that waits is a task of its own, of which a cancelled sibling's end reaches the wait alone."""
        found = super().execute_field(*given)
        if not self.is_awaitable(found):
            return found
        task = asyncio.ensure_future(found)
        self.context_value.walked.append(task)
        return asyncio.shield(task)


CODES = {code.value for code in ErrorCode}


async def executed(
    tree: DocumentNode, operation_name: str | None, variables: dict[str, Any], context: Context
) -> tuple[dict[str, Any], tuple[Failure, ...]]:
    """The body of the answer as it would be printed, without what the engine adds, and what nobody expected."""
    running = execute(
        graph_for(context.caller.holder.kind),
        tree,
        context_value=context,
        variable_values=variables,
        operation_name=operation_name,
        hide_suggestions=True,
        executor_class=Whole,
    )
    try:
        result = running if isinstance(running, ExecutionResult) else await running
        await _settled(context.walked)
    except asyncio.CancelledError:  # the deadline: nobody waits for any of them
        for task in context.walked:
            task.cancel()
        await _settled(context.walked)
        raise
    await context.reader.close()
    failures: list[Failure] = []
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [_told(error, context.language, failures) for error in result.errors]
    return body, tuple(failures)


async def _settled(tasks: list[asyncio.Task[Any]]) -> None:
    """Every field walked to its end; a field may begin others."""
    while any(not task.done() for task in tasks):
        await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled():
            task.exception()  # told already, or of a sibling whose parent is null


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
