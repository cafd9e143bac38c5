"""Errors: the codes of everything that can go wrong with a request itself, and the body that says so."""

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from models.store import is_outage

REFERENCE_BYTES = 6


class ErrorCode(StrEnum):
    """The stable codes of `extensions.code`; each has a heading in docs/errors.md and two messages below."""

    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    OPERATION_TOO_COSTLY = "OPERATION_TOO_COSTLY"
    BODY_TOO_LARGE = "BODY_TOO_LARGE"
    TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    PURPOSE_INVALID = "PURPOSE_INVALID"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    UNAVAILABLE = "UNAVAILABLE"
    PARTNER_UNAVAILABLE = "PARTNER_UNAVAILABLE"
    PARTNER_ANSWER_INVALID = "PARTNER_ANSWER_INVALID"
    UNKNOWN_MUNICIPALITY = "UNKNOWN_MUNICIPALITY"
    INTERNAL = "INTERNAL"


# (Japanese, English). A message never repeats anything of the request, so it can be logged, shown and translated.
MESSAGES: dict[ErrorCode, tuple[str, str]] = {
    ErrorCode.GRAPHQL_PARSE_FAILED: ("GraphQLの文法に誤りがあります。", "The document is not valid GraphQL."),
    ErrorCode.GRAPHQL_VALIDATION_FAILED: (
        "この文書はスキーマに合いません。",
        "The document does not fit the schema.",
    ),
    ErrorCode.BAD_USER_INPUT: (
        "リクエストの形式または値に誤りがあります。",
        "The request or a value in it is malformed.",
    ),
    ErrorCode.OPERATION_TOO_COSTLY: ("この操作は上限を超えています。", "The operation goes beyond a limit."),
    ErrorCode.BODY_TOO_LARGE: ("リクエストが大きすぎます。", "The request is too large."),
    ErrorCode.TOO_MANY_REQUESTS: (
        "リクエストが多すぎます。しばらくしてからやり直してください。",
        "Too many requests; try again later.",
    ),
    ErrorCode.UNAUTHENTICATED: ("ログインしなおしてください。", "The credentials are not valid; log in again."),
    ErrorCode.PURPOSE_INVALID: ("利用目的の指定が正しくありません。", "The stated purpose is not valid."),
    ErrorCode.METHOD_NOT_ALLOWED: (
        "この方法では実行できません。",
        "This method is not allowed: GET for queries, POST for everything.",
    ),
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: (
        "本文は application/json（UTF-8）で送ってください。",
        "The body must be application/json in UTF-8.",
    ),
    ErrorCode.NOT_ACCEPTABLE: (
        "回答できる形式は application/graphql-response+json と application/json です。",
        "The answer is application/graphql-response+json or application/json.",
    ),
    ErrorCode.DEADLINE_EXCEEDED: (
        "時間内に処理が終わりませんでした。",
        "The request took too long and was given up.",
    ),
    ErrorCode.UNAVAILABLE: ("ただいま利用できません。", "The service is not available at the moment."),
    ErrorCode.PARTNER_UNAVAILABLE: ("連携先から回答がありませんでした。", "A partner did not answer."),
    ErrorCode.PARTNER_ANSWER_INVALID: (
        "連携先の回答が問い合わせに合いません。",
        "A partner answered something else than was asked for.",
    ),
    ErrorCode.UNKNOWN_MUNICIPALITY: (
        "この自治体は連携していません。",
        "The id names a municipality that is not part of this graph.",
    ),
    ErrorCode.INTERNAL: ("内部エラーが発生しました。", "Something went wrong inside."),
}


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


def message(code: ErrorCode, language: str) -> str:
    """The message of a code in `ja` or `en`; every other language reads English."""
    japanese, english = MESSAGES[code]
    return japanese if language == "ja" else english


def error_body(
    code: ErrorCode, *, detail: str = "", locations: list[dict[str, int]] | None = None, reference: str | None = None
) -> bytes:
    """The JSON of a request error: no `data`, one error, in English, since it is the client's programmer who reads it.

    `detail` is a sentence of ours (a limit by name), never text of the request.
    """
    extensions = {"code": code.value} | ({"reference": reference} if reference else {})
    error: dict[str, Any] = {"message": f"{message(code, 'en')} {detail}".rstrip()}
    if locations:
        error["locations"] = locations
    return orjson.dumps({"errors": [error | {"extensions": extensions}]})
