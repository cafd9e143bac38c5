"""What the city keeps: one noun a file, words of the domain as enums, and store.py, the one door to the database."""

from sqlmodel import SQLModel

# Constraints have names that a migration can drop on both databases; set before the first table is declared.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
