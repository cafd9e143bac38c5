"""Settings: everything that the environment decides, read once, in one place; docs/settings.md explains each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

from engine.mode import Plans
from rules.address import mailbox
from tsumugi.halt import Halt

PREFIX = "TSUMUGI_"
TESTS_PREFIX = "TSUMUGI_TEST_"  # the test suite's own: sizes and seeds
MAX_PORT = 65_535
MAX_WORKERS = 64
MAX_SMTP_TIMEOUT_S = 60  # a mail is handed over within it, long before another worker may take it up
SMTP_PORTS = {"smtp": 587, "smtps": 465}  # RFC 6409, RFC 8314
BUDGET = 6_000  # units of tsumugi/budget.py: a tenth of a core, for one caller
MAX_BUDGET = 1_000_000_000
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
DATABASE_FILE = "tsumugi.db"
Word = TypeVar("Word", bound=Enum)


class Environment(Enum):
    """Where this server stands. The demo's authority, secrets and clock work in the demo only."""

    DEMO = "demo"
    PRODUCTION = "production"


class Tls(Enum):
    """Whether mail may go to its server without TLS."""

    REQUIRED = "required"
    OFF = "off"


class Smtp(NamedTuple):
    """The mail server that TSUMUGI_SMTP_URL names."""

    host: str
    port: int
    is_tls: bool
    username: str | None = None
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one server; each field is the environment's `TSUMUGI_` and its name in capitals."""

    env: Environment
    host: str
    port: int
    data: Path
    database_url: str
    migration_url: str
    workers: int
    origin: tuple[str, ...]
    secrets: Path
    anchors: Path
    providers: Path
    point_providers: Path
    router_keys: Path | None
    cities: Path | None
    smtp_url: str | None
    smtp_tls: Tls
    smtp_ca: Path | None
    smtp_timeout: int
    mail_from: str
    mail_link: str
    plans: Plans
    budget: int

    @property
    def is_demo(self) -> bool:
        """Whether demo authority, demo secrets and demo clock may be used."""
        return self.env is Environment.DEMO

    @property
    def smtp(self) -> Smtp | None:
        """The mail server, if there is one."""
        if self.smtp_url is None:
            return None
        parts = urlsplit(self.smtp_url)
        names = [None if each is None else unquote(each) for each in (parts.username, parts.password)]
        return Smtp(parts.hostname or "", parts.port or SMTP_PORTS[parts.scheme], parts.scheme == "smtps", *names)

    @property
    def smtp_starttls(self) -> bool:
        """Whether TLS must be turned on before a mail is spoken of."""
        return self.smtp_tls is Tls.REQUIRED

    @property
    def has_one_role(self) -> bool:
        """Whether the application would own its tables, on PostgreSQL: row-level security then binds nobody."""
        return not self.is_sqlite and self.database_url == self.migration_url

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is one file beside the server."""
        return self.database_url.startswith("sqlite")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings of an environment; raises Halt for an unknown name, a malformed value or a dangerous combination."""
    given = {name: text.strip() for name, text in environ.items() if name.startswith(PREFIX) and text.strip()}
    _refuse_unknown(given)
    env = _word(given, "TSUMUGI_ENV", Environment.PRODUCTION)
    port = _number(given, "TSUMUGI_PORT", 8000, MAX_PORT)
    data = Path(given.get("TSUMUGI_DATA", ".tsumugi"))
    database = _url(given, "TSUMUGI_DATABASE_URL", f"sqlite+aiosqlite:///{data / DATABASE_FILE}")
    origin = _origins(given, env, port)
    settings = Settings(
        env=env,
        host=given.get("TSUMUGI_HOST", "127.0.0.1"),
        port=port,
        data=data,
        database_url=database,
        migration_url=_url(given, "TSUMUGI_MIGRATION_URL", database),
        workers=_number(given, "TSUMUGI_WORKERS", 1, MAX_WORKERS),
        origin=origin,
        secrets=Path(given.get("TSUMUGI_SECRETS", data / "secrets")),
        anchors=Path(given.get("TSUMUGI_ANCHORS", data / "anchors")),
        providers=Path(given.get("TSUMUGI_PROVIDERS", data / "providers")),
        point_providers=Path(given.get("TSUMUGI_POINT_PROVIDERS", data / "point-providers.toml")),
        router_keys=_file(given, "TSUMUGI_ROUTER_KEYS"),
        cities=_file(given, "TSUMUGI_CITIES"),
        smtp_url=_smtp(given),
        smtp_tls=_word(given, "TSUMUGI_SMTP_TLS", Tls.REQUIRED),
        smtp_ca=_file(given, "TSUMUGI_SMTP_CA"),
        smtp_timeout=_number(given, "TSUMUGI_SMTP_TIMEOUT", 20, MAX_SMTP_TIMEOUT_S),
        mail_from=_sender(given, env),
        mail_link=_link(given, origin),
        plans=_word(given, "TSUMUGI_PLANS", Plans.ON),
        budget=_number(given, "TSUMUGI_BUDGET", BUDGET, MAX_BUDGET),
    )
    _refuse_danger(settings)
    return settings


