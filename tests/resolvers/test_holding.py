"""What stayed behind in another city is found by a guardian's consent, and no longer once that is taken back."""

from models.ids import Letter, mint
from tests.hanamori import child, id_of, office, resident
from tests.linking import issued, redeemed, unlinked
from tests.submitting import dose, outcomes

HELD = """query ($i: ID!) { node(id: $i) { ... on Child { recordSources {
  organisationId movedOn recordCount consent ownChildId } } } }"""
THEIRS = id_of(Letter.CHILD, "as the other city knows it")
MOVED = {"purpose": "MOV:1"}


async def held(act, who="mother", about="aki", **words):
    return (await act(who, HELD, i=child(about), **words)).data["node"]["recordSources"]


async def test_what_stayed_behind_is_found_by_consent_until_it_is_taken_back(act):
    found = [await held(act)]
    made = await issued(act, about="aki", to="partner")
    found.append(await held(act))
    await redeemed(act, made["linkCode"], "partner", own=THEIRS, **MOVED)
    accepted = await outcomes(act, dose(number="P-2"), who="partner")
    found.append(await held(act))
    await unlinked(act, "mother", made["linkId"])
    found.append(await held(act))

    city = {"organisationId": office("partner"), "movedOn": None, "recordCount": 1, "ownChildId": None}
    assert accepted == ["ACCEPTED"]
    assert found == [
        [],
        [city | {"recordCount": 0, "consent": "WAITING"}],
        [city | {"consent": "LINKED", "ownChildId": THEIRS}],
        [city | {"consent": "REVOKED"}],
    ]


async def test_what_the_city_hall_asked_for_itself_is_no_guardians_consent(act):
    made = await issued(act, "staff_health", "aki", "partner", purpose="COR:1")
    await redeemed(act, made["linkCode"], "partner", own=THEIRS, **MOVED)
    await outcomes(act, dose(number="P-2"), who="partner")
    (seen,) = await held(act, "staff_health", purpose="COR:1")

    assert (seen["recordCount"], seen["consent"], seen["ownChildId"]) == (1, None, None)


async def test_a_city_names_a_child_of_its_own_graph_and_nobody_else_names_any(act):
    code = (await issued(act, about="aki", to="partner"))["linkCode"]
    clinics = (await issued(act, key="issue-02"))["linkCode"]
    wrong = ("", "kid", resident("mother"), mint("102024", Letter.CHILD, bytes(16)), THEIRS[:-1])
    found = [
        await redeemed(act, code, "partner", own=each, key=f"own-{at:04}", **MOVED) for at, each in enumerate(wrong)
    ]
    found.append(await redeemed(act, clinics, own=THEIRS))

    assert [each["code"] for each in found] == ["VALUE_UNKNOWN"] * 5 + ["NOT_PERMITTED"]
    assert {tuple(each["field"]) for each in found} == {("input", "ownChildId")}
