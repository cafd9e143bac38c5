"""A school board's own subgraph: attendance, added to the city's `Child`. It speaks HTTP and knows nothing of Tsumugi.

python school.py --port 4101 --register register.json --city https://kosodate.example.jp --code 102024
python school.py --sdl
The register is what the board keeps by the ids that the city told it:
{"102016-C...": {"year": 2026, "present": 120, "absent": 2}, ...}.
"""

import argparse
import hashlib
import json
import time
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import strawberry
import uvicorn
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from strawberry.printer import print_schema

TAGS = ["resident"]  # the contracts that these fields belong to
Register = dict[str, dict[str, Any]]


@strawberry.federation.type(description="Days at school in one school year (出席日数).")
class Attendance:
    """One school year."""

    school_year: int = strawberry.federation.field(tags=TAGS, description="The year in which it began (年度).")
    days_present: int = strawberry.federation.field(tags=TAGS, description="Days present (出席).")
    days_absent: int = strawberry.federation.field(tags=TAGS, description="Days absent (欠席).")


@strawberry.federation.type(keys=["id"])
class Child:
    """The city's child; only what is ours stands here, and it is null for a child that is no pupil of ours."""

    id: strawberry.ID

    @strawberry.federation.field(tags=TAGS, description="Attendance in the current school year (出席状況).")
    def attendance(self, info: strawberry.Info[Register, None]) -> Attendance | None:
        """From the register, if the child is in it."""
        entry = info.context.get(self.id)
        if entry is None:
            return None
        return Attendance(school_year=entry["year"], days_present=entry["present"], days_absent=entry["absent"])

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> "Child":
        """Whatever child the router asks about: whether there is one is the city's to say."""
        return cls(id=id)


SCHEMA = strawberry.federation.Schema(types=[Child], federation_version="2.9")


class City(NamedTuple):
    """Who may ask: the city's router, with a token that the city made for us and for this very request."""

    issuer: str
    code: str  # ours
    keys: KeySet
    used: dict[str, int]  # jti -> exp

    @classmethod
    def of(cls, issuer: str, code: str) -> "City":
        """The city with the keys that it publishes."""
        jwks = httpx.get(f"{issuer}/.well-known/jwks.json").raise_for_status().json()
        return cls(issuer, code, KeySet.import_key_set(jwks), {})

    def asker(self, authorization: str, body: bytes) -> str | None:
        """The kind of caller (`resident`, ...) that a good token names; None for any other token."""
        now = int(time.time())
        try:
            token = jwt.decode(authorization.removeprefix("Bearer "), self.keys, algorithms=["ES256"])
        except (JoseError, ValueError):
            return None
        claims = token.claims
        is_ours = (
            token.header.get("typ") == "partner+jwt"
            and claims["iss"] == self.issuer
            and claims["aud"] == self.code
            and claims["exp"] > now
            and claims["body"] == hashlib.sha256(body).hexdigest()
            and claims["jti"] not in self.used
        )
        if not is_ours:
            return None
        for jti in [jti for jti, exp in self.used.items() if exp <= now]:
            del self.used[jti]
        self.used[claims["jti"]] = claims["exp"]
        return str(claims["kind"])


def application(register: Register, city: City) -> Starlette:
    """The subgraph over that register: residents see it, other kinds of callers see nothing."""

    async def answer(request: Request) -> Response:
        body = await request.body()
        kind = city.asker(request.headers.get("authorization", ""), body)
        if kind is None:
            return JSONResponse({"errors": [{"message": "Only the city's router may ask."}]}, 401)
        asked = json.loads(body)
        result = await SCHEMA.execute(
            asked["query"], asked.get("variables"), context_value=register if kind == "resident" else {}
        )
        errors = [{"message": "Not answered.", "path": each.path} for each in result.errors or []]
        return JSONResponse({"data": result.data, **({"errors": errors} if errors else {})})

    return Starlette(routes=[Route("/graphql", answer, methods=["POST"])])


if __name__ == "__main__":
    said = argparse.ArgumentParser()
    said.add_argument("--sdl", action="store_true", help="print the SDL, for the city, and end")
    said.add_argument("--port", type=int)
    said.add_argument("--register", type=Path)
    said.add_argument("--city", help="its origin, which is the issuer of its tokens")
    said.add_argument("--code", help="our municipality code")
    given = said.parse_args()
    if given.sdl:
        print(print_schema(SCHEMA))
    else:
        kept, asked_by = json.loads(given.register.read_text(encoding="utf-8")), City.of(given.city, given.code)
        uvicorn.run(application(kept, asked_by), host="127.0.0.1", port=given.port, log_level="warning")
