"""Batches from clinics, schools and partner cities: each item on its own, nothing twice, and no oracle."""

from sqlalchemy import func, select

from models.columns import table_of
from models.deed import DeedReceipt
from models.link import RecordLink
from models.outbox import MessageKind, Outbox
from models.record import Provenance, RecordReview, RecordSource
from models.vaccination import Vaccination
from rules.linking import number_hashes
from tests.hanamori import NOW, child, id_of, linked, office, resident
from tests.sharing import done, rows
from tests.submitting import checkups, dose, doses, outcomes, submitted, visit, waiting

NUMBER = "123456789018"  # passes the check of an Individual Number
AKI_MR = {"vaccine": "MR", "day": "2025-02-20"}  # which aki has had


async def test_a_clinics_dose_stands_in_the_record_with_its_provenance(act):
    assert await outcomes(act, dose(lot="V7", clinic="みなみ医院")) == ["ACCEPTED"]

    found = (await doses(act))[-1]
    told = {"organisation": "clinic", "sourceRecordId": "S-1", "legalBasis": "CONSENT"}
    assert found["sources"] == [told | {"receivedAt": NOW.isoformat()}]
    assert (found["vaccine"], found["givenOn"], found["lot"]) == ("VARICELLA", "2026-11-02", "V7")


async def test_one_bad_item_spoils_no_other(act):
    bad = [
        (dose("a", vaccine="MRR"), "VALUE_UNKNOWN", ["vaccination", "vaccine"]),
        (dose("b", day="2026-02-30"), "VALUE_UNKNOWN", ["vaccination", "givenOn"]),
        (dose("c", day="2026-12-01"), "DATE_OUT_OF_RANGE", ["vaccination", "givenOn"]),
        (dose("d", day="2024-02-09"), "DATE_OUT_OF_RANGE", ["vaccination", "givenOn"]),
        (dose("e", lot=f"番号 {NUMBER}"), "INDIVIDUAL_NUMBER_REFUSED", ["vaccination", "lot"]),
        (dose("f", vaccine=""), "VALUE_MISSING", ["vaccination", "vaccine"]),
        (dose("g", checkup={"kind": "YEARS_3", "checkedOn": "2026-01-01"}), "VALUE_MISSING", []),
        (visit("h", weightG=10), "VALUE_OUT_OF_RANGE", ["checkup", "weightG"]),
        (dose(""), "VALUE_MISSING", ["sourceRecordId"]),
        (dose("i", number="P\n"), "TEXT_MALFORMED", ["patientNumber"]),
        (dose("j", number=NUMBER), "INDIVIDUAL_NUMBER_REFUSED", ["patientNumber"]),
        (dose(f"カルテ {NUMBER}"), "INDIVIDUAL_NUMBER_REFUSED", ["sourceRecordId"]),
    ]
    found = (await submitted(act, *(item for item, *_ in bad), dose("good"), visit("fine", weightG=11_000)))["items"]

    wanted = [(code, ["input", "items", str(at), *place]) for at, (_, code, place) in enumerate(bad)]
    assert [(each["code"], each["field"]) for each in found[:-2]] == wanted
    assert [each["outcome"] for each in found[-2:]] == ["ACCEPTED", "ACCEPTED"]


async def test_nothing_of_an_individual_number_is_kept_not_even_a_digest(act):
    before = len(await rows(act.store, DeedReceipt))
    await outcomes(act, dose(lot=NUMBER), dose("S-2", number="nobody", lot=NUMBER))
    await outcomes(act, dose(NUMBER), dose(NUMBER, number="nobody"), key="batch-0002")
    await outcomes(act, dose(number=NUMBER), dose(f"カルテ {NUMBER}"), key="batch-0003")

    kept = [str(row) for model in (RecordSource, RecordReview, Vaccination) for row in await rows(act.store, model)]
    assert not any(NUMBER in row for row in kept)
    assert len(await rows(act.store, DeedReceipt)) == before


async def test_the_same_batch_has_the_same_answer_and_the_same_record_is_known(act):
    first = await submitted(act, dose(), visit())
    again = await submitted(act, dose(), visit())

    assert again == first
    assert await outcomes(act, dose(), visit(), key="batch-0002") == ["KNOWN", "KNOWN"]
    assert len(await rows(act.store, RecordSource)) == 2


