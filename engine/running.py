"""A plan is run: who asks is read in the snapshot that what is asked is read in."""

from typing import Any

from graphql import GraphQLError

from auth.access import Relations
from engine.known import Acquaintances, Facts, Known, facts_of
from engine.question import Asked
from engine.roots import Object
from engine.run import Run
from engine.shape import Unsure
from models.ask import Now, later, rows_of, together
from models.store import Store
from resolvers.context import Context, today
from resolvers.cursor import Cursors
from resolvers.straight import Straight, register_rows
from resolvers.texts import Texts

Ended = tuple[Run, dict[str, Any]]  # what was found on the way, and what is to be shown


class Running:
    """Runs the plans of one process over one database."""

    def __init__(self, store: Store, texts: Texts, cursor_key: bytes) -> None:
        self._store = store
        self._texts = texts
        self._cursor_key = cursor_key
        self._acquaintances = Acquaintances()

    async def of(self, asked: Asked, plan: Object, town: str, now: Now) -> Ended:
        """The steps of a plan; whoever runs them brings the rows."""
        holder, day = asked.question.holder, today(asked.question.now)
        if asked.is_public:
            run = self._begun(asked, Known(asked.caller(Relations()), day), town, now)
            return run, await plan.value(run)
        expected = self._acquaintances.expected(holder, day) if now is later else None
        ended = None if expected is None else await self._as_expected(asked, plan, town, expected)
        if ended is not None:
            return ended
        facts = await facts_of(self._acquaintances, self._texts, now, holder, day)
        run = self._begun(asked, facts.known(holder, asked.standing), town, now)
        opened = self._opened(run)
        data = (await together([*opened, plan.value(run)], now))[-1] if opened else await plan.value(run)
        return run, data

    async def _as_expected(self, asked: Asked, plan: Object, town: str, expected: Facts) -> Ended | None:
        """What the plan answers if the register says the same as before, which is asked in the same trip; else None."""
        holder, day = asked.question.holder, today(asked.question.now)
        run = self._begun(asked, expected.known(holder, asked.standing), town, later)
        said = register_rows(self._texts, holder, day)
        try:
            *_, rows, data = await together([*self._opened(run), said, plan.value(run)])
        except (Unsure, GraphQLError):
            return None  # what it could not answer may not have been there
        return (run, data) if expected.says(rows, day) else None

    def _begun(self, asked: Asked, known: Known, town: str, now: Now) -> Run:
        question = asked.question
        cursors = Cursors(self._cursor_key, question.holder.id)
        reader = Straight(self._texts, now, known.caller, cursors, known.today)
        context = Context(known.caller, reader, self._store, question.now, town, question.language)
        return Run(context, known, cursors, asked.given, now)

    def _opened(self, run: Run) -> list[Any]:
        """What lets rows through the second wall, where there is one."""
        opening = self._store.snapshots.opening(run.caller.opening)
        return [] if opening is None else [rows_of(opening)]
