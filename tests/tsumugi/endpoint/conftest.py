"""A server without a town: the real engine on a real database, asked without a network."""

import io
import shutil

import httpx
import pytest
from starlette.applications import Starlette

from auth.caller import Acr, Holder
from models.organisation import CallerKind
from tests.tsumugi.endpoint.wire import SOMEBODY, URL
from tsumugi.app import make_app
from tsumugi.clock import DEMO_STARTS_AT, DomainClock, parse_moment, real_now
from tsumugi.founding import OFFICE
from tsumugi.keyring import Keyring
from tsumugi.log import Log
from tsumugi.pki.office import Office
from tsumugi.settings import read_settings


@pytest.fixture(scope="module")
def data(tmp_path_factory, sqlite_template):
    """A demo's data folder without a town: tables, secrets, authority, clock."""
    folder = tmp_path_factory.mktemp("endpoint") / "data"
    folder.mkdir()
    shutil.copyfile(sqlite_template, folder / "tsumugi.db")
    Keyring.create(folder / "secrets")
    Office.open(folder / OFFICE, folder / "anchors", real_now())
    DomainClock(folder).set(parse_moment(DEMO_STARTS_AT))
    return folder


@pytest.fixture
def settings(data):
    return read_settings({"TSUMUGI_ENV": "demo", "TSUMUGI_DATA": str(data)})


@pytest.fixture
def written():
    """What the log says."""
    return io.StringIO()


@pytest.fixture
async def app(settings, written):
    made: Starlette = make_app(settings, Log(written, real_now))
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture
async def client(app):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as opened:
        yield opened


@pytest.fixture
def bearer(settings):
    """`bearer(kind)`: the header of a caller of that kind."""
    tokens = Keyring.load(settings.secrets, demo=True).tokens(settings.origin[0], settings.origin[0] + "/graphql")

    def header(kind=CallerKind.RESIDENT):
        return {"authorization": f"Bearer {tokens.issue(Holder(SOMEBODY, kind, Acr.CARD_PIN), real_now())}"}

    return header
