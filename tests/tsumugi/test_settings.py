"""Settings are read once; what is unknown, malformed or dangerous is one sentence."""

from pathlib import Path

import pytest

from tsumugi.halt import Halt
from tsumugi.settings import Environment, Plans, Smtp, names, read_settings

ORIGIN_SENTENCE = (
    "TSUMUGI_ORIGIN must look like https://HOST (plain http on this machine only), with commas between several."
)
SETTINGS_PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_an_empty_environment_is_a_careful_production_server():
    settings = read_settings({"PATH": "/usr/bin"})
    assert (settings.env, settings.host, settings.port, settings.workers) == (
        Environment.PRODUCTION,
        "127.0.0.1",
        8000,
        1,
    )
    assert settings.database_url == settings.migration_url == "sqlite+aiosqlite:///.tsumugi/tsumugi.db"
    assert (settings.origin, settings.plans, settings.smtp_url) == ((), Plans.ON, None)


def test_the_demo_signs_for_both_names_of_this_machine():
    settings = read_settings({"TSUMUGI_ENV": "demo", "TSUMUGI_PORT": "8123"})
    assert settings.origin == ("http://localhost:8123", "http://127.0.0.1:8123")


def test_the_data_folder_carries_what_is_not_said_otherwise():
    settings = read_settings({"TSUMUGI_DATA": "/srv/t", "TSUMUGI_SECRETS": "/run/secrets"})
    assert (settings.secrets, settings.anchors) == (Path("/run/secrets"), Path("/srv/t/anchors"))
    assert settings.database_url == "sqlite+aiosqlite:////srv/t/tsumugi.db"


def test_the_database_has_two_roles():
    settings = read_settings(
        {"TSUMUGI_DATABASE_URL": "postgresql://app@db/t", "TSUMUGI_MIGRATION_URL": "postgresql://owner@db/t"}
    )
    assert settings.database_url == "postgresql+asyncpg://app@db/t"
    assert settings.migration_url == "postgresql+asyncpg://owner@db/t"
    assert not settings.is_sqlite


def test_a_socket_folder_is_a_fine_database_address():
    url = "postgresql+asyncpg://postgres@/town?host=/tmp/socket"
    assert read_settings({"TSUMUGI_DATABASE_URL": url}).database_url == url


def test_a_mail_server_has_a_login_and_the_port_of_its_scheme():
    given = {"TSUMUGI_MAIL_FROM": "tsumugi@city.example"}
    url = "smtp://relay%40city:p%2Fw@mail.example"
    assert read_settings({**given, "TSUMUGI_SMTP_URL": url}).smtp == Smtp(
        "mail.example", 587, is_tls=False, username="relay@city", password="p/w"
    )
    assert read_settings({**given, "TSUMUGI_SMTP_URL": "smtps://mail.example"}).smtp == Smtp(
        "mail.example", 465, is_tls=True
    )


def test_links_in_mails_lead_to_the_citys_own_pages():
    settings = read_settings({"TSUMUGI_ORIGIN": "https://a.example", "TSUMUGI_MAIL_LINK": "https://b.example/app/"})
    assert settings.mail_link == "https://b.example/app"
    assert read_settings({"TSUMUGI_ORIGIN": "https://a.example"}).mail_link == "https://a.example"


def test_a_blank_setting_is_not_given():
    assert read_settings({"TSUMUGI_PORT": " "}).port == 8000


