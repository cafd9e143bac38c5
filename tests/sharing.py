"""What tests of sharing say and do: the five deeds, and what stands in the database afterwards."""

from datetime import timedelta

from sqlalchemy import select, update

from models.columns import table_of
from models.ids import Letter
from models.outbox import Outbox
from models.store import Store
from tests.asking import Asking
from tests.hanamori import child, id_of, office, resident

FIELDS = "id givenBy sharedWith validFrom validTo expiresAt revokedAt fieldGroups status"
INVITE = f"""mutation ($input: InviteInput!) {{ done: invite(input: $input) {{ __typename
  ... on Share {{ {FIELDS} }} ... on Refused {{ code message field }} }} }}"""
PARTNER = f"""mutation ($input: InvitePartnerInput!) {{ done: invitePartner(input: $input) {{ __typename
  ... on PartnerShare {{ {FIELDS} }} ... on Refused {{ code message field }} }} }}"""
SHARE = f"""mutation ($input: ShareWithInput!) {{ done: shareWith(input: $input) {{ __typename
  ... on Share {{ {FIELDS} }} ... on Refused {{ code message field }} }} }}"""
ACCEPT = """mutation ($input: AcceptInvitationInput!) { done: acceptInvitation(input: $input) { __typename
  ... on Child { id name vaccinations { totalCount } growth { totalCount } }
  ... on Pregnancy { id dueOn } ... on Refused { code message field } } }"""
REVOKE = """mutation ($input: RevokeSharingInput!) { done: revokeSharing(input: $input) { __typename
  ... on Share { id status revokedAt } ... on PartnerShare { id status } ... on Refused { code message field } } }"""
SHARED = """query ($i: ID!) { node(id: $i) { ... on Child { sharing { totalCount edges { node {
  id givenBy sharedWith status } } } } ... on Pregnancy { sharing { edges { node { id sharedWith status } } } } } }"""
ADDRESS = "obaasan@mail.example.jp"
UNBORN = id_of(Letter.PREGNANCY, "sheltered")
GRANDMOTHERS = id_of(Letter.SHARE, f"aki {resident('grandmother')}")
DAY = timedelta(days=1)


def invitation(about="aki", groups=("IDENTITY", "VACC_RECORDS"), **other):
    given = {"childId": child(about), "email": ADDRESS, "fieldGroups": list(groups), "validTo": "2027-04-01"}
    return given | {"idempotencyKey": "key-0001"} | other


def partner(groups=("PREGNANCY_CORE",), **other):
    given = invitation(groups=groups, **other)
    return {"pregnancyId": UNBORN} | {key: value for key, value in given.items() if key != "childId"}


def consent(about="aki", to="clinic", groups=("IDENTITY", "VACC_RECORDS"), **other):
    given = {"childId": child(about), "organisationId": office(to), "fieldGroups": list(groups)}
    return given | {"validTo": "2027-04-01", "idempotencyKey": "key-0001"} | other


async def done(act, who, document, given, **words):
    return (await act(who, document, input=given, **words)).data["done"]


async def rows(store, model):
    async with store.owner.reading() as connection:
        return (await connection.execute(select(table_of(model)))).all()


async def code_of(act, who="mother", document=INVITE, given=None):
    """Somebody invites; what stands in the mail."""
    before = {each.secret for each in await rows(act.store, Outbox)}
    made = await done(act, who, document, given or invitation())
    assert made["__typename"] != "Refused", made
    return next(each.secret for each in await rows(act.store, Outbox) if each.secret not in before)


def another(act):
    """A worker of its own over the same town."""
    return Asking(Store(act.store.engine.url.render_as_string(hide_password=False)))


async def accepted(act, who, code, key="accept-01", **words):
    return await done(act, who, ACCEPT, {"code": code, "idempotencyKey": key}, **words)


async def changed(act, model, values, **where):
    table = table_of(model)
    chosen = [table.c[name] == value for name, value in where.items()]
    async with act.store.owner.engine.begin() as connection:
        assert (await connection.execute(update(table).where(*chosen).values(values))).rowcount > 0


async def revoked(act, who, id_, key="revoke-01", **words):
    return await done(act, who, REVOKE, {"id": id_, "idempotencyKey": key}, **words)
