"""`python -m bench.naive PORT`: the plain server, with the settings of the product's server beside it."""

import os
import sys
from time import perf_counter
from typing import Any

import uvicorn
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse
from strawberry.types import ExecutionResult

from auth.purpose import stated
from bench.naive.schema import schema
from bench.naive.viewer import viewer
from bench.rest.book import Book
from bench.rest.callers import Callers
from bench.rest.database import Sqlite
from resolvers.context import today
from tsumugi.app import GRAPH
from tsumugi.clock import DomainClock, real_now
from tsumugi.keyring import Keyring
from tsumugi.log import Log
from tsumugi.settings import Settings, read_settings


class Graph(GraphQL[Any, Any]):
    """The documentation's ASGI application with a context of ours."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(schema, graphql_ide=None)
        keyring = Keyring.load(settings.secrets, demo=settings.is_demo)
        file = str(make_url(settings.database_url).database)
        self._engine = create_engine(f"sqlite:///{file}")
        self._book = Book(Sqlite(file).connection, keyring.audit[0])
        self._callers = Callers(keyring.tokens(settings.origin[0], settings.origin[0] + GRAPH))
        self._clock = DomainClock(settings.data)
        self._log = Log(sys.stderr, real_now)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Any:  # noqa: ARG002
        """Who asks, and a session."""
        holder = self._callers.behind(request.headers.get("authorization", ""))
        if holder is None:
            raise HTTPException(403)
        purpose, now = stated(request.headers.get("tsumugi-purpose"), holder.kind), self._clock()
        asks = viewer(self._engine, holder, purpose, now, today(now))
        return {"viewer": asks, "book": self._book, "started": perf_counter()}

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        """One line of the server's log."""
        self._log.event("naive", status=200)
        return await super().process_result(request, result)


def main() -> None:
    """Answer until told to stop."""
    app = Starlette(routes=[Route(GRAPH, Graph(read_settings(os.environ)))])
    uvicorn.run(
        app, port=int(sys.argv[1]), loop="uvloop", http="httptools", ws="none", log_config=None, access_log=False
    )


if __name__ == "__main__":
    main()
