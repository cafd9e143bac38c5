"""How surely somebody was recognised decides what they may ask for."""

from auth.caller import NOBODY, Acr
from models.organisation import CallerKind


def test_nobody_is_anonymous_and_has_no_id():
    assert (NOBODY.id, NOBODY.kind) == ("", CallerKind.ANONYMOUS)


def test_a_tap_is_less_than_a_login_and_a_login_less_than_two_factors():
    assert [acr.rank for acr in (Acr.TAP, Acr.KEY, Acr.CARD_PIN, Acr.APP, Acr.MFA)] == [0, 1, 1, 1, 2]
