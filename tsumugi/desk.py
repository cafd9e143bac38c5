"""The desk of whoever signs in: what all its routes share, from the proof of possession to the two answers.

Whatever is wrong, the caller gets one and the same 401; the log gets the fault's code and nothing else.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from auth import challenge, dpop
from auth.challenge import Spent
from auth.dpop import Proof
from auth.fault import Fault
from auth.login import Responder
from auth.pepper import Peppers
from auth.session import Begun
from auth.token import LIFETIME_S, Tokens
from auth.trust import Trust
from engine.errors import ErrorCode, message
from models.statements import Run
from models.store import Store
from tsumugi.clock import Clock, real_now
from tsumugi.log import Log

NO_STORE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


@dataclass(frozen=True)
class Desk:
    """What signing in needs; `look` sees whether tokens' keys or peppers have changed.

    `now` is the real clock, `domain` the city's, by which mails leave.
    """

    store: Store
    trust: Callable[[], Awaitable[Trust]]
    tokens: Tokens
    peppers: Peppers
    origins: tuple[str, ...]
    now: Clock
    log: Log
    most_challenges: int = challenge.MOST_OUTSTANDING
    responder: Responder | None = None
    look: Callable[[], None] = lambda: None
    domain: Clock = real_now

    def proof(self, request: Request, route: str) -> Proof | Fault | None:
        """The proof of possession that came with a request, or None when it brought none.

        Whoever signs in begins with this, so new keys and peppers are looked for.
        """
        self.look()
        given = request.headers.getlist("dpop")
        if not given:
            return None
        if len(given) > 1:
            return Fault.DPOP_MALFORMED
        return dpop.read(given[0], {origin + route for origin in self.origins}, self.now())

    async def spend(self, nonce: str, proof: Proof | None) -> Spent | Fault:
        """Take a challenge, for whoever asked for it; it is gone whatever becomes of the answer."""
        now = self.now()
        return await self.store.write(lambda run: taken(run, nonce, proof, now))

    def answer(self, route: str, begun: Begun | Fault) -> Response:
        """The tokens of a session, or the refusal."""
        if isinstance(begun, Fault):
            return self.refused(route, begun)
        self.log.event("signed_in", route=route, status=200, kind=begun.holder.kind.value)
        token = self.tokens.issue(begun.holder, self.now(), begun)
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_S}
        renewal = {} if begun.refresh_token is None else {"refresh_token": begun.refresh_token}
        return JSONResponse(answer | renewal, headers=NO_STORE)

    def refused(self, route: str, fault: Fault) -> Response:
        """The one refusal."""
        self.log.event("signin_refused", route=route, status=401, code=fault.value)
        headers = NO_STORE | {"www-authenticate": "Bearer"}
        return Response(_error(ErrorCode.UNAUTHENTICATED), 401, headers, "application/json")

    def busy(self, route: str, fault: Fault, wait_s: int) -> Response:
        """For a while nothing more is given out: 503."""
        self.log.event("signin_refused", route=route, status=503, code=fault.value)
        headers = NO_STORE | {"retry-after": str(wait_s)}
        return Response(_error(ErrorCode.UNAVAILABLE), 503, headers, "application/json")


async def taken(run: Run, nonce: str, proof: Proof | None, now: datetime) -> Spent | Fault:
    """The challenge, taken in a transaction of the caller's."""
    found = await challenge.spent(run, nonce, now)
    key, fault = await shown(run, proof, now)
    is_same_key = isinstance(found, Fault) or found.key_thumbprint == key
    return fault or (found if is_same_key else Fault.DPOP_OTHER_KEY)


async def shown(run: Run, proof: Proof | None, now: datetime) -> tuple[str | None, Fault | None]:
    """The thumbprint of the key that was shown, and whether its proof was used before."""
    if proof is None:
        return None, None
    return proof.thumbprint, await dpop.spent(run, proof, now)


def _error(code: ErrorCode) -> bytes:
    return json.dumps({"error": {"code": code.value, "message": message(code, "en")}}).encode()
