"""With whom records are shared: everybody finds them by name, with the ids that deeds take, and nobody else's."""

import pytest

from models.ids import Letter
from models.organisation import CallerKind, Organisation
from tests.hanamori import CODE, child, id_of
from tests.linking import ISSUE
from tests.sharing import SHARE, done, rows

QUERY = """query ($name: String, $first: Int, $after: String, $last: Int, $before: String) {
  organisations(name: $name, first: $first, after: $after, last: $last, before: $before) { totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { id name kind municipalityCode } } } }"""
SHARED_WITH = {"CLINIC", "SCHOOL", "STAFF_EDUCATION"}
LINKED = {"CLINIC", "SCHOOL", "PARTNER_MUNICIPALITY"}


async def found(act, who="anonymous", **given):
    return (await act(who, QUERY, **given)).data["organisations"]


async def add(act, kind=CallerKind.CLINIC, **names):
    async with act.store.owner.writing() as session:
        for key, name in names.items():
            id = id_of(Letter.ORGANISATION, key)
            session.add(Organisation(id=id, kind=kind, name=name, municipality_code=CODE))


async def test_everybody_finds_the_same_and_none_that_no_record_is_shared_with(act):
    await add(act, CallerKind.STAFF_EDUCATION, board="教育委員会")
    seen = [await found(act, who) for who in ("anonymous", "mother", "clinic", "shop")]
    kept = {
        (row.id, row.name, row.kind.name)
        for row in await rows(act.store, Organisation)
        if row.kind.name in SHARED_WITH | LINKED
    }

    nodes = [edge["node"] for edge in seen[0]["edges"]]
    assert seen == seen[:1] * 4
    assert {(each["id"], each["name"], each["kind"]) for each in nodes} == kept
    assert {each["kind"] for each in nodes} == SHARED_WITH | LINKED
    assert [each["name"] for each in nodes] == sorted(each["name"] for each in nodes)


async def test_each_id_is_one_that_a_deed_takes(act):
    await add(act, CallerKind.STAFF_EDUCATION, board="教育委員会")
    for number, each in enumerate(edge["node"] for edge in (await found(act))["edges"]):
        about = {"childId": child("aki"), "organisationId": each["id"], "idempotencyKey": f"organisation-{number}"}
        terms = {"fieldGroups": ["VACC_RECORDS"], "validTo": "2027-04-01"}
        shared = await done(act, "mother", SHARE, about | terms)
        linked = await done(act, "mother", ISSUE, about | {"idempotencyKey": f"link-code-{number}"})

        assert (shared.get("code") == "NOT_FOUND") is (each["kind"] not in SHARED_WITH), each
        assert (linked.get("code") == "NOT_FOUND") is (each["kind"] not in LINKED), each


@pytest.mark.parametrize("name", ["ABCこども", "ａｂｃこども", "abcこども医", "ＡＢＣこども医院"])
async def test_a_part_of_the_name_is_enough_however_wide_or_great_it_is_written(act, name):
    await add(act, green="みどりＡＢＣこども医院", other="あおばこども医院")

    [edge] = (await found(act, name=name))["edges"]

    assert edge["node"]["name"] == "みどりＡＢＣこども医院"


async def test_those_of_a_kind_are_found_by_a_word_of_the_document_or_a_variable(act):
    everybody = [edge["node"] for edge in (await found(act))["edges"]]
    ask = "query ($kind: CallerKind) { organisations(kind: $kind) { totalCount edges { node { id } } } }"
    literal = "{ organisations(kind: CLINIC) { totalCount edges { node { id } } } }"
    default = ask.replace("CallerKind", "CallerKind = CLINIC")
    asked = [await act("mother", literal), await act("mother", ask, kind="CLINIC"), await act("mother", default)]

    expected = [{"id": each["id"]} for each in everybody if each["kind"] == "CLINIC"]
    for each in asked:
        pages = each.data["organisations"]
        assert [edge["node"] for edge in pages["edges"]] == expected
        assert pages["totalCount"] == len(expected) > 0


async def test_a_kind_that_takes_no_part_has_none_and_no_kind_is_refused(act):
    ask = "query ($kind: CallerKind) { organisations(kind: $kind) { totalCount } }"
    taxis, nobody = [await act("mother", ask, kind=each) for each in ("TAXI_OPERATOR", "NO_SUCH_KIND")]

    assert taxis.data["organisations"]["totalCount"] == 0
    assert nobody.codes == ["BAD_USER_INPUT"]


async def test_pages_follow_one_another_and_are_counted(act):
    await add(act, **{f"number{each}": f"第{each}こども医院" for each in range(5)})
    first = await found(act, name="こども医院", first=2)
    second = await found(act, name="こども医院", first=2, after=first["pageInfo"]["endCursor"])
    back = await found(act, name="こども医院", last=1, before=second["pageInfo"]["startCursor"])

    names = [[edge["node"]["name"] for edge in page["edges"]] for page in (first, second, back)]
    assert names == [["第0こども医院", "第1こども医院"], ["第2こども医院", "第3こども医院"], ["第1こども医院"]]
    assert [page["totalCount"] for page in (first, second, back)] == [5, 5, 5]
    bad = [await act("anonymous", QUERY, **window) for window in ({"first": 101}, {"after": "x"})]
    assert [each.codes for each in bad] == [["BAD_USER_INPUT"]] * 2
