"""Applications of the demo's cast for the record service: really signed with their cards, and decided by the rules."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from auth.anchor import Anchor
from auth.attributes import attributes_of
from auth.certificate import Verified
from auth.pepper import Pepper
from auth.profile import Purpose
from auth.signature import signer_key
from models.application import Application, ApplicationKind, ApplicationStep
from models.ids import RANDOM_BYTES, Letter, mint
from resolvers.application import FORMAT, step_of
from rules.eligibility import Claim, Known, Registered, Ward, decided, differences
from rules.immunisation.reckoning import school_entry
from rules.service_consent import in_force
from tsumugi.card import SoftCard
from tsumugi.demo.draw import at
from tsumugi.pki.office import Office
from tsumugi.town.rows import Town

AGO = timedelta(days=30)


def applications(
    town: Town, office: Office, cards: Mapping[str, SoftCard], origin: str, pepper: Pepper
) -> Iterator[Application | ApplicationStep]:
    """An application and its first step for each of the town's applicants who has a card."""
    anchor = Anchor.of(office.authorities[Purpose.DIGITAL_SIGNATURE].certificate)
    for name, child_id in town.applicants:
        if name not in cards:
            continue
        day = _day(town, child_id)
        card, resident_id = cards[name], town.cards[name]
        assert card.signature is not None, "applicants are grown"
        claim, known = _claim(town, child_id), _known(town, card, resident_id, child_id)
        document = _document((claim, day), town, origin, f"{name} {child_id}")
        answer = card.sign_document(document)
        application = Application(
            id=mint(town.code, Letter.APPLICATION, _seeded(town, f"{name} {child_id}")),
            applicant_id=resident_id,
            kind=claim.kind,
            consent_version=in_force(day).version,
            consent_language="ja",
            document=document,
            algorithm=answer["algorithm"],
            signature=answer["signature"],
            signer_key=signer_key(pepper, Verified(card.signature.certificate, anchor)),
            applied_at=at(day, 10),
        )
        yield application
        step = mint(town.code, Letter.LOG, _seeded(town, f"step {name} {child_id}"))
        yield step_of(step, application, 1, decided(day, claim, known), at(day, 10))


def _day(town: Town, child_id: str | None) -> date:
    """A month ago, or a month before the child entered school."""
    born_on = next((each.birth_date for each in town.children if each.id == child_id), town.as_of)
    return min(town.as_of, school_entry(born_on)) - AGO


def _seeded(town: Town, name: str) -> bytes:
    return hashlib.sha256(f"{town.code} application {name}".encode()).digest()[:RANDOM_BYTES]


def _claim(town: Town, child_id: str | None) -> Claim:
    child = next((each for each in town.children if each.id == child_id), None)
    if child is None:
        return Claim(ApplicationKind.PREGNANT)
    return Claim(ApplicationKind.GUARDIAN, child.name, child.birth_date)


def _known(town: Town, card: SoftCard, resident_id: str, child_id: str | None) -> Known:
    assert card.signature is not None, "applicants are grown"
    signer = attributes_of(card.signature.certificate)
    assert signer is not None, "the demo's authority writes all four attributes"
    person = next(each for each in town.residents if each.id == resident_id)
    address = next((each.address for each in town.families if each.id == person.family_id), None)
    child = next((each for each in town.children if each.id == child_id), None)
    wards = [Ward(child.id, child.name, child.birth_date, is_closed=False)] if child else []
    pregnancy_id = next((each.id for each in town.pregnancies if each.mother_id == resident_id), None)
    registered = Registered(person.birth_date, person.name, person.sex, address)
    return Known(differences(signer, registered), wards, pregnancy_id)


def _document(said: tuple[Claim, date], town: Town, origin: str, name: str) -> str:
    claim, day = said
    consent = in_force(day)
    born_on = claim.child_born_on
    child = {"name": claim.child_name, "birthDate": born_on.isoformat()} if born_on else None
    members = {
        "format": FORMAT,
        "kind": claim.kind,
        "child": child,
        "consent": {"version": consent.version, "language": "ja", "text": consent.ja},
        "origin": origin,
        "nonce": base64.b64encode(hashlib.sha256(_seeded(town, f"nonce {name}")).digest()).decode(),
    }
    return json.dumps(members, ensure_ascii=False)
