"""Machines over HTTP and by command: enrolled by a code, in with a key in hand, out within two seconds."""

import asyncio
import json
from dataclasses import replace

import httpx
import pytest
from starlette.applications import Starlette

from auth import fleet
from auth.caller import Acr, Device, Holder
from auth.fault import Fault
from auth.session import Ended
from models.organisation import CallerKind, Organisation
from models.store import Store
from tests.databases import as_application
from tests.tsumugi.counter import ASSERTED, HERE, Counter, at_once
from tsumugi.bearers import LOOK_EVERY_S, Bearers
from tsumugi.card import SoftKey
from tsumugi.cli import main
from tsumugi.devices import DEVICE, device_routes
from tsumugi.signin import TOKEN, signin_routes

SCOPE = "checkups:read vaccinations:write"


class Machine:
    """A terminal of the counter's clinic, with a key that it made itself."""

    def __init__(self, counter):
        self.counter, self.key = counter, SoftKey.make("")
        app = Starlette(routes=[*signin_routes(counter.desk), *device_routes(counter.desk)])
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE)

    async def invited(self):
        async def work(db):
            clinic = await db.get_one(Organisation, self.counter.clinic.client_id)
            return fleet.invited(db, clinic, "Front desk", SCOPE, self.counter.now)

        return await self.counter.desk.store.transact(work, serialised=False)

    def proof(self, path, key=None):
        return {"dpop": (key or self.key).sign_proof(HERE + path, self.counter.now)}

    async def enrol(self, code, **changes):
        body = {"code": code, "key": self.key.bare_jwk()} | changes.pop("body", {})
        return await self.http.post(DEVICE, json=body, headers=changes.get("headers", self.proof(DEVICE)))

    async def login(self, **changes):
        signed = self.key.sign_assertion(HERE, self.counter.now)
        form = ASSERTED | {"client_assertion": signed} | changes.pop("form", {})
        return await self.http.post(TOKEN, data=form, headers=changes.get("headers", self.proof(TOKEN)))


@pytest.fixture
async def machine(store, office, keyring):
    counter = Counter(store, office, keyring)
    await counter.admit()
    made = Machine(counter)
    yield made
    await made.http.aclose()
    await counter.http.aclose()


@pytest.fixture
async def enrolled(machine):
    answer = (await machine.enrol((await machine.invited()).code)).json()
    machine.key = SoftKey(answer["client_id"], machine.key.key)
    return machine


async def test_a_machine_is_enrolled_and_logs_in_as_its_organisation_with_less(machine):
    answer = await machine.enrol((await machine.invited()).code)
    told = answer.json()
    machine.key = SoftKey(told["client_id"], machine.key.key)
    login = await machine.login(form={"client_id": told["client_id"]})

    assert told == {"client_id": told["client_id"], "key_id": machine.key.key.thumbprint(), "scope": SCOPE}
    assert answer.headers["cache-control"] == "no-store"
    clinic = Holder(machine.counter.clinic.client_id, CallerKind.CLINIC, Acr.KEY)
    assert machine.counter.holder(login) == clinic._replace(device=Device(told["client_id"], frozenset(SCOPE.split())))
    assert "refresh_token" not in login.json()


ENROLMENTS = {
    "a wrong code": ({"body": {"code": "0000-0000-0000-0000"}}, Fault.DEVICE_CODE_UNKNOWN),
    "a member more": ({"body": {"name": ""}}, Fault.BODY_MALFORMED),
    "a key as text": ({"body": {"key": "key"}}, Fault.BODY_MALFORMED),
    "no key": ({"body": {"key": {}}}, Fault.DEVICE_KEY),
    "no proof": ({"headers": {}}, Fault.DPOP_MISSING),
    "no good proof": ({"headers": {"dpop": "a.b.c"}}, Fault.DPOP_MALFORMED),
}


async def test_whatever_is_wrong_with_an_enrolment_the_answer_is_the_same(machine):
    code, answers, codes = (await machine.invited()).code, set(), {}
    for wrong, (changes, _) in ENROLMENTS.items():
        response = await machine.enrol(code, **changes)
        answers.add((response.status_code, response.content))
        codes[wrong] = machine.counter.codes()[-1]
    form = await machine.http.post(DEVICE, data={"code": code}, headers=machine.proof(DEVICE))
    stranger = await machine.enrol(code, headers=machine.proof(DEVICE, SoftKey.make("")))

    assert codes == {wrong: fault.value for wrong, (_, fault) in ENROLMENTS.items()}
    assert machine.counter.codes()[-2:] == [Fault.BODY_MALFORMED, Fault.DPOP_OTHER_KEY]
    assert {(each.status_code, each.content) for each in (form, stranger)} == answers
    assert [status for status, _ in answers] == [401]


async def test_one_code_twenty_times_at_once_is_one_device(machine):
    code = (await machine.invited()).code
    responses = await at_once(20, lambda: machine.enrol(code))

    assert sorted(response.status_code for response in responses) == [200] + [401] * 19


