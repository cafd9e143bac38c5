"""A client at home or at a desk: it goes to a provider and comes back, and holds one key all the while."""

from urllib.parse import parse_qsl, urlsplit

import httpx
from starlette.applications import Starlette

from tests.tsumugi.counter import HERE
from tsumugi.bearers import Bearers
from tsumugi.card import SoftKey
from tsumugi.federated_login import FederatedLogin
from tsumugi.signin import CHALLENGE, LOGIN, signin_routes


class Browser:
    """Somebody at home: a key in the client, a card, and the app on a phone."""

    def __init__(self, counter, mock, way, **most):
        self.counter, self.mock, self.way, self.key = counter, mock, way, SoftKey.make("")
        self.provider = way.provider
        bearers = Bearers(counter.desk.tokens, counter.desk.store, lambda: counter.now)
        login = FederatedLogin(counter.desk, bearers, way, **most)
        app = Starlette(routes=[*signin_routes(counter.desk), *login.routes()])
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE)

    def proof(self, path, key=None):
        return {"dpop": (key or self.key).sign_proof(HERE + path, self.counter.now)}

    async def card_login(self, card):
        nonce = (await self.http.post(CHALLENGE, headers=self.proof(CHALLENGE))).json()["nonce"]
        body = {"nonce": nonce, "token": card.sign_login(HERE, nonce)}
        return (await self.http.post(LOGIN, json=body, headers=self.proof(LOGIN))).json()["access_token"]

    async def start(self, token=None, **headers):
        bearer = {} if token is None else {"authorization": f"Bearer {token}"}
        return await self.http.post(self.way.start, headers=self.proof(self.way.start) | bearer | headers)

    async def away(self, token=None):
        """To the provider and back: what stands in the address that it sends the browser to."""
        started = await self.start(token)
        assert started.status_code == 200, self.counter.codes()
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(started.json()["location"])
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))

    async def back(self, query, **headers):
        return await self.http.post(self.way.login, json=query, headers=headers or self.proof(self.way.login))

    async def login(self, token=None):
        return await self.back(await self.away(token))
