"""Asks an authority's OCSP responder over HTTP (RFC 6960, appendix A); whoever cannot be asked clears nobody."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from auth import ocsp
from auth.certificate import Verified
from auth.fault import Fault
from auth.profile import Purpose
from tsumugi import bounded
from tsumugi.halt import Halt

ADDRESS = "responder.url"  # beside the authorities of its purpose
TIMEOUT_S = 3.0  # somebody waits with a card in the reader
ASKS, ANSWERS = "application/ocsp-request", "application/ocsp-response"


@dataclass(frozen=True, slots=True)
class Responder:
    """The responder at one address, never one that a certificate names; `client` opens what asks it."""

    address: str
    client: Callable[[], httpx.AsyncClient] = lambda: httpx.AsyncClient(timeout=TIMEOUT_S)

    async def fault(self, verified: Verified, now: datetime) -> Fault | None:
        """Why the certificate is not cleared, or None when it is."""
        nonce = secrets.token_bytes(ocsp.NONCE_BYTES)
        answer = await self._answer(ocsp.question(verified, nonce))
        return Fault.OCSP_UNAVAILABLE if answer is None else ocsp.fault(answer, verified, nonce, now)

    async def _answer(self, question: bytes) -> bytes | None:
        headers = {"content-type": ASKS, **bounded.PLAIN}
        try:
            async with (
                self.client() as client,
                client.stream("POST", self.address, content=question, headers=headers) as response,
            ):
                if response.status_code != HTTPStatus.OK or response.headers.get("content-type") != ANSWERS:
                    return None
                return await bounded.body(response, ocsp.MAX_BYTES)
        except httpx.HTTPError:
            return None


def read_responder(anchors: Path, purpose: Purpose) -> Responder | None:
    """The responder of a purpose, if the folder of trust names one; raises Halt for what is no address."""
    path = anchors / purpose.value / ADDRESS
    if not path.exists():
        return None
    address = path.read_text(encoding="utf-8").strip()
    if urlsplit(address).scheme not in {"http", "https"} or not urlsplit(address).hostname:
        raise Halt(f"The file {path} must hold the address of a responder, http:// or https://.")
    return Responder(address)
