"""Every cell that is shown to anybody but guardian and owner is on record before it is shown; or it is not shown."""

import asyncio
from time import process_time

import pytest
from sqlalchemy import delete, insert, select, text, update

from auth.chain import hash_of
from engine.answer import Engine
from engine.question import Question
from models.access_log import AuditTail
from models.child import Child
from models.columns import table_of
from models.ids import ID_LENGTH, OWN_LENGTH, Letter, mint, parsed
from models.organisation import CallerKind
from models.resident import Sex
from models.store import Store
from resolvers import context
from schema.node import NODES
from tests.asking import CURSOR_KEY
from tests.hanamori import AUDIT_KEY, HOLDERS, NOW, TODAY, child, dose, family, office, resident
from tests.looking import ENTRIES, HEADS, cells, entries, last
from tests.sharing import accepted, code_of

TAIL = table_of(AuditTail)

CHILD = """id name birthDate ageMonths allergies again: name vaccinations { edges { node { id lot clinic } } }
  checkups { edges { node { id findings venue measurements { item } findingResults { item word } } } }
  growth { edges { node { id weightG headMm } } }"""
FAMILY = "id address guardians { name } children { edges { node { id name } } }"
RIDE = "id fareYen pickUp seats { edges { node { id } } }"
ENTRY = "id at kind office purpose caseReference subjectId fields cells isDenied"
QUESTIONS = {
    "by id": f'{{ node(id: "{child("aki")}") {{ ... on Child {{ {CHILD} }} }} }}',
    "foreign": f'{{ node(id: "{child("fuyu")}") {{ ... on Child {{ {CHILD} }} }} }}',
    "children": f"{{ children {{ edges {{ node {{ {CHILD} }} }} }} }}",
    "families": f"{{ families {{ edges {{ node {{ {FAMILY} }} }} }} }}",
    "riders": f"{{ riders {{ edges {{ node {{ id name rides {{ edges {{ node {{ {RIDE} }} }} }} }} }} }} }}",
    "rides": f"{{ rides {{ edges {{ node {{ {RIDE} }} }} }} }}",
    "register": f"""{{ nodes(ids: ["{child("aki")}", "{child("fuyu")}", "{family("shelter")}", "{family("hill")}"]) {{
      ... on Child {{ id relations {{ kind holder }} relationHistory {{ kind }} lifeEvents {{ kind }}
        sharing {{ edges {{ node {{ id fieldGroups }} }} }} }}
      ... on Family {{ guardians {{ name relation }} measures {{ evidence }} }} }} }}""",
    "points": "{ pointEntries { edges { node { id facility } } } }",
    "pregnancies": "{ pregnancies { edges { node { id dueOn } } } }",
    "entities": f"""{{ _entities(representations: [{{ __typename: "Child", id: "{child("yuki")}" }},
      {{ __typename: "Vaccination", id: "{dose("aki", 0)}" }}])
      {{ ... on Child {{ {CHILD} }} ... on Vaccination {{ id lot }} }} }}""",
    "log": f"{{ auditLog {{ edges {{ node {{ {ENTRY} }} }} }} }}",
}
PURPOSES = {
    "staff_health": ("CHK", "VAC", "SUP", "EMG"),
    "clinic": ("EMG",),
    "staff_taxi": ("ELG", "CLM"),
    "staff_points": ("PTS",),
    "staff_registry": ("REG",),
    "staff_education": ("SCH",),
    "partner": ("MOV",),
    "auditor": ("AUD",),
    "supervisor": ("AUD",),
}
WATCHED = [who for who, holder in HOLDERS.items() if holder.kind not in {CallerKind.RESIDENT, CallerKind.ANONYMOUS}]
ASKED = [(who, purpose and f"{purpose}:2026-1") for who in WATCHED for purpose in (None, *PURPOSES.get(who, ()))]
NAMES = "{ children(first: 100) { edges { node { name } } } }"
ENTITIES = "query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }"
NODE = "query ($i: ID!) { node(id: $i) { id } }"
PAGE = """{ viewer { family { address children { edges { node { id name
  checkups { edges { node { kind } } } vaccinations { edges { node { vaccine } } } } } } } } }"""
DEED = """mutation ($i: RecordVaccinationInput!) { recordVaccination(input: $i) {
  ... on Vaccination { id vaccine lot } ... on Refused { code } } }"""
