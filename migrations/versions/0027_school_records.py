"""Records that schools hand in; no dose is kept from before birth."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

KINDS = ("VACCINATION", "CHECKUP")
SCHOOL = "SCHOOL_CHECKUP"
TABLES = ("recordsource", "recordreview", "contest")
CHILD = sa.table("child", sa.column("id"), sa.column("birth_date"))
DOSE = sa.table("vaccination", sa.column("child_id"), sa.column("given_on"), sa.column("precision"))


def setting(name: str) -> str:
    """The value for this transaction, or null."""
    return f"(SELECT nullif(current_setting('tsumugi.{name}', true), ''))"


def reached(noun: str) -> str:
    """Whether a review is the caller's to reach."""
    ids = f"SELECT unnest(string_to_array(current_setting('tsumugi.{noun}', true), ','))"
    return f"({setting(noun)} = '*' OR id IN ({ids}))"


def allow(*kinds: str) -> None:
    """The kinds of record that are handed in."""
    for name in TABLES:
        with op.batch_alter_table(name) as table:
            table.drop_constraint("recordkind", type_="check")
            table.create_check_constraint("recordkind", f"kind IN ({', '.join(map(repr, kinds))})")


def wall(condition: str) -> None:
    """Who reaches what waits for the staff, beside whoever handed it in."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP POLICY reached ON recordreview")
        supplied = f"organisation_id = {setting('supplier')}"
        op.execute(f"CREATE POLICY reached ON recordreview USING ({condition} OR {supplied})")


def upgrade() -> None:
    allow(*KINDS, SCHOOL)
    ways = (f"kind <> '{SCHOOL}' AND {reached('review')}", f"kind = '{SCHOOL}' AND {reached('school_review')}")
    wall(" OR ".join(f"({way})" for way in ways))
    born_on = sa.select(CHILD.c.birth_date).where(CHILD.c.id == DOSE.c.child_id).scalar_subquery()
    is_before = (DOSE.c.precision != "DAY", DOSE.c.given_on < born_on)
    op.execute(sa.update(DOSE).where(*is_before).values(given_on=born_on))


def downgrade() -> None:
    wall(reached("review"))
    rows = {name: sa.table(name, sa.column("id"), sa.column("kind")) for name in TABLES}
    rests, source = sa.table("provenance", sa.column("source_id")), rows["recordsource"]
    of_school = sa.select(source.c.id).where(source.c.kind == SCHOOL)
    op.execute(sa.delete(rests).where(rests.c.source_id.in_(of_school)))
    for each in rows.values():
        op.execute(sa.delete(each).where(each.c.kind == SCHOOL))
    allow(*KINDS)
