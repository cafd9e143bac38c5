"""What compiling costs: each operation cold, and the memory that a thousand documents and their plans take."""

import asyncio
import gc
import secrets
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from time import process_time
from typing import NamedTuple

from auth.caller import Acr, Holder
from auth.chain import AuditKey
from bench.floors import COLD_MS, DOCUMENTS_MIB
from bench.operations import FAMILY_PAGE, OPERATIONS, Operation
from bench.towns.town import Town
from engine.answer import Answer, Engine
from engine.code import CODES
from engine.mode import Plans
from engine.question import Question
from models.organisation import CallerKind
from models.store import Store
from tsumugi.clock import parse_moment
from tsumugi.settings import Settings

ROUNDS = 9
KIND = "{ viewer { kind } }"
DOCUMENTS = 1_000
PAGE = Path("/proc/self/statm")
PAGE_BYTES = 4_096
CURSOR_KEY_BYTES = 64


class Compiled(NamedTuple):
    """Milliseconds of CPU by operation's title, and MiB for the documents."""

    cold_ms: dict[str, float]
    documents_mib: float

    @property
    def is_within(self) -> bool:
        """Whether both stay within what they may take."""
        return max(self.cold_ms.values()) <= COLD_MS and self.documents_mib <= DOCUMENTS_MIB


def compiling(settings: Settings, town: Town, now: str) -> Compiled:
    """Measured in a process of its own, whose memory nothing else has stretched, over the town's file."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        return apart.submit(_measured, settings, town, now).result()


def _measured(settings: Settings, town: Town, now: str) -> Compiled:
    return asyncio.run(_compiling(settings, _Asking(town, parse_moment(now))))


class _Asking:
    def __init__(self, town: Town, now: datetime) -> None:
        self._town = town
        self._now = now

    def question(self, operation: Operation, text: str | None = None) -> Question:
        is_guardian = operation is FAMILY_PAGE
        kind = CallerKind.RESIDENT if is_guardian else CallerKind.STAFF_HEALTH
        id = self._town.guardian_id if is_guardian else self._town.nurse_id
        return Question(
            text=text or operation.document,
            operation_name=None,
            variables=operation.variables(self._town),
            holder=Holder(id, kind, Acr.CARD_PIN if is_guardian else Acr.KEY),
            purpose=operation.purpose,
            language="ja",
            only_queries=False,
            now=self._now,
        )


async def _compiling(settings: Settings, asking: _Asking) -> Compiled:
    store = Store(settings.database_url)
    engine = _engine(store)
    await _spent(engine, asking.question(FAMILY_PAGE))
    before = _resident_bytes()
    for text in _documents(FAMILY_PAGE):
        await _spent(engine, asking.question(FAMILY_PAGE, text))
    after = _resident_bytes()
    del engine
    cold: dict[str, float] = {}
    for operation in OPERATIONS:
        question = asking.question(operation)
        times = []
        for _ in range(ROUNDS):
            engine = _engine(store)
            CODES.clear()
            await _spent(engine, asking.question(operation, KIND))  # what is compiled once for all operations
            first, again = [await _spent(engine, question) for _ in range(2)]
            times.append((first - again) * 1_000)
        cold[operation.title] = sorted(times)[ROUNDS // 2]
    await store.close()
    return Compiled(cold, (after - before) / 2**20)


def _engine(store: Store) -> Engine:
    return Engine(store, secrets.token_bytes(CURSOR_KEY_BYTES), AuditKey(AuditKey.generate()), Plans.ON)


async def _spent(engine: Engine, question: Question) -> float:
    """Seconds of CPU until the answer is found, what the access log takes left out."""
    started = process_time()
    asked = engine.asked(question)
    if isinstance(asked, Answer):
        raise TypeError(f"refused: {asked.body!r}")
    outcome, _ = await engine.outcome(asked)
    if outcome.path != "plan":
        raise RuntimeError(f"no plan answered: {outcome.gave_up or outcome.body!r}")
    return process_time() - started


def _documents(operation: Operation) -> Iterator[str]:
    """As many documents of that size, no two alike: a field under another name in each."""
    for number in range(DOCUMENTS):
        yield operation.document.replace("nameKana", f"kana{number}: nameKana").replace("FamilyPage", f"Page{number}")


def _resident_bytes() -> int:
    gc.collect()
    return int(PAGE.read_text().split()[1]) * PAGE_BYTES