RECORDED = {"childId": child("aki"), "vaccine": "MR", "givenOn": "2026-11-20", "idempotencyKey": "a look at a deed"}


@pytest.mark.parametrize(("who", "purpose"), ASKED)
async def test_what_an_answer_shows_is_what_the_log_holds(ask, who, purpose):
    for question in QUESTIONS.values():
        before = await last(ask.store)
        told = await ask(who, question, purpose=purpose)
        written = await entries(ask.store, before)

        assert sum(each.cells for each in written) == cells(told.body["data"])
        assert {each.actor_id for each in written} <= {HOLDERS[who].id}


async def test_somebody_sees_much_in_those_questions(ask):
    shown = [cells((await ask("staff_health", each, purpose="CHK:1")).data) for each in QUESTIONS.values()]

    assert sum(shown) > 100


async def test_an_entry_says_who_when_why_what_and_how_much(act):
    before = await last(act.store)
    text_ = f'{{ node(id: "{child("aki")}") {{ ... on Child {{ name again: name allergies }} }} }}'
    await act("staff_health", text_, purpose="CHK:2026-7")

    (entry,) = await entries(act.store, before)
    assert (entry.actor_id, entry.actor_kind) == (office("staff_health"), CallerKind.STAFF_HEALTH)
    assert (entry.office_id, entry.office) == (office("office"), "office")
    assert (entry.purpose_code, entry.case_reference) == ("CHK", "2026-7")
    assert (entry.noun, entry.subject_id) == ("child", child("aki"))
    assert (entry.fields, entry.cells, entry.is_denied) == ("Child.allergies:1 Child.name:2", 3, False)


async def test_a_list_of_values_is_as_many_cells_as_it_has_members_and_an_empty_one_is_one(ask):
    text_ = """query ($f: ID!, $g: ID!) { full: node(id: $f) { ... on Child { relations { kind } } }
      none: node(id: $g) { ... on Family { measures { evidence } again: measures { validTo } } } }"""
    before = await last(ask.store)
    told = await ask("staff_registry", text_, purpose="REG:1", f=child("aki"), g=family("hill"))
    found = {each.subject_id: (each.fields, each.cells) for each in await entries(ask.store, before)}

    assert len(told.data["full"]["relations"]) == 4
    assert told.data["none"]["measures"] == []
    assert found == {child("aki"): ("Child.relations:4", 4), family("hill"): ("Family.measures:2", 2)}


SIBLINGS = f"""{{ node(id: "{child("aki")}") {{ ... on Child {{ name ageMonths
  vaccinations {{ edges {{ node {{ id lot clinic }} }} }} }} }} }}"""


async def test_what_is_on_record_of_an_answer_with_an_error_is_no_matter_of_chance(act, monkeypatch):
    """The field that fails takes the child out of the answer; its siblings are walked to their end."""

    async def looked():
        before = await last(act.store)
        told = await act.put(question("staff_health", SIBLINGS, "VAC:1"), may_fail=True)
        (entry,) = await entries(act.store, before)
        return told.body["data"]["node"], entry.fields

    _, fields = await looked()
    monkeypatch.setattr(NODES["Child"].fields["ageMonths"], "by", lambda *_: None)
    act.engine = Engine(act.store, CURSOR_KEY, AUDIT_KEY)
    waiting = asyncio.all_tasks()
    found = [await looked() for _ in range(5)]

    assert found == [(None, fields.replace("Child.ageMonths:1 ", ""))] * 5
    assert asyncio.all_tasks() == waiting


async def test_each_subject_of_an_operation_has_one_entry(act):
    before = await last(act.store)
    doses = "vaccinations { edges { node { id vaccine } } } checkups { edges { node { findings } } }"
    await act("staff_health", f"{{ children {{ edges {{ node {{ id name {doses} }} }} }} }}", purpose="CHK:1")

    written = await entries(act.store, before)
    assert len(written) == len({each.subject_id for each in written}) == 6


@pytest.mark.parametrize("who", ["mother", "natsu", "grown", "sheltered"])
async def test_guardians_and_owners_are_not_logged_and_write_nothing(ask, who):
    before = await last(ask.store)
    told = await ask(who, PAGE)

    assert cells(told.data) > 0
    assert (await entries(ask.store, before), told.reads) == ([], told.statements)


