"""`/mail/stop`: whoever reads a mailbox stops mail to it, with the link in a mail and without a login (RFC 8058).

A GET shows a page and changes nothing, since mail programs and scanners follow links; a POST is one click.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from auth.seal import Seal
from models.store import Store
from resolvers.mailing import lift, stop
from tsumugi.clock import Clock
from tsumugi.log import Log
from tsumugi.mail.writing import STOP

RESUME = "/mail/resume"
TOKEN_LONGEST, BODY_LONGEST = 500, 1_024
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
PAGE = """<!doctype html>
<html lang="ja"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<h1>{title}</h1><p>{text}</p>{form}</html>
"""
FORM = '<form method="post" action="{path}?t={token}"><button>{button}</button></form>'
ASK = (
    "メールの停止 / Stop mail",
    "この宛先へのメールを停止しますか。 / No more mail to this address?",
    "停止する / Stop",
)
STOPPED = (
    "停止しました / Stopped",
    "この宛先へはもうメールを送りません。 / No more mail goes to this address.",
    "再開する / Resume",
)
RESUMED = (
    "再開しました / Resumed",
    "この宛先へのメールを再開します。 / Mail to this address goes on.",
    "停止する / Stop",
)
UNKNOWN = (
    "リンクが正しくありません / Not a good link",
    "メールのリンクをもう一度開いてください。 / Open the link in the mail again.",
    "",
)


@dataclass(frozen=True)
class Stopping:
    """The two doors; `seal` opens what a link holds, which nobody else can make."""

    store: Store
    seal: Seal
    now: Clock
    log: Log

    async def ask(self, request: Request) -> Response:
        """The page that asks."""
        token = self._token(request)
        return page(UNKNOWN, "", "", 404) if token is None else page(ASK, STOP, token)

    async def stop(self, request: Request) -> Response:
        """One click, of a mail program or of the page."""
        return await self._changed(request, stop, (STOPPED, RESUME))

    async def resume(self, request: Request) -> Response:
        """Back again."""
        return await self._changed(request, lift, (RESUMED, STOP))

    async def _changed(
        self,
        request: Request,
        change: Callable[[Store, str, datetime], Awaitable[None]],
        then: tuple[tuple[str, str, str], str],
    ) -> Response:
        token = self._token(request)
        if token is None or not await is_short(request):
            return page(UNKNOWN, "", "", 404)
        await change(self.store, token, self.now())
        self.log.event("mail_stop", route=request.url.path, status=200)
        words, next_path = then
        return page(words, next_path, token)

    def _token(self, request: Request) -> str | None:
        """What the link holds, if we made it; an address has one seal."""
        token = request.query_params.get("t", "")
        return token if len(token) <= TOKEN_LONGEST and self.seal.open(token) is not None else None


def stopping_routes(stopping: Stopping) -> list[Route]:
    """The routes, to be composed into the application."""
    return [
        Route(STOP, stopping.ask, methods=["GET"]),
        Route(STOP, stopping.stop, methods=["POST"]),
        Route(RESUME, stopping.resume, methods=["POST"]),
    ]


async def is_short(request: Request) -> bool:
    """Whatever a mail program sends with its click is read no further than this, and not looked at."""
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > BODY_LONGEST:
                return False
    except ClientDisconnect:
        return False
    return True


def page(words: tuple[str, str, str], path: str, token: str, status: int = 200) -> Response:
    """A page of one sentence, with a button where there is something to be done."""
    title, text, button = words
    form = FORM.format(path=path, token=token, button=button) if path else ""
    return HTMLResponse(PAGE.format(title=title, text=text, form=form), status, HEADERS)