async def test_a_machine_shows_its_key_with_each_login(enrolled):
    other = enrolled.proof(TOKEN, SoftKey.make(""))
    statuses = [(await enrolled.login(headers=headers)).status_code for headers in ({}, other)]

    assert statuses == [401, 401]
    assert enrolled.counter.codes() == [Fault.DPOP_MISSING, Fault.DPOP_OTHER_KEY]


async def test_a_disabled_machine_is_out_for_another_worker_within_two_seconds(enrolled):
    desk = enrolled.counter.desk
    other = Store(as_application(desk.store.url))
    bearers = Bearers(replace(desk.tokens, ended=Ended()), other, lambda: enrolled.counter.now)
    header = f"Bearer {(await enrolled.login()).json()['access_token']}"
    before = await bearers.holder(header)
    await desk.store.transact(lambda db: fleet.disabled(db, enrolled.key.client_id, desk.now()), serialised=False)
    await asyncio.sleep(LOOK_EVERY_S)
    after = await bearers.holder(header)
    await other.close()

    assert (before.device.id, after) == (enrolled.key.client_id, Fault.BEARER_ENDED)
    assert (await enrolled.login()).status_code == 401
    assert enrolled.counter.codes() == [Fault.DEVICE_DISABLED]


def run(demo, *arguments):
    done = demo.run("device", *arguments)
    return done.returncode, (done.stdout or done.stderr).strip()


def test_a_machine_of_the_demo_from_its_invitation_to_its_end(demo):
    clinic = json.loads((demo.data / "cards" / "clinic.json").read_text())["client_id"]
    _, told = run(demo, "invite", clinic, "--name", "受付", "--scope", "vaccinations:read")
    code, id = told.split()[0], told.split()[2]
    enrolled, said = run(demo, "enrol", code, "--as", "front-desk")
    assert enrolled == 0, said
    token = demo.run("login", "--as", "front-desk")
    denied = demo.run("query", "--as", "front-desk", "{ pregnancies { totalCount } children { totalCount } }")
    _, listed = run(demo, "list")
    ended, _ = run(demo, "disable", id)
    out = demo.run("login", "--as", "front-desk")
    (demo.data / "cards" / "front-desk.json").unlink()  # of whoever has one there other tests believe that they get in

    assert (enrolled, token.returncode, token.stdout.count("."), ended, out.returncode) == (0, 0, 2, 0, 1)
    assert {each["rule"] for each in json.loads(denied.stdout)["extensions"]["denied"]} == {"SCOPE_REQUIRED"}
    assert [line.split("\t")[0] for line in listed.splitlines() if "\tenrolled " in line and "\tseen " in line] == [id]


@pytest.fixture
def told(store, tmp_path, monkeypatch, capsys):
    """A command over the test's database: its exit code and its sentence."""
    monkeypatch.setenv("TSUMUGI_DATA", str(tmp_path))
    url = as_application(store.url).replace("+aiosqlite", "").replace("+asyncpg", "")
    monkeypatch.setenv("TSUMUGI_DATABASE_URL", url)

    def call(*arguments):
        code = main(["device", *arguments])
        said = capsys.readouterr()
        return code, (said.out or said.err).strip()

    return call


async def test_what_the_operator_asks_for_and_cannot_have_is_one_sentence(told, machine, monkeypatch, tmp_path):
    def invited(organisation="A clinic", name="Tablet", scope="vaccinations:read"):
        return ("invite", organisation, "--name", name, "--scope", scope)

    clinic, office = machine.counter.clinic.client_id, f"131016-O{'0' * 26}"
    wrong = {
        invited("nobody"): "no such organisation",
        invited("A place"): "several have this name",
        invited(office): "An office of the city has no devices",
        invited(clinic, scope="rides:read"): "The scope of such a device",
        invited(clinic, scope="everything"): "The scope of such a device",
        invited(clinic, name=" "): "printable text",
        invited(clinic, name="123456789018"): "Individual Number",
        ("disable", "nobody"): "no device nobody",
        ("enrol", "0000", "--as", "No"): "small letters",
    }
    answers = {line: await asyncio.to_thread(told, *line) for line in wrong}
    await asyncio.to_thread(told, *invited(clinic))
    listed = await asyncio.to_thread(told, "list")
    monkeypatch.setenv("TSUMUGI_DATABASE_URL", f"sqlite:///{tmp_path / 'gone.db'}")
    gone = await asyncio.to_thread(told, "list")

    assert [line for line, (code, text) in answers.items() if code != 1 or wrong[line] not in text] == []
    assert (listed[0], "waits until" in listed[1], "never seen" in listed[1]) == (0, True, True)
    assert gone == (1, f"There is no database at {tmp_path / 'gone.db'}: check TSUMUGI_DATABASE_URL.")
