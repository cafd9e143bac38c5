"""Untrusted text has one accepted spelling for each value."""

from typing import Any, TypedDict

import pytest

from auth.strict import base64_bytes, base64url_bytes, fits, is_plain, json_object, shape

NO_OBJECT = {
    "nothing": b"",
    "a scalar": b"1",
    "a list": b"[]",
    "a member twice": b'{"a": 1, "a": 1}',
    "a member twice, deep inside": b'{"a": [{"b": 1, "b": 2}]}',
    "not a number": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "a number beyond every number": b'{"a": 1e999}',
    "half a character": b'{"a": "\\ud800"}',
    "half a character as a name": b'{"\\udfff": 1}',
    "not UTF-8": b'{"a": "\xff"}',
    "a byte order mark": b'\xef\xbb\xbf{"a": 1}',
    "two values": b"{} {}",
    "a number of 5,000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "bottomless lists": b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "bottomless objects": b'{"a":' * 16_000 + b"1" + b"}" * 16_000,
    "cut off": b'{"a": 1',
}


@pytest.mark.parametrize("text", NO_OBJECT.values(), ids=NO_OBJECT)
def test_what_is_no_plain_object_is_refused(text):
    assert json_object(text) is None


def test_an_object_is_read_as_it_is_written():
    assert json_object('{"a": {"b": [1, true, null, "字 \\ud83d\\ude00"]}}'.encode()) == {
        "a": {"b": [1, True, None, "字 😀"]}
    }


@pytest.mark.parametrize("text", ["QQ", "QQ=", "QR==", "QQ==\n", " QQ==", "Q===", "QUI_", "QUJ字", "QQ==QQ=="])
def test_base64_has_one_spelling(text):
    assert base64_bytes(text) is None


def test_base64_is_read_with_its_padding():
    assert (base64_bytes("QQ=="), base64_bytes("QUJD"), base64_bytes("")) == (b"A", b"ABC", b"")


@pytest.mark.parametrize("text", ["QQ==", "QR", "Q", "+/8", "QQ\n", "字"])
def test_base64url_has_one_spelling(text):
    assert base64url_bytes(text) is None


def test_base64url_is_read_without_padding():
    assert (base64url_bytes("QQ"), base64url_bytes("-_8")) == (b"A", b"\xfb\xff")


class Form(TypedDict):
    text: str
    number: int
    some: list[str]
    more: dict[str, Any]


GOOD = {"text": "a", "number": 1, "some": [], "more": {}}


@pytest.mark.parametrize(
    "members",
    [
        {**GOOD, "number": True},
        {**GOOD, "number": 1.0},
        {**GOOD, "number": "1"},
        {**GOOD, "text": None},
        {**GOOD, "some": ()},
        {**GOOD, "extra": 1},
        {"text": "a", "number": 1, "some": []},
    ],
)
def test_members_fit_exactly_or_not_at_all(members):
    assert fits(GOOD, shape(Form))
    assert not fits(members, shape(Form))


@pytest.mark.parametrize(
    ("text", "plain"), [("abc-_.9 ~", True), ("", True), ("a\0", False), ("a\n", False), ("字", False)]
)
def test_an_identifier_is_printable_ascii(text, plain):
    assert is_plain(text) is plain
