"""`tsumugi apply`: a card of the demo signs, and a real server decides."""

import json

import pytest

pytestmark = pytest.mark.usefixtures("unmeasured")

MINE = "{ viewer { applications { edges { node { status document } } } } }"
WAITING = "{ applications { edges { node { status kind applicant } } } }"


def test_a_mother_applies_with_her_card_and_staff_see_what_waits(town):
    town.start("demo")
    done = town.run("apply", "--as", "mother", "--child", "花筏 澪", "--born", "2026-05-20")
    waits = town.run("apply", "--as", "parent-without-care", "--pregnant", "--language", "en")
    [mine, before, _] = town.ask("mother", MINE)["viewer"]["applications"]["edges"]
    queue = town.ask("nurse", WAITING, purpose="PRG:2026-0142")["applications"]["edges"]

    told = json.loads(done.stdout)["data"]["apply"]
    assert (told["status"], told["endsOn"]) == ("REGISTERED", "2033-04-01")
    assert json.loads(mine["node"]["document"])["child"] == {"name": "花筏 澪", "birthDate": "2026-05-20"}
    assert json.loads(waits.stdout)["data"]["apply"]["status"] == "WAITING"
    assert json.loads(before["node"]["document"])["child"]["name"] == "花筏 湊"  # of the town's beginning
    assert [each["node"]["applicant"] for each in queue[:2]] == ["風花 雪", "柳 渚"]
    assert {each["node"]["status"] for each in queue[:2]} == {"WAITING"}


def test_who_cannot_apply_is_told_in_one_sentence(demo):
    wrong = {
        "under-15": ("--pregnant",),
        "nurse": ("--pregnant",),
        "mother": ("--child", "花筏 澪"),
    }
    told = {name: demo.run("apply", "--as", name, *words, "--server", demo.url) for name, words in wrong.items()}

    assert {each.returncode for each in told.values()} == {1}
    assert told["under-15"].stderr == "This card has no signature certificate: it is for people from 15 on.\n"
    assert told["nurse"].stderr == "Residents apply, with a card.\n"
    assert told["mother"].stderr == "Say when the child was born: --born 2026-05-10.\n"
