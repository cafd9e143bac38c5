"""Every field of every node, asked as a caller by every path in few operations."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.routing import Route

from auth.caller import Acr, Holder
from auth.seal import KEY_BYTES, Seal
from auth.token import Tokens
from engine.answer import Engine
from engine.document import Document
from engine.mode import Plans
from models.organisation import CallerKind
from tests.asking import CURSOR_KEY
from tests.hanamori import AUDIT_KEY
from tests.sweep.matrix import BEHIND, FIELDS, TYPES
from tsumugi.bearers import Bearers
from tsumugi.budget import Budget
from tsumugi.clock import real_now
from tsumugi.endpoint import ROUTE, Endpoint
from tsumugi.log import Log

ORIGIN = "http://sweep"

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)  # 00:00 of 23 November in Tokyo, still the 22nd in UTC
ABSENT = "GRAPHQL_VALIDATION_FAILED"
PARTS = ("finding", "development", "dental", "visit", "lab", "school")
RESULTS = ("measurements", *(f"{part}Results" for part in PARTS))
LEAVES = {
    "evaluatedDoses": "evaluatedDoses { vaccinationId counts }",
    "vaccinationReviews": "vaccinationReviews { evidence }",
    "immunityFacts": "immunityFacts { antigen }",
    "schedule": "schedule { asOf series { status next { earliest } } }",
    "guardians": "guardians { name }",
    "percentiles": "percentiles { z }",
    "growthCurves": "growthCurves { edition }",
    "checkupCurves": "checkupCurves { edition }",
    "relations": "relations { holder }",
    "relationHistory": "relationHistory { holder }",
    "lifeEvents": "lifeEvents { kind }",
    "measures": "measures { counterparty }",
    "sources": "sources { organisation }",
    "recordSources": "recordSources { organisation consent ownChildId }",
    "saidDose": "saidDose { name }",
    "saidDosePlace": "saidDosePlace { name }",
    "saidBody": "saidBody { name }",
    "saidFindings": "saidFindings { name }",
    "saidDevelopment": "saidDevelopment { name }",
    "saidTeeth": "saidTeeth { name }",
    "saidVenue": "saidVenue { name }",
    "saidSchool": "saidSchool { name }",
    "checkupPlan": "checkupPlan { asOf }",
    "steps": "steps { kind note }",
    "history": "history { kind reason }",
    "schoolCheckupPlan": "schoolCheckupPlan { grade }",
    "visitPlan": "visitPlan { asOf }",
    "conversions": "conversions { provider units state orderedAt }",
    "lots": "lots { points heldPoints expiresOn municipalityCode }",
    "gestation": "gestation { week }",
    "dueDates": "dueDates { dueOn }",
    **{name: f"{name} {{ item }}" for name in RESULTS},
    "message": "message { titleJa }",
    "quotaToday": "quotaToday { limit used remaining }",
    "quotaThisYear": "quotaThisYear { limit used remaining }",
    "announcement": "announcement { titleJa }",
    "deliveries": "deliveries { sent }",
}
EDGES = {edge for _, edge in BEHIND}
ROOTS = {
    "Family": "families",
    "Child": "children",
    "Pregnancy": "pregnancies",
    "Rider": "riders",
    "Ride": "rides",
    "Claim": "claims",
    "PointEntry": "pointEntries",
    "Application": "applications",
    "RecordReview": "recordReviews",
    "SchoolReview": "schoolReviews",
    "Contest": "contests",
    "Notice": "notices",
    "Announcement": "announcements",
}
BELOW = {type_: way for way, type_ in BEHIND.items()}  # parent and edge
LOG = """query ($before: String) { auditLog(last: 100, before: $before) {
  pageInfo { hasPreviousPage startCursor } edges { node { id } } } }"""


def selected(name):
    if name in EDGES:
        return f"{name} {{ edges {{ node {{ id }} }} }}"
    return LEAVES.get(name, name)


def selection(type_):
    return selection_of(rule for rule in FIELDS if rule.type == type_)


def selection_of(rules):
    return " ".join(selected(rule.name) for rule in rules)


def by_id(type_):
    body = f"{{ __typename ... on {type_} {{ {selection(type_)} }} }}"
    return (
        "query ($id: ID!, $r: [_Any!]!) {"
        f" node(id: $id) {body} nodes(ids: [$id]) {body} _entities(representations: $r) {body} }}"
    )


def nested(type_):
    parent, edge = BELOW[type_]
    oldest = "last" if edge == "accessLog" else "first"  # asking adds to the log
    page = f"{edge}({oldest}: 100) {{ totalCount edges {{ node {{ {selection(type_)} }} }} }}"
    return f"query ($id: ID!) {{ node(id: $id) {{ ... on {parent} {{ {page} }} }} }}"


def listed(type_):
    after = "($after: String)"
    page = "first: 100, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { id } } }"
    return f"query {after} {{ {ROOTS[type_]}({page} }}"


BY_ID = {type_: by_id(type_) for type_ in TYPES}
NESTED = {type_: nested(type_) for type_ in BELOW}
LISTED = {type_: listed(type_) for type_ in ROOTS}


SCOPE = {"type": "http", "http_version": "1.1", "method": "POST", "path": ROUTE, "query_string": b"", "root_path": ""}
PATIENCE_S = 120.0  # a question asks for everything at once, on a machine that may be busy
VISIT = timedelta(minutes=2)
LAVISH = 10**12  # and one caller after the other asks for all of it


class Reply(NamedTuple):
    status: int
    headers: list
    content: bytes


async def posted(app, headers, content):
    """What the application replies: as a server asks it, without a client that takes longer than the answer."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": content}

    async def send(message):
        sent.append(message)

    await app(SCOPE | {"headers": headers}, receive, send)
    return Reply(sent[0]["status"], sent[0]["headers"], b"".join(each["body"] for each in sent[1:]))


