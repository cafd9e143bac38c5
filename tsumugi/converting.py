"""Providers of points as the worker asks them: over HTTP, or by files; and the answers, into the ledger."""

import asyncio
import csv
import re
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol

import httpx
from sqlmodel.ext.asyncio.session import AsyncSession

from auth.strict import json_object
from models.point_order import OrderState, Provider
from models.store import Store
from resolvers.ledger import Ledger
from resolvers.point_jobs import EVERY_ACCOUNT
from resolvers.point_orders import Declined, Taken, Waiting, answered, claimed
from rules.points import Rate
from tsumugi import bounded
from tsumugi.halt import Halt

TIMEOUT_S = 5.0
MAX_BYTES = 64 * 1024
DECLINING = {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
ORDERS, ANSWERS = "orders.csv", "answers.csv"
ANSWER = ("order", "transaction", "units")
WHOLE = re.compile(r"[0-9]{1,9}")
MEMBERS = {"address", "points", "units", "least_units"}
Answer = Taken | Declined | None


class Adapter(Protocol):
    """A provider: takes the units of an order, once however often it is asked; None while there is no clear answer."""

    async def take(self, order: Waiting) -> Answer:
        """What it says."""


@dataclass(frozen=True)
class Over:
    """A provider over HTTP. The order's id is the key with which it counts once."""

    address: str
    client: Callable[[], httpx.AsyncClient] = lambda: httpx.AsyncClient(follow_redirects=False, trust_env=False)
    patience_s: float = TIMEOUT_S

    async def take(self, order: Waiting) -> Answer:
        """What the provider says in time; everything else is asked again."""
        body = {"order": order.id, "token": order.token, "units": order.units}
        try:
            async with asyncio.timeout(self.patience_s), self.client() as client:
                headers = {"idempotency-key": order.id, **bounded.PLAIN}
                async with client.stream("POST", self.address, json=body, headers=headers) as response:
                    return await _answer(response)
        except (httpx.HTTPError, TimeoutError):
            return None


async def _answer(response: httpx.Response) -> Answer:
    if response.status_code in DECLINING:
        return Declined()
    text = await bounded.body(response, MAX_BYTES)
    return _taken(json_object(text or b"") or {}) if response.status_code == HTTPStatus.OK else None


def _taken(said: Mapping[str, Any]) -> Taken | None:
    order, transaction, units = (said.get(name) for name in ANSWER)
    is_plain = isinstance(order, str) and isinstance(transaction, str) and 0 < len(transaction) <= 100  # noqa: PLR2004
    is_whole = isinstance(units, int) and not isinstance(units, bool)
    return Taken(str(order), str(transaction), int(str(units))) if is_plain and is_whole else None


@dataclass(frozen=True)
class ByFiles:
    """A provider that is sent a table of orders and sends one of answers: order, transaction, units; 0 declines."""

    folder: Path

    async def take(self, order: Waiting) -> Answer:
        """What stands in the answers; what is asked for the first time joins the orders."""
        return await asyncio.to_thread(self._looked_up, order)

    def _looked_up(self, order: Waiting) -> Answer:
        if not any(row[:1] == [order.id] for row in _rows(self.folder / ORDERS)):
            with (self.folder / ORDERS).open("a", encoding="utf-8", newline="") as file:
                csv.writer(file).writerow([order.id, order.token, order.units])
        said = (row for row in _rows(self.folder / ANSWERS) if row[:1] == [order.id])
        return _written(next(said, []))


def _rows(file: Path) -> list[list[str]]:
    """The rows of a table; none where there is no table, or none that can be read."""
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            return list(csv.reader(lines))
    except (FileNotFoundError, UnicodeDecodeError, csv.Error):
        return []


def _written(row: list[str]) -> Answer:
    """What a row of answers says; None where it says nothing clear, which is looked for again."""
    if len(row) != len(ANSWER) or not WHOLE.fullmatch(row[2]):
        return None
    order, transaction, units = row
    return _taken({"order": order, "transaction": transaction, "units": int(units)}) if int(units) else Declined()


class Converter:
    """Puts orders that are due to their providers, and enters the answers."""

    def __init__(self, store: Store, providers: Mapping[Provider, tuple[Adapter, Rate]]) -> None:
        self._store, self._providers = store, providers

    async def convert(self, code: str, now: datetime) -> list[OrderState | None]:
        """What became of each order that was due; None where there is no answer yet."""
        if not self._providers:
            return []

        async def claim(session: AsyncSession) -> list[Waiting]:
            return await claimed(session, list(self._providers), now, secrets.randbelow(1_000) / 1_000)

        orders = await self._store.transact(claim, serialised=False, opening=EVERY_ACCOUNT)
        return list(await asyncio.gather(*(self._one(each, code, now) for each in orders)))

    async def _one(self, order: Waiting, code: str, now: datetime) -> OrderState | None:
        adapter, rate = self._providers[order.provider]
        answer = await adapter.take(order)
        if answer is None:
            return None

        async def enter(session: AsyncSession) -> OrderState:
            return await answered(Ledger(session, now, code), order, answer, rate)

        return await self._store.transact(enter, serialised=False, opening=EVERY_ACCOUNT)


def agreed(file: Path) -> dict[Provider, tuple[Adapter, Rate]]:
    """What was agreed with each provider, by its name; nothing where there is no file. Raises Halt if unclear."""
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except (OSError, ValueError):
        raise Halt(f"The file {file} is no TOML.") from None
    return {_named(file, name): _terms(file, name, terms) for name, terms in given.items()}


def _named(file: Path, name: str) -> Provider:
    if name not in Provider.__members__:
        raise Halt(f"In the file {file} there is no provider {name}.")
    return Provider[name]


def _terms(file: Path, name: str, terms: Any) -> tuple[Adapter, Rate]:
    is_whole = isinstance(terms, dict) and terms.keys() == MEMBERS and isinstance(terms["address"], str)
    figures = [terms[each] for each in ("points", "units", "least_units")] if is_whole else []
    if not is_whole or not all(isinstance(each, int) and each > 0 for each in figures):
        raise Halt(f"In the file {file} {name} must have address, points, units, least_units; and nothing unknown.")
    address = terms["address"]
    adapter: Adapter = Over(address) if address.startswith(("https://", "http://127.0.0.1")) else ByFiles(Path(address))
    return adapter, Rate(*figures)
