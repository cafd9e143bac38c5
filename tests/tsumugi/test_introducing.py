"""A login at one city counts at another once its holder has linked the two with the card; else it is a stranger's."""

import hashlib
import json
from datetime import timedelta

import httpx
import pytest
from joserfc.jwk import ECKey
from sqlalchemy import delete
from sqlmodel import select
from starlette.applications import Starlette

from auth import city_letter, credential, jws, router
from auth.caller import Acr, Holder
from auth.city_letter import CITY, LINK, LINKED, Bound
from auth.fault import Fault
from auth.router import Routers
from auth.sector import of_city
from auth.session import LIFETIME
from models.credential import ClosedBy, Credential, EnrolledBy
from models.family import Family
from models.guardianship import ProtectionMeasure
from models.organisation import CallerKind
from models.outbox import Outbox
from models.resident import Resident
from models.session import Session
from rules.link_consent import LINKING
from tests.tsumugi.counter import CODE, HERE, NOW, Counter, at_once, id_of
from tests.tsumugi.test_sessions import Client
from tests.tsumugi.test_signin import rows
from tsumugi.bearers import Bearers
from tsumugi.cities import KEYS_FOR_S, Cities, read_cities
from tsumugi.halt import Halt
from tsumugi.introducing import Gate, Introducing, introducing_routes
from tsumugi.keyring import Keyring
from tsumugi.published import KEYS_AGAIN_S
from tsumugi.signin import JWKS, signin_routes

WEST, EAST = "102016", "102024"
ISSUERS = {WEST: "https://west.example.jp", EAST: "https://east.example.jp"}
ROUTER, STRANGE = (ECKey.generate_key("P-256") for _ in range(2))
for each in (ROUTER, STRANGE):
    each.ensure_kid()


class Published(httpx.AsyncBaseTransport):
    """The keys of each city at its address; `is_away`: of none."""

    def __init__(self):
        self.counters, self.asked, self.is_away = {}, [], False

    async def handle_async_request(self, request):
        self.asked.append(str(request.url))
        found = self.counters[f"https://{request.url.host}"]
        keys = httpx.ByteStream(json.dumps(found.desk.tokens.jwks()).encode())
        return httpx.Response(503) if self.is_away else httpx.Response(200, stream=keys)


def opened(store, office, keyring, code, published):
    """One city's counter, which believes both."""
    made = Counter(store, office, keyring)
    issuer = ISSUERS[code]
    made.with_desk(tokens=keyring.tokens(issuer, f"{issuer}/graphql"))
    others = {each: other for each, other in ISSUERS.items() if each != code}
    made.cities = Cities(others, lambda: httpx.AsyncClient(transport=published))
    bearers = Bearers(made.desk.tokens, store, lambda: made.now)
    gate = Gate(Routers((ROUTER,)), bearers, made.cities, keyring.seal)
    routes = [*signin_routes(made.desk), *introducing_routes(Introducing(made.desk, gate))]
    made.http = httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=routes)), base_url=HERE)
    published.counters[issuer] = made
    return made


@pytest.fixture
async def cities(store, office, keyring, cards, tmp_path_factory):
    """West and east, each with secrets of its own; the first card is the resident's of west, the second of east."""
    published = Published()
    others = Keyring.create(tmp_path_factory.mktemp("east") / "secrets")
    west, east = (opened(store, office, *each, published) for each in ((keyring, WEST), (others, EAST)))
    await west.admit(*cards.values())
    async with store.owner.writing() as db:
        credential.enrol(db, east.desk.peppers, id_of(1), office.verified(list(cards.values())[1]), NOW)
    yield west, east
    for each in (west, east):
        await each.http.aclose()


class Person:
    """Somebody with a card for each city and one key, logged in at both."""

    def __init__(self, cities, cards):
        (self.west, self.east), (first, second, *_) = cities, cards
        self.home, self.there = Client(self.west, first), Client(self.east, second)
        self.there.key = self.home.key

    async def login(self):
        self.token, self.other = [(await each.login()).json()["access_token"] for each in (self.home, self.there)]
        return self

    async def letter(self, token=None, **headers):
        """For the client's own key, or for whoever the headers say."""
        proof = headers or self.home.proof(CITY + EAST)
        bearer = {"authorization": f"Bearer {token or self.token}"}
        return await self.west.http.post(CITY + EAST, headers=bearer | proof)

    async def link(self, letter=None, client=None, token=None, **changes):
        letter = letter or (await self.letter()).json()["letter"]
        headers = {"authorization": f"Bearer {token or self.other}"} | (client or self.there).proof(LINK)
        return await self.east.http.post(
            LINK, json={"letter": letter, "consent": LINKING.version} | changes, headers=headers
        )

    async def routed(self):
        """A letter that the router was given."""
        return (await self.letter(**carried(CITY + EAST, ""))).json()["letter"]

    async def act(self, letter=None, headers=None):
        letter = letter or await self.routed()
        return await self.east.http.post(LINKED, json={"letter": letter}, headers=headers or carried(LINKED, letter))


