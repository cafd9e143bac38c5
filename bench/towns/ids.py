"""Ids by the thousand: of the shape that `models.ids.mint` makes, and much faster."""

from collections.abc import Iterator
from random import Random

from models.ids import ALPHABET, BODY_LENGTH, Letter

LETTERS = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))  # each of the 32 eight times
AT_ONCE = 4_096


def spelled(random_bytes: bytes) -> str:
    """A letter for each random byte."""
    return random_bytes.translate(LETTERS).decode()


def bodies(chance: Random) -> Iterator[str]:
    """The 26 characters of one id after another, without end."""
    while True:
        text = spelled(chance.randbytes(BODY_LENGTH * AT_ONCE))
        yield from (text[start : start + BODY_LENGTH] for start in range(0, len(text), BODY_LENGTH))


class Ids:
    """Ids of one municipality out of one source of chance."""

    def __init__(self, code: str, chance: Random) -> None:
        self._bodies = bodies(chance)
        self._heads = {letter: f"{code}-{letter.value}" for letter in Letter}

    def new(self, letter: Letter) -> str:
        """The next one."""
        return self._heads[letter] + next(self._bodies)
