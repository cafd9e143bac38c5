"""What callers see of everything through the router: the same data, denials and codes as directly."""

import sqlite3
from collections import defaultdict
from contextlib import closing

import pytest

from models.ids import parsed
from schema.node import NODES
from tests.sweep.asking import ROOTS, selection_of
from tests.sweep.matrix import FIELDS

pytestmark = pytest.mark.usefixtures("unmeasured")
LOGS = {"accessLog", "auditLog"}  # asking adds to them
TOGETHER = 11  # records in one document: few enough for its 1,000 tokens
NOBODYS = "102016-C00000000000000000000000001"
PAGE = "{ totalCount edges { node { id } } }"
BESIDE = {  # the roots, the public ones too; what is refused, for its form or for what is asked
    "public": """{ today { date holiday } municipality { code } vaccines { series { nameJa } } rideTerms { dailyLimit }
      checkupProgramme(bornOn: "2026-05-20") { kind } pointFacilities { name } serviceConsent { version } }""",
    "lists": f"{{ {' '.join(f'{root}(first: 3) {PAGE}' for root in ROOTS.values())} }}",
    "viewer": f"""{{ viewer {{ kind wards {PAGE} record {{ id }} family {{ id }} pregnancies {PAGE} rider {{ id }}
      riders {PAGE} pointAccount {{ id }} applications {PAGE} notices {PAGE} mailboxes {PAGE}
      credentials {{ totalCount }} }} }}""",
    "a page too long, a place that is none": f"""{{ viewer {{ wards(first: 101) {PAGE} }}
      children(after: "nowhere") {PAGE} today {{ date }} }}""",
    "a field that is none": "{ today { dat } }",
    "an entity that is none": f'{{ nodes(ids: ["{NOBODYS}", "x"]) {{ id }} }}',
    "a deed": f"""mutation {{ recordGrowth(input: {{ childId: "{NOBODYS}", measuredOn: "2026-11-22", weightG: 7480,
      idempotencyKey: "through-the-router" }}) {{ __typename ... on Refused {{ code message field }} }} }}""",
}
# Those who see much, little and nothing first; with the purpose that opens something.
CALLERS = [
    (None, None),
    ("mother", None),
    ("nurse", "CHK:2026-0142"),
    ("counterparty", None),
    ("ex-spouse", None),
    ("nurse", None),
    ("stranger", None),
    ("father", None),
    ("grandmother", None),
    ("adult-child", None),
    ("expecting-mother", None),
    ("clinic", None),
    ("school", None),
    ("taxi-operator", None),
    ("shop", None),
    ("partner-city", None),
    ("partner-city", "MOV:2026-0001"),
    ("taxi-desk", "ELG:2026-0001"),
    ("points-desk", "PTS:2026-0001"),
    ("registry-desk", "REG:2026-0001"),
    ("education-desk", "SCH:2026-0001"),
    ("auditor", None),
    ("supervisor", None),
    ("sysadmin", None),
]


@pytest.fixture(scope="module")
def questions(graph, size):
    """Documents with variables: every field of records of each kind, the cast's first; and what is beside them."""
    of_each, by_letter = size("records of each kind through the router"), defaultdict(list)
    with closing(sqlite3.connect(graph.town.data / "tsumugi.db")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            if "id" in [column[1] for column in database.execute(f"PRAGMA table_info({table})")]:
                for (id,) in database.execute(f"SELECT id FROM {table} ORDER BY rowid LIMIT {of_each}"):
                    if parsed(id):
                        by_letter[parsed(id).letter].append(id)
    rounds = ((name, by_letter[node.letter][at : at + 1]) for at in range(of_each) for name, node in NODES.items())
    records = [(name, id) for name, found in rounds for id in found]  # one of each kind after the other
    assert len({name for name, _ in records}) >= 20
    few = [records[at : at + TOGETHER] for at in range(0, len(records), TOGETHER)]
    return [*map(whole, few), *((text, {}) for text in BESIDE.values())]


def whole(records):
    """One document for all of these, and its variables."""
    asked = {f"i{at}": record for at, record in enumerate(records)}
    declared = " ".join(f"${key}: ID!" for key in asked)
    roots = " ".join(
        f"{key}: node(id: ${key}) {{ __typename ... on {name} {{ {fields(name)} }} }}"
        for key, (name, _) in asked.items()
    )
    return f"query ({declared}) {{ {roots} }}", {key: id for key, (_, id) in asked.items()}


def fields(type_):
    return selection_of(rule for rule in FIELDS if rule.type == type_ and rule.name not in LOGS)


def told(answer):
    """Data, what was denied, and of errors where and which."""
    errors = {(str(each.get("path")), each["extensions"]["code"]) for each in answer.get("errors", [])}
    denied = {(str(each["path"]), each["rule"]) for each in answer.get("extensions", {}).get("denied", [])}
    return answer.get("data"), denied, errors


def test_what_a_caller_sees_of_anything_is_the_same_through_the_router(graph, questions, size):
    seen, refused, denied = 0, set(), set()
    for name, purpose in CALLERS[: size("callers who ask through the router")]:
        for query, variables in questions:
            direct = told(graph.town.post({"query": query, "variables": variables}, name, purpose).json())
            assert told(graph.post(query, name, purpose, **variables).json()) == direct, (name, purpose, query)
            seen += sum(each is not None for each in (direct[0] or {}).values())
            refused |= {code for _, code in direct[2]}
            denied |= {rule for _, rule in direct[1]}

    assert seen > len(questions)
    assert refused >= {"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"}
    assert denied
