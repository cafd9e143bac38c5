"""What tests of links say and do: the three deeds, and what stands in the database afterwards."""

from tests.hanamori import child, office
from tests.sharing import done

ISSUE = """mutation ($input: IssueLinkCodeInput!) { done: issueLinkCode(input: $input) { __typename
  ... on LinkCode { linkId linkCode expiresAt } ... on Refused { code field } } }"""
REDEEM = """mutation ($input: RedeemLinkCodeInput!) { done: redeemLinkCode(input: $input) { __typename
  ... on Linked { linkedAt } ... on Refused { code field } } }"""
REVOKE_LINK = """mutation ($input: RevokeLinkInput!) { done: revokeLink(input: $input) { __typename
  ... on RecordLink { id status revokedAt } ... on Refused { code field } } }"""
LINKED = """query ($i: ID!) { node(id: $i) { ... on Child { links { totalCount edges { node {
  id organisation status } } } } } }"""


async def issued(act, who="mother", about="haru", to="clinic", key="issue-01", **words):
    given = {"childId": child(about), "organisationId": office(to), "idempotencyKey": key}
    return await done(act, who, ISSUE, given, **words)


async def redeemed(act, code, who="clinic", number="P-2", key="redeem-01", *, own=None, **words):
    given = {"code": code, "patientNumber": number, "ownChildId": own, "idempotencyKey": key}
    return await done(act, who, REDEEM, given, **words)


async def unlinked(act, who, id_, key="unlink-01"):
    return await done(act, who, REVOKE_LINK, {"id": id_, "idempotencyKey": key})
