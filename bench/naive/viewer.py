"""Who asks the plain server: the same tokens, the same rights, looked up once for each request."""

import sqlite3
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from auth.caller import Holder
from auth.purpose import Stated
from bench.rest.family_page import is_open
from bench.rest.rights import Edge, Right, rights
from bench.rest.statements import SQLITE, Ask
from models.organisation import CallerKind


@dataclass
class Viewer:
    """A caller with what it may see; `family_id` is its own household, unless a measure keeps it away."""

    holder: Holder
    stated: Stated | None
    now: datetime
    today: date
    session: Session
    family_id: str | None = None
    rights: dict[str, Right] = field(default_factory=dict)

    @property
    def is_staff(self) -> bool:
        """Health staff with a purpose that opens checkups and doses."""
        return self.holder.kind is CallerKind.STAFF_HEALTH and self.stated is not None

    def sees(self, child_id: str) -> bool:
        """Whether the child's record is open."""
        return self.is_staff or child_id in self.rights

    def sees_place(self, child_id: str) -> bool:
        """Whether what tells the child's whereabouts is open, too."""
        return self.is_staff or self.rights.get(child_id) is Right.WHOLE


def viewer(engine: Engine, holder: Holder, stated: Stated | None, now: datetime, today: date) -> Viewer:
    """Open a session for one request, and look up what a resident may see."""
    found = Viewer(holder, stated, now, today, Session(engine))
    if holder.kind is CallerKind.RESIDENT:
        _look_up(found)
    return found


def _look_up(found: Viewer) -> None:
    connection = found.session.connection().connection.driver_connection
    assert isinstance(connection, sqlite3.Connection)
    me, day = found.holder.id, found.today.isoformat()
    home, away, edges = (
        connection.execute(SQLITE[ask], (me, day)).fetchall() for ask in (Ask.ME, Ask.KEPT_AWAY, Ask.EDGES)
    )
    kept_away = frozenset(row[0] for row in away)
    open_edges = [Edge(*row[:5]) for row in edges if is_open(row[5], row[6], found.today)]
    found.rights = rights(me, open_edges, kept_away)
    family_id = home[0][0] if home else None
    found.family_id = None if family_id in kept_away else family_id
