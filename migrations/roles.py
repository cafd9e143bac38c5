"""What the application's role may do: read and write rows, each where it belongs, and nothing else."""

from sqlalchemy import Connection, inspect

# Entries that nobody takes back: the application adds to these tables and changes nothing in them.
APPEND_ONLY = (
    "accessentry",
    "allergy",
    "application",
    "applicationstep",
    "audithead",
    "diaryentry",
    "growth",
    "growthreference",
    "guardianship",
    "immunityfact",
    "lifeevent",
    "physician",
    "pointentry",
    "pointhold",
    "pointholdpart",
    "pointlot",
    "pointposting",
    "protectionmeasure",
    "provenance",
    "recordsource",
    "vaccinationreview",
    "withholding",
)
RELATIONS = "relations"  # the schema of views that relations are read from
STEPS = "alembic_version"


def admit(connection: Connection, role: str) -> None:
    """Give a role of PostgreSQL exactly the rights of the application; whatever else it had here it loses."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    name, schema = quote(role), quote(str(connection.dialect.default_schema_name))
    there = set(inspect(connection).get_table_names())  # at an older step there are fewer
    kept = ", ".join(each for each in APPEND_ONLY if each in there)
    tables, sequences = f"ALL TABLES IN SCHEMA {schema}", f"ALL SEQUENCES IN SCHEMA {schema}"
    for statement in (
        f"REVOKE ALL ON {tables} FROM {name}",
        f"GRANT USAGE ON SCHEMA {schema}, {RELATIONS} TO {name}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {RELATIONS} TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {name}",
        f"GRANT USAGE ON {sequences} TO {name}",
        f"REVOKE UPDATE, DELETE ON {kept} FROM {name}",
        f"REVOKE INSERT, UPDATE, DELETE ON {STEPS} FROM {name}",
    ):
        connection.exec_driver_sql(statement)
