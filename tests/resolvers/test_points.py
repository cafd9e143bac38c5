"""Points through the graph: a code, a hold, a purchase and its refund; grants; and everything that is refused."""

from datetime import timedelta

from models.ids import Letter
from models.organisation import CallerKind, Organisation
from models.point import PointAccount
from models.resident import Resident
from tests.hanamori import CODE as CITY
from tests.hanamori import NOW, TODAY, id_of, resident
from tests.pointing import (
    ASSIGN,
    CHOOSE,
    LINK,
    MINE,
    captured,
    coded,
    granted,
    held,
    holding,
    left,
    proved,
    refunded,
    reversed_,
    voided,
)
from tests.sharing import changed, done, rows

MINUTE = timedelta(minutes=1)


async def test_what_is_held_is_taken_in_part_and_given_back_to_the_lots_that_it_came_from(act):
    hold_id = await held(act, 450)
    found = [await left(act)]
    sold = await captured(act, hold_id, 400)
    found += [await left(act)]
    back = await refunded(act, sold["id"], 30)
    found += [await left(act)]

    assert found == [(680, 230), (280, 280), (310, 310)]
    assert [(each["kind"], each["points"], each["facility"]) for each in (sold, back)] == [
        ("SPENT", -400, "shop"),
        ("REFUNDED", 30, "shop"),
    ]
    assert (await proved(act.store)).fault is None


async def test_a_hold_ends_once_taken_given_up_or_out_of_time(act):
    first, second, third = [await held(act, 100, number) for number in (1, 2, 3)]
    await captured(act, first)
    released = await voided(act, second)
    late = NOW + 6 * MINUTE
    again = [
        await captured(act, first, key="again-001"),
        await voided(act, first, key="again-002"),
        await captured(act, second, key="again-003"),
        await captured(act, third, key="again-004", now=late),
    ]

    assert (released["kind"], released["points"]) == ("RELEASED", 0)
    assert [(each["code"], each["field"]) for each in again] == [("HOLD_ENDED", ["input", "holdId"])] * 4
    assert await left(act) == (580, 480)
    code = (await coded(act, 1_000, key="code-late", now=late))["spendCode"]
    assert (await holding(act, code, 580, key="hold-late", now=late))["points"] == 580
    assert (await proved(act.store)).fault is None


async def test_a_code_is_for_one_hold_of_so_many_points_within_a_minute(act):
    code = (await coded(act, 300))["spendCode"]
    found = [
        await holding(act, code, 301, "key-00001"),
        await holding(act, code, 100, "key-00002", now=NOW + MINUTE),
        await holding(act, code.lower(), 100, "key-00003", now=NOW + MINUTE - timedelta(seconds=1)),
        await holding(act, code, 100, "key-00004"),
        await holding(act, MINE, 100, "key-00005"),
    ]

    assert [each.get("code") for each in found] == [
        "POINTS_INSUFFICIENT",
        "SPEND_CODE_INVALID",
        None,
        "SPEND_CODE_INVALID",
        "SPEND_CODE_INVALID",
    ]


async def test_the_same_key_holds_once_and_with_another_body_is_refused(act):
    code = (await coded(act))["spendCode"]
    first, again = [await holding(act, code, 100) for _ in range(2)]

    assert first == again
    assert (await holding(act, code, 101))["code"] == "KEY_REUSED"
    assert (await coded(act))["spendCode"] == code
    assert await left(act) == (680, 580)


async def test_bad_amounts_and_foreign_rows_are_refused_and_the_ledger_is_unchanged(act):
    hold_id = await held(act, 300)
    sold = await captured(act, hold_id, 200)
    other, before = await held(act, 100, 2), await proved(act.store)
    found = {}
    for number, points in enumerate((0, -1, 10_000_001)):
        key = f"bad-{number:05}"
        found[f"code {points}"] = await coded(act, points, key=f"{key}-c")
        found[f"hold {points}"] = await holding(act, "x", points, f"{key}-h")
        found[f"take {points}"] = await captured(act, other, points, f"{key}-t")
        found[f"back {points}"] = await refunded(act, sold["id"], points, f"{key}-b")
        found[f"give {points}"] = await granted(act, points, key=f"{key}-g")
    assert {each["code"] for each in found.values()} == {"VALUE_OUT_OF_RANGE"}
    found = [
        await captured(act, other, 101, "more-0001"),
        await refunded(act, sold["id"], 201, "more-0002"),
        await captured(act, id_of(Letter.HOLD, "none"), key="none-0001"),
        await refunded(act, id_of(Letter.ENTRY, "mother 0"), 1, "none-0002"),
        await coded(act, key="none-0003", who="natsu"),
        await done(act, "mother", ASSIGN, {"accountId": MINE, "municipalityCode": CITY, "idempotencyKey": "none-0004"}),
        await done(
            act, "mother", CHOOSE, {"accountId": MINE, "municipalityCode": "000000", "idempotencyKey": "n-000005"}
        ),
    ]

    assert [(each["code"], each["field"][1]) for each in found] == [
        ("VALUE_OUT_OF_RANGE", "points"),
        ("VALUE_OUT_OF_RANGE", "points"),
        ("NOT_FOUND", "holdId"),
        ("NOT_FOUND", "entryId"),
        ("NOT_FOUND", "accountId"),
        ("POINTS_INSUFFICIENT", "points"),
        ("NOT_FOUND", "municipalityCode"),
    ]
    assert await proved(act.store) == before


