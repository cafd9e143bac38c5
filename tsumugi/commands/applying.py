"""`tsumugi apply`: what a client does to apply for the record service, with a card out of the data folder."""

import json
from datetime import date
from typing import Any, NamedTuple

from models.application import ApplicationKind
from resolvers.application import FORMAT
from tsumugi import card
from tsumugi.card import SoftCard
from tsumugi.commands import asking
from tsumugi.commands.asking import Ask
from tsumugi.halt import Halt
from tsumugi.settings import Settings
from tsumugi.visit import challenge

CONSENT = "{ serviceConsent { version ja en } }"
APPLY = """mutation ($input: ApplyInput!) { apply(input: $input) {
  ... on Application { id status endsOn steps { kind reasons } }
  ... on Refused { code message field } } }"""


class Wish(NamedTuple):
    """Who applies, and as whose guardian; without a child as a pregnant woman."""

    name: str
    child: str | None
    born: str | None
    language: str


def apply(settings: Settings, wish: Wish, server: str) -> str:
    """The answer as JSON text. The text agreed to is the server's; what is signed is sent letter by letter."""
    held = card.load(asking.card_file(settings, wish.name))
    if not isinstance(held, SoftCard):
        raise Halt("Residents apply, with a card.")
    child = _child(wish)
    consent = json.loads(asking.query(settings, Ask(wish.name, CONSENT), server))["data"]["serviceConsent"]
    nonce = challenge(server)
    document = json.dumps(
        {
            "format": FORMAT,
            "kind": ApplicationKind.PREGNANT if child is None else ApplicationKind.GUARDIAN,
            "child": child,
            "consent": {"version": consent["version"], "language": wish.language, "text": consent[wish.language]},
            "origin": server,
            "nonce": nonce,
        },
        ensure_ascii=False,
    )
    given = {"document": document, **held.sign_document(document), "idempotencyKey": nonce}
    return asking.query(settings, Ask(wish.name, APPLY, json.dumps({"input": given})), server)


def _child(wish: Wish) -> dict[str, Any] | None:
    if wish.child is None:
        return None
    try:
        born_on = date.fromisoformat(wish.born or "")
    except ValueError:
        raise Halt("Say when the child was born: --born 2026-05-10.") from None
    return {"name": wish.child, "birthDate": born_on.isoformat()}
