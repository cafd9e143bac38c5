"""What a device of a clinic hands in, within its scope and not beyond."""

from auth.caller import Device
from tests.hanamori import HOLDERS
from tests.submitting import SUBMIT, dose, visit


async def handed_in(act, *scope):
    clinic = HOLDERS["clinic"]._replace(device=Device("tablet", frozenset(scope)))
    given = {"items": [dose(), visit()], "idempotencyKey": "batch-0001"}
    told = await act.put(act.question("clinic", SUBMIT, input=given)._replace(holder=clinic))
    return told.data["done"]


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
