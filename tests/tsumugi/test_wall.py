"""Two roles on PostgreSQL: an owner who migrates and founds, and an application that starts behind the wall only."""

from uuid import uuid4

import pytest

from tests.databases import APPLICATION, as_application, both_roles
from tests.running import FEWEST_FAMILIES, Tsumugi
from tsumugi import server
from tsumugi.cli import main
from tsumugi.halt import Halt
from tsumugi.settings import read_settings

SENTENCE = r"^The role of TSUMUGI_DATABASE_URL could walk round row-level security, .+ see docs/service\.md\.$"


@pytest.fixture
def database(postgresql, postgresql_template):
    """The name of a migrated database."""
    name = f"walled_{uuid4().hex}"
    postgresql.create(name, postgresql_template)
    yield name
    postgresql.drop(name)


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        ("postgres", None),
        ("bypassing", "BYPASSRLS"),
        ("promoted", "IN ROLE bypassing"),
        ("deputy", "IN ROLE tables_owner"),
        ("tables_owner", ""),
    ],
)
def test_a_role_that_could_walk_round_the_wall_is_refused(tmp_path, postgresql, database, role, rights):
    for name, given in (("bypassing", "BYPASSRLS"), ("tables_owner", ""), (role, rights)):
        if given is not None:
            postgresql.make_role(name, given)
    postgresql.sql("ALTER TABLE growth OWNER TO tables_owner", database)
    settings = read_settings({"TSUMUGI_DATA": str(tmp_path), "TSUMUGI_DATABASE_URL": postgresql.url(database, role)})

    with pytest.raises(Halt, match=SENTENCE):
        server.refuse_unfit(settings)


def test_the_applications_role_comes_past_the_wall_to_the_next_question(tmp_path, postgresql, database):
    url = postgresql.url(database, APPLICATION)

    with pytest.raises(Halt, match="is missing or cannot be read"):
        server.refuse_unfit(read_settings({"TSUMUGI_DATA": str(tmp_path), "TSUMUGI_DATABASE_URL": url}))


def test_a_demo_is_refused_before_a_town_is_made(tmp_path, postgresql, database):
    urls = {
        "TSUMUGI_DATABASE_URL": postgresql.url(database),
        "TSUMUGI_MIGRATION_URL": postgresql.url(database, "other"),
    }
    told = Tsumugi(tmp_path / "town", **urls).unmeasured().run("demo")

    assert (told.returncode, told.stdout) == (1, "")
    assert "could walk round row-level security" in told.stderr


def test_a_demo_may_be_tried_with_one_role_and_says_so(postgresql_town_copy):
    data, url = postgresql_town_copy
    town = Tsumugi(data, TSUMUGI_DATABASE_URL=url).unmeasured()
    town.start("demo").stop()

    assert "has no row-level security" in town.log.read_text()


def test_an_owner_without_powers_founds_and_an_application_without_powers_serves(tmp_path, postgresql):
    name = f"owned_{uuid4().hex}"
    postgresql.make_role("town_owner")
    postgresql.sql(f"CREATE DATABASE {name} OWNER town_owner")
    roles = {role: postgresql.url(name, role) for role in ("town_owner", APPLICATION)}
    urls = {"TSUMUGI_MIGRATION_URL": roles["town_owner"], "TSUMUGI_DATABASE_URL": roles[APPLICATION]}
    town = Tsumugi(tmp_path / "town", **urls).unmeasured().start("demo", "--families", FEWEST_FAMILIES)
    wards = town.ask("mother", "{ viewer { wards { totalCount } } }")["viewer"]["wards"]["totalCount"]
    town.stop()
    again = town.start("demo").ask("mother", "{ viewer { wards { totalCount } } }")
    town.stop()
    postgresql.drop(name)

    assert (wards, again["viewer"]["wards"]["totalCount"]) == (3, 3)


def test_migrating_lets_the_application_in(monkeypatch, tmp_path, postgresql):
    url = postgresql.create(f"let_in_{uuid4().hex}")
    for name, value in {"TSUMUGI_DATA": str(tmp_path), **both_roles(url)}.items():
        monkeypatch.setenv(name, value)

    assert main(["migrate"]) == 0
    with pytest.raises(Halt, match="is missing or cannot be read"):
        server.refuse_unfit(read_settings({"TSUMUGI_DATA": str(tmp_path), "TSUMUGI_DATABASE_URL": as_application(url)}))


def test_a_role_that_was_never_let_in_is_one_sentence(tmp_path, postgresql, database):
    postgresql.make_role("newcomer")
    url = postgresql.url(database, "newcomer")

    with pytest.raises(Halt, match=r"^The role of TSUMUGI_DATABASE_URL may not read the tables: "):
        server.refuse_unfit(read_settings({"TSUMUGI_DATA": str(tmp_path), "TSUMUGI_DATABASE_URL": url}))
