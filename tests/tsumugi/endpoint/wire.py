"""How the endpoint's tests ask, and what they read in an answer and in the log."""

import json
from contextlib import asynccontextmanager

import httpx

from tsumugi.app import make_app
from tsumugi.clock import real_now
from tsumugi.log import Log
from tsumugi.settings import read_settings

SOMEBODY = "102016-R" + "0" * 26
URL = "http://127.0.0.1:8000"
JSON, GRAPHQL = "application/json", "application/graphql-response+json"
TODAY = "{ today { date holiday } }"
HOLIDAY = {"data": {"today": {"date": "2026-11-23", "holiday": "勤労感謝の日"}}}


def body(query, **members):
    return {"query": query, **members}


def codes(answer):
    return [error["extensions"]["code"] for error in answer.json()["errors"]]


def lines(written):
    return [json.loads(line) for line in written.getvalue().splitlines()]


@asynccontextmanager
async def opened(data, database, written):
    """A client of a server with another database: settings, or a file."""
    chosen = database if isinstance(database, dict) else {"TSUMUGI_DATABASE_URL": f"sqlite:///{database}"}
    made = make_app(read_settings({"TSUMUGI_ENV": "demo", "TSUMUGI_DATA": str(data), **chosen}), Log(written, real_now))
    async with (
        made.router.lifespan_context(made),
        httpx.AsyncClient(transport=httpx.ASGITransport(made), base_url=URL) as client,
    ):
        yield client