def carried(route, sent, key=ROUTER):
    digest = hashlib.sha256(sent.encode()).hexdigest()
    return {router.HEADER: router.written(key, HERE + route, digest, NOW)}


@pytest.fixture
async def person(cities, cards):
    return await Person(cities, list(cards.values())).login()


async def links(store):
    async with store.owner.reading() as connection:
        found = (await connection.execute(select(*Credential.__table__.c))).all()
    return [row for row in found if row.scheme == "city"]


async def test_a_link_lets_one_resident_act_in_the_other_city_and_closing_it_ends_that(person, store):
    shown = (await person.east.http.get(LINK)).json()
    before = await person.act()
    assert (await person.link()).status_code == 204
    after = await person.act()
    [row] = await links(store)

    assert shown["version"] == LINKING.version
    assert all(shown[language] for language in ("ja", "en"))
    assert (before.status_code, person.east.codes()) == (401, [Fault.CREDENTIAL_UNKNOWN])
    assert person.east.holder(after) == Holder(id_of(1), CallerKind.RESIDENT, Acr.CITY)
    assert after.json().keys() == {"access_token", "token_type", "expires_in"}  # and nothing to renew it with
    assert (row.resident_id, row.enrolled_by, row.last_used_at) == (id_of(1), EnrolledBy.SESSION, NOW)

    async with store.owner.writing() as db:
        await credential.close(db, [await db.get(Credential, row.id)], ClosedBy.HOLDER, NOW)
        of_links = (await db.exec(select(Session).where(Session.acr == "city"))).all()
    assert [each.ended_by for each in of_links] == ["closed"]
    assert ((await person.act()).status_code, person.east.codes()[-1]) == (401, Fault.CREDENTIAL_CLOSED)
    assert (await person.link()).status_code == 204  # both logins were shown again
    assert (await person.act()).status_code == 200


async def test_a_link_is_told_of_where_it_lets_somebody_in_and_the_mail_knows_no_city(person, store):
    address = [await person.east.mailbox(id_of(number)) for number in range(2)][1]
    await person.act()
    letter = (await person.letter()).json()["letter"]
    statuses = [(await person.link(letter)).status_code for _ in range(2)]
    await person.act()
    [row], [mail] = await links(store), await person.east.owed()

    assert statuses == [204, 401]
    assert (mail.recipient_id, mail.address, mail.about_id) == (id_of(1), address, row.id)
    assert [word for word in (*ISSUERS.values(), WEST, EAST, id_of(0)) if word in str(mail)] == []


async def test_neither_city_writes_down_who_somebody_is_in_the_other(person, store):
    letter = await person.routed()
    await person.link()
    await person.act()
    told = jws.read(letter, city_letter.TYPE).claims
    kept = await rows(store)
    left = json.dumps(kept) + person.west.written.getvalue() + person.east.written.getvalue()

    assert (len(await links(store)), len(kept["spentassertion"])) == (1, 2)
    assert [word for word in (told["sub"], told["jti"], *ISSUERS.values(), WEST, EAST) if word in left] == []
    assert id_of(0) not in json.dumps(told)


async def unlinked(person):
    return await person.act()


async def act_twice(person):
    await person.link()
    letter = await person.routed()
    await person.act(letter)
    return await person.act(letter)


async def link_twice(person):
    letter = (await person.letter()).json()["letter"]
    await person.link(letter, consent=LINKING.version)
    return await person.link(letter)


async def linked_already(person):
    await person.link()
    return await person.link()


async def somebody_elses(person):
    """Whoever is linked to one resident of the east is linked to no other one."""
    await person.link()
    async with person.east.desk.store.owner.writing() as db:
        for row in (await db.exec(select(Credential).where(Credential.scheme == "city"))).all():
            row.resident_id = id_of(2)
    return await person.link()


async def of_the_client(person):
    return await person.act((await person.letter()).json()["letter"])


async def of_the_router(person):
    return await person.link(await person.routed())


async def other_key(person):
    client = Client(person.east, person.there.card)
    token = (await client.login()).json()["access_token"]
    return await person.link(client=client, token=token)


async def without_key(person):
    return await person.link(token=(await person.east.login(person.there.card)).json()["access_token"])


