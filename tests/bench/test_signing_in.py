"""The bench of logins: real answers of real cards are checked whole, and a cost above its floor is told."""

from bench import signing_in
from bench.signing_in import Cost, SigningIn
from tsumugi.clock import real_now


async def test_a_cards_answer_is_checked_whole_and_costs_more_than_its_signature(tmp_path, monkeypatch):
    monkeypatch.setattr(signing_in, "ROUNDS", 3)
    monkeypatch.setattr(signing_in, "TIMES", 5)
    costs = await signing_in._cards(tmp_path, real_now())

    assert [each.what for each in costs] == ["a card's answer, RS256", "a card's answer, ES256"]
    assert all(each.cpu_ms > each.bare_ms > 0 for each in costs)


def test_a_check_that_costs_more_than_it_may_is_told():
    cheap, dear = Cost("cheap", cpu_ms=1, bare_ms=1, most_ms=1), Cost("dear", cpu_ms=1.1, bare_ms=1, most_ms=1)

    assert SigningIn((cheap,), whole_ms=9).is_within
    assert not SigningIn((cheap, dear), whole_ms=9).is_within