def names() -> list[str]:
    """The names of all settings, as the environment spells them."""
    return [f"{PREFIX}{field.name.upper()}" for field in fields(Settings)]


def _refuse_unknown(given: Mapping[str, str]) -> None:
    for name in given:
        if name not in names() and not name.startswith(TESTS_PREFIX):
            raise Halt(f"{name} is not a setting of Tsumugi; docs/settings.md lists them all.")


def _refuse_danger(settings: Settings) -> None:
    if settings.is_demo and settings.host not in LOOPBACK:
        raise Halt("The demo listens on this machine only: TSUMUGI_HOST must be 127.0.0.1, ::1 or localhost.")
    if settings.is_sqlite and settings.workers > 1:
        raise Halt("Several workers need PostgreSQL: set TSUMUGI_DATABASE_URL, or TSUMUGI_WORKERS to 1.")
    smtp = settings.smtp
    if smtp is not None and not settings.mail_from:
        raise Halt("TSUMUGI_MAIL_FROM is missing: say from which address mail is sent.")
    is_open = smtp is not None and settings.smtp_tls is Tls.OFF and not smtp.is_tls
    if is_open and smtp is not None and smtp.host not in LOOPBACK:
        raise Halt("TSUMUGI_SMTP_TLS may be off for a mail server on this machine only.")


def _word(given: Mapping[str, str], name: str, default: Word) -> Word:
    words = {word.value: word for word in type(default)}
    text = given.get(name, default.value)
    if text not in words:
        raise Halt(f"{name} must be {' or '.join(words)}.")
    return words[text]


def _number(given: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < len(str(most)) + 1 and 1 <= int(text) <= most):
        raise Halt(f"{name} must be a whole number from 1 to {most:,}.")
    return int(text)


def _parsed(name: str, text: str, shape: str, good: Callable[[Any], bool]) -> Any:
    """The parts of a URL; the message never repeats it, since it may hold a password."""
    try:
        parts = urlsplit(text)
        if good(parts) and (parts.port is None or parts.port > 0):
            return parts
    except ValueError:
        pass
    raise Halt(f"{name} must look like {shape}.")


def _url(given: Mapping[str, str], name: str, default: str) -> str:
    text = given.get(name, default)
    shape = "sqlite:///FILE or postgresql://USER@HOST/DATABASE"
    scheme = _parsed(name, text, shape, lambda parts: parts.scheme in DRIVERS and len(parts.path) > 1).scheme
    return DRIVERS[scheme] + text[len(scheme) :]


def _smtp(given: Mapping[str, str]) -> str | None:
    name, text = "TSUMUGI_SMTP_URL", given.get("TSUMUGI_SMTP_URL")
    if text is not None:
        _parsed(name, text, "smtp://USER:PASSWORD@HOST:587", _is_mail_server)
    return text


def _is_mail_server(parts: Any) -> bool:
    return parts.scheme in SMTP_PORTS and bool(parts.hostname) and not (parts.path or parts.query or parts.fragment)


def _file(given: Mapping[str, str], name: str) -> Path | None:
    path = Path(given[name]) if name in given else None
    if path is not None and not path.is_file():
        raise Halt(f"{name} must name a file that is there.")
    return path


def _sender(given: Mapping[str, str], env: Environment) -> str:
    """The sender's address; the demo writes from one that nobody can have (RFC 2606)."""
    text = given.get("TSUMUGI_MAIL_FROM")
    if text is None:
        return "tsumugi@demo.invalid" if env is Environment.DEMO else ""
    if mailbox(text) is None:
        raise Halt("TSUMUGI_MAIL_FROM must look like NAME@HOST.")
    return text


def _link(given: Mapping[str, str], origin: tuple[str, ...]) -> str:
    """Where links in mails lead: the pages of the city's own client, by default below the first origin."""
    text = given.get("TSUMUGI_MAIL_LINK", origin[0] if origin else "")
    if text:
        shape = "https://HOST/PATH (plain http on this machine only)"
        _parsed("TSUMUGI_MAIL_LINK", text, shape, _is_page)
    return text.rstrip("/")


def _is_page(parts: Any) -> bool:
    return _is_origin(parts._replace(path=""))


def _origins(given: Mapping[str, str], env: Environment, port: int) -> tuple[str, ...]:
    """What cards sign: one origin, or several with commas between them; never a path, plain http on loopback only."""
    local = f"http://localhost:{port},http://127.0.0.1:{port}"
    text = given.get("TSUMUGI_ORIGIN", local)
    origins = tuple(origin.strip() for origin in text.split(","))
    for origin in origins:
        shape = "https://HOST (plain http on this machine only), with commas between several"
        _parsed("TSUMUGI_ORIGIN", origin, shape, _is_origin)
    if env is Environment.PRODUCTION and "TSUMUGI_ORIGIN" not in given:
        return ()
    return origins


def is_origin(text: str) -> bool:
    """Whether a text is the address of a server: https, or plain http on this machine."""
    try:
        return _is_origin(urlsplit(text))
    except ValueError:
        return False


def _is_origin(parts: Any) -> bool:
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    return is_safe and bool(parts.hostname) and not (parts.path or parts.query or parts.fragment or parts.username)