async def test_another_content_of_the_same_record_waits_and_changes_nothing(act):
    await submitted(act, dose(lot="V7"))
    found = [await outcomes(act, dose(lot="V8"), key=f"batch-000{n}") for n in (2, 3)]

    assert found == [["CONFLICTING"]] * 2
    assert [each["cause"] for each in await waiting(act)] == ["CONTENT_DIFFERS"]
    assert (await doses(act))[-1]["lot"] == "V7"


async def test_a_source_puts_its_own_record_right_by_a_new_entry(act):
    await submitted(act, dose(lot="V7"), visit(weightG=11_000))
    again = dose(lot="V8", isCorrection=True), visit(weightG=11_500) | {"isCorrection": True}
    assert await outcomes(act, *again, key="batch-0002") == ["ACCEPTED"] * 2

    found, seen = (await doses(act))[-1], (await checkups(act))[-1]
    assert (found["lot"], [each["sourceRecordId"] for each in found["sources"]]) == ("V8", ["S-1", "S-1"])
    assert (seen["weightG"], len(seen["sources"])) == (11_500, 2)
    assert len(await rows(act.store, Vaccination)) == 14  # the old one is still there
    assert await waiting(act) == []


async def test_the_same_dose_of_two_sources_is_one_record_with_two_provenances(act):
    before = len(await doses(act))
    await link(act, "partner", "P-9", "aki")
    found = [await outcomes(act, dose(lot="V7")), await outcomes(act, dose("X", "P-9", lot="V9"), who="partner")]

    assert found == [["ACCEPTED"], ["ACCEPTED"]]
    assert len(await doses(act)) == before + 1
    sources = [(each["organisation"], each["legalBasis"]) for each in (await doses(act))[-1]["sources"]]
    assert sorted(sources) == [("clinic", "CONSENT"), ("partner", "HANDED_OVER")]
    assert [each["cause"] for each in await waiting(act)] == ["SOURCES_DIFFER"]
    assert (await doses(act))[-1]["lot"] == "V7"


async def test_whose_record_others_told_of_too_nobody_puts_right_alone(act):
    await link(act, "partner", "P-9", "aki")
    await outcomes(act, dose())
    await outcomes(act, dose("X", "P-9"), who="partner")
    found = await outcomes(act, dose(day="2026-11-03", isCorrection=True), key="batch-0002")

    assert found == ["ACCEPTED"]
    assert (await doses(act))[-1]["givenOn"] == "2026-11-02"
    assert [each["cause"] for each in await waiting(act)] == ["SOURCES_DIFFER"]


async def test_what_the_city_put_right_no_source_puts_right_again(act):
    await outcomes(act, dose())
    given = {
        "vaccinationId": (await doses(act))[-1]["id"],
        "vaccine": "MUMPS",
        "givenOn": "2026-11-02",
        "reason": "電話",
    }
    text = "mutation ($input: CorrectVaccinationInput!) { done: correctVaccination(input: $input) { __typename } }"
    await done(act, "staff_health", text, given | {"idempotencyKey": "correct-01"}, purpose="COR:1")

    assert await outcomes(act, dose(lot="V8", isCorrection=True), key="batch-0002") == ["ACCEPTED"]
    assert [each["cause"] for each in await waiting(act)] == ["SOURCES_DIFFER"]
    assert (await doses(act))[-1]["vaccine"] == "MUMPS"


async def test_a_month_alone_is_kept_as_the_paper_has_it(act):
    assert await outcomes(act, dose(day="2025-03"), dose("S-2", vaccine="JE", day="2024")) == ["ACCEPTED"] * 2

    kept = {each["vaccine"]: (each["givenOn"], each["precision"]) for each in await doses(act)}
    assert kept["VARICELLA"] == ("2025-03-01", "MONTH")
    assert kept["JE"] == ("2024-02-10", "YEAR")  # never before the birth
    assert await outcomes(act, dose("S-3", vaccine="JE", day="2024-02-10"), key="batch-0002") == ["ACCEPTED"]
    assert await outcomes(act, dose("S-4", vaccine="JE", day="2024"), key="batch-0003") == ["ACCEPTED"]
    assert sorted(each["precision"] for each in await doses(act) if each["vaccine"] == "JE") == ["DAY", "YEAR"]


