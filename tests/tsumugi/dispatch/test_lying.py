"""A city that answers oddly, or with another's ids, costs its own places alone, and opens nothing elsewhere."""

import json

from graphql import parse

from tests.tsumugi.dispatch.test_dispatch import (
    CODES,
    EAST,
    HOME,
    Cities,
    child,
    cities,
    dispatched,
    entity,
    lines,
    question,
    told,
)
from tsumugi.dispatch.merging import merged
from tsumugi.dispatch.splitting import split
from tsumugi.dispatch.vetting import MOST_LOST

__all__ = ["cities", "dispatched", "lines"]  # fixtures
OURS, THEIRS = child(EAST, 1), child(HOME, 1)  # of the city that answers, and of another
AT_ROOT = {"code": "PARTNER_ANSWER_INVALID", "municipality": EAST}


def answered(text, said, **variables):
    """What comes of it in the one city that is asked: data, and the places of what was invalid."""
    found = split(question(text, **variables), HOME, CODES)
    assert {part.city for part in found.parts} == {EAST}
    assert all(parse(part.query) for part in found.parts)
    whole = merged(found, [said])
    errors = whole.get("errors", [])
    assert all(each["extensions"] == AT_ROOT for each in errors)
    return whole["data"], [each["path"] for each in errors]


async def test_whatever_a_city_says_the_others_answer(dispatched, cities):
    ask, _ = dispatched
    query = f'{{ viewer far: nodes(ids: ["{OURS}"]) {{ id }} }}'
    known = f'{{"data": {{"far": [{{"of_this_city_id": "{OURS}", "x": X}}]}}}}'
    path = '{"data": {"far": [null]}, "errors": [{"path": ["far", X]}], "extensions": {"denied": [{"path": [[]]}]}}'
    odd = {
        "NaN": '{"data": {"far": [{"x": NaN}]}}',
        "more than a float": known.replace("X", "1e999"),
        "half a character": '{"data": {"far": [{"x": "\\ud800"}]}}',
        "a name twice": '{"data": {"far": [null], "far": [null]}}',
        "bottomless": "[" * 100_000,
        "deep": known.replace("X", "[" * 900 + "]" * 900),
        "before the first": path.replace("X", "-99"),
        "far behind": path.replace("X", "9" * 5_000),
        "as many errors": json.dumps({"data": {"far": [None]}, "errors": [7] * 50_000}),
    }
    for what, text in odd.items():
        cities.texts[EAST] = text.encode()
        answer = await ask(query)
        assert (answer.status_code, answer.json()["data"]) == (200, {"viewer": HOME, "far": [None]}), what
        assert {each["extensions"]["municipality"] for each in answer.json()["errors"]} == {EAST}, what
        assert len(answer.json()["errors"]) <= MOST_LOST, what


async def test_the_log_names_the_city_that_speaks_of_anothers_record(dispatched, cities, lines):
    ask, _ = dispatched
    cities.texts[EAST] = json.dumps({"data": {"far": {"of_this_city_id": THEIRS, "id": THEIRS}}}).encode()
    answer = (await ask(f'{{ viewer far: node(id: "{OURS}") {{ id }} }}')).json()
    spoilt = [(line["city"], line["code"]) for line in lines[1]() if line["event"] == "city_spoilt"]

    assert answer["data"] == {"viewer": HOME, "far": None}
    assert spoilt == [(EAST, "PARTNER_ANSWER_INVALID")]


async def test_what_goes_wrong_with_one_city_on_our_side_costs_its_places_alone(dispatched, monkeypatch):
    ask, _ = dispatched
    plain = Cities.handle_async_request

    async def broken(self, request):
        if request.url.host == EAST:
            raise RuntimeError
        return await plain(self, request)

    monkeypatch.setattr(Cities, "handle_async_request", broken)
    answer = (await ask(f'{{ viewer far: node(id: "{OURS}") {{ id }} }}')).json()

    assert answer["data"] == {"viewer": HOME, "far": None}
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["PARTNER_UNAVAILABLE"]


def test_an_object_with_another_citys_id_is_none_wherever_it_stands():
    text = f"""{{ one: node(id: "{OURS}") {{ __typename ... on Child {{ key: id ...More }} }} }}
      fragment More on Child {{ family {{ name: id children {{ id }} }} sources: recordSources {{ ownChildId }} }}"""
    wide = "".join(chr(ord(each) + 0xFEE0) for each in HOME) + THEIRS[6:]
    for lie in (THEIRS, f" {THEIRS}", wide, THEIRS.lower(), [THEIRS], {"a": THEIRS}, 102016):
        for name in ("key", "id"):
            assert answered(text, {"data": {"one": {name: lie}}}) == ({"one": None}, [["one"]]), (name, lie)
        nested = {"key": OURS, "family": {"name": "7-x", "children": [{"id": OURS}, {"id": lie}, {"id": None}]}}
        data, lost = answered(text, {"data": {"one": nested}})
        assert data["one"]["family"]["children"] == [{"id": OURS}, None, {"id": None}], lie
        assert lost == [["one", "family", "children", 1]], lie

    lawful = {"key": OURS, "sources": [{"ownChildId": THEIRS}], "family": {"name": "MEASLES"}}
    assert answered(text, {"data": {"one": lawful}}) == ({"one": lawful}, [])
    many = {"data": {"one": [{"id": THEIRS}] * (MOST_LOST + 2)}}
    assert answered(text, many) == ({"one": None}, [["one"]])


def test_an_entity_that_does_not_say_under_our_names_which_it_is_is_none():
    fragment = "fragment F on Child { name }"
    texts = {
        "_entities": "query ($asked: [_Any!]!) { _entities(representations: $asked) { ...F ...Gone } } " + fragment,
        "nodes": "query ($asked: [ID!]!) { nodes(ids: $asked) { ...F } } " + fragment,
    }
    for root, text in texts.items():
        asked = entity(EAST, 1)
        honest = told(asked, name="a")
        for left_out in ("of_this_city_id", "of_this_city___typename")[: 2 if root == "_entities" else 1]:
            said = {name: value for name, value in honest.items() if name != left_out}
            given = [asked if root == "_entities" else asked["id"]]
            assert answered(text, {"data": {root: [said]}}, asked=given) == ({root: [None]}, [[root, 0]]), left_out
        assert answered(text, {"data": {root: [honest]}}, asked=given) == ({root: [{"name": "a"}]}, []), root
        silent = {"of_this_city___typename": "Child", "__typename": "Child"}  # of a type that was asked nothing
        assert answered(text, {"data": {root: [silent]}}, asked=given) == ({root: [{"__typename": "Child"}]}, []), root
    [part] = split(question(texts["_entities"], asked=[asked]), HOME, CODES).parts
    assert "... on Child {\n      of_this_city_id: id" in part.query
