"""`node` and `nodes`: what is unknown, foreign, forbidden or malformed is null, and nothing tells which."""

import pytest

from models.ids import Letter, mint
from schema.node import NODES
from tests.hanamori import HOLDERS, child, family, id_of, office, resident

ONE = "query($i: ID!) { node(id: $i) { __typename id } }"
MANY = "query($i: [ID!]!) { nodes(ids: $i) { id } }"
AKI = child("aki")
NOTHING = {
    "unknown": child("nobody"),
    "forbidden": child("fuyu"),
    "of another city": mint("131130", Letter.CHILD, b"1" * 16),
    "of a resident": resident("mother"),
    "of an office": office("clinic"),
    "of a relation": id_of(Letter.LOG, "measure"),
    "empty": "",
    "too short": AKI[:-1],
    "too long": AKI + "0",
    "in small letters": AKI.lower(),
    "of no city": "102011" + AKI[6:],
    "of no kind": AKI[:7] + "0" + AKI[8:],
    "of another kind": AKI[:7] + "F" + AKI[8:],
    "a quotation mark": AKI[:-1] + '"',
    "in full width": AKI[:-1] + "０",
    "a zero byte": AKI[:-1] + "\0",
    "a surrogate": AKI[:-1] + "\ud800",
    "very long": AKI * 100,
}
FOUND = [
    (Letter.CHILD, "aki", "Child"),
    (Letter.FAMILY, "hill", "Family"),
    (Letter.PREGNANCY, "sheltered", "Pregnancy"),
    (Letter.CHECKUP, "aki 0", "Checkup"),
    (Letter.VACCINATION, "aki 0", "Vaccination"),
    (Letter.GROWTH, "aki 1", "Growth"),
    (Letter.DIARY, "haru mother", "DiaryEntry"),
    (Letter.ALLERGY, "haru", "Allergy"),
    (Letter.PHYSICIAN, "haru", "Physician"),
    (Letter.RIDER, "mother", "Rider"),
    (Letter.RIDE, "1", "Ride"),
    (Letter.SEAT, "1 natsu", "Seat"),
    (Letter.CLAIM, "other-taxi", "Claim"),
    (Letter.ACCOUNT, "mother", "PointAccount"),
    (Letter.ENTRY, "mother 0", "PointEntry"),
    (Letter.SHARE, f"aki {resident('grandmother')}", "Share"),
    (Letter.PARTNER_SHARE, "partner", "PartnerShare"),
    (Letter.APPLICATION, "mother-natsu", "Application"),
    (Letter.LINK, "aki clinic", "RecordLink"),
    (Letter.REMINDER, "mother-natsu", "Reminder"),
    (Letter.PREGNANCY_CHECKUP, "sheltered", "PregnancyCheckup"),
    (Letter.QUESTIONNAIRE, "aki", "Questionnaire"),
    (Letter.SCHOOL_CHECKUP, "haru", "SchoolCheckup"),
    (Letter.REVIEW, "waits", "RecordReview"),
    (Letter.SCHOOL_REVIEW, "waits", "SchoolReview"),
    (Letter.CONTEST, "natsu mother", "Contest"),
    (Letter.LOG, "look at aki", "AccessEntry"),
    (Letter.NOTICE, "aki age", "Notice"),
    (Letter.ANNOUNCEMENT, "first", "Announcement"),
    (Letter.MAILBOX, "mother", "Mailbox"),
    (Letter.CREDENTIAL, "mother", "Credential"),
]
OFFICIAL = {"RecordReview": "staff_health", "Announcement": "staff_health", "SchoolReview": "staff_education"}
OFFICIAL |= {"Claim": "staff_taxi"}
STATED = {"RecordReview": "COR:1", "Announcement": "CHK:1", "SchoolReview": "SCH:1", "Claim": "CLM:1"}
SHELTERED = {"Pregnancy", "PartnerShare", "PregnancyCheckup"}


async def test_an_id_of_nothing_is_null_without_an_error(ask):
    for what, bad in NOTHING.items():
        assert (await ask("mother", ONE, i=bad)).raw == b'{"data":{"node":null}}', what


async def test_an_id_of_nothing_leaves_its_neighbours_alone(ask):
    told = await ask("mother", MANY, i=[each for bad in NOTHING.values() for each in (bad, AKI)])

    assert told.data == {"nodes": [None, {"id": AKI}] * len(NOTHING)}


async def test_a_number_is_an_id_of_nothing(ask):
    told = await ask("mother", MANY, i=[7, 0, -1])

    assert told.data == {"nodes": [None, None, None]}


async def test_whoever_is_nothing_to_a_child_finds_nobody(ask):
    for who in HOLDERS:
        found = (await ask(who, ONE, i=child("natsu"))).data["node"]
        assert bool(found) is (who in {"mother", "natsu"}), who


async def test_the_nodes_of_a_caller_come_in_the_order_asked(ask):
    ids = [child("natsu"), family("hill"), AKI, child("fuyu"), AKI]

    found = (await ask("mother", MANY, i=ids)).data["nodes"]

    assert [each and each["id"] for each in found] == [ids[0], ids[1], AKI, None, AKI]


async def test_every_kind_of_node_is_found_by_its_id(ask):
    for letter, name, kind in FOUND:
        wanted = id_of(letter, name)
        who = "sheltered" if kind in SHELTERED else OFFICIAL.get(kind, "mother")
        assert (await ask(who, ONE, i=wanted, purpose=STATED.get(kind))).data == {
            "node": {"__typename": kind, "id": wanted}
        }


def test_no_kind_of_node_is_left_out():
    assert sorted(kind for _, _, kind in FOUND) == sorted(NODES)


@pytest.mark.parametrize(("count", "codes"), [(0, []), (100, []), (101, ["BAD_USER_INPUT"])])
async def test_more_than_100_ids_are_refused(ask, count, codes):
    told = await ask("mother", MANY, i=[AKI] * count)

    assert told.codes == codes
    assert told.body["data"] is None or len(told.body["data"]["nodes"]) == count


async def test_a_hundred_ids_of_one_kind_cost_one_statement(ask):
    told = await ask("mother", MANY, i=[AKI, child("haru"), child("fuyu")] * 33)

    assert len(told.reads) == 2  # relations, children
