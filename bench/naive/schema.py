"""The plain server's graph: the product's fields that the three operations ask for."""

from datetime import date
from typing import Any, Self

import strawberry
from graphql import ExecutionResult
from sqlalchemy import select
from strawberry.extensions import SchemaExtension

from bench.naive.looks import looks
from bench.naive.permissions import IsStaff, LivesHere, SeesChild
from bench.naive.record import Checkup, Connection, Vaccination, page
from bench.naive.rows import ChildRow, FamilyRow
from bench.rest.book import Shown
from models.resident import Sex
from rules.age import age_months

strawberry.enum(Sex)
Info = strawberry.Info[dict[str, Any], None]


@strawberry.federation.type(keys=["id"])
class Child:
    """A child."""

    row: strawberry.Private[ChildRow]
    child_id: strawberry.Private[str]
    id: strawberry.ID = strawberry.field(permission_classes=[SeesChild])
    name: str = strawberry.field(permission_classes=[SeesChild])
    name_kana: str = strawberry.field(permission_classes=[SeesChild])
    birth_date: date = strawberry.field(permission_classes=[SeesChild])
    sex: Sex = strawberry.field(permission_classes=[SeesChild])
    allergies: str | None = strawberry.field(permission_classes=[SeesChild])

    @strawberry.field(permission_classes=[SeesChild])
    def age_months(self, info: Info) -> int:
        """Completed months."""
        return age_months(info.context["viewer"].today, self.birth_date)

    @strawberry.field(permission_classes=[SeesChild])
    def checkups(self, first: int | None = None, last: int | None = None) -> Connection[Checkup]:
        """Earliest first."""
        return page([Checkup.of(row) for row in self.row.checkups], first, last)

    @strawberry.field(permission_classes=[SeesChild])
    def vaccinations(self, first: int | None = None, last: int | None = None) -> Connection[Vaccination]:
        """Earliest first."""
        return page([Vaccination.of(row) for row in self.row.vaccinations], first, last)

    @classmethod
    def of(cls, row: ChildRow) -> Self:
        """The object of a row."""
        names = ("id", "name", "name_kana", "birth_date", "sex", "allergies")
        values: dict[str, Any] = {name: getattr(row, name) for name in names}
        return cls(row=row, child_id=values["id"], **values)

    @classmethod
    def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        """The child with this id."""
        row = info.context["viewer"].session.get(ChildRow, id)
        return None if row is None else cls.of(row)


@strawberry.type
class Family:
    """A household."""

    row: strawberry.Private[FamilyRow]
    id: strawberry.ID = strawberry.field(permission_classes=[LivesHere])
    postal_code: str = strawberry.field(permission_classes=[LivesHere])
    address: str = strawberry.field(permission_classes=[LivesHere])
    phone: str | None = strawberry.field(permission_classes=[LivesHere])

    @strawberry.field(permission_classes=[LivesHere])
    def children(self, info: Info, first: int | None = None) -> Connection[Child]:
        """Those whose record is open to the caller."""
        children = [Child.of(row) for row in self.row.children]
        return page([each for each in children if info.context["viewer"].sees(each.child_id)], first, None)

    @classmethod
    def of(cls, row: FamilyRow) -> Self:
        """The object of a row."""
        return cls(row=row, **{name: getattr(row, name) for name in ("id", "postal_code", "address", "phone")})


@strawberry.type
class Viewer:
    """The caller."""

    @strawberry.field
    def family(self, info: Info) -> Family | None:
        """Its household."""
        viewer = info.context["viewer"]
        row = viewer.family_id and viewer.session.get(FamilyRow, viewer.family_id)
        return Family.of(row) if row else None


@strawberry.type
class Query:
    """Where every question starts."""

    @strawberry.field
    def viewer(self) -> Viewer:
        """The caller."""
        return Viewer()

    @strawberry.field(permission_classes=[IsStaff])
    def children(self, info: Info, first: int) -> Connection[Child]:
        """Eldest first."""
        columns = ChildRow.__table__.c
        ordered = select(ChildRow).order_by(columns.birth_date, columns.id).limit(first + 1)
        return page([Child.of(row) for row in info.context["viewer"].session.scalars(ordered)], first, None)


class AccessLog(SchemaExtension):
    """Writes who saw what before the answer leaves, and closes the session."""

    def on_operation(self) -> Any:
        """After everything was resolved."""
        yield
        context, result = self.execution_context.context, self.execution_context.result
        viewer = context["viewer"]
        viewer.session.close()
        seen = looks(result.data or {}) if viewer.is_staff and isinstance(result, ExecutionResult) else []
        if seen:
            context["book"].write(Shown(viewer.holder, viewer.stated, viewer.now, seen))


schema = strawberry.federation.Schema(query=Query, types=[Child], extensions=[AccessLog], federation_version="2.9")
