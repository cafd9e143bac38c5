"""Staff by the municipality's provider: known, on duty and with a second factor, or one and the same refusal."""

import asyncio
from datetime import timedelta

import pytest

from auth import staff
from auth.caller import Acr, Holder
from auth.fault import Fault
from models.organisation import CallerKind, StaffMember
from tests.databases import as_application
from tests.tsumugi.browser import Browser
from tests.tsumugi.counter import Counter
from tests.tsumugi.mock_provider import CLIENT_ID, REDIRECT_URI, TERMS
from tsumugi.app import _ways
from tsumugi.cli import main
from tsumugi.federated_login import APP_START, STAFF_START, staff_way
from tsumugi.halt import Halt
from tsumugi.keyring import Keyring
from tsumugi.providers import read_staff
from tsumugi.settings import read_settings
from tsumugi.signin import TOKEN

OFFICE = f"131016-O{'0' * 26}"
STAFF_TERMS = TERMS.replace('acr = ["aal3"]', 'acr = ["mfa-required"]') + (
    f'amr = ["mfa"]\n[groups.nurses]\nkind = "staff_health"\noffice = "{OFFICE}"\n'
    '[groups.registry]\nkind = "staff_registry"\n[groups.elsewhere]\n'
    f'kind = "staff_health"\noffice = "131016-O{"1" * 26}"\n'
)
SUBJECT = "oid-0001"
NURSE = {"acr": "mfa-required", "groups": ["everybody", "nurses"]}


def put(folder, issuer, client_key, text=STAFF_TERMS):
    folder.mkdir(exist_ok=True)
    plain = text.format(issuer=issuer, client_id=CLIENT_ID, redirect_uri=REDIRECT_URI)
    (folder / "staff.toml").write_text(plain)
    (folder / "staff.pem").write_bytes(client_key.as_pem(private=True))
    (folder / "staff.pem").chmod(0o600)


@pytest.fixture
async def counter(store, office, keyring):
    opened = Counter(store, office, keyring)
    await opened.admit()
    yield opened
    await opened.http.aclose()


@pytest.fixture
async def desk(counter, mock, client_key, keyring, tmp_path):
    """A nurse before a browser, whose account is linked."""
    mock.now, mock.lie, mock.asked, mock.subject, mock.says = lambda: counter.now, {}, [], SUBJECT, NURSE
    put(tmp_path / "providers", mock.issuer, client_key)
    made = Browser(counter, mock, staff_way(*read_staff(tmp_path / "providers", keyring)))
    await link(made)
    yield made
    mock.says = {"acr": "aal3"}
    await made.http.aclose()


async def link(desk, subject=SUBJECT, to=None):
    who, issuer = to or desk.counter.nurse.client_id, desk.mock.issuer
    work = lambda db: staff.linked(db, issuer, subject, who, desk.counter.now)  # noqa: E731 - one transaction
    return await desk.counter.desk.store.transact(work, serialised=False)


async def unlink(desk, subject=SUBJECT):
    work = lambda db: staff.unlinked(db, desk.mock.issuer, subject, desk.counter.now)  # noqa: E731 - likewise
    return await desk.counter.desk.store.transact(work, serialised=False)


async def renew(desk, answer):
    form = {"grant_type": "refresh_token", "refresh_token": answer.json()["refresh_token"]}
    return await desk.http.post(TOKEN, data=form, headers=desk.proof(TOKEN))


async def test_a_nurse_in_her_group_is_in_with_a_second_factor_for_eight_hours(desk):
    first = await desk.login()
    desk.counter.now += timedelta(hours=7, minutes=59)
    second = await renew(desk, first)
    desk.counter.now += timedelta(minutes=1)
    third = await renew(desk, second)

    nurse = Holder(desk.counter.nurse.client_id, CallerKind.STAFF_HEALTH, Acr.MFA)
    assert (desk.counter.holder(second), third.status_code) == (nurse, 401)


async def test_a_second_factor_may_be_told_by_the_methods_used(desk):
    desk.mock.says = {"amr": ["pwd", "mfa"], "groups": ["nurses"]}

    assert desk.counter.holder(await desk.login()).acr is Acr.MFA


REFUSED = {
    "no second factor": ({"acr": None}, Fault.IDENTITY_ACR),
    "a weaker login": ({"acr": "password"}, Fault.IDENTITY_ACR),
    "methods without it": ({"acr": None, "amr": ["pwd"]}, Fault.IDENTITY_ACR),
    "methods as a text": ({"acr": None, "amr": "mfa"}, Fault.IDENTITY_ACR),
    "a subject that nobody linked": ({"sub": "oid-0002"}, Fault.STAFF_UNKNOWN),
    "an unknown group": ({"groups": ["everybody"]}, Fault.STAFF_GROUP),
    "no groups": ({"groups": None}, Fault.STAFF_GROUP),
    "a group as a text": ({"groups": "nurses"}, Fault.STAFF_GROUP),
    "numbers as groups": ({"groups": [1, ["nurses"]]}, Fault.STAFF_GROUP),
    "another duty": ({"groups": ["registry"]}, Fault.STAFF_GROUP),
    "another office": ({"groups": ["elsewhere"]}, Fault.STAFF_GROUP),
    "another audience": ({"aud": [CLIENT_ID, "another"]}, Fault.IDENTITY_AUDIENCE),
    "wrong nonce": ({"nonce": "another"}, Fault.IDENTITY_NONCE),
}