def forged(**claims):
    async def attempt(person):
        text = jws.read(await person.routed(), city_letter.TYPE)
        key = person.west.desk.tokens.keys[0]
        letter = jws.written({**text.claims, **claims}, key, city_letter.TYPE)
        return await person.act(letter)

    return attempt


async def by_another_key(person):
    said = jws.read(await person.routed(), city_letter.TYPE).claims
    return await person.act(jws.written(said, STRANGE, city_letter.TYPE))


async def without_router(person):
    return await person.act(headers={"x": "y"})


async def strange_router(person):
    letter = await person.routed()
    return await person.act(letter, carried(LINKED, letter, STRANGE))


async def for_another_letter(person):
    return await person.act(headers=carried(LINKED, "another"))


async def by_a_link(person):
    """A login that showed no card here."""
    await person.link()
    token = (await person.act()).json()["access_token"]
    return await person.link(token=token)


REFUSED = {  # what is tried at the east, or with its help; and why not
    unlinked: Fault.CREDENTIAL_UNKNOWN,
    act_twice: Fault.ASSERTION_REPLAYED,
    link_twice: Fault.ASSERTION_REPLAYED,
    linked_already: Fault.CREDENTIAL_ENROLLED,
    somebody_elses: Fault.CREDENTIAL_TAKEN,
    of_the_client: Fault.DPOP_OTHER_KEY,
    of_the_router: Fault.DPOP_OTHER_KEY,
    other_key: Fault.DPOP_OTHER_KEY,
    without_key: Fault.ENROLMENT_SESSION,
    by_a_link: Fault.BINDING_NOT_PERMITTED,
    forged(aud=ISSUERS[WEST]): Fault.ASSERTION_AUDIENCE,
    forged(exp=1): Fault.ASSERTION_EXPIRED,
    forged(iss="https://elsewhere.example.jp"): Fault.CITY_UNKNOWN,
    forged(iss=ISSUERS[EAST]): Fault.CITY_UNKNOWN,
    forged(acr="card-pin"): Fault.ASSERTION_CLAIMS,
    by_another_key: Fault.JWS_KEY_UNKNOWN,
    without_router: Fault.JWS_MALFORMED,
    strange_router: Fault.JWS_KEY_UNKNOWN,
    for_another_letter: Fault.ASSERTION_CLAIMS,
    lambda person: person.act("x.y.z"): Fault.JWS_MALFORMED,
    lambda person: person.link(consent="2020-01-01"): Fault.LINK_CONSENT,
    lambda person: person.link(more=""): Fault.BODY_MALFORMED,
    lambda person: person.link("x.y.z"): Fault.JWS_MALFORMED,
    lambda person: person.link(token="x.y.z"): Fault.JWS_MALFORMED,
    lambda person: person.east.http.post(LINK, json={"letter": ""}): Fault.DPOP_MISSING,
    lambda person: person.east.http.post(LINK, content=b"{"): Fault.BODY_MALFORMED,
    lambda person: person.east.http.post(LINKED, content=b"{"): Fault.BODY_MALFORMED,
    lambda person: person.east.http.post(LINKED, json={"letter": 1}): Fault.BODY_MALFORMED,
}


async def test_everything_else_is_the_one_401_and_links_nobody(person, store):
    answers, codes = set(), []
    await person.east.mailbox(id_of(1))
    for attempt in REFUSED:
        response = await attempt(person)
        answers.add((response.status_code, response.content, *sorted(response.headers.items())))
        codes.append(person.east.codes()[-1])
        assert len(await person.east.owed()) == len(await links(store))  # by some of them, before they were refused
        async with store.owner.writing() as db:
            await db.exec(delete(Outbox))
            for row in (await db.exec(select(Credential).where(Credential.scheme == "city"))).all():
                await db.delete(row)

    assert codes == list(REFUSED.values())
    assert [status for status, *_ in answers] == [401]