async def test_an_unknown_number_waits_whether_it_is_somebodys_or_not(act):
    """Not even the number of another organisation, a name or a birth date would find anybody."""
    numbers = ("P-9", child("aki"), "aki", "2024-02-10", "P-1 ")
    found = await outcomes(act, *(dose(f"S-{n}", each) for n, each in enumerate(numbers)), who="partner")

    assert found == ["WAITING"] * 4 + ["ACCEPTED"]  # blanks around a number mean nothing; here it is yuki's
    assert await outcomes(act, dose("S-0", "P-9"), who="partner", key="batch-0002") == ["WAITING"]
    assert len(await waiting(act)) == 4


async def test_a_number_is_one_however_it_is_spelled(act):
    assert await outcomes(act, dose(number="ｐ－１"), dose("S-2", number=" p−1 ", vaccine="MUMPS")) == ["ACCEPTED"] * 2
    await outcomes(act, dose("S-3", number="q-9"), dose("S-3", number="Ｑ－９"), key="batch-0002")

    assert len(await waiting(act)) == 1


async def test_links_of_numbers_as_they_were_typed_still_stand_and_two_that_became_one_stand_for_nobody(act):
    for number, about in (("p-7", "aki"), ("Q-8", "aki"), ("q-8", "haru")):
        await link(act, "clinic", number, about, hashed=number_hashes(office("clinic"), number)[1])

    found = await outcomes(act, *(dose(f"S-{at}", each) for at, each in enumerate(("p-7", "P-7", "Q-8", "q-8"))))
    assert found == ["ACCEPTED", "WAITING", "ACCEPTED", "WAITING"]


async def test_an_answer_is_the_same_bytes_whatever_is_behind_a_number(act):
    """A link that ended, one of a child kept from whoever issued it, a number of nobody."""
    await link(act, "clinic", "ended", "aki", revoked_at=NOW)
    await link(act, "clinic", "hidden", "fuyu", by="counterparty")
    answers = []
    for number in ("nobody", "ended", "hidden"):
        answers.append(await submitted(act, dose(number=number), visit(number=number), key=f"batch-{number}"))
        answers.append(await submitted(act, dose(number=number, lot="?"), key=f"again-{number}"))

    assert answers[0:2] == answers[2:4] == answers[4:6]
    assert [each["outcome"] for each in answers[0]["items"]] == ["WAITING", "WAITING"]


async def test_a_clinic_does_not_learn_that_another_source_told_before(act):
    """The dose is in the record already; the checkup, too, from the city."""
    known = dose(vaccine="MR", day="2025-02-20"), visit(kind="MONTHS_18", day="2025-08-02")
    fresh = dose("S-2", vaccine="MUMPS"), visit("K-2", kind="MONTHS_9_10", day="2024-12-01")

    assert await outcomes(act, *known, *fresh) == ["ACCEPTED"] * 4


async def test_what_waited_is_overtaken_once_the_number_stands(act):
    await outcomes(act, dose(number="P-7"))
    await link(act, "clinic", "P-7", "aki")

    assert await outcomes(act, dose(number="P-7"), key="batch-0002") == ["ACCEPTED"]
    assert [each["outcome"] for each in await waiting(act)] == ["OVERTAKEN"]


async def test_a_record_number_that_looks_like_an_individual_number_waits(act):
    first = await submitted(act, dose(NUMBER), dose(NUMBER, number="nobody"), dose("S-2"))
    assert await outcomes(act, dose(NUMBER), key="batch-0002") == ["WAITING"]

    reviews = await waiting(act)
    assert [each["outcome"] for each in first["items"]] == ["WAITING", "WAITING", "ACCEPTED"]
    assert {each["cause"] for each in reviews} == {"NUMBER_SUSPECT", "NUMBER_UNLINKED"}
    assert [each["sourceRecordId"] for each in (*reviews, first["items"][0])] == ["********9018"] * 3


