"""The statements that read a caller's facts from the register: one for each kind of caller that has relations."""

from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    union,
    union_all,
)

from models.application import Application
from models.child import Child
from models.columns import Instant
from models.grant import Grant
from models.guardianship import Guardianship, ProtectionMeasure
from models.invitation import Invitation
from models.organisation import CallerKind, Care, Organisation, StaffMember
from models.point import PointAccount
from models.pregnancy import Pregnancy
from models.relation import relation_of
from models.resident import Resident
from models.ride import Seat
from models.rider import Rider

ME = bindparam("me", type_=String)
TODAY = bindparam("today", type_=Date)
NOW = bindparam("now", type_=Instant)
CODE_HASH = bindparam("code_hash", type_=String)
VALUES = 6
EMPTY: ColumnElement[Any] = literal_column("''")


class Fact(NamedTuple):
    """One row of a statement: what it is, and up to six values as text, empty where there is none.

    me: home, birth date. child: id, family, resident, birth date, day of death, day of moving out. edge: child, holder,
    kind, holder's home. measure: family, counterparty. grant: child, field groups, giver. pregnancy: id, day of its
    end. pregnancy_grant: pregnancy, field groups, mother's home. rider: id, resident. ride: id, resident.
    account: id. application: id. bond: child, pregnancy, kind of bond.
    """

    what: str
    a: str
    b: str
    c: str
    d: str
    e: str
    f: str


g, k, r, s, m, i = (relation_of(each) for each in (Guardianship, Child, Resident, Seat, ProtectionMeasure, Grant))
d, w, o, u, pa, pr = (relation_of(each) for each in (Rider, Care, Organisation, StaffMember, PointAccount, Pregnancy))
v, ap = relation_of(Invitation), relation_of(Application)


def in_force(rows: Any) -> ColumnElement[bool]:
    """Valid from its first day until the day before its end."""
    return and_(rows.c.valid_from <= TODAY, or_(rows.c.valid_to.is_(None), rows.c.valid_to > TODAY))


def stands(rows: Any) -> ColumnElement[bool]:
    """In force, and not replaced by a later entry."""
    later = rows.alias("later")
    return and_(in_force(rows), ~select(later.c.id).where(later.c.replaces_id == rows.c.id).exists())


PROTECTING = select(m.c.id).join(r, r.c.family_id == m.c.family_id).where(r.c.id == ME, stands(m)).limit(1)


def is_to_come(day: Any) -> ColumnElement[bool]:
    """A day that is not over, or none at all."""
    return or_(day.is_(None), day > TODAY)


def fact(what: str, *values: Any) -> Select[Any]:
    """One arm of the union: text columns behind a word."""
    texts = [func.coalesce(cast(value, String), EMPTY) for value in values]
    empty: list[ColumnElement[Any]] = [EMPTY] * (VALUES - len(values))
    columns: list[ColumnElement[Any]] = [literal_column(f"'{what}'").label("what"), *texts, *empty]
    return select(*columns)


def _consents(grantee: Any) -> CTE:
    rows = select(i.c.child_id, i.c.pregnancy_id, i.c.field_groups, i.c.granted_by_id)
    return rows.where(i.c.grantee_id == grantee, in_force(i), i.c.revoked_at.is_(None)).cte("consents")


def _about(children: CTE, consents: CTE) -> list[Select[Any]]:
    """What is known of these children: themselves, everybody's edges to them, measures; and the consents."""
    wanted = select(children.c.id)
    families = select(k.c.family_id).where(k.c.id.in_(wanted))
    return [
        fact("child", k.c.id, k.c.family_id, k.c.resident_id, k.c.birth_date, k.c.died_on, k.c.moved_out_on).where(
            k.c.id.in_(wanted)
        ),
        fact("edge", g.c.child_id, g.c.holder_id, g.c.kind, r.c.family_id)
        .join_from(g, r, g.c.holder_id == r.c.id)
        .where(g.c.child_id.in_(wanted), stands(g), is_to_come(r.c.died_on)),
        fact("measure", m.c.family_id, m.c.counterparty_id).where(
            or_(m.c.counterparty_id == ME, m.c.family_id.in_(families)), stands(m)
        ),
        fact("grant", consents.c.child_id, consents.c.field_groups, consents.c.granted_by_id).where(
            consents.c.child_id.is_not(None)
        ),
        fact("pregnancy_grant", pr.c.id, consents.c.field_groups, r.c.family_id)
        .join_from(consents, pr, consents.c.pregnancy_id == pr.c.id)
        .join(r, and_(r.c.id == pr.c.mother_id, r.c.id == consents.c.granted_by_id))
        .where(is_to_come(pr.c.ended_on), is_to_come(r.c.died_on)),
    ]