async def test_whatever_is_missing_the_answer_is_the_same_and_the_log_has_the_code(desk):
    answers, codes = set(), {}
    for wrong, (claims, _) in REFUSED.items():
        desk.mock.lie = {"claims": claims}
        response = await desk.login()
        answers.add((response.status_code, response.content))
        codes[wrong] = desk.counter.codes()[-1]

    assert codes == {wrong: fault.value for wrong, (_, fault) in REFUSED.items()}
    assert [status for status, _ in answers] == [401]


async def test_an_account_that_was_unlinked_is_out_with_its_sessions_and_can_be_linked_again(desk):
    answer = await desk.login()
    ended = [await unlink(desk) for _ in range(2)]
    statuses = [(await renew(desk, answer)).status_code, (await desk.login()).status_code]
    again = [await link(desk) for _ in range(2)]

    assert (ended, statuses, again) == ([True, False], [401, 401], [True, False])
    assert desk.counter.codes() == [Fault.SESSION_ENDED, Fault.STAFF_UNKNOWN]
    assert (await desk.login()).status_code == 200
    assert not await unlink(desk, "nobody")


async def test_a_member_whose_duty_changed_or_who_is_no_staff_is_not_let_in_by_the_old_group(desk):
    codes = []
    for kind in (CallerKind.STAFF_TAXI, CallerKind.CLINIC):
        async with desk.counter.desk.store.owner.writing() as db:
            (await db.get_one(StaffMember, desk.counter.nurse.client_id)).kind = kind
        await desk.login()
        codes.append(desk.counter.codes()[-1])

    assert codes == [Fault.STAFF_GROUP, Fault.STAFF_UNKNOWN]


async def test_another_claim_may_name_the_account(desk, client_key, keyring, tmp_path):
    put(tmp_path / "other", desk.mock.issuer, client_key, 'subject_claim = "oid"\n' + STAFF_TERMS)
    other = Browser(desk.counter, desk.mock, staff_way(*read_staff(tmp_path / "other", keyring)))
    statuses = []
    for oid in (SUBJECT, None, 7, "字"):
        desk.mock.lie = {"claims": {"oid": oid, "sub": "pairwise"}}
        statuses.append((await other.login()).status_code)
    await other.http.aclose()

    assert (statuses, set(desk.counter.codes())) == ([200, 401, 401, 401], {Fault.IDENTITY_CLAIMS})


async def test_nothing_is_bound_by_the_providers_of_staff(desk):
    token = (await desk.login()).json()["access_token"]

    assert (await desk.start(token)).status_code == 401
    assert (STAFF_START, desk.counter.codes()) == ("/auth/staff", [Fault.BINDING_NOT_PERMITTED])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('acr = ["mfa-required"]\n', ""),
        ('amr = ["mfa"]', 'amr = "mfa"'),
        ('kind = "staff_health"', 'kind = "clinic"'),
        ('kind = "staff_registry"', 'role = "staff_registry"'),
        (f'office = "{OFFICE}"', 'office = "131016"'),
        ("[groups.registry]", "[groups]\nregistry = 1\n[groups.more]"),
        ('amr = ["mfa"]', 'subject_claim = ""'),
    ],
)
def test_terms_of_staff_that_make_no_sense_are_one_sentence(old, new, client_key, keyring, tmp_path):
    text = STAFF_TERMS.replace(old, new)
    text = text.replace('amr = ["mfa"]\n', "") if not new else text
    put(tmp_path, "https://idp.example.jp", client_key, text)
    with pytest.raises(Halt, match=r"staff\.toml"):
        read_staff(tmp_path, keyring)


def test_terms_without_a_group_let_nobody_in_and_are_refused(client_key, keyring, tmp_path):
    put(tmp_path, "https://idp.example.jp", client_key, STAFF_TERMS[: STAFF_TERMS.index("[groups")])
    with pytest.raises(Halt, match="groups"):
        read_staff(tmp_path, keyring)


def test_a_server_has_the_ways_in_that_there_are_terms_for(desk, client_key, keyring, tmp_path):
    settings = read_settings({"TSUMUGI_DATA": str(tmp_path)})
    only_staff = [way.start for way in _ways(settings, desk.counter.desk, keyring)]
    put(tmp_path / "providers", desk.mock.issuer, client_key, TERMS)
    for suffix in ("toml", "pem"):
        (tmp_path / "providers" / f"staff.{suffix}").rename(tmp_path / "providers" / f"app.{suffix}")
    only_app = [way.start for way in _ways(settings, desk.counter.desk, keyring)]

    assert (only_staff, only_app) == ([STAFF_START], [APP_START])


async def test_the_operator_links_and_unlinks_by_command(desk, monkeypatch, tmp_path, capsys):
    Keyring.create(tmp_path / "secrets")
    url = as_application(desk.counter.desk.store.url).replace("+aiosqlite", "").replace("+asyncpg", "")
    for name, value in {"DATA": str(tmp_path), "DATABASE_URL": url, "ENV": "demo"}.items():
        monkeypatch.setenv(f"TSUMUGI_{name}", value)
    member = desk.counter.nurse.client_id
    lines = {
        ("link", "oid-0009", "--member", member): 0,
        ("link", SUBJECT, "--member", member): 1,
        ("link", "oid-0010", "--member", OFFICE): 1,
        ("link", "字", "--member", member): 1,
        ("unlink", "oid-0009"): 0,
        ("unlink", "nobody"): 1,
    }
    found = {line: await asyncio.to_thread(main, ["staff", *line]) for line in lines}
    (tmp_path / "providers" / "staff.toml").unlink()
    without = await asyncio.to_thread(main, ["staff", "unlink", SUBJECT])

    assert (found, without) == (lines, 1)
    assert "There are no terms with a provider" in capsys.readouterr().err
