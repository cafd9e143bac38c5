"""Client assertions: how a staff member's or an organisation's machine says who it is (RFC 7523, `private_key_jwt`)."""

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import TypedDict, TypeGuard

from joserfc.jwk import ECKey
from sqlmodel import col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from auth import device, jws
from auth.caller import Acr, Holder
from auth.fault import Fault
from auth.strict import fits, is_plain, shape
from models.credential import ClientKey, SpentAssertion
from models.organisation import STAFF_KINDS, Organisation, StaffMember

TYPE = "JWT"
LONGEST_S = 60  # from now to `exp`
SKEW_S = 5  # between the client's clock and ours
ID_CHARACTERS = 34
JTI_CHARACTERS = 128
PUBLIC = ("kty", "crv", "x", "y")
NOBODYS = json.dumps(ECKey.generate_key(jws.CURVE, private=True).as_dict(private=False))


class Claims(TypedDict):
    """What an assertion says, all of it and nothing else."""

    iss: str
    sub: str
    aud: str
    iat: int
    exp: int
    jti: str


SHAPE = shape(Claims)


async def register(session: AsyncSession, client_id: str, public_jwk: dict[str, str | list[str]], now: datetime) -> str:
    """Accept a client's public key from now on; answers its `kid`, which the client puts into each assertion.

    Raises ValueError when it is not a key of P-256.
    """
    public = {member: public_jwk[member] for member in PUBLIC if member in public_jwk}  # not its private part
    kid = jws.es256_key(public).thumbprint()
    session.add(ClientKey(client_id=client_id, key_id=kid, public_jwk=json.dumps(public), created_at=now))
    return kid


async def recognised(session: AsyncSession, text: str, audiences: Collection[str], now: datetime) -> Holder | Fault:
    """The staff member, organisation or device that signed the assertion; it is spent by this and works no more."""
    letter = jws.read(text, TYPE)
    if isinstance(letter, Fault):
        return letter
    claims = letter.claims
    if not _are_claims(claims):
        return Fault.ASSERTION_CLAIMS
    fault = await _signature_fault(session, letter, claims["sub"]) or _fault(claims, audiences, int(now.timestamp()))
    if fault is not None:
        return fault
    holder = await _holder(session, claims["sub"])
    if isinstance(holder, Fault):
        return holder
    is_first = await is_first_use(session, claims["sub"], claims["jti"], claims["exp"], now)
    return holder if is_first else Fault.ASSERTION_REPLAYED


async def is_first_use(session: AsyncSession, writer: str, jti: str, exp: int, now: datetime) -> bool:
    """Write the `jti` of a client or a city down; of two uses at once the primary key refuses the second."""
    await session.exec(delete(SpentAssertion).where(col(SpentAssertion.expires_at) < now))
    if await session.get(SpentAssertion, (writer, jti)) is not None:
        return False
    session.add(SpentAssertion(client_id=writer, jti=jti, expires_at=datetime.fromtimestamp(exp, UTC)))
    return True


def _are_claims(claims: Mapping[str, object]) -> TypeGuard[Claims]:
    return (
        fits(claims, SHAPE)
        and all(is_plain(value) for value in claims.values() if isinstance(value, str))
        and len(str(claims["sub"])) <= ID_CHARACTERS
        and 0 < len(str(claims["jti"])) <= JTI_CHARACTERS
    )


async def _signature_fault(session: AsyncSession, letter: jws.Letter, client_id: str) -> Fault | None:
    """A signature is checked also where there is no key: how long it took says nothing of who has one."""
    row = await session.get(ClientKey, (client_id, letter.kid))
    is_good = letter.is_signed_by(jws.es256_key(json.loads(NOBODYS if row is None else row.public_jwk)))
    if row is None or row.closed_at is not None:
        return Fault.JWS_KEY_UNKNOWN
    return None if is_good else Fault.JWS_SIGNATURE


async def _holder(session: AsyncSession, client_id: str) -> Holder | Fault:
    client = await client_of(session, client_id)
    if client is None:
        return await device.holder(session, client_id)
    return Holder(client.id, client.kind, Acr.KEY)


async def client_of(session: AsyncSession, client_id: str) -> StaffMember | Organisation | None:
    """Who may act by a key: no machine of an office, since staff rights are a person's; and no person is a clinic."""
    staff_member = await session.get(StaffMember, client_id)
    if staff_member is not None:
        return staff_member if staff_member.kind in STAFF_KINDS else None
    organisation = await session.get(Organisation, client_id)
    return None if organisation is None or organisation.kind in STAFF_KINDS else organisation


def _fault(claims: Claims, audiences: Collection[str], now_s: int) -> Fault | None:
    checks = (
        (Fault.ASSERTION_SUBJECT, claims["iss"] == claims["sub"]),
        (Fault.ASSERTION_AUDIENCE, claims["aud"] in audiences),
        (Fault.ASSERTION_EXPIRED, claims["exp"] > now_s),
        (Fault.ASSERTION_LIFETIME, claims["exp"] <= now_s + LONGEST_S),
        (Fault.ASSERTION_NOT_YET_VALID, claims["iat"] <= now_s + SKEW_S),
    )
    return next((fault for fault, passes in checks if not passes), None)
