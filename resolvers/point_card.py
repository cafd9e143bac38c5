"""Deed of a shop: hold points of whoever shows the card and enters its PIN at the terminal."""

from dataclasses import dataclass

import sqlalchemy as sa
import strawberry

from auth import credential
from auth.credential import Scheme
from auth.fault import Fault
from auth.paying import Payment
from models.point import PointAccount
from models.refusal import RefusalCode, Refused
from models.relation import relation_of
from models.statements import Within
from resolvers.deed import Task
from resolvers.ledger import Ledger
from resolvers.point_sale import Held, Purse, bad_points, held_in, shop_of
from rules.ledger import key_hash

_known = relation_of(PointAccount)


@dataclass(kw_only=True)
class HoldPointsByCard:
    """A challenge of the server and the card's answer to it, for so many points at this terminal of this shop.

    `certificate` (DER, of the login) and `signature` in base64; `algorithm`: RS256, ES256 or ES384. docs/points.md says
    what the card signs.
    """

    nonce: str
    certificate: str
    algorithm: str
    signature: str
    points: int
    idempotency_key: strawberry.ID


async def hold(task: Task, given: HoldPointsByCard) -> Held | Refused:
    """What is held, or why not. Whatever is wrong with a card or its account, the answer is one."""
    ledger, holder = Ledger.of(task), task.context.caller.holder
    refused = bad_points(ledger, given.points)
    if refused is not None:
        return refused
    account_id = await _account(task, ledger, given)
    if account_id is None:
        return Refused(RefusalCode.CARD_NOT_ACCEPTED)
    shop = await shop_of(ledger, holder.id)
    return await held_in(ledger, Purse(account_id, shop.city), shop.id, key_hash("card", given.nonce), given.points)


async def _account(task: Task, ledger: Ledger, given: HoldPointsByCard) -> str | None:
    """The account of whoever holds the card, which this transaction reaches from now on."""
    signing, holder = task.context.signing, task.context.caller.holder
    if signing is None:
        return None
    answer = {"certificate": given.certificate, "algorithm": given.algorithm, "signature": given.signature}
    card = await signing.paid(task.session, Payment(given.nonce, holder.id, holder.client_id, given.points), answer)
    if isinstance(card, Fault):
        return None
    found = await credential.standing(Within(task.session), [each.key for each in card.keys], Scheme.CARD)
    if isinstance(found, Fault):
        return None
    own = await ledger.first(sa.select(_known.c.id).where(_known.c.resident_id == found.resident_id))
    if own is None:
        return None
    await ledger.reach(own.id, holder.id)
    return str(own.id)
