"""What tests of points say and do: the deeds of a holder, a shop and the staff, and what is left in the ledger."""

from models.ids import Letter
from resolvers.ledger_check import proof
from tests.hanamori import id_of
from tests.sharing import done

CODE = """mutation ($input: IssueSpendCodeInput!) { done: issueSpendCode(input: $input) { __typename
  ... on SpendCode { spendCode mostPoints expiresAt } ... on Refused { code field } } }"""
HOLD = """mutation ($input: HoldPointsInput!) { done: holdPoints(input: $input) { __typename
  ... on HeldPoints { holdId points expiresAt } ... on Refused { code field } } }"""
ENTRY = "__typename ... on PointEntry { id kind points facility reason } ... on Refused { code field }"
CAPTURE = f"mutation ($input: CapturePointsInput!) {{ done: capturePoints(input: $input) {{ {ENTRY} }} }}"
VOID = f"mutation ($input: VoidHoldInput!) {{ done: voidHold(input: $input) {{ {ENTRY} }} }}"
REFUND = f"mutation ($input: RefundPointsInput!) {{ done: refundPoints(input: $input) {{ {ENTRY} }} }}"
ASSIGN = f"mutation ($input: AssignPointsInput!) {{ done: assignPoints(input: $input) {{ {ENTRY} }} }}"
GRANT = f"mutation ($input: GrantPointsInput!) {{ done: grantPoints(input: $input) {{ {ENTRY} }} }}"
REVERSE = f"mutation ($input: ReversePointsInput!) {{ done: reversePoints(input: $input) {{ {ENTRY} }} }}"
ACCOUNT = "__typename ... on PointAccount { id balance } ... on Refused { code field }"
LINK = f"mutation ($input: LinkMyKeyInput!) {{ done: linkMyKey(input: $input) {{ {ACCOUNT} }} }}"
CHOOSE = f"mutation ($input: ChooseMunicipalityInput!) {{ done: chooseMunicipality(input: $input) {{ {ACCOUNT} }} }}"
LEFT = "{ viewer { pointAccount { balance available lots { points heldPoints municipalityCode } } } }"
MINE = id_of(Letter.ACCOUNT, "mother")  # 380 of one lot, 300 of another


async def coded(act, most=500, key="code-0001", who="mother", **words):
    return await done(act, who, CODE, {"accountId": MINE, "mostPoints": most, "idempotencyKey": key}, **words)


async def holding(act, code, points, key="hold-0001", **words):
    return await done(act, "shop", HOLD, {"code": code, "points": points, "idempotencyKey": key}, **words)


async def held(act, points=300, number=1, **words):
    """Points that the shop holds, by a code of the holder's own."""
    code = (await coded(act, key=f"code-{number:04}", **words))["spendCode"]
    return (await holding(act, code, points, key=f"hold-{number:04}", **words))["holdId"]


async def captured(act, hold_id, points=None, key="take-0001", **words):
    given = {"holdId": hold_id, "points": points, "idempotencyKey": key}
    return await done(act, "shop", CAPTURE, given, **words)


async def voided(act, hold_id, key="void-0001", **words):
    return await done(act, "shop", VOID, {"holdId": hold_id, "idempotencyKey": key}, **words)


async def refunded(act, entry_id, points, key="back-0001", **words):
    given = {"entryId": entry_id, "points": points, "idempotencyKey": key}
    return await done(act, "shop", REFUND, given, **words)


async def granted(act, points=100, event="2026-11", key="give-0001", **words):
    given = {"accountId": MINE, "programme": "ボランティア", "event": event, "points": points, "idempotencyKey": key}
    return await done(act, "staff_points", GRANT, given, purpose="PTS:1", **words)


async def reversed_(act, entry_id, key="undo-0001", **words):
    given = {"entryId": entry_id, "reason": "NOT_ENTITLED", "idempotencyKey": key}
    return await done(act, "staff_points", REVERSE, given, purpose="PTS:1", **words)


async def left(act, who="mother", **words):
    account = (await act(who, LEFT, **words)).data["viewer"]["pointAccount"]
    return account["balance"], account["available"]


async def proved(store):
    async with store.owner.reading() as connection:
        return await proof(connection)