async def test_who_was_invited_is_logged_for_what_is_not_their_own(ask):
    before = await last(ask.store)
    told = await ask(
        "grandmother", f"{{ viewer {{ family {{ address }} wards {{ edges {{ node {{ {CHILD} }} }} }} }} }}"
    )

    (entry,) = await entries(ask.store, before)
    assert (entry.subject_id, entry.office) == (child("aki"), None)
    assert entry.cells == cells(told.data["viewer"]["wards"]) > 5


@pytest.mark.parametrize("who", ["stranger", "counterparty", "clinic"])
async def test_a_try_is_on_record_alike_whether_there_is_anything_or_not(ask, who):
    found = []
    for wanted in (child("fuyu"), child("nobody")):
        before = await last(ask.store)
        told = await ask(who, NODE, i=wanted)
        (entry,) = await entries(ask.store, before)
        assert (entry.subject_id, entry.is_denied, entry.cells, entry.fields) == (wanted, True, 0, "")
        found.append((told.raw, told.statements, entry.noun))

    assert found[0] == found[1]


async def test_a_try_by_any_path_is_one_entry(ask):
    wanted, before = child("fuyu"), await last(ask.store)
    text_ = """query ($i: ID!, $r: [_Any!]!) { node(id: $i) { id } nodes(ids: [$i, $i]) { id }
      _entities(representations: $r) { __typename } }"""
    await ask("stranger", text_, i=wanted, r=[{"__typename": "Child", "id": wanted}])

    assert [each.subject_id for each in await entries(ask.store, before)] == [wanted]


@pytest.mark.parametrize(
    "given",
    [
        {"__typename": "Family", "id": child("fuyu")},
        {"__typename": "Nobody", "id": child("fuyu")},
        {"__typename": "Child", "id": child("fuyu"), "name": "fuyu"},
        {"__typename": "Child", "id": child("fuyu"), "more": [1, {}]},
        {"__typename": "Child", "key": child("fuyu")},
    ],
)
@pytest.mark.parametrize("who", ["stranger", "clinic"])
async def test_a_representation_that_names_nothing_is_a_try_with_the_id_that_it_holds(ask, who, given):
    before = await last(ask.store)
    told = await ask(who, ENTITIES, r=[given])

    assert told.data == {"_entities": [None]}
    found = [(each.subject_id, each.is_denied, each.fields) for each in await entries(ask.store, before)]
    assert found == [(child("fuyu"), True, "")]


@pytest.mark.parametrize("given", [{}, {"__typename": "Child", "id": "fuyu"}, {"__typename": "Child", "id": {"x": 1}}])
async def test_a_representation_without_an_id_is_no_try(ask, given):
    before = await last(ask.store)
    await ask("stranger", ENTITIES, r=[given])

    assert await entries(ask.store, before) == []


@pytest.mark.parametrize("text", [NODE, "query ($i: ID!) { nodes(ids: [$i]) { id } }"])
async def test_an_id_of_what_is_no_node_is_a_try(ask, text):
    before = await last(ask.store)
    await ask("stranger", text, i=resident("sheltered"))

    assert [each.subject_id for each in await entries(ask.store, before)] == [resident("sheltered")]


async def test_a_deed_about_what_is_not_there_is_a_try(act):
    before = await last(act.store)
    text_ = "mutation ($i: RecordGrowthInput!) { recordGrowth(input: $i) { __typename } }"
    given = {"childId": child("fuyu"), "measuredOn": "2026-11-01", "weightG": 9_000, "idempotencyKey": "a vain deed"}
    await act("stranger", text_, i=given)

    assert [(each.subject_id, each.is_denied) for each in await entries(act.store, before)] == [(child("fuyu"), True)]


@pytest.mark.parametrize(
    ("who", "wanted"), [("mother", "nonsense"), ("mother", child("aki")), ("anonymous", child("aki"))]
)
async def test_nobody_and_nothing_make_no_entry(ask, who, wanted):
    before = await last(ask.store)
    await ask(who, NODE, i=wanted)

    assert await entries(ask.store, before) == []