async def test_a_letter_is_written_for_a_resident_who_logged_in_here_and_for_a_city_that_is_known(person):
    west = person.west
    nurse = (await west.claim(west.nurse)).json()["access_token"]
    linked = west.desk.tokens.issue(Holder(id_of(0), CallerKind.RESIDENT, Acr.CITY), NOW)
    by_app = west.desk.tokens.issue(Holder(id_of(0), CallerKind.RESIDENT, Acr.APP), NOW)
    routed = carried(CITY + EAST, "")
    tried = [
        await west.http.post(CITY + "102032", headers={"authorization": f"Bearer {person.token}"}),
        await west.http.post(CITY + WEST, headers={"authorization": f"Bearer {person.token}"}),
        await west.http.post(CITY + EAST, headers=carried(CITY + EAST, "")),
        await person.letter(nurse),
        await person.letter(linked, **routed),
        await person.letter(by_app),
        await person.letter(**carried(CITY + EAST, "x")),
        await person.letter(**carried(LINKED, "")),
        await person.letter(x="y"),
        await person.letter(dpop="x"),
        await person.letter(**Client(west, None).proof(CITY + EAST)),
    ]
    codes = west.codes()
    west.now += timedelta(minutes=16)
    late = west.desk.tokens.issue(Holder(id_of(0), CallerKind.RESIDENT, Acr.CARD_PIN), west.now)

    assert {each.status_code for each in (*tried, await person.letter(late))} == {401}
    assert codes == [
        Fault.CITY_UNKNOWN,
        Fault.CITY_UNKNOWN,
        Fault.JWS_MALFORMED,
        *[Fault.BINDING_NOT_PERMITTED] * 3,
        Fault.ASSERTION_CLAIMS,
        Fault.ASSERTION_AUDIENCE,
        Fault.DPOP_MISSING,
        Fault.DPOP_MALFORMED,
        Fault.ENROLMENT_SESSION,
    ]
    assert west.codes()[-1] == Fault.ENROLMENT_SESSION


async def test_a_link_counts_for_nothing_while_the_household_is_protected_and_a_stranger_leaves_nothing(person, store):
    home, days = "f", {"valid_from": NOW.date(), "valid_to": NOW.date() + timedelta(days=2)}
    about = {"family_id": home, "counterparty_id": id_of(0), "recorded_at": NOW, "evidence": "e"}
    stranger = await person.act()
    left = (await rows(store))["spentassertion"]
    await person.link()
    async with store.owner.writing() as db:
        db.add(Family(id=home, municipality_code=CODE, postal_code="1", address="1"))
        (await db.get(Resident, id_of(1))).family_id = home
        await db.flush()
        db.add(ProtectionMeasure(id="m", **days, **about))
    during = await person.act()
    codes = person.east.codes()
    async with store.owner.writing() as db:
        db.add(ProtectionMeasure(id="n", **days | {"valid_to": NOW.date()}, **about, replaces_id="m"))

    assert (stranger.status_code, during.status_code, left) == (401, 401, [])
    assert codes[-1] == Fault.LINK_SUSPENDED
    assert (await person.act()).status_code == 200
    async with store.owner.writing() as db:
        [row] = (await db.exec(select(Session).where(Session.acr == "city"))).all()
    assert row.expires_at == NOW + LIFETIME


async def test_one_letter_ten_times_at_once_is_one_token(person):
    await person.link()
    letter = await person.routed()
    responses = await at_once(10, lambda: person.act(letter))

    assert sorted(response.status_code for response in responses) == [200] + [401] * 9


async def test_keys_of_a_city_are_asked_for_anew_and_where_they_cannot_be_read_nobody_is_believed(person):
    await person.link()
    [published] = person.east.cities._published.values()
    transport = published.client()._transport
    asked = transport.asked.count(ISSUERS[WEST] + JWKS)
    fresh = ECKey.generate_key("P-256")
    fresh.ensure_kid()
    person.west.desk.tokens.turn((fresh, *person.west.desk.tokens.keys))
    early = await person.act()
    published._read_at -= KEYS_AGAIN_S
    later = await person.act()
    published._read_at -= KEYS_FOR_S
    transport.is_away = True

    assert (asked, early.status_code, later.status_code) == (1, 401, 200)
    assert ((await person.act()).status_code, person.east.codes()[-1]) == (401, Fault.JWS_KEY_UNKNOWN)


def test_the_file_of_cities_names_each_with_its_issuer_and_our_own_line_is_left_out(tmp_path):
    file = tmp_path / "cities.json"
    listed = [{"code": code, "issuer": issuer, "url": "x"} for code, issuer in ISSUERS.items()]
    file.write_text(json.dumps({"cities": listed}))

    assert read_cities(file, ISSUERS[EAST]).issuers == {WEST: ISSUERS[WEST]}
    assert read_cities(None, ISSUERS[EAST]).issuers == {}
    bad = (
        {"code": "102017"},
        {"issuer": "http://east.example.jp"},
        {"issuer": "https://e/x"},
        {"issuer": "https://[e"},
    )
    lines = [{"cities": [listed[0] | each]} for each in bad]
    for text in ("", "[]", "{}", '{"cities": 1}', '{"cities": [1]}', '{"cities": [{}]}', *map(json.dumps, lines)):
        file.write_text(text)
        with pytest.raises(Halt, match="must list cities"):
            read_cities(file, "")


def test_a_letter_is_bound_to_a_key_or_to_the_router():
    assert Bound("https://east.example.jp") == ("https://east.example.jp", city_letter.ROUTERS)
    assert of_city(EAST) != of_city(WEST)
