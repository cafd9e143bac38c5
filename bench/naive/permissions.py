"""Permission classes, one on each field, as strawberry's documentation has them."""

from typing import Any

import strawberry
from strawberry.permission import BasePermission


class SeesChild(BasePermission):
    """The record of the child is open to the caller."""

    message = "Not permitted"

    def has_permission(self, source: Any, info: strawberry.Info[Any, Any], **_: Any) -> bool:
        """Ask the viewer."""
        return bool(info.context["viewer"].sees(source.child_id))


class SeesPlace(BasePermission):
    """What tells where the child is, is open to the caller."""

    message = "Not permitted"

    def has_permission(self, source: Any, info: strawberry.Info[Any, Any], **_: Any) -> bool:
        """Ask the viewer."""
        return bool(info.context["viewer"].sees_place(source.child_id))


class LivesHere(BasePermission):
    """It is the caller's own household."""

    message = "Not permitted"

    def has_permission(self, source: Any, info: strawberry.Info[Any, Any], **_: Any) -> bool:
        """Ask the viewer."""
        return bool(info.context["viewer"].family_id == source.id)


class IsStaff(BasePermission):
    """Health staff who said why."""

    message = "Not permitted"

    def has_permission(self, source: Any, info: strawberry.Info[Any, Any], **_: Any) -> bool:  # noqa: ARG002
        """Ask the viewer."""
        return bool(info.context["viewer"].is_staff)
