"""Tables as relations are read from them: who is what to whom, and nothing of what is kept about anybody.

On PostgreSQL they are views of their owner in a schema of their own, made by a step of migrations/, since the tables
themselves stand behind the wall (models/wall.py) and relations are what the wall is built from. SQLite has no wall;
there the same names lead to the tables (models/store.py).
"""

from sqlalchemy import Column, MetaData, String, Table
from sqlmodel import SQLModel

from models.application import Application
from models.child import Child
from models.columns import table_of
from models.guardianship import Guardianship, ProtectionMeasure
from models.point import PointAccount
from models.pregnancy import Pregnancy
from models.resident import Resident
from models.ride import Seat
from models.rider import Rider

SCHEMA = "relations"
# Names, addresses, findings and evidence are left out: whoever forgets a check here still reads no content.
COLUMNS: dict[type[SQLModel], tuple[str, ...]] = {
    Application: ("id", "applicant_id"),
    Child: ("id", "resident_id", "family_id", "birth_date", "died_on", "moved_out_on", "pregnancy_id"),
    Guardianship: (
        "id",
        "child_id",
        "holder_id",
        "kind",
        "valid_from",
        "valid_to",
        "recorded_at",
        "replaces_id",
        "is_sealed",
    ),
    PointAccount: ("id", "resident_id"),
    Pregnancy: ("id", "mother_id", "notified_on", "ended_on", "outcome", "organisation_id"),
    ProtectionMeasure: ("id", "family_id", "counterparty_id", "valid_from", "valid_to", "recorded_at", "replaces_id"),
    Resident: ("id", "family_id", "birth_date", "died_on", "moved_out_on"),
    Rider: ("id", "resident_id"),
    Seat: ("ride_id", "rider_id"),
}
_METADATA = MetaData(schema=SCHEMA)
# Names of those who shared something, have it, or applied for the service, and of nobody else: the one content here.
PARTIES = Table("party", _METADATA, Column("id", String, primary_key=True), Column("name", String, nullable=False))


def _view(model: type[SQLModel], names: tuple[str, ...]) -> Table:
    table = table_of(model)
    columns = [Column(name, table.c[name].type, nullable=table.c[name].nullable) for name in names]
    return Table(table.name, _METADATA, *columns)


_VIEWS = {model: _view(model, names) for model, names in COLUMNS.items()}


def relation_of(model: type[SQLModel]) -> Table:
    """The table of a model, reduced to what relations are made of; a table without a wall as it is."""
    found: Table = _VIEWS.get(model, table_of(model))
    return found
