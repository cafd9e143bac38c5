"""Reads the table of immunisation cases: one flow mapping a line, of which each value is text, a list or a mapping."""

from datetime import date
from pathlib import Path

TABLE = Path(__file__).parents[1] / "data" / "immunization-test-cases.yaml"


def cases():
    """Every case by its id."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    found = [Reader(line.strip().removeprefix("- ")).value() for line in lines if line.strip().startswith("- {")]
    return {case["id"]: case for case in found}


class Reader:
    """A cursor in one line."""

    def __init__(self, text):
        self.text, self.at = text, 0

    def peek(self):
        while self.text[self.at] == " ":
            self.at += 1
        return self.text[self.at]

    def take(self):
        sign = self.peek()
        self.at += 1
        return sign

    def value(self):
        sign = self.peek()
        if sign == "{":
            return dict(self.items("}", self.pair))
        if sign == "[":
            return list(self.items("]", self.value))
        return self.quoted() if sign == '"' else plain(self.until(",}]"))

    def items(self, end, read):
        self.take()
        while self.peek() != end:
            yield read()
            if self.peek() == ",":
                self.take()
        self.take()

    def pair(self):
        name = self.until(":")
        self.take()
        return name, self.value()

    def quoted(self):
        self.take()
        text = self.until('"')
        self.take()
        return text

    def until(self, ends):
        start = self.at
        while self.text[self.at] not in ends:
            self.at += 1
        return self.text[start : self.at].strip()


def plain(text):
    if text.isdigit():
        return int(text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
