"""The line of every value of a TOML text is found, in whatever form TOML lets one write it."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as any_

from tsumugi.town.lines import line_at, lines_of

FORMS = '''# comment with [[table]] and "quotes
top = 1 # tail
"quoted key" = "a ] } , # b"
'literal key' = 'c:\\path'
dotted . "in two" = 2

multi = """
[[not]]
a \\""" b
""""  # one quote more belongs to the text
literal = \'\'\'
key = 1
\'\'\'\'\'
days = [ 2026-01-01, # first
  2026-01-02T03:04:05+09:00,
  [ "x]", 'y' ],
]
point = { x = 1, y.z = [ 2 ], "w" = {} }

[[town]]
name = "one"

  [[town.child]]
  age = 1
  [[ town . child ]]
  age = 2
  [town.child.more]
  deep = true

[[town]]
name = ""
[other]
last = 1.5e3
[plain.sub]
x = 1'''


def places(value, place=()):
    """Every place of a document: its keys, positions and what lies below."""
    if place:
        yield place
    if isinstance(value, dict):
        for key, below in value.items():
            yield from places(below, (*place, key))
    elif isinstance(value, list):
        for position, below in enumerate(value):
            yield from places(below, (*place, position))


def test_every_place_of_a_document_has_a_line():
    assert set(places(tomllib.loads(FORMS))) == set(lines_of(FORMS))


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("top",), 2),
        (("quoted key",), 3),
        (("literal key",), 4),
        (("dotted", "in two"), 5),
        (("multi",), 7),
        (("literal",), 11),
        (("days", 0), 14),
        (("days", 1), 15),
        (("days", 2, 1), 16),
        (("point", "y", "z", 0), 18),
        (("town",), 20),
        (("town", 0), 20),
        (("town", 0, "name"), 21),
        (("town", 0, "child", 0, "age"), 24),
        (("town", 0, "child", 1), 25),
        (("town", 0, "child", 1, "more", "deep"), 28),
        (("town", 1, "name"), 31),
        (("other", "last"), 33),
    ],
)
def test_a_value_is_found_on_its_line(place, line):
    assert lines_of(FORMS)[place] == line
    assert lines_of(FORMS.replace("\n", "\r\n"))[place] == line


def test_what_is_not_there_has_the_line_of_what_would_hold_it():
    lines = lines_of(FORMS)

    assert line_at(lines, ("town", 1, "missing")) == 30
    assert line_at(lines, ("nowhere",)) == 1
    assert line_at({}, ()) == 1


SIGNS = any_.characters(min_codepoint=32, max_codepoint=0x3060, exclude_categories=("Cs", "Cc"))
TEXTS = any_.text(SIGNS | any_.sampled_from("\"'#[]{}=,.\\"), max_size=8)


def basic(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def block(text):
    return '"""\n' + text.replace("\\", "\\\\").replace('"', '\\"') + '\n"""'


ATOMS = (
    TEXTS.map(basic) | TEXTS.map(block) | any_.sampled_from(["1", "true", "2026-01-01 00:00:00", "-inf", "''", '""'])
)
VALUES = any_.recursive(
    ATOMS,
    lambda inner: any_.lists(inner, max_size=3).map(lambda each: "[\n" + ", # ]\n".join(each) + "]"),
    max_leaves=5,
)


@given(
    tables=any_.lists(any_.lists(any_.tuples(TEXTS, VALUES), max_size=3, unique_by=lambda pair: pair[0]), max_size=3)
)
def test_no_text_leads_the_lines_astray(tables):
    lines, expected = [], {}
    for position, pairs in enumerate(tables):
        lines.append("[[table]]")
        for key, value in pairs:
            expected["table", position, key] = sum(each.count("\n") + 1 for each in lines) + 1
            lines.append(f"{basic(key)} = {value}")
    text = "\n".join(lines)
    found = lines_of(text)

    assert {place: found[place] for place in expected} == expected
    assert set(places(tomllib.loads(text))) == set(found)