async def test_staff_give_points_once_for_an_event_and_take_an_entry_back_once(act):
    given = await granted(act)
    found = [
        await granted(act, key="give-0002"),
        await reversed_(act, given["id"]),
        await reversed_(act, given["id"], "undo-0002"),
        await granted(act, event="spent", key="give-0003"),
    ]
    hold_id = await held(act, 480)
    await captured(act, hold_id)
    found.append(await reversed_(act, found[1]["id"], "undo-0003"))
    hold_id = await held(act, 300, 2)
    await captured(act, hold_id, key="take-0002")
    found.append(await reversed_(act, found[3]["id"], "undo-0004"))

    assert [each.get("code", each.get("points")) for each in found] == [
        "ALREADY_RECORDED",
        -100,
        "ENTRY_REPLACED",
        100,
        "ENTRY_ENDED",
        "POINTS_INSUFFICIENT",
    ]
    assert (await proved(act.store)).fault is None


async def test_after_a_death_nothing_is_spent_and_nothing_comes_in_and_the_shop_learns_nothing(act):
    code = (await coded(act))["spendCode"]
    await changed(act, Resident, {"died_on": TODAY}, id=resident("mother"))

    assert (await holding(act, code, 100))["code"] == "SPEND_CODE_INVALID"
    assert (await granted(act))["code"] == "ACCOUNT_FROZEN"


async def test_a_my_key_id_opens_an_account_and_is_one_persons(act):
    given = {"myKeyId": "MyKey-0001", "basicMunicipalityCode": CITY, "idempotencyKey": "link-0001"}
    opened = await done(act, "stranger", LINK, given)
    again = await done(act, "stranger", LINK, given | {"myKeyId": "MyKey-0002", "idempotencyKey": "link-0002"})
    chosen = {"accountId": opened["id"], "municipalityCode": CITY, "idempotencyKey": "choose-01"}
    others = [
        await done(act, who, LINK, given) for who in ("mother", "father")
    ]  # the one has an account, the other none

    kept = {each.basic_municipality_code for each in await rows(act.store, PointAccount) if each.id == MINE}

    assert {each["code"] for each in others} == {"ALREADY_RECORDED"}
    assert kept == {None}  # nothing of what was refused
    assert (opened["__typename"], opened["balance"]) == ("PointAccount", 0)
    assert (again["code"], again["field"]) == ("ALREADY_RECORDED", ["input", "myKeyId"])
    assert (await done(act, "stranger", CHOOSE, chosen))["id"] == opened["id"]


FACILITIES = """query ($first: Int, $after: String, $last: Int, $before: String) {
  pointFacilities(first: $first, after: $after, last: $last, before: $before) { totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { name municipalityCode } } } }"""


async def test_everybody_may_know_where_points_can_be_spent_page_by_page(act):
    async with act.store.owner.writing() as session:
        for name in ("bakery", "museum", "pool"):
            id = id_of(Letter.ORGANISATION, name)
            session.add(Organisation(id=id, kind=CallerKind.SHOP, name=name, municipality_code=CITY))

    async def page(who, **window):
        found = (await act(who, FACILITIES, **window)).data["pointFacilities"]
        info = found["pageInfo"]
        names = [each["node"]["name"] for each in found["edges"]]
        assert [info["startCursor"], info["endCursor"]] == [found["edges"][at]["cursor"] for at in (0, -1)]
        return names, (found["totalCount"], info["hasPreviousPage"], info["hasNextPage"]), info

    first, counted, info = await page("anonymous", first=3)
    rest, after, later = await page("stranger", after=info["endCursor"])
    back, before, _ = await page("shop", last=2, before=later["startCursor"])

    assert (first, rest, back) == (["bakery", "museum", "pool"], ["shop"], ["museum", "pool"])
    assert (counted, after, before) == ((4, False, True), (4, True, False), (4, True, True))
    bad = [await act("anonymous", FACILITIES, **window) for window in ({"first": 101}, {"after": "x"})]
    assert [each.codes for each in bad] == [["BAD_USER_INPUT"]] * 2


async def test_a_shop_sees_its_sales_and_nobodys_account(act):
    await captured(act, await held(act))
    sales = (await act("shop", "{ pointEntries { edges { node { kind points facility } } } }")).data["pointEntries"]
    own = (await act("shop", "query ($id: ID!) { node(id: $id) { id } }", id=MINE)).data["node"]

    assert [edge["node"]["points"] for edge in sales["edges"]] == [-120, -120, -300]
    assert own is None
