"""What README shows beyond its first query: a deed, and how an application in a browser logs in and asks."""

import json
import re

import httpx
import pytest

from tests.running import ROOT
from tsumugi import card

pytestmark = pytest.mark.usefixtures("unmeasured")

README = (ROOT / "README.md").read_text(encoding="utf-8")
DEED, RIDES, POINTS, BROWSER = (
    README.partition(f"## {title}\n")[2].partition("\n## ")[0]
    for title in ("A deed", "The taxi subsidy", "Points", "From a browser")
)
REQUESTS = re.findall(r"```http\n(.*?)```", BROWSER, re.DOTALL)


def put(server, request, **words):
    """One request of the page, its words in capitals replaced; the answer as JSON."""
    for name, value in words.items():
        request = request.replace(name, value)
    head, _, body = request.strip().partition("\n\n")
    (line, *headers) = head.splitlines()
    method, path = line.split()
    named = dict(header.split(": ") for header in headers)
    answer = httpx.request(method, server.url + path, headers=named, content=body)
    assert answer.status_code == 200, (request, answer.text)
    return answer.json()


def test_the_answers_to_readmes_deeds_are_readmes_also_when_one_is_sent_twice(town):
    town.start("demo")
    deed = DEED.partition("query --as mother '")[2].partition("'\n")[0]
    answers = {town.run("query", "--as", "mother", deed).stdout for _ in range(2)}
    other = json.loads(town.run("query", "--as", "stranger", deed).stdout)

    assert answers == {DEED.partition("```json\n")[2].partition("```")[0]}
    assert other["data"]["recordGrowth"]["code"] == "NOT_FOUND"
    question, assignment = re.findall(r"--as mother '(.*?)'\n", POINTS, re.DOTALL)
    told = [town.run("query", "--as", "mother", each).stdout for each in (question, assignment, question)]
    assert told[:2] == re.findall(r"```json\n(.*?)```", POINTS, re.DOTALL)
    assert json.loads(told[2])["data"]["viewer"]["pointAccount"]["available"] == 2_330


def test_rides_are_told_and_opened_as_readme_says(town):
    town.start("demo")
    asked = re.findall(r"query --as ([a-z-]+) '(.*?)'\n", RIDES, re.DOTALL)
    told = re.findall(r"```json\n(.*?)```", RIDES, re.DOTALL)

    assert [who for who, _ in asked] == ["mother", "taxi-operator", "mother"]
    assert [town.ask(who, text) for who, text in asked] == [json.loads(each)["data"] for each in told]


def test_a_browser_logs_in_and_asks_as_readme_says(demo):
    challenge, login, question, of_staff = REQUESTS
    nonce = put(demo, challenge)["nonce"]
    signed = card.load(demo.data / "cards" / "mother.json").sign_login(demo.url, nonce)
    token = put(demo, login, NONCE=nonce, WEB_EID_TOKEN=json.dumps(signed))["access_token"]
    wards = put(demo, question, ACCESS_TOKEN=token)
    why = put(demo, of_staff, ACCESS_TOKEN=demo.token("nurse"))
    silent = put(demo, of_staff.replace("tsumugi-purpose: CHK:2026-0142\n", ""), ACCESS_TOKEN=demo.token("nurse"))

    assert wards == {"data": {"viewer": {"wards": {"totalCount": 3}}}}
    assert why["data"]["children"]["totalCount"] > 3
    assert silent["data"]["children"]["totalCount"] == 0
