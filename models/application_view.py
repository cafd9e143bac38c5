"""A declared view: an application with its newest step, and the day by which its end is reckoned. Kept in code."""

from sqlalchemy import Date, and_, case, func, select, type_coerce

from models.application import Application, ApplicationStep
from models.child import Child
from models.columns import View, table_of
from models.pregnancy import Outcome, Pregnancy
from models.relation import PARTIES, relation_of
from models.subject import Noun, Subject

_application, _step = (table_of(each) for each in (Application, ApplicationStep))
_child, _pregnancy = relation_of(Child), relation_of(Pregnancy)
_later, _born = _step.alias("later"), _child.alias("born")
_is_last = (
    ~select(_later.c.id)
    .where(_later.c.application_id == _step.c.application_id, _later.c.number > _step.c.number)
    .exists()
)
# Of twins the younger: on 1 and 2 April they would be a school year apart.
_youngest = select(func.max(_born.c.birth_date)).where(_born.c.pregnancy_id == _step.c.pregnancy_id).scalar_subquery()
_lost = case((_pregnancy.c.outcome != Outcome.BIRTH, _pregnancy.c.ended_on))
_gone = case(
    (_child.c.moved_out_on < _child.c.died_on, _child.c.moved_out_on),
    else_=func.coalesce(_child.c.died_on, _child.c.moved_out_on),
)
_rows = (
    select(
        _application.c.id,
        _application.c.applicant_id,
        PARTIES.c.name.label("applicant"),
        _application.c.kind,
        _application.c.consent_version,
        _application.c.consent_language,
        _application.c.document,
        _application.c.applied_at,
        _step.c.kind.label("state"),
        _step.c.number,
        _step.c.child_id,
        _step.c.pregnancy_id,
        _step.c.is_settled,
        type_coerce(func.coalesce(_child.c.birth_date, _youngest), Date).label("born_on"),
        type_coerce(func.coalesce(_lost, _gone), Date).label("closed_on"),
    )
    .join_from(_application, _step, and_(_step.c.application_id == _application.c.id, _is_last))
    .join(PARTIES, PARTIES.c.id == _application.c.applicant_id)  # residents themselves stand behind the second wall
    .outerjoin(_child, _child.c.id == _step.c.child_id)
    .outerjoin(_pregnancy, _pregnancy.c.id == _step.c.pregnancy_id)
    .subquery("application_view")
)
APPLICATIONS = View(_rows, Subject(Noun.APPLICATION, "id"))