async def test_what_is_denied_beforehand_is_one_entry_without_subject_and_without_the_clients_words(ask):
    before = await last(ask.store)
    await ask(
        "staff_health", "{ N123456789018: children { edges { node { name x: birthDate } } } riders { totalCount } }"
    )

    (entry,) = await entries(ask.store, before)
    assert (entry.subject_id, entry.noun, entry.is_denied, entry.cells) == (None, None, True, 0)
    assert entry.fields == "Query.children:PURPOSE_REQUIRED Query.riders:KIND_NOT_PERMITTED"


async def test_what_is_denied_beforehand_to_residents_is_no_entry(ask):
    before = await last(ask.store)
    told = await ask("tapped", "{ children { totalCount } families { totalCount } }")

    assert set(told.denied.values()) == {"ACR_REQUIRED"}
    assert await entries(ask.store, before) == []


async def test_what_a_deed_shows_is_on_record(act):
    before = await last(act.store)
    told = await act("staff_health", DEED, i=RECORDED, purpose="VAC:1")

    (entry,) = await entries(act.store, before)
    assert (entry.subject_id, entry.cells) == (child("aki"), cells(told.data["recordVaccination"]))


async def test_what_an_accepted_invitation_shows_at_once_is_on_record(act):
    code = await code_of(act)
    before = await last(act.store)
    told = await accepted(act, "stranger", code)

    (entry,) = await entries(act.store, before)
    assert (entry.subject_id, entry.fields) == (child("aki"), "Child.id:1 Child.name:1")
    assert told["name"] == "aki"


@pytest.mark.parametrize("how", ["the end is gone", "the next place is taken", "the next head is there"])
async def test_what_cannot_be_written_down_is_not_shown(act, how):
    await spoil(act.store, how)
    before = await entries(act.store)

    told = await act.put(question("staff_health", NAMES, "CHK:1"), may_fail=True)

    assert await entries(act.store) == before
    assert (told.status, told.codes, set(told.body)) == (503, ["UNAVAILABLE"], {"errors"})
    assert len(told.failures) == 1
    assert b"aki" not in told.raw


async def test_guardians_see_their_record_even_then(act):
    await spoil(act.store, "the end is gone")

    assert cells((await act("mother", PAGE)).data) > 0


async def test_a_deed_that_could_not_be_shown_is_shown_when_it_is_asked_again(act):
    async with act.store.owner.writing() as session:
        await session.exec(update(TAIL).values(id=2))
    lost = await act.put(question("staff_health", DEED, "VAC:1", i=RECORDED), may_fail=True)
    async with act.store.owner.writing() as session:
        await session.exec(update(TAIL).values(id=1))
    found = (await act("staff_health", DEED, i=RECORDED, purpose="VAC:1")).data["recordVaccination"]

    assert lost.codes == ["UNAVAILABLE"]
    assert found["vaccine"] == "MR"


async def test_an_emergency_that_cannot_be_announced_is_not_written_down_either(act):
    """What is done last fails: the entries before it go with it."""
    before = await entries(act.store)
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE outbox RENAME TO elsewhere"))
    told = await act.put(question("clinic", NODE, "EMG:1", i=child("aki")), may_fail=True)
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO outbox"))

    assert told.codes == ["UNAVAILABLE"]
    assert await entries(act.store) == before


async def spoil(store, how):
    if how == "the next head is there":
        head = {"first_seq": 2, "hash": "", "signed_at": NOW, "key_id": "", "signature": ""}
        async with store.owner.writing() as session:
            await session.exec(insert(HEADS).values(seq=7, **head))
        return
    taken = {each.key: getattr((await entries(store))[-1], each.key) for each in ENTRIES.columns}
    taken |= {"seq": taken["seq"] + 1, "id": child("taken")}
    async with store.owner.writing() as session:
        await session.exec(delete(TAIL) if how == "the end is gone" else insert(ENTRIES).values(**taken))


def question(who, text, purpose, **variables):
    usual = {"operation_name": None, "language": "ja", "only_queries": False, "now": NOW}
    return Question(text, holder=HOLDERS[who], variables=variables, purpose=purpose, **usual)


