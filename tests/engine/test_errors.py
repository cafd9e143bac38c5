"""Every code has its message in both languages and its heading in docs/errors.md."""

import json
from pathlib import Path

import pytest

from engine import errors
from engine.errors import ErrorCode, error_body
from models.refusal import RefusalCode
from rules import messages

PAGE = (Path(__file__).parents[2] / "docs" / "errors.md").read_text(encoding="utf-8")
SECTIONS = {section.split("\n", 1)[0]: section for section in PAGE.split("\n## ")[1:]}
CODES = [(code, errors.message) for code in ErrorCode] + [(code, messages.message) for code in RefusalCode]


@pytest.mark.parametrize(("code", "message"), CODES)
def test_every_code_is_documented_with_its_messages(code, message):
    assert f"- Japanese: {message(code, 'ja')}\n" in SECTIONS[code.value]
    assert f"- English: {message(code, 'en')}\n" in SECTIONS[code.value]


def test_no_heading_is_left_of_a_code_that_is_gone():
    assert sorted(SECTIONS) == sorted(code.value for code, _ in CODES)


def test_a_body_has_one_error_with_its_code_and_no_data():
    body = json.loads(error_body(ErrorCode.OPERATION_TOO_COSTLY, detail="At most 12 levels."))
    message = "The operation goes beyond a limit. At most 12 levels."
    assert body == {"errors": [{"message": message, "extensions": {"code": "OPERATION_TOO_COSTLY"}}]}


def test_an_internal_error_shows_a_reference_and_nothing_else():
    [error] = json.loads(error_body(ErrorCode.INTERNAL, reference="0a1b2c"))["errors"]
    assert error["extensions"] == {"code": "INTERNAL", "reference": "0a1b2c"}


def test_a_parse_error_says_where():
    [error] = json.loads(error_body(ErrorCode.GRAPHQL_PARSE_FAILED, locations=[{"line": 1, "column": 3}]))["errors"]
    assert error["locations"] == [{"line": 1, "column": 3}]