class Asker:
    """Asks as a caller over the real endpoint, and keeps every byte that comes back or is logged."""

    def __init__(self, store):
        self.store, self.log, self.plans = store, io.StringIO(), Plans.COMPARE
        self.bytes, self.heads, self.logins = {}, [], {}
        self.tokens = Tokens(
            ORIGIN, ORIGIN + ROUTE, Seal(b"s" * KEY_BYTES, "core"), (ECKey.generate_key("P-256", auto_kid=True),)
        )
        self.renew()

    def renew(self, plans=None):
        """An engine that remembers nothing; from now on by these plans, where they are given."""
        self.plans = plans or self.plans
        self.engine = Engine(self.store, CURSOR_KEY, AUDIT_KEY, self.plans)
        bearers, log = Bearers(self.tokens, self.store, real_now), Log(self.log, real_now)
        endpoint = Endpoint(self.engine, bearers, lambda: NOW, log, budget=Budget(LAVISH), deadline_s=PATIENCE_S)
        self.app = Starlette(routes=[Route(ROUTE, endpoint)])

    def forget(self):
        """All that the engine worked out from the rules; documents are as valid as before, statements read the same."""
        for document in self.engine._documents._kept.values():
            if isinstance(document, Document):
                document.memo.clear()
        self.engine._planner._kept.clear()
        self.engine._running._acquaintances._kept.clear()

    def headers(self, caller):
        headers = [(b"content-type", b"application/json")]
        if caller.kind != "anonymous":
            headers.append((b"authorization", b"Bearer " + self.login(caller).encode()))
        if caller.purpose:
            headers.append((b"tsumugi-purpose", f"{caller.purpose}:2026-1".encode()))
        return headers

    def login(self, caller):
        """A token of this caller, used for some of the minutes that it lives."""
        token, until = self.logins.get(caller.name, ("", real_now()))
        if until <= real_now():
            holder = Holder(caller.id, CallerKind(caller.kind), Acr.TAP if caller.is_tap else Acr.CARD_PIN)
            token, until = self.tokens.issue(holder, real_now()), real_now() + VISIT
            self.logins[caller.name] = token, until
        return token

    async def ask(self, caller, text, **variables):
        question = json.dumps({"query": text, "variables": variables}).encode()
        answer = await posted(self.app, self.headers(caller), question)
        assert answer.status == 200, (caller.name, text, answer.content)
        self.bytes.setdefault(caller.name, []).append(answer.content)
        self.heads.append(repr(answer.headers))
        told = json.loads(answer.content)
        if caller.kind == "anonymous":  # to whom these types do not exist
            assert [each["extensions"]["code"] for each in told["errors"]] == [ABSENT]
            return {"data": None}
        return told