def test_the_test_suite_has_names_of_its_own():
    assert read_settings({"TSUMUGI_TEST_SEED": "1"}).port == 8000


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"TSUMUGI_PROT": "1"}, "TSUMUGI_PROT is not a setting of Tsumugi; docs/settings.md lists them all."),
        ({"TSUMUGI_ENV": "staging"}, "TSUMUGI_ENV must be demo or production."),
        ({"TSUMUGI_PORT": "0"}, "TSUMUGI_PORT must be a whole number from 1 to 65,535."),
        ({"TSUMUGI_PORT": "65536"}, "TSUMUGI_PORT must be a whole number from 1 to 65,535."),
        ({"TSUMUGI_PORT": "８０００"}, "TSUMUGI_PORT must be a whole number from 1 to 65,535."),
        ({"TSUMUGI_PORT": "9" * 5000}, "TSUMUGI_PORT must be a whole number from 1 to 65,535."),
        ({"TSUMUGI_WORKERS": "two"}, "TSUMUGI_WORKERS must be a whole number from 1 to 64."),
        (
            {"TSUMUGI_WORKERS": "2"},
            "Several workers need PostgreSQL: set TSUMUGI_DATABASE_URL, or TSUMUGI_WORKERS to 1.",
        ),
        ({"TSUMUGI_PLANS": "yes"}, "TSUMUGI_PLANS must be on or off or compare."),
        (
            {"TSUMUGI_DATABASE_URL": "mysql://u:secret@h/d"},
            "TSUMUGI_DATABASE_URL must look like sqlite:///FILE or postgresql://USER@HOST/DATABASE.",
        ),
        (
            {"TSUMUGI_MIGRATION_URL": "postgresql://u:secret@[h/d"},
            "TSUMUGI_MIGRATION_URL must look like sqlite:///FILE or postgresql://USER@HOST/DATABASE.",
        ),
        (
            {"TSUMUGI_DATABASE_URL": "postgresql://u@h:99999/d"},
            "TSUMUGI_DATABASE_URL must look like sqlite:///FILE or postgresql://USER@HOST/DATABASE.",
        ),
        ({"TSUMUGI_SMTP_URL": "http://h"}, "TSUMUGI_SMTP_URL must look like smtp://USER:PASSWORD@HOST:587."),
        ({"TSUMUGI_SMTP_URL": "smtp://h/x?y"}, "TSUMUGI_SMTP_URL must look like smtp://USER:PASSWORD@HOST:587."),
        (
            {"TSUMUGI_SMTP_URL": "smtp://h"},
            "TSUMUGI_MAIL_FROM is missing: say from which address mail is sent.",
        ),
        ({"TSUMUGI_MAIL_FROM": "a@b.example\nBcc: c@d.example"}, "TSUMUGI_MAIL_FROM must look like NAME@HOST."),
        (
            {"TSUMUGI_SMTP_URL": "smtp://h", "TSUMUGI_MAIL_FROM": "a@b.example", "TSUMUGI_SMTP_TLS": "off"},
            "TSUMUGI_SMTP_TLS may be off for a mail server on this machine only.",
        ),
        ({"TSUMUGI_SMTP_TIMEOUT": "61"}, "TSUMUGI_SMTP_TIMEOUT must be a whole number from 1 to 60."),
        ({"TSUMUGI_SMTP_CA": "no/such/file"}, "TSUMUGI_SMTP_CA must name a file that is there."),
        (
            {"TSUMUGI_MAIL_LINK": "http://city.example/app"},
            "TSUMUGI_MAIL_LINK must look like https://HOST/PATH (plain http on this machine only).",
        ),
        (
            {"TSUMUGI_ENV": "demo", "TSUMUGI_HOST": "0.0.0.0"},
            "The demo listens on this machine only: TSUMUGI_HOST must be 127.0.0.1, ::1 or localhost.",
        ),
        *(
            (
                {"TSUMUGI_ORIGIN": origin},
                ORIGIN_SENTENCE,
            )
            for origin in (
                "http://city.example",
                "https://city.example/",
                "city.example",
                "https://a.example,",
                "https://u@h",
            )
        ),
    ],
)
def test_a_bad_setting_is_one_sentence(environ, sentence):
    with pytest.raises(Halt) as halt:
        read_settings(environ)
    assert str(halt.value) == sentence


@pytest.mark.parametrize("name", names())
def test_every_setting_has_a_heading(name):
    assert f"\n## {name}\n" in SETTINGS_PAGE.read_text(encoding="utf-8")


def test_no_heading_is_left_of_a_setting_that_is_gone():
    headings = [line[3:] for line in SETTINGS_PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
    assert sorted(headings) == sorted(names())
