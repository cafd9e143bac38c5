"""What a clinic hands in at the demo town, and a new card there, is mailed once to whom it concerns and to no other."""

import asyncio
import hashlib
import json
import re
import shutil
import sqlite3
from base64 import b64decode
from collections import Counter
from contextlib import closing

import pytest

from models.notice import NoticeKind
from tests.e2e.test_life_events import deed
from tests.e2e.test_records import WARDS, done
from tests.mailing import text
from tests.running import CLIENT, FEWEST_FAMILIES, PATIENCE_S, Tsumugi
from tests.telling import ADD, CONFIRM
from tsumugi import card
from tsumugi.demo.town import make_town
from tsumugi.enrolling import ENROL, FORMAT
from tsumugi.visit import challenge

pytestmark = pytest.mark.usefixtures("unmeasured")

WAITING = "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND ended_at IS NULL"
FAMILY = "{ viewer { family { id } } }"
MOTHER, FORMER = "mother@demo.invalid", "former@demo.invalid"


@pytest.fixture
def town(demo, tmp_path, inbox):
    """The demo town with a mail server of its own."""
    mail = {"TSUMUGI_SMTP_URL": f"smtp://127.0.0.1:{inbox.port}", "TSUMUGI_SMTP_TLS": "off"}
    copied = Tsumugi(shutil.copytree(demo.data, tmp_path / "town"), **mail)
    yield copied
    copied.end()


def open_mailbox(town):
    """The former husband would have mail as well; the code in the first one comes back."""
    words = {
        "address": FORMER,
        "kinds": [each.name for each in NoticeKind],
        "language": "JA",
        "idempotencyKey": "mailbox-1",
    }
    town.ask("ex-spouse", ADD, input=words)


def confirm_mailbox(town, code):
    town.ask("ex-spouse", CONFIRM, input={"code": code, "idempotencyKey": "mailbox-2"})


def link(town):
    """The clinic knows the mother's eldest by a number of its own."""
    child = town.ask("mother", WARDS)["viewer"]["wards"]["edges"][0]["node"]["id"]
    clinic = card.load(town.data / "cards" / "clinic.json").client_id
    code = done(town, "mother", "issueLinkCode", childId=child, organisationId=clinic)["linkCode"]
    done(town, "clinic", "redeemLinkCode", code=code, patientNumber="P-1001")


def hand_in(town, record, vaccine):
    dose = {"vaccine": vaccine, "givenOn": "2026-11-20", "lot": "B1"}
    item = {"patientNumber": "P-1001", "sourceRecordId": record, "vaccination": dose}
    answer = done(town, "clinic", "submitRecords", items=[item], idempotencyKey=f"mailed-{record}")
    assert answer["items"] == [{"outcome": "ACCEPTED"}]


def take_measure(town):
    family = town.ask("mother", FAMILY)["viewer"]["family"]["id"]
    former = make_town(families=int(FEWEST_FAMILIES)).cards["ex-spouse"]
    measure = {"familyId": family, "counterpartyId": former, "validFrom": "2026-11-23"}
    assert "changes" in deed(town, "registry-desk", "recordMeasure", **measure)


def renew_card(town):
    """The mother's next card is hers by its signature certificate."""
    assert town.run("pki", "renew", "mother").returncode == 0
    held, nonce = card.load(town.data / "cards" / "mother.json"), challenge(town.url)
    token = held.sign_login(town.url, nonce)
    digest = hashlib.sha256(b64decode(token["unverifiedCertificate"])).hexdigest()
    document = json.dumps({"format": FORMAT, "origin": town.url, "nonce": nonce, "certificate": digest})
    signed = {"document": document, **held.sign_document(document)}
    body = {"nonce": nonce, "token": token, "replaces": "everything", "signed": signed}
    assert CLIENT.post(town.url + ENROL, json=body).status_code == 200


async def mailed(town, inbox, act, *given):
    """To whom mail came of what was done: all of it, when nothing waits any more."""
    before = Counter(mail["To"] for mail in inbox.mails)
    await asyncio.to_thread(act, town, *given)
    for _ in range(10 * PATIENCE_S):
        with closing(sqlite3.connect(town.data / "tsumugi.db")) as database:
            [(waiting,)] = database.execute(WAITING)
        if not waiting:
            return Counter(mail["To"] for mail in inbox.mails) - before
        await asyncio.sleep(0.1)
    raise AssertionError(f"{waiting} messages wait")


async def test_guardians_get_one_mail_of_what_was_handed_in_and_the_counterparty_none(town, inbox):
    await mailed(town, inbox, lambda town: town.start("demo", "--work"))
    await mailed(town, inbox, open_mailbox)
    await mailed(town, inbox, confirm_mailbox, re.search(r"#(\S+)", text(inbox.mails[-1]))[1])
    await mailed(town, inbox, link)

    of_the_first = await mailed(town, inbox, hand_in, "V-1", "BCG")
    await mailed(town, inbox, take_measure)
    of_the_second = await mailed(town, inbox, hand_in, "V-2", "MR")

    assert of_the_first == {MOTHER: 1, FORMER: 1}
    assert of_the_second == {MOTHER: 1}
    assert max(Counter(inbox.ids).values()) == 1


async def test_a_new_card_is_told_to_its_holder_alone(town, inbox):
    await mailed(town, inbox, lambda town: town.start("demo", "--work"))

    assert await mailed(town, inbox, renew_card) == {MOTHER: 1}
    assert "/credentials" in text(inbox.mails[-1])
