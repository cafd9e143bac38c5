"""The demo town is told something from its first day on, each of the cast what they may read."""

import pytest

INBOX = """{ viewer { notices(first: 100) { edges { node { kind subjectId announcement { titleEn } } } } }
  municipality { name } }"""


def inbox(demo, name):
    return [edge["node"] for edge in demo.ask(name, INBOX)["viewer"]["notices"]["edges"]]


@pytest.mark.parametrize(("name", "children"), [("mother", 3), ("father", 2), ("stranger", 1)])
def test_guardians_read_what_was_published_about_each_of_their_children(demo, name, children):
    found = [each for each in inbox(demo, name) if each["kind"] == "ANNOUNCEMENT"]

    assert len({each["subjectId"] for each in found}) == len(found) == children
    assert {each["announcement"]["titleEn"] for each in found} == {"Doctors on duty at the turn of the year"}


def test_of_a_baby_that_one_parent_is_registered_for_both_are_told(demo):
    found = [{each["kind"] for each in inbox(demo, name)} for name in ("mother", "father")]

    assert all(kinds - {"ANNOUNCEMENT"} for kinds in found), found
    assert {each["kind"] for each in inbox(demo, "stranger")} == {"ANNOUNCEMENT"}  # whose application waits


def test_the_counterparty_reads_nothing_and_who_lives_apart_no_place(demo):
    assert inbox(demo, "counterparty") == []
    assert [each["announcement"] for each in inbox(demo, "ex-spouse") if each["kind"] == "ANNOUNCEMENT"] == [None]


def test_who_accepts_events_is_answered_in_events(demo):
    answer = demo.post({"query": INBOX}, "mother", accept="text/event-stream")

    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.text.startswith('event: next\ndata: {"errors":')
    assert answer.text.endswith("\n\nevent: complete\ndata:\n\n")
