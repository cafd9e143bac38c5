"""`/mail/reminder`: whoever reads a mailbox says that dates are wanted there, with the link in a mail and no login.

A GET shows a page and changes nothing, since mail programs and scanners follow links. The page says the same whether or
not there is such a link.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auth.strict import base64url_bytes
from models.store import Store
from resolvers.reminding import confirmed
from resolvers.sharing import CODE_BYTES
from tsumugi.clock import Clock
from tsumugi.log import Log
from tsumugi.mail.stopping import UNKNOWN, is_short, page
from tsumugi.mail.writing import CONFIRM

ASK = (
    "日付のお知らせを受け取りますか / Do you want the dates?",
    "名前や内容は届きません。日付だけが届きます。 / You get dates alone: no name, and not what for.",
    "受け取る / Yes",
)
DONE = (
    "受け付けました / Thank you",
    "停止するときは、届いたメールのリンクを使ってください。 / Each mail has a link that stops them.",
    "",
)


@dataclass(frozen=True)
class Confirming:
    """The door; `now` is the domain's clock."""

    store: Store
    now: Clock
    log: Log

    async def ask(self, request: Request) -> Response:
        """The page that asks."""
        code = _code(request)
        return page(UNKNOWN, "", "", 404) if code is None else page(ASK, CONFIRM, code)

    async def confirm(self, request: Request) -> Response:
        """The button."""
        code = _code(request)
        if code is None or not await is_short(request):
            return page(UNKNOWN, "", "", 404)
        now = self.now()
        await self.store.transact(lambda session: confirmed(session, code, now), serialised=False)
        self.log.event("reminder_confirmed", route=CONFIRM, status=200)
        return page(DONE, "", "")


def confirming_routes(confirming: Confirming) -> list[Route]:
    """The routes, to be composed into the application."""
    return [
        Route(CONFIRM, confirming.ask, methods=["GET"]),
        Route(CONFIRM, confirming.confirm, methods=["POST"]),
    ]


def _code(request: Request) -> str | None:
    """A code of the form that we give; whether there is one is not said."""
    code = request.query_params.get("t", "")
    found = base64url_bytes(code)
    return code if found is not None and len(found) == CODE_BYTES else None
