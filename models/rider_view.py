"""A declared view: a rider, and the day from which the person lives here no more; of the register nothing else."""

from sqlalchemy import Date, case, func, select, type_coerce

from models.columns import View, table_of
from models.relation import relation_of
from models.resident import Resident
from models.rider import Rider
from models.subject import Noun, Subject

_rider, _person = table_of(Rider), relation_of(Resident).alias("person")
_left_on = case(
    (_person.c.moved_out_on < _person.c.died_on, _person.c.moved_out_on),
    else_=func.coalesce(_person.c.died_on, _person.c.moved_out_on),
)
_rows = (
    select(
        _rider.c.id,
        _rider.c.name,
        _rider.c.eligibility,
        _rider.c.registered_on,
        _rider.c.valid_to,
        _rider.c.state,
        _rider.c.is_settled,
        type_coerce(_left_on, Date).label("left_on"),
    )
    .join_from(_rider, _person, _person.c.id == _rider.c.resident_id)
    .subquery("rider_view")
)
RIDERS = View(_rows, Subject(Noun.RIDER, "id"))
