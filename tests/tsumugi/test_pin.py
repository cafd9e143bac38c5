"""The last try of a PIN is never spent by us, and what is no PIN is never tried."""

import os

import pytest

from tsumugi.chip import STATES
from tsumugi.cli import main
from tsumugi.commands.asking import _pin
from tsumugi.halt import Halt
from tsumugi.pin import COUNT_LOW, FINAL_TRY, LOCKED, TO_BE_CHANGED, PinState, is_pin, state_of

INITIALISED, LOGIN_REQUIRED = 0x400, 0x4  # flags that say nothing of tries
FLAGS = {
    INITIALISED | LOGIN_REQUIRED: PinState.FREE,
    COUNT_LOW: PinState.TRIED,
    FINAL_TRY: PinState.LAST,
    COUNT_LOW | FINAL_TRY: PinState.LAST,
    COUNT_LOW | FINAL_TRY | LOCKED: PinState.LOCKED,
    TO_BE_CHANGED: PinState.UNSET,
}


@pytest.mark.parametrize("flags", FLAGS, ids=hex)
def test_the_worst_of_a_tokens_flags_counts(flags):
    assert state_of(flags) is FLAGS[flags]


def test_only_what_leaves_a_try_may_be_tried_and_the_rest_has_its_sentence():
    assert [state for state in PinState if state.may_be_tried] == [PinState.FREE, PinState.TRIED]
    assert {state for state in PinState if not state.may_be_tried} == STATES.keys()


@pytest.mark.parametrize("text", ["", "123", "12345", "ABC123", "12 4", "１２３４", "1234\n", "²²²²"])
def test_only_four_digits_are_a_pin(text):
    assert is_pin("0000")
    assert not is_pin(text)


def descriptor(content):
    reading, writing = os.pipe()
    os.write(writing, content)
    os.close(writing)
    return reading


def test_a_pin_is_read_from_an_open_file():
    assert [_pin(PinState.FREE, descriptor(each)) for each in (b"1234\n", b"1234", b"1234\r\nmore")] == ["1234"] * 3


@pytest.mark.parametrize("content", ["字".encode(), None], ids=["not ASCII", "closed"])
def test_a_pin_that_cannot_be_read_is_one_sentence(content):
    opened = descriptor(content or b"")
    if content is None:
        os.close(opened)

    with pytest.raises(Halt, match="No PIN can be read from file descriptor"):
        _pin(PinState.FREE, opened)


def test_a_module_that_is_not_there_is_one_sentence(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("TSUMUGI_DATA", str(tmp_path))

    assert main(["login", "--module", str(tmp_path / "none.so")]) == 1
    assert capsys.readouterr().err == f"There is no module {tmp_path / 'none.so'}.\n"
