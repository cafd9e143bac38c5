"""Declared views: what was shared of a child, and of a pregnancy. A share is an invitation that waits, or a grant.

A grant that an invitation became has the invitation's id, so a share keeps its id for life. Kept in code, not in the
database.
"""

from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, and_, cast, func, null, or_, select, union_all

from models.columns import Instant, View, table_of
from models.grant import Grant
from models.guardianship import Guardianship
from models.invitation import Invitation
from models.organisation import Organisation
from models.relation import PARTIES, relation_of
from models.subject import Noun, Subject

_grant, _invitation, _organisation = (table_of(each) for each in (Grant, Invitation, Organisation))
_giver, _grantee = PARTIES, PARTIES.alias("grantee")  # residents themselves stand behind the second wall
_edge = relation_of(Guardianship)


def _is_sealed(child_id: Any, giver_id: Any) -> ColumnElement[bool]:
    """Whether a special adoption has sealed all that the giver was to the child: then the name is sealed, too."""
    own, later = _edge.alias("own"), _edge.alias("later")
    mine = select(own.c.id).where(own.c.child_id == child_id, own.c.holder_id == giver_id)
    is_replaced = select(later.c.id).where(later.c.replaces_id == own.c.id).exists()
    has_a_day = or_(own.c.valid_to.is_(None), own.c.valid_from < own.c.valid_to)
    stays = mine.where(~own.c.is_sealed, ~is_replaced, has_a_day).exists()
    return and_(mine.where(own.c.is_sealed).exists(), ~stays)


def _waiting(about: str) -> Select[Any]:
    """Invitations that nobody has accepted. The address is not among the columns: it is for the mail alone."""
    rows = _invitation.c
    return (
        select(
            rows.id,
            rows[about],
            rows.invited_by_id.label("given_by_id"),
            _giver.c.name.label("given_by"),
            cast(null(), String).label("shared_with"),
            rows.field_groups,
            rows.invited_at.label("given_at"),
            cast(null(), Date).label("valid_from"),
            rows.valid_to,
            cast(rows.expires_at, Instant).label("expires_at"),
            rows.revoked_at,
        )
        .join_from(_invitation, _giver, rows.invited_by_id == _giver.c.id)
        .where(rows.accepted_at.is_(None))
    )


def _given(about: str) -> Select[Any]:
    """Grants, with the name of the resident or the organisation that has it."""
    rows = _grant.c
    resident = select(_grantee.c.name).where(_grantee.c.id == rows.grantee_id).scalar_subquery()
    organisation = select(_organisation.c.name).where(_organisation.c.id == rows.grantee_id).scalar_subquery()
    expiry = select(_invitation.c.expires_at).where(_invitation.c.id == rows.invitation_id).scalar_subquery()
    return select(
        rows.id,
        rows[about],
        rows.granted_by_id,
        _giver.c.name,
        cast(func.coalesce(resident, organisation), String),  # SQLite joins the two parts only if their types agree
        rows.field_groups,
        rows.recorded_at,
        rows.valid_from,
        rows.valid_to,
        cast(expiry, Instant),
        rows.revoked_at,
    ).join_from(_grant, _giver, rows.granted_by_id == _giver.c.id)


def _view(name: str, noun: Noun, about: str) -> View:
    parts = _waiting(about), _given(about)
    if noun is Noun.CHILD:
        waiting, given = parts
        parts = (
            waiting.where(~_is_sealed(_invitation.c.child_id, _invitation.c.invited_by_id)),
            given.where(~_is_sealed(_grant.c.child_id, _grant.c.granted_by_id)),
        )
    rows = union_all(*parts).subquery(name)
    return View(rows, Subject(noun, about, supplier="given_by_id"))


CHILD_SHARES = _view("child_share", Noun.CHILD, "child_id")
PREGNANCY_SHARES = _view("pregnancy_share", Noun.PREGNANCY, "pregnancy_id")