def _me() -> Select[Any]:
    return fact("me", r.c.family_id, r.c.birth_date).where(r.c.id == ME, is_to_come(r.c.died_on))


def _invitation_statement() -> CompoundSelect[Any]:
    """An open invitation as if it were a consent to me already: what it would open says whether it stands."""
    rows = select(v.c.child_id, v.c.pregnancy_id, v.c.field_groups, v.c.invited_by_id.label("granted_by_id"))
    is_open = (v.c.accepted_at.is_(None), v.c.revoked_at.is_(None), v.c.expires_at > NOW, v.c.valid_to > TODAY)
    consents = rows.where(v.c.code_hash == CODE_HASH, v.c.invited_by_id != ME, *is_open).cte("consents")
    children = select(consents.c.child_id.label("id")).where(consents.c.child_id.is_not(None)).cte("children")
    return union_all(_me(), *_about(children, consents))


def _resident_statement() -> CompoundSelect[Any]:
    consents = _consents(ME)
    mine = select(g.c.child_id.label("id")).where(g.c.holder_id == ME, stands(g))
    own = select(k.c.id).where(k.c.resident_id == ME)
    open_to_me = select(consents.c.child_id).where(consents.c.child_id.is_not(None))
    children = union(mine, own, open_to_me).cte("children")
    people = select(k.c.resident_id).where(k.c.id.in_(mine))
    riders: CTE = (
        select(d.c.id, d.c.resident_id).where(or_(d.c.resident_id == ME, d.c.resident_id.in_(people))).cte("riders")
    )
    return union_all(
        _me(),
        *_about(children, consents),
        fact("pregnancy", pr.c.id, pr.c.ended_on).where(pr.c.mother_id == ME, pr.c.notified_on <= TODAY),
        fact("rider", riders.c.id, riders.c.resident_id),
        fact("ride", s.c.ride_id, riders.c.resident_id).join_from(s, riders, s.c.rider_id == riders.c.id),
        fact("account", pa.c.id).where(pa.c.resident_id == ME),
        fact("application", ap.c.id).where(ap.c.applicant_id == ME),
    )


def _office_statement(grantee: Any, bonds: Select[Any]) -> CompoundSelect[Any]:
    consents = _consents(grantee)
    children = select(consents.c.child_id.label("id")).where(consents.c.child_id.is_not(None)).cte("children")
    return union_all(bonds, *_about(children, consents))


def _organisation_statement() -> CompoundSelect[Any]:
    bonds = fact("bond", w.c.child_id, w.c.pregnancy_id, w.c.bond).where(w.c.organisation_id == ME, in_force(w))
    return _office_statement(ME, bonds)


def _education_statement() -> CompoundSelect[Any]:
    """The pupils of the municipality's own schools, and what was consented to the office of this member of staff."""
    office = select(u.c.organisation_id).where(u.c.id == ME).scalar_subquery()
    city = select(o.c.municipality_code).where(o.c.id == office).scalar_subquery()
    pupils = fact("bond", w.c.child_id, w.c.pregnancy_id, w.c.bond).join_from(w, o, w.c.organisation_id == o.c.id)
    ours = pupils.where(o.c.kind == CallerKind.SCHOOL, o.c.municipality_code == city, in_force(w))
    return _office_statement(office, ours)


STATEMENTS = {
    CallerKind.RESIDENT: _resident_statement(),
    CallerKind.CLINIC: _organisation_statement(),
    CallerKind.SCHOOL: _organisation_statement(),
    CallerKind.PARTNER_MUNICIPALITY: _organisation_statement(),
    CallerKind.STAFF_EDUCATION: _education_statement(),
}
INVITATION = _invitation_statement()
