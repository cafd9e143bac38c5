"""What a client accepts decides media type and language."""

import pytest

from tsumugi.accept import Media, language, media, wants_events, wants_page

GRAPHQL, JSON = Media.GRAPHQL.value, Media.JSON.value
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (None, Media.JSON),
        (" ", Media.JSON),
        ("*/*", Media.JSON),
        ("application/*", Media.JSON),
        (BROWSER, Media.JSON),
        (JSON, Media.JSON),
        (GRAPHQL, Media.GRAPHQL),
        (GRAPHQL.upper(), Media.GRAPHQL),
        (f"{GRAPHQL}; charset=utf-8, {JSON}; charset=utf-8", Media.GRAPHQL),
        (f"{JSON}, {GRAPHQL}", Media.GRAPHQL),
        (f"{JSON}, {GRAPHQL};q=0.9", Media.JSON),
        (f"{GRAPHQL};q=0.1, */*;q=0.2", Media.JSON),
        (f"{GRAPHQL};q=0.9, */*;q=0.2", Media.GRAPHQL),
        (f"{JSON};q=0, */*", Media.GRAPHQL),
        (f"{GRAPHQL};charset=utf-16", None),
        ("text/html", None),
        (f"{JSON};q=0", None),
        (f"{JSON};q=high", None),
        ("*/*;q=0", None),
        (";,=;q", None),
    ],
)
def test_the_best_media_type_wins(accept, wanted):
    assert media(accept) is wanted


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (None, "ja"),
        ("", "ja"),
        ("*", "ja"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("ja,en;q=0.8", "ja"),
        ("en;q=0.5, ja;q=0.9", "ja"),
        ("fr, en;q=0.2", "en"),
        ("en;q=0", "ja"),
    ],
)
def test_japanese_is_spoken_unless_english_is_preferred(accept, wanted):
    assert language(accept) == wanted


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [(BROWSER, True), ("text/html", True), (None, False), ("*/*", False), (f"{JSON}, text/html;q=0.5", False)],
)
def test_a_browser_gets_the_page(accept, wanted):
    assert wants_page(accept) is wanted


def test_events_are_for_those_who_want_them_before_everything_else():
    events = "text/event-stream"
    wanted = {events: True, f"{events}, {JSON};q=0.9": True, f"{GRAPHQL}, {JSON}, {events}": False, "*/*": False}

    assert {accept: wants_events(accept) for accept in wanted} == wanted
    assert not wants_events(None)
