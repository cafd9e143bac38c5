"""A child's record in the plain server: checkups, doses, and pages of them."""

from datetime import date
from typing import Generic, Self, TypeVar

import strawberry

from bench.naive.permissions import SeesChild, SeesPlace
from bench.naive.rows import CheckupRow, VaccinationRow
from models.checkup import CheckupKind, Judgement
from models.vaccination import Vaccine

T = TypeVar("T")
strawberry.enum(CheckupKind)
strawberry.enum(Judgement)
strawberry.enum(Vaccine)


@strawberry.type
class PageInfo:
    """Where a page stands."""

    has_next_page: bool


@strawberry.type
class Edge(Generic[T]):
    """A row of a page."""

    node: T


@strawberry.type
class Connection(Generic[T]):
    """A page."""

    edges: list[Edge[T]]
    page_info: PageInfo


def page(nodes: list[T], first: int | None, last: int | None) -> Connection[T]:
    """The first or the last of some nodes."""
    shown = nodes[:first] if last is None else nodes[-last:]
    return Connection(
        edges=[Edge(node=each) for each in shown], page_info=PageInfo(has_next_page=len(nodes) > len(shown))
    )


@strawberry.type
class Checkup:
    """A checkup."""

    child_id: strawberry.Private[str]
    id: strawberry.ID = strawberry.field(permission_classes=[SeesChild])
    kind: CheckupKind = strawberry.field(permission_classes=[SeesChild])
    checked_on: date = strawberry.field(permission_classes=[SeesChild])
    weight_g: int | None = strawberry.field(permission_classes=[SeesChild])
    height_mm: int | None = strawberry.field(permission_classes=[SeesChild])
    head_mm: int | None = strawberry.field(permission_classes=[SeesChild])
    judgement: Judgement | None = strawberry.field(permission_classes=[SeesChild])
    findings: str | None = strawberry.field(permission_classes=[SeesChild])
    development: str | None = strawberry.field(permission_classes=[SeesChild])
    venue: str | None = strawberry.field(permission_classes=[SeesPlace])

    @classmethod
    def of(cls, row: CheckupRow) -> Self:
        """The object of a row."""
        return cls(**{name: getattr(row, name) for name in cls.__annotations__})


@strawberry.type
class Vaccination:
    """A dose."""

    child_id: strawberry.Private[str]
    vaccine: Vaccine = strawberry.field(permission_classes=[SeesChild])
    given_on: date = strawberry.field(permission_classes=[SeesChild])
    lot: str | None = strawberry.field(permission_classes=[SeesPlace])
    clinic: str | None = strawberry.field(permission_classes=[SeesPlace])
    doctor: str | None = strawberry.field(permission_classes=[SeesPlace])
    municipality_code: str | None = strawberry.field(permission_classes=[SeesPlace])

    @classmethod
    def of(cls, row: VaccinationRow) -> Self:
        """The object of a row."""
        return cls(**{name: getattr(row, name) for name in cls.__annotations__})
