"""The reference: graphql-core walks an operation field by field, and its errors are told without a word too many."""

from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLError, execute

from engine.errors import ErrorCode, Failure, message
from resolvers.context import Context
from schema.graph import graph_for

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
    )
    result = running if isinstance(running, ExecutionResult) else await running
    await context.reader.close()
    failures: list[Failure] = []
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [_told(error, context.language, failures) for error in result.errors]
    return body, tuple(failures)


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
