"""What is asked side by side is asked in one go, and nobody waits for what nobody will bring."""

import pytest

from models.ask import Ask, Asked, rows_of, together
from models.prepared import Prepared


def asked(name):
    return Asked(Prepared(name, (), (), ()), ())


async def ask(*names):
    found = []
    for name in names:
        found += await rows_of(asked(name))
    return found


def run(work):
    """Steps a work; each statement's rows are its own text. Answers what it came to, and the batches."""
    batches, rows = [], None
    try:
        while True:
            batch = work.send(rows)
            batches.append([each.prepared.text for each in batch])
            rows = [[each.prepared.text.upper()] for each in batch]
    except StopIteration as done:
        return done.value, batches


def test_a_statement_after_another_is_a_batch_after_another():
    assert run(ask("a", "b")) == (["A", "B"], [["a"], ["b"]])


def test_works_side_by_side_share_their_batches_however_long_each_takes():
    found, batches = run(together([ask("a", "b", "c"), ask(), ask("d"), ask("e", "f")]))

    assert found == [["A", "B", "C"], [], ["D"], ["E", "F"]]
    assert batches == [["a", "d", "e"], ["b", "f"], ["c"]]


def test_works_within_works_share_them_too():
    async def nested():
        return await together([ask("b"), ask("c", "d")])

    found, batches = run(together([ask("a", "e"), nested()]))

    assert found == [["A", "E"], [["B"], ["C", "D"]]]
    assert batches == [["a", "b", "c"], ["e", "d"]]


async def two():
    return await Ask(asked("a"), asked("b"))


def test_a_batch_of_several_is_told_apart_again():
    assert run(together([two(), ask("c")])) == ([[["A"], ["B"]], ["C"]], [["a", "b", "c"]])


def test_one_that_fails_fails_all_and_leaves_none_waiting():
    async def fail():
        await ask("b")
        raise ValueError("on purpose")

    waiting = ask("a", "c")
    with pytest.raises(ValueError, match="on purpose"):
        run(together([waiting, fail()]))
    with pytest.raises(RuntimeError):
        waiting.send(None)
