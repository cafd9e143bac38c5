"""What the register, consents and measures of a town come to on a day, in one statement on each database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from auth import relations
from auth.caller import Acr, Holder
from models.columns import table_of
from models.grant import Grant
from models.guardianship import Guardianship, ProtectionMeasure
from models.guardianship import GuardianshipKind as K
from models.ids import Letter
from models.organisation import CallerKind, Care
from models.pregnancy import Outcome, Pregnancy
from models.resident import Resident
from models.subject import Noun
from tests.hanamori import HOLDERS, TODAY, child, family, id_of, resident

TOMORROW = date(2026, 11, 24)
DAY = timedelta(days=1)
NAMES = {child(name): name for name in ("haru", "aki", "natsu", "grown", "fuyu", "yuki")}
NAMES |= {family(name): name for name in ("hill", "river", "shelter", "field")}
NAMES |= {id_of(letter, name): name for letter in "DA" for name in ("mother", "natsu", "stranger")}
UNBORN = id_of(Letter.PREGNANCY, "unborn")
NAMES[UNBORN] = "unborn"
NAMES[id_of(Letter.APPLICATION, "mother-natsu")] = "for natsu"
NAMES |= {id_of(Letter.RIDE, str(number)): f"ride {number}" for number in range(4)}


async def loaded(store, who, today=TODAY):
    async with store.reading() as connection:
        return await relations.load(connection, HOLDERS[who], today)


async def held(store, who, today=TODAY):
    found = await loaded(store, who, today)
    return {
        f"{policy} {noun}": sorted(NAMES[each] for each in ids)
        for (policy, noun), ids in found.held.items()
        if ids and noun is not Noun.PERSON
    }


async def changed(store, model, values, **where):
    table = table_of(model)
    chosen = [table.c[name] == value for name, value in where.items()]
    async with store.owner.engine.begin() as connection:
        assert (await connection.execute(update(table).where(*chosen).values(values))).rowcount > 0


@pytest.mark.parametrize("who", ["late", "nobody"])
async def test_the_dead_and_the_unknown_hold_nothing(shared_town, who):
    holder = HOLDERS.get(who) or Holder(resident("nobody"), CallerKind.RESIDENT, Acr.CARD_PIN)
    async with shared_town.reading() as connection:
        found = await relations.load(connection, holder, TODAY)

    assert (found.held, found.granted) == ({}, {})


async def test_a_counterparty_holds_the_own_home_alone(shared_town):
    assert await held(shared_town, "counterparty") == {"SELF_18PLUS family": ["river"]}


@pytest.mark.parametrize(
    ("day", "is_hidden"),
    [(date(2026, 3, 31), False), (date(2026, 4, 1), True), (date(2027, 3, 31), True), (date(2027, 4, 1), False)],
)
async def test_a_measure_is_in_force_from_its_first_day_to_the_day_before_its_end(shared_town, day, is_hidden):
    found = await held(shared_town, "counterparty", day)

    assert ("GUARDIAN_JOINT_NONRESIDENT child" not in found) is is_hidden


async def test_a_mother_holds_what_each_of_her_edges_gives(shared_town):
    assert await held(shared_town, "mother") == {
        "SELF_18PLUS family": ["hill"],
        "SELF_18PLUS account": ["mother"],
        "SELF_18PLUS application": ["for natsu"],
        "SELF_18PLUS rider": ["mother"],
        "SELF_18PLUS ride": ["ride 0", "ride 1"],
        "GUARDIAN_SOLE child": ["aki", "natsu"],
        "GUARDIAN_SOLE family": ["hill"],
        "GUARDIAN_SOLE rider": ["natsu"],
        "GUARDIAN_SOLE ride": ["ride 1", "ride 2"],
        "GUARDIAN_JOINT_RESIDENT child": ["haru"],
        "GUARDIAN_JOINT_RESIDENT family": ["hill"],
    }


async def test_a_parent_who_lives_apart_holds_the_shared_child(shared_town):
    found = await held(shared_town, "ex")

    assert found["GUARDIAN_JOINT_NONRESIDENT child"] == ["haru"]


@pytest.mark.parametrize(("day", "policy"), [(date(2026, 11, 22), "SELF_15_17"), (TODAY, "SELF_18PLUS")])
async def test_the_18th_birthday_takes_the_record_from_the_mother(shared_town, day, policy):
    mother = await held(shared_town, "mother", day)

    assert f"{policy} child" in await held(shared_town, "grown", day)
    assert ("grown" in mother["GUARDIAN_SOLE child"]) == (day < TODAY)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "is_held"),
    [
        (TODAY, TOMORROW, True),
        (TODAY, None, True),
        (TOMORROW, None, False),
        (TODAY - DAY, TODAY, False),
    ],
)
async def test_an_edge_is_in_force_from_its_first_day_to_the_day_before_its_end(
    own_town, valid_from, valid_to, is_held
):
    dates = {"valid_from": valid_from, "valid_to": valid_to}
    await changed(own_town, Guardianship, dates, holder_id=resident("stranger"))

    assert ("GUARDIAN_SOLE child" in await held(own_town, "stranger")) is is_held


@pytest.mark.parametrize(
    ("day", "is_open"), [(date(1999, 12, 31), False), (date(2027, 3, 30), True), (date(2027, 3, 31), False)]
)
async def test_a_consent_ends_the_day_before_its_end(shared_town, day, is_open):
    assert (("IDENTITY", Noun.CHILD) in (await loaded(shared_town, "grandmother", day)).granted) is is_open


async def test_a_revoked_consent_is_none(own_town):
    moment = {"revoked_at": datetime(2026, 11, 1, tzinfo=UTC)}
    await changed(own_town, Grant, moment, grantee_id=resident("grandmother"))

    assert (await loaded(own_town, "grandmother")).granted == {}


async def test_a_measure_takes_a_consent_too(own_town):
    await changed(
        own_town, ProtectionMeasure, {"family_id": family("hill"), "counterparty_id": resident("grandmother")}
    )

    assert (await loaded(own_town, "grandmother")).granted == {}


async def test_a_consent_stands_while_its_giver_may_share(own_town):
    edges = {"child_id": child("aki"), "holder_id": resident("mother"), "kind": K.AUTHORITY_JOINT}
    await changed(own_town, Guardianship, {"valid_to": TODAY}, **edges)

    assert [(await loaded(own_town, who)).granted for who in ("grandmother", "clinic")] == [{}, {}]


async def test_a_consent_ends_with_the_life_of_its_giver(own_town):
    await changed(own_town, Resident, {"died_on": TODAY}, id=resident("mother"))

    assert (await loaded(own_town, "grandmother")).granted == {}


async def test_the_dead_do_not_make_a_household_of_two(own_town):
    await changed(own_town, Resident, {"died_on": TODAY}, id=resident("father"))

    assert "aki" in (await held(own_town, "mother"))["GUARDIAN_JOINT_RESIDENT child"]


async def replaced(store, old, **changes):
    """A later entry about the same edge."""
    async with store.owner.writing() as session:
        before = await session.get(Guardianship, old)
        values = before.model_dump() | {"id": id_of(Letter.LOG, f"later {old}"), "replaces_id": old} | changes
        session.add(Guardianship(**values))


async def test_an_entry_that_was_replaced_is_in_force_no_more(own_town):
    edge = id_of(Letter.LOG, f"natsu mother {K.AUTHORITY_SOLE}")

    await replaced(own_town, edge, valid_to=TODAY)

    assert "natsu" not in (await held(own_town, "mother"))["GUARDIAN_SOLE child"]


async def test_an_entry_is_replaced_again_and_again_and_the_last_one_counts(own_town):
    edge = id_of(Letter.LOG, f"natsu mother {K.AUTHORITY_SOLE}")
    await replaced(own_town, edge, valid_to=TODAY)

    await replaced(own_town, id_of(Letter.LOG, f"later {edge}"), valid_to=None)

    assert "natsu" in (await held(own_town, "mother"))["GUARDIAN_SOLE child"]


async def test_two_entries_cannot_replace_the_same_one(own_town):
    edge = id_of(Letter.LOG, f"natsu mother {K.AUTHORITY_SOLE}")
    await replaced(own_town, edge, valid_to=TODAY)

    with pytest.raises(IntegrityError):
        await replaced(own_town, edge, id=id_of(Letter.LOG, "rival"))


async def test_a_measure_that_was_replaced_hides_no_more(own_town):
    async with own_town.owner.writing() as session:
        before = await session.get(ProtectionMeasure, id_of(Letter.LOG, "measure"))
        ended = {"id": id_of(Letter.LOG, "ended"), "valid_to": TODAY, "replaces_id": before.id}
        session.add(ProtectionMeasure(**before.model_dump() | ended))

    assert "fuyu" in (await held(own_town, "counterparty"))["GUARDIAN_JOINT_NONRESIDENT child"]


async def expecting(store, **values):
    """The mother is pregnant, and has invited the father."""
    async with store.owner.writing() as session:
        session.add(
            Pregnancy(
                id=UNBORN,
                mother_id=resident("mother"),
                notified_on=date(2026, 9, 1),
                due_on=date(2027, 4, 1),
                **values,
            )
        )
        await session.flush()
        session.add(
            Grant(
                id=id_of(Letter.LOG, "unborn"),
                pregnancy_id=UNBORN,
                granted_by_id=resident("mother"),
                grantee_id=resident("father"),
                field_groups="PREGNANCY_CORE",
                valid_from=date(2026, 9, 1),
                valid_to=date(2027, 9, 1),
                recorded_at=datetime(2026, 9, 1, tzinfo=UTC),
            )
        )


async def test_a_pregnancy_is_the_mothers_and_whom_she_invites(own_town):
    await expecting(own_town)

    assert (await held(own_town, "mother"))["PREGNANT_SELF pregnancy"] == ["unborn"]
    assert (await loaded(own_town, "father")).granted == {("PREGNANCY_CORE", Noun.PREGNANCY): {UNBORN}}
    assert (await loaded(own_town, "ex")).granted == {}


async def test_an_invitation_before_birth_ends_with_the_pregnancy(own_town):
    await expecting(own_town, ended_on=TODAY, outcome=Outcome.MISCARRIAGE)

    assert (await held(own_town, "mother"))["PREGNANT_SELF pregnancy"] == ["unborn"]
    assert (await loaded(own_town, "father")).granted == {}


async def test_a_death_ends_every_relation_at_once(own_town):
    await changed(own_town, Resident, {"died_on": TODAY}, id=resident("mother"))

    assert await held(own_town, "mother") == {}


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("clinic", {}),
        ("school", {"SCHOOL child": ["haru"]}),
        ("partner", {"PARTNER_MUNICIPALITY child": ["yuki"]}),
        ("staff_education", {"STAFF_EDUCATION child": ["haru"]}),
        ("taxi", {}),
        ("shop", {}),
        ("staff_health", {}),
        ("anonymous", {}),
    ],
)
async def test_an_office_holds_the_children_that_it_is_bound_to(shared_town, who, expected):
    assert await held(shared_town, who) == expected


async def test_a_bond_that_ended_is_none(own_town):
    await changed(own_town, Care, {"valid_to": TODAY})

    assert [await held(own_town, who) for who in ("school", "partner", "staff_education")] == [{}, {}, {}]


async def test_relations_take_one_statement(ask):
    for who in ("mother", "clinic", "staff_education"):
        told = await ask(who, "{ viewer { kind } }")
        assert len(told.statements) == 1