async def test_each_guardian_is_owed_one_message_without_a_word_of_health(act):
    await link(act, "clinic", "P-5", "fuyu", by="sheltered")
    await outcomes(act, dose(), visit(), dose("S-5", "P-5"))

    owed = [each for each in await rows(act.store, Outbox) if each.kind is MessageKind.RECORD_RECEIVED]
    wanted = {(child("aki"), resident("mother")), (child("aki"), resident("father"))}
    assert {(each.about_id, each.recipient_id) for each in owed} == wanted | {(child("fuyu"), resident("sheltered"))}
    assert len(owed) == 3
    assert all(each.secret is None and each.address is None for each in owed)


async def test_who_hands_in_what(act):
    assert await outcomes(act, dose(), visit(), who="school") == ["NOT_PERMITTED"] * 2
    for who in ("mother", "staff_health", "taxi"):
        assert (await submitted(act, dose(), who=who))["code"] == "NOT_PERMITTED"
    assert (await submitted(act, dose(), purpose="EMG:1"))["code"] == "NOT_PERMITTED"


async def test_a_batch_has_1_to_500_items(act):
    found = [await submitted(act, *([dose()] * count), key=f"batch-{count:04}") for count in (0, 501)]

    assert [(each["code"], each["field"]) for each in found] == [("VALUE_OUT_OF_RANGE", ["input", "items"])] * 2


async def test_500_items_take_as_many_statements_as_five(act):
    taken = []
    for count, day in ((5, "2026-10-01"), (500, "2026-10-02")):
        items = [dose(f"S-{count}-{n}", vaccine="FLU_INACT", day=day, lot="L") for n in range(count)]
        await act("clinic", _submit(), input={"items": items, "idempotencyKey": f"batch-{count:04}"})
        taken.append(sum(each.startswith("SELECT") for each in act.statements))

    assert taken[0] == taken[1]


async def test_a_parent_apart_and_a_clinic_see_no_source(act):
    await link(act, "clinic", "P-3", "haru")
    await outcomes(act, dose(number="P-3", vaccine="MUMPS"), visit(number="P-3", kind="YEARS_5", day="2023-06-01"))

    apart = [*(await doses(act, "ex", "haru")), *(await checkups(act, "ex", "haru"))]
    assert {each["sources"] and len(each["sources"]) for each in apart} == {None}
    assert [len(each["sources"]) for each in await doses(act, about="haru")] == [0, 0, 1]
    assert all(each["sources"] is None for each in await doses(act, "clinic"))


async def test_what_was_handed_in_is_on_record_with_the_child(act):
    await outcomes(act, dose())
    log = "query ($i: ID!) { node(id: $i) { ... on Child { accessLog { edges { node { fields office } } } } } }"
    found = (await act("mother", log, i=child("aki"))).data["node"]["accessLog"]["edges"]

    assert {"fields": ["Mutation.submitRecords"], "office": "clinic"} in [each["node"] for each in found]


async def test_every_accepted_record_rests_on_a_source_of_the_same_child(act):
    await outcomes(act, dose(), visit(), dose("S-2", **AKI_MR))

    rests, source = table_of(Provenance), table_of(RecordSource)
    counted = select(func.count()).select_from(rests.join(source, rests.c.source_id == source.c.id))
    same = counted.where(rests.c.child_id == source.c.child_id)
    async with act.store.owner.reading() as connection:
        assert [await connection.scalar(counted), await connection.scalar(same)] == [3, 3]


def _submit():
    return "mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) { __typename } }"


async def link(act, who, number, about, *, by="mother", revoked_at=None, hashed=None):
    """A link that somebody issued and the organisation redeemed, whatever may be in force today."""
    row = linked(about, by, who, number)
    values = {column.key: getattr(row, column.key) for column in table_of(RecordLink).columns}
    values |= {"id": id_of("J", f"{about} {who} {number}"), "code_hash": number, "revoked_at": revoked_at}
    values["number_hash"] = hashed or values["number_hash"]
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(table_of(RecordLink).insert().values(values))
