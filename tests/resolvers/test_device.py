"""What a device of a clinic reads and hands in, within its scope and not beyond."""

from auth.caller import Device
from tests.hanamori import HOLDERS, child
from tests.submitting import SUBMIT, dose, visit

CHILD = """query ($id: ID!) { node(id: $id) { ... on Child { name vaccinations { totalCount }
  checkups { totalCount } } } viewer { explain(field: "Child.checkups", id: $id) { isVisible reasons { code } } } }"""


async def told(asking, scope, text, **given):
    """What a device of the clinic is told, by plan and field by field."""
    clinic = HOLDERS["clinic"]._replace(device=Device("tablet", frozenset(scope)))
    return await asking.put(asking.question("clinic", text, **given)._replace(holder=clinic))


async def handed_in(act, *scope):
    given = {"items": [dose(), visit()], "idempotencyKey": "batch-0001"}
    return (await told(act, scope, SUBMIT, input=given)).data["done"]


async def test_a_device_reads_its_own_domain_and_is_told_what_lies_outside(ask):
    whole = (await ask("clinic", CHILD, id=child("aki"))).data["node"]
    part = await told(ask, {"vaccinations:read"}, CHILD, id=child("aki"))

    assert part.data["node"] == whole | {"checkups": None} != whole
    assert part.denied == {"node.checkups": "SCOPE_REQUIRED"}
    assert part.data["viewer"]["explain"] == {"isVisible": False, "reasons": [{"code": "NOT_VISIBLE"}]}


async def test_a_device_without_the_domain_of_a_child_finds_no_child(ask):
    assert (await told(ask, {"pregnancies:write"}, CHILD, id=child("aki"))).data["node"] is None


async def test_a_device_hands_in_records_of_its_own_domain_alone(act):
    found = (await handed_in(act, "vaccinations:write", "checkups:read"))["items"]

    assert [each["code"] or each["outcome"] for each in found] == ["ACCEPTED", "NOT_PERMITTED"]
    assert found[1]["field"] == ["input", "items", "1", "checkup"]


async def test_a_device_that_only_reads_hands_in_nothing(act):
    assert await handed_in(act, "vaccinations:read", "checkups:read") == {
        "__typename": "Refused",
        "code": "NOT_PERMITTED",
        "field": None,
    }
