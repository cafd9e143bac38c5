"""A school board's own subgraph: attendance, added to the city's `Child`. It speaks HTTP and knows nothing of Tsumugi.

python school.py --port 4101 --register register.json
The register is what the board keeps by the ids that the city told it:
{"102016-C...": {"year": 2026, "present": 120, "absent": 2}, ...}.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

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


def application(register: Register) -> Starlette:
    """The subgraph over that register."""

    async def answer(request: Request) -> Response:
        asked = await request.json()
        result = await SCHEMA.execute(asked["query"], asked.get("variables"), context_value=register)
        errors = [{"message": "Not answered.", "path": each.path} for each in result.errors or []]
        return JSONResponse({"data": result.data, **({"errors": errors} if errors else {})})

    return Starlette(routes=[Route("/graphql", answer, methods=["POST"])])


if __name__ == "__main__":
    said = argparse.ArgumentParser()
    said.add_argument("--port", type=int, required=True)
    said.add_argument("--register", type=Path, required=True)
    given = said.parse_args()
    kept = json.loads(given.register.read_text(encoding="utf-8"))
    uvicorn.run(application(kept), host="127.0.0.1", port=given.port, log_level="warning")