async def test_a_list_of_a_hundred_costs_one_write(act):
    few = await act("staff_health", NAMES, purpose="CHK:1")
    async with act.store.owner.writing() as session:
        session.add_all(more(number) for number in range(94))
    many = await act("staff_health", NAMES, purpose="CHK:1")

    assert cells(many.data) == 100
    # Children; the tail, entries, head, the tail again, of which PostgreSQL is sent the last three as one.
    assert len(many.statements) == len(few.statements) == (5 if act.store.is_sqlite else 3)
    assert len([each for each in many.statements if "INSERT INTO accessentry" in each]) == 1


def more(number):
    return Child(
        id=mint("102016", Letter.CHILD, number.to_bytes(16)),
        family_id=family("field"),
        name="more",
        name_kana="more",
        birth_date=TODAY,
        sex=Sex.MALE,
    )


async def test_looks_at_the_same_time_stand_one_behind_the_other(act):
    before = await last(act.store)
    asked = [question("staff_health", NAMES, f"CHK:{number}") for number in range(20)]
    await asyncio.gather(*[act.engine.answer(each) for each in asked])

    written = await entries(act.store)
    assert [each.seq for each in written] == list(range(1, before + 121))
    assert all(each.hash == hash_of(each._mapping) for each in written)
    assert [each.previous_hash for each in written[1:]] == [each.hash for each in written[:-1]]


async def test_workers_at_the_same_time_make_one_chain(act):
    workers = [Store(act.store.engine.url.render_as_string(hide_password=False)) for _ in range(3)]
    engines = [Engine(each, CURSOR_KEY, AUDIT_KEY) for each in workers]
    asked = [question("staff_health", NAMES, f"CHK:{number}") for number in range(30)]
    answers = await asyncio.gather(*[engines[at % 3].answer(each) for at, each in enumerate(asked)])
    await asyncio.gather(*[each.close() for each in workers])

    written = await entries(act.store)
    assert {each.status for each in answers} == {200}
    assert [each.seq for each in written] == list(range(1, 182))
    assert all(each.hash == hash_of(each._mapping) for each in written)
    assert [each.previous_hash for each in written[1:]] == [each.hash for each in written[:-1]]


async def test_ids_tell_which_entries_one_operation_wrote_and_nothing_else(act):
    before = await last(act.store)
    for number in range(2):
        await act("staff_health", NAMES, purpose=f"CHK:{number}")
    ids = [each.id for each in await entries(act.store, before)]
    heads = [{each[: ID_LENGTH - OWN_LENGTH] for each in part} for part in (ids[:6], ids[6:])]

    assert all(parsed(each).letter is Letter.LOG for each in ids)
    assert len({each[-OWN_LENGTH:] for each in ids}) == 12
    assert [len(each) for each in heads] == [1, 1]
    assert heads[0] != heads[1]


async def test_a_cursor_does_not_tell_how_long_the_log_is(act):
    await act("staff_health", NAMES, purpose="CHK:1")
    at_the_end = await longest(act)
    async with act.store.owner.writing() as session:
        await session.exec(update(ENTRIES).where(ENTRIES.c.seq == await last(act.store)).values(seq=5_000_000_000))

    assert await longest(act) == at_the_end


async def longest(act):
    """The length of the newest entry's cursor."""
    told = await act("auditor", "{ auditLog(first: 1) { pageInfo { endCursor } } }", purpose="AUD:1")
    return len(told.data["auditLog"]["pageInfo"]["endCursor"])


async def test_every_entry_stands_under_a_signed_head(act):
    await act("staff_health", NAMES, purpose="CHK:1")
    await act("clinic", NAMES)

    async with act.store.owner.reading() as connection:
        heads = (await connection.execute(select(HEADS).order_by(HEADS.c.seq))).all()
    assert [(each.first_seq, each.seq) for each in heads] == [(1, 1), (2, 7), (8, 8)]
    assert {each.key_id for each in heads} == {AUDIT_KEY.id}


async def test_the_log_costs_a_guardian_a_quarter_of_the_page_at_most(act, monkeypatch):
    """CPU time of this process, the cheapest of several rounds; without the log nothing is noted anywhere."""
    watch, costs = context.watch, {True: [], False: []}
    for _ in range(8):
        for is_logged in (True, False):
            monkeypatch.setattr(context, "watch", watch if is_logged else lambda _caller: (None, None))
            started = process_time()
            for _ in range(10):
                await act("mother", PAGE)
            costs[is_logged].append(process_time() - started)

    assert min(costs[True]) <= 1.25 * min(costs[False])
