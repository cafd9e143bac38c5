"""Whatever is done to an export of the access log is found, and the first broken link is named."""

import random

import orjson
import pytest

from auth.chain import END, PublicKeys
from auth.proof import Broken, Intact, proven
from tests.auth.exported import KEY, KEYS, OTHER, line, lines

WHOLE = list(lines(1_000))


@pytest.mark.parametrize("count", [0, 1, 9, 10, 1_000])
def test_an_export_is_intact_as_it_was_written(count):
    found = proven(lines(count), KEYS)

    assert isinstance(found, Intact)
    assert (found.entries, found.key_ids) == (count, (KEY.id,))


def edited(draw, whole):
    raw = bytearray(b"".join(whole))
    place = draw.randrange(len(raw))
    raw[place] = draw.choice([each for each in range(256) if each != raw[place]])
    return bytes(raw).splitlines(keepends=True)


def deleted(draw, whole):
    first = draw.randrange(len(whole))
    return whole[:first] + whole[first + draw.randint(1, 20) :]


def swapped(draw, whole):
    one, other = draw.sample(range(len(whole)), 2)
    changed = list(whole)
    changed[one], changed[other] = whole[other], whole[one]
    return changed


def truncated(draw, whole):
    return b"".join(whole)[: draw.randrange(sum(map(len, whole)))].splitlines(keepends=True)


def repeated(draw, whole):
    place = draw.randrange(len(whole))
    return [*whole[: place + 1], *whole[place:]]


@pytest.mark.parametrize("harm", [edited, deleted, swapped, truncated, repeated])
def test_no_harm_to_an_export_is_overlooked(harm, seed, size):
    draw = random.Random(seed)
    for _ in range(size("harms to an export of 1,000 entries") // 5):
        assert isinstance(proven(harm(draw, WHOLE), KEYS), Broken)


def changed(number, **values):
    """The export with other values in one of its lines."""
    kind, before = next(iter(orjson.loads(WHOLE[number]).items()))
    return [*WHOLE[:number], line(kind, {**before, **values}), *WHOLE[number + 1 :]]


# The eleventh line is the first head, over ten entries.
NAMED = {
    "a value": (changed(4, cells=9), 5, 5, "its content is not what was hashed"),
    "a value and its hash": (changed(4, hash="0" * 64), 5, 5, "its content is not what was hashed"),
    "a link": (changed(4, previous_hash="0" * 64), 5, 5, "it does not follow the entry before it"),
    "an entry left out": (WHOLE[:4] + WHOLE[5:], 5, 5, "entry 5 is missing or out of its place"),
    "a head left out": (WHOLE[:10] + WHOLE[11:], 21, 20, "the signed head does not belong to the entries before it"),
    "a head of other entries": (changed(10, hash="0" * 64), 11, 10, "the signed head does not belong"),
    "a head signed at another time": (changed(10, signed_at="x"), 11, 10, "the head is not signed by one of the keys"),
    "the last entries": (WHOLE[:1089] + WHOLE[1100:], 1090, 990, "entries are missing before the closing line"),
    "the last head": (WHOLE[:1099] + WHOLE[1100:], 1100, 1000, "the last entries have no signed head"),
    "another closing": (changed(1100, exported_at="x"), 1101, 1000, "the closing line is not signed"),
    "no closing": (WHOLE[:1100], 1101, 1000, "the closing line is missing"),
    "more after the closing": ([*WHOLE, WHOLE[0]], 1102, 1000, "something follows the closing line"),
    "no line break": ([*WHOLE[:1100], WHOLE[1100].rstrip()], 1101, 1000, "the line is not as it was exported"),
    "another spelling": ([WHOLE[0].replace(b":", b": "), *WHOLE[1:]], 1, 0, "the line is not as it was exported"),
    "no object": ([b"[]\n", *WHOLE], 1, 0, "the line is not as it was exported"),
    "no such line": ([b'{"other":{}}\n', *WHOLE], 1, 0, "the line is not as it was exported"),
    "a line of nothing": ([b'{"entry":[]}\n', *WHOLE], 1, 0, "the line is not as it was exported"),
    "nothing": ([], 1, 0, "the closing line is missing"),
}


@pytest.mark.parametrize("what", NAMED)
def test_the_first_broken_link_is_named(what):
    export, number, seq, why = NAMED[what]
    found = proven(export, KEYS)

    assert isinstance(found, Broken)
    assert (found.line, found.seq) == (number, seq)
    assert why in found.why


def test_a_chain_written_anew_with_another_key_is_found():
    assert proven(lines(20, OTHER), KEYS) == Broken(11, 10, "the head is not signed by one of the keys")


def test_a_key_may_follow_another():
    keys = PublicKeys.read({"keys": [KEY.public_jwk, OTHER.public_jwk]})
    last = orjson.loads(list(lines(20))[-1])["end"]
    named = {name: last[name] for name in ("entries", "hash", "exported_at")}
    found = proven([*list(lines(20))[:-1], line("end", OTHER.signed(END, named))], keys)

    assert isinstance(found, Intact)
    assert found.key_ids == (KEY.id, OTHER.id)
