"""The bench of logins: real answers of real cards are checked whole, and a cost above its floor is told."""

from bench import logging_in, signing_in
from bench.signing_in import Cost
from bench.towns.town import settings_of
from tsumugi.clock import real_now


async def test_a_cards_answer_is_checked_whole_and_costs_more_than_its_signature(tmp_path, monkeypatch):
    monkeypatch.setattr(signing_in, "ROUNDS", 3)
    monkeypatch.setattr(signing_in, "TIMES", 5)
    costs = await signing_in._cards(tmp_path, real_now())

    assert [each.what for each in costs] == ["a card's answer, RS256", "a card's answer, ES256"]
    assert all(each.cpu_ms > each.bare_ms > 0 for each in costs)


def test_a_whole_login_is_one_and_costs_more_than_its_signature(tmp_path, monkeypatch):
    for module in (signing_in, logging_in):
        monkeypatch.setattr(module, "ROUNDS", 3)
        monkeypatch.setattr(module, "TIMES", 5)
    found = logging_in._measured(settings_of(tmp_path / "town"))

    assert [(each.database, each.algorithm) for each in found] == [("SQLite", "RS256"), ("SQLite", "ES256")]
    assert all(each.login_ms > each.bare_ms > 0 < each.challenge_ms for each in found)


def test_a_check_that_costs_more_than_it_may_is_told():
    cheap, dear = Cost("cheap", cpu_ms=1, bare_ms=1, most_ms=1), Cost("dear", cpu_ms=1.1, bare_ms=1, most_ms=1)

    assert [cheap.is_within, dear.is_within] == [True, False]
