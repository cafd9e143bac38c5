"""Whoever makes much work is refused for the rest of the minute, and sooner when plans have to give up."""

import io
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from auth.caller import NOBODY, Acr, Holder
from engine.answer import Answer, Engine
from engine.mode import Plans
from models.organisation import CallerKind
from tests.asking import AUDIT_KEY, CURSOR_KEY
from tests.hanamori import NOW
from tsumugi import budget
from tsumugi.bearers import Bearers
from tsumugi.budget import Budget
from tsumugi.endpoint import ROUTE, Endpoint
from tsumugi.keyring import Keyring
from tsumugi.log import Log

URL = "http://127.0.0.1:8000"
AT = datetime(2026, 11, 25, 3, 0, 15, tzinfo=UTC)
MOTHER, AUNT = (Holder(f"131016-R{name:0>26}", CallerKind.RESIDENT, Acr.CARD_PIN) for name in ("1", "2"))
PLANNED, BY_FIELDS = Answer(b"", path="plan"), Answer(b"", path="fields")
KIND = "{ viewer { kind } }"
GIVES_UP = "query ($n: Int) { children(first: $n) { totalCount } }"  # 101 is refused, but only once it is bound


@pytest.fixture
def ask(shared_town, tmp_path):
    """`ask(holder, text, **variables)` over the real endpoint with 40 units a minute; answers status and headers."""
    tokens = Keyring.create(tmp_path / "secrets").tokens(URL, URL + ROUTE)
    engine = Engine(shared_town, CURSOR_KEY, AUDIT_KEY, Plans.ON)
    log = Log(io.StringIO(), lambda: AT)
    bearers = Bearers(tokens, shared_town, lambda: AT)
    endpoint = Endpoint(engine, bearers, lambda: NOW, log, budget=Budget(40))
    app = Starlette(routes=[Route(ROUTE, endpoint)])

    async def asked(holder, text, **variables):
        headers = {} if holder is NOBODY else {"authorization": f"Bearer {tokens.issue(holder, AT)}"}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as client:
            return await client.post(ROUTE, json={"query": text, "variables": variables}, headers=headers)

    return asked


async def until_refused(ask, holder, text, **variables):
    """How many questions were answered, and the refusal."""
    for answered in range(100):
        answer = await ask(holder, text, **variables)
        if answer.status_code == 429:
            return answered, answer
    raise AssertionError("nobody was refused")


async def test_who_provokes_give_ups_is_refused_sooner_and_nobody_else_is(ask):
    given_up, _ = await until_refused(ask, MOTHER, GIVES_UP, n=101)
    planned, refused = await until_refused(ask, AUNT, KIND)

    assert (given_up, planned) == (4, 40)  # 13 units each, or one
    assert refused.json()["errors"][0]["extensions"]["code"] == "TOO_MANY_REQUESTS"
    assert refused.headers["retry-after"] == "45"
    assert (await ask(NOBODY, "{ today { date } }")).status_code == 200


async def test_what_no_plan_covers_costs_one_run(ask):
    assert (await until_refused(ask, MOTHER, "mutation { __typename }"))[0] == 4  # 12 each: 36 are not yet 40


def test_a_new_minute_is_a_new_budget():
    kept = Budget(1)

    assert [kept.wait_s(MOTHER, AT), kept.wait_s(MOTHER, AT), kept.wait_s(AUNT, AT)] == [0, 45, 0]
    assert kept.wait_s(MOTHER, AT + timedelta(seconds=44)) == 1
    assert kept.wait_s(MOTHER, AT + timedelta(seconds=45)) == 0


def test_of_callers_few_are_kept(monkeypatch):
    monkeypatch.setattr(budget, "KEPT", 2)
    kept = Budget(13)
    for name in "abc":
        holder = Holder(name, CallerKind.RESIDENT, Acr.CARD_PIN)
        kept.wait_s(holder, AT)
        kept.charge(holder, BY_FIELDS)
        kept.charge(holder, PLANNED)

    assert dict(kept._spent) == {"b": 12, "c": 12}
