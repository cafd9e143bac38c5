"""The ledger of points: postings with both sides, lots, holds; triggers keep every row as it was written.

What accounts held before becomes lots, valid for a year after the newest entry, filled and emptied in the order of the
entries. Whoever goes back loses lots and holds, and what the older step cannot say: assignments, reversals.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.String(34)
OLD_KINDS = ("CONVERTED", "GRANTED", "SPENT", "REFUNDED", "EXPIRED")
KINDS = (*OLD_KINDS, "ASSIGNED", "RELEASED", "REVERSED")
SIGNS = (
    "(kind IN ('CONVERTED', 'GRANTED', 'REFUNDED') AND points > 0) OR (kind IN ('SPENT', 'EXPIRED') AND"
    " points < 0) OR (kind IN ('ASSIGNED', 'RELEASED') AND points = 0) OR kind = 'REVERSED'"
)
HOLDING = "(substr({side}, 1, 7) = 'points:' OR substr({side}, 1, 9) = 'reserved:')"
KEPT = ("pointentry", "pointlot", "pointposting", "pointhold", "pointholdpart")
# As in step 3: the table, and the column of whoever supplied its rows.
WALLED = (
    ("pointentry", "organisation_id"),
    ("pointhold", "organisation_id"),
    ("pointlot", None),
    ("pointposting", None),
    ("pointholdpart", None),
)
OLD = ("id", "account_id", "kind", "points", "posted_at", "facility", "organisation_id")

# What can be taken of a lot: what went in, less what went out and what is held, but for the hold that is resolved.
LEFT = """
    coalesce((SELECT sum(points) FROM pointposting WHERE to_lot_id = {lot}), 0)
    - coalesce((SELECT sum(points) FROM pointposting WHERE from_lot_id = {lot}), 0)
    - coalesce((
        SELECT sum(part.points) FROM pointholdpart AS part
        WHERE part.lot_id = {lot} AND {others}
        AND NOT EXISTS (SELECT 1 FROM pointentry WHERE hold_id = part.hold_id)
    ), 0)
"""
LEFT_OF_POSTING = LEFT.format(lot="NEW.from_lot_id", others="(NEW.hold_id IS NULL OR part.hold_id <> NEW.hold_id)")
LEFT_OF_PART = LEFT.format(lot="NEW.lot_id", others="part.points > 0")
# Table, what must not be so of a new row, and what is said then. `lot`: which lot is held meanwhile on PostgreSQL.
CHECKS = (
    (
        "pointposting",
        "NEW.from_lot_id",
        (
            ("EXISTS (SELECT 1 FROM pointentry WHERE id = NEW.entry_id)", "the entry is closed"),
            (f"NEW.from_lot_id IS NOT NULL AND {LEFT_OF_POSTING} < NEW.points", "the lot has less"),
        ),
    ),
    (
        "pointholdpart",
        "NEW.lot_id",
        (
            ("EXISTS (SELECT 1 FROM pointhold WHERE id = NEW.hold_id)", "the hold is closed"),
            (
                "NOT EXISTS (SELECT 1 FROM pointlot WHERE id = NEW.lot_id AND account_id = NEW.account_id)",
                "no such lot",
            ),
            (f"{LEFT_OF_PART} < NEW.points", "the lot has less"),
        ),
    ),
    (
        "pointhold",
        None,
        (
            (
                (
                    "NEW.points <> coalesce((SELECT sum(points) FROM pointholdpart"
                    " WHERE hold_id = NEW.id AND account_id = NEW.account_id), 0)"
                ),
                "the parts are another sum",
            ),
        ),
    ),
    (
        "pointentry",
        None,
        (
            (
                "NEW.number <> 1 + coalesce((SELECT max(number) FROM pointentry WHERE account_id = NEW.account_id), 0)",
                "not the next number",
            ),
            (
                (
                    "NEW.points <> coalesce((SELECT sum(CASE WHEN to_lot_id IS NULL THEN 0 ELSE points END"
                    " - CASE WHEN from_lot_id IS NULL THEN 0 ELSE points END)"
                    " FROM pointposting WHERE entry_id = NEW.id), 0)"
                ),
                "the postings are another sum",
            ),
            (
                "(NEW.kind <> 'RELEASED') <> EXISTS (SELECT 1 FROM pointposting WHERE entry_id = NEW.id)",
                "no postings, or too many",
            ),
            (
                (
                    "EXISTS (SELECT 1 FROM pointposting WHERE entry_id = NEW.id AND (account_id <> NEW.account_id"
                    " OR coalesce(hold_id, '') <> coalesce(NEW.hold_id, '')))"
                ),
                "postings of something else",
            ),
            (
                (
                    "NEW.hold_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pointhold WHERE id = NEW.hold_id"
                    " AND account_id = NEW.account_id AND organisation_id = NEW.organisation_id"
                    " AND points >= -NEW.points)"
                ),
                "not what was held",
            ),
        ),
    ),
)


def words(name: str, *names: str) -> sa.Enum:
    return sa.Enum(*names, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    entries = _taken_out()
    with op.batch_alter_table("pointaccount") as table:
        table.add_column(sa.Column("my_key_hash", sa.String(64), nullable=True))
        table.add_column(sa.Column("basic_municipality_code", sa.String(6), nullable=True))
        table.create_unique_constraint("uq_pointaccount_my_key_hash", ["my_key_hash"])
        table.create_foreign_key(
            "fk_pointaccount_basic_municipality_code", "municipality", ["basic_municipality_code"], ["code"]
        )
    _holds()
    _entries()
    _lots()
    _spend_codes()
    _guarded()
    _booked(entries)


def _taken_out() -> list[dict[str, Any]]:
    """The entries as they were, in their order; their table goes."""
    bind = op.get_bind()
    table = sa.table("pointentry", *(sa.column(name, INSTANT if name == "posted_at" else None) for name in OLD))
    rows = [dict(row) for row in bind.execute(sa.select(table).order_by(table.c.posted_at, table.c.id)).mappings()]
    op.drop_table("pointentry")
    return rows


def _entries() -> None:
    op.create_table(
        "pointentry",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", words("entrykind", *KINDS), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("posted_at", INSTANT, nullable=False),
        sa.Column("facility", sa.String(), nullable=True),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("hold_id", ID, nullable=True),
        sa.Column("refunds_id", ID, nullable=True),
        sa.Column("reverses_id", ID, nullable=True),
        sa.Column("key_hash", sa.String(64), nullable=True),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.CheckConstraint(SIGNS, name="pointentry_has_its_sign"),
        sa.CheckConstraint("(kind = 'REVERSED') = (reverses_id IS NOT NULL)", name="pointentry_reverses_one"),
        sa.CheckConstraint("hold_id IS NULL OR kind IN ('SPENT', 'RELEASED')", name="pointentry_resolves"),
        sa.CheckConstraint("kind <> 'RELEASED' OR hold_id IS NOT NULL", name="pointentry_releases_one"),
        sa.ForeignKeyConstraint(["account_id"], ["pointaccount.id"], name="fk_pointentry_account_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_pointentry_organisation_id"),
        sa.ForeignKeyConstraint(["hold_id"], ["pointhold.id"], name="fk_pointentry_hold_id"),
        sa.ForeignKeyConstraint(["refunds_id"], ["pointentry.id"], name="fk_pointentry_refunds_id"),
        sa.ForeignKeyConstraint(["reverses_id"], ["pointentry.id"], name="fk_pointentry_reverses_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pointentry"),
        sa.UniqueConstraint("account_id", "number", name="uq_pointentry_account_id_number"),
        sa.UniqueConstraint("hold_id", name="uq_pointentry_hold_id"),
        sa.UniqueConstraint("reverses_id", name="uq_pointentry_reverses_id"),
        sa.UniqueConstraint("key_hash", name="uq_pointentry_key_hash"),
    )
    op.create_index("pointentry_by_account", "pointentry", ["account_id", "posted_at", "id"])
    for name in ("organisation_id", "posted_at", "refunds_id"):
        op.create_index(f"ix_pointentry_{name}", "pointentry", [name])


def _later(table: str, name: str, target: str) -> sa.ForeignKeyConstraint:
    """Looked for at the end of the transaction: what closes comes last."""
    return sa.ForeignKeyConstraint(
        [name], [f"{target}.id"], name=f"fk_{table}_{name}", deferrable=True, initially="DEFERRED"
    )


def _lots() -> None:
    op.create_table(
        "pointlot",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("code", sa.String(100), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint(HOLDING.format(side="code"), name="pointlot_is_held"),
        sa.ForeignKeyConstraint(["account_id"], ["pointaccount.id"], name="fk_pointlot_account_id"),
        _later("pointlot", "entry_id", "pointentry"),
        sa.PrimaryKeyConstraint("id", name="pk_pointlot"),
        sa.UniqueConstraint("id", "code", name="uq_pointlot_id_code"),
    )
    for name in ("account_id", "code", "entry_id", "expires_on"):
        op.create_index(f"ix_pointlot_{name}", "pointlot", [name])
    op.create_table(
        "pointposting",
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("debit", sa.String(100), nullable=False),
        sa.Column("credit", sa.String(100), nullable=False),
        sa.Column("from_lot_id", ID, nullable=True),
        sa.Column("to_lot_id", ID, nullable=True),
        sa.Column("hold_id", ID, nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.CheckConstraint("points BETWEEN 1 AND 10000000", name="pointposting_moves_points"),
        sa.CheckConstraint("debit <> credit", name="pointposting_has_two_sides"),
        sa.CheckConstraint(
            f"(from_lot_id IS NOT NULL) = {HOLDING.format(side='debit')}", name="pointposting_takes_from_a_lot"
        ),
        sa.CheckConstraint(
            f"(to_lot_id IS NOT NULL) = {HOLDING.format(side='credit')}", name="pointposting_gives_to_a_lot"
        ),
        sa.ForeignKeyConstraint(["account_id"], ["pointaccount.id"], name="fk_pointposting_account_id"),
        sa.ForeignKeyConstraint(
            ["from_lot_id", "debit"], ["pointlot.id", "pointlot.code"], name="fk_pointposting_from"
        ),
        sa.ForeignKeyConstraint(["to_lot_id", "credit"], ["pointlot.id", "pointlot.code"], name="fk_pointposting_to"),
        _later("pointposting", "entry_id", "pointentry"),
        sa.PrimaryKeyConstraint("seq", name="pk_pointposting"),
        sa.UniqueConstraint("entry_id", "line", name="uq_pointposting_entry_id_line"),
    )
    for name in ("account_id", "credit", "debit", "entry_id", "from_lot_id", "to_lot_id"):
        op.create_index(f"ix_pointposting_{name}", "pointposting", [name])
    op.create_table(
        "pointholdpart",
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("hold_id", ID, nullable=False),
        sa.Column("lot_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.CheckConstraint("points > 0", name="pointholdpart_holds_points"),
        sa.ForeignKeyConstraint(["account_id"], ["pointaccount.id"], name="fk_pointholdpart_account_id"),
        sa.ForeignKeyConstraint(["lot_id"], ["pointlot.id"], name="fk_pointholdpart_lot_id"),
        _later("pointholdpart", "hold_id", "pointhold"),
        sa.PrimaryKeyConstraint("seq", name="pk_pointholdpart"),
        sa.UniqueConstraint("hold_id", "lot_id", name="uq_pointholdpart_hold_id_lot_id"),
    )
    for name in ("account_id", "hold_id", "lot_id"):
        op.create_index(f"ix_pointholdpart_{name}", "pointholdpart", [name])


def _holds() -> None:
    op.create_table(
        "pointhold",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("held_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.CheckConstraint("points BETWEEN 1 AND 10000000", name="pointhold_holds_points"),
        sa.ForeignKeyConstraint(["account_id"], ["pointaccount.id"], name="fk_pointhold_account_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_pointhold_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pointhold"),
        sa.UniqueConstraint("code_hash", name="uq_pointhold_code_hash"),
    )
    for name in ("account_id", "expires_at", "organisation_id"):
        op.create_index(f"ix_pointhold_{name}", "pointhold", [name])


def _spend_codes() -> None:
    op.create_table(
        "spendcode",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("most_points", sa.Integer(), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["pointaccount.id"], name="fk_spendcode_account_id"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_spendcode"),
    )
    for name in ("account_id", "expires_at"):
        op.create_index(f"ix_spendcode_{name}", "spendcode", [name])


def _guarded() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _guarded_on_sqlite()
    else:
        _guarded_on_postgresql()


def _guarded_on_sqlite() -> None:
    for table in KEPT:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_is_kept_from_{act.lower()} BEFORE {act} ON {table} BEGIN"
                " SELECT RAISE(ABORT, 'the ledger is never changed'); END"
            )
    for table, _, checks in CHECKS:
        cases = " ".join(f"SELECT RAISE(ABORT, '{says}') WHERE {wrong};" for wrong, says in checks)
        op.execute(f"CREATE TRIGGER {table}_is_checked BEFORE INSERT ON {table} BEGIN {cases} END")


def _guarded_on_postgresql() -> None:
    """Functions of the owner, who sees every row whatever the wall says; what else they call, nobody can shadow.

    Two at one time: the second waits for the lot, then sees what the first left, and is done again (40001). In a
    snapshot of REPEATABLE READ it would not see, so that is refused; SERIALIZABLE finds out by itself.
    """
    schema = op.get_bind().dialect.default_schema_name
    head = f"LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp"
    op.execute(
        "CREATE FUNCTION ledger_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'the ledger is never changed' USING ERRCODE = '23001'; END $$"
    )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION ledger_is_kept()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_kept()"
        )
    for table, lot, checks in CHECKS:
        cases = " ".join(
            f"IF {wrong} THEN RAISE EXCEPTION '{says}' USING ERRCODE = '40001'; END IF;" for wrong, says in checks
        )
        held = f"PERFORM 1 FROM pointlot WHERE id = {lot} FOR UPDATE;" if lot else ""
        op.execute(
            f"CREATE FUNCTION {table}_checked() RETURNS trigger {head} AS $$ BEGIN"
            " IF current_setting('transaction_isolation') = 'repeatable read' THEN"
            " RAISE EXCEPTION 'the ledger is not written at REPEATABLE READ' USING ERRCODE = '0A000'; END IF;"
            f" {held} {cases} RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_checked BEFORE INSERT ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {table}_checked()"
        )
    for table, supplier in WALLED:
        _walled(table, supplier)


def _walled(table: str, supplier: str | None) -> None:
    setting = "(SELECT nullif(current_setting('tsumugi.{}', true), ''))"
    ways = [
        f"{setting.format('account')} = '*'",
        "account_id IN (SELECT unnest(string_to_array(current_setting('tsumugi.account', true), ',')))",
    ]
    if supplier is not None:
        ways.append(f"{supplier} = {setting.format('supplier')}")
    op.execute(f"CREATE POLICY reached ON {table} USING ({' OR '.join(ways)})")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def _booked(entries: list[dict[str, Any]]) -> None:
    """Lots and postings for what was there; each entry after its own."""
    if not entries:
        return
    bind = op.get_bind()
    tables = {name: sa.Table(name, sa.MetaData(), autoload_with=bind) for name in KEPT}
    accounts = sa.table("pointaccount", sa.column("id"), sa.column("municipality_code"))
    cities = {row.id: row.municipality_code for row in bind.execute(sa.select(accounts))}
    newest = max(_moment(each["posted_at"]) for each in entries)
    last_day = date.fromisoformat(newest[:10]) + timedelta(days=365)
    by_account: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in entries:
        by_account[each["account_id"]].append(each)
    for account_id, own in by_account.items():
        for entry, lots, postings in _replayed(own, cities[account_id], last_day):
            for name, rows in (("pointlot", lots), ("pointposting", postings), ("pointentry", [entry])):
                if rows:
                    bind.execute(tables[name].insert(), rows)
    if bind.dialect.name == "postgresql":
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # later steps may change these tables


def _replayed(
    own: list[dict[str, Any]], city: str, last_day: date
) -> Iterator[tuple[dict[str, Any], list[Any], list[Any]]]:
    """Of each entry of an account: itself with number and hash, the lot that it opens, its postings."""
    left: dict[str, int] = {}  # in the order in which they were opened, and so in which they are taken
    previous = "0" * 64
    for number, each in enumerate(own, start=1):
        code, outside = f"points:{city}:{each['account_id']}", _outside(each, city)
        lots: list[Any] = []
        sides: list[Any] = []
        if each["points"] > 0:
            lot = each["id"].replace("-E", "-8", 1)
            left[lot] = each["points"]
            lots.append({"id": lot, "code": code, "expires_on": last_day, "created_at": each["posted_at"]})
            sides.append((outside, code, each["points"], None, lot))
        wanted = -each["points"]
        for lot in [lot for lot, points in left.items() if points] if wanted > 0 else ():
            part = min(left[lot], wanted)
            if part:
                left[lot], wanted = left[lot] - part, wanted - part
                sides.append((code, outside, part, lot, None))
        about = {"account_id": each["account_id"], "entry_id": each["id"]}
        names = ("debit", "credit", "points", "from_lot_id", "to_lot_id")
        postings = [
            {**about, "line": line, "hold_id": None, **dict(zip(names, side, strict=True))}
            for line, side in enumerate(sides, start=1)
        ]
        nothing = dict.fromkeys(("hold_id", "refunds_id", "reverses_id", "key_hash"))
        previous = _digest(previous, number, each, sides, lots)
        yield (
            {**{name: each[name] for name in OLD}, **nothing, "number": number, "hash": previous},
            [{**lot, **about} for lot in lots],
            postings,
        )


def _outside(entry: dict[str, Any], city: str) -> str:
    if entry["kind"] == "EXPIRED":
        return f"expired:{city}"
    if entry["organisation_id"] is not None and entry["kind"] in {"SPENT", "REFUNDED"}:
        return f"merchant:{city}:{entry['organisation_id']}"
    return f"opening:{city}"


def _digest(previous: str, number: int, entry: dict[str, Any], sides: list[Any], lots: list[Any]) -> str:
    said = [entry["id"], entry["account_id"], number, entry["points"], entry["facility"], entry["organisation_id"]]
    parts = [[lot["id"], lot["code"], lot["expires_on"].isoformat(), _moment(lot["created_at"])] for lot in lots]
    text = json.dumps(
        [
            previous,
            *said,
            *(None, None, None),
            entry["kind"],
            _moment(entry["posted_at"]),
            None,
            [[*side, None] for side in sides],
            parts,
        ],
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _moment(at: datetime | str) -> str:
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def downgrade() -> None:
    bind = op.get_bind()
    table = sa.table("pointentry", *(sa.column(name, INSTANT if name == "posted_at" else None) for name in OLD))
    known = sa.select(table).where(table.c.kind.in_(OLD_KINDS))
    rows = [dict(row) for row in bind.execute(known).mappings()]
    for name in ("pointposting", "pointholdpart", "pointlot", "pointentry", "pointhold", "spendcode"):
        op.drop_table(name)
    if bind.dialect.name == "postgresql":
        for name in ("pointposting_checked", "pointholdpart_checked", "pointhold_checked", "pointentry_checked"):
            op.execute(f"DROP FUNCTION {name}()")
        op.execute("DROP FUNCTION ledger_is_kept()")
    with op.batch_alter_table("pointaccount") as accounts:
        accounts.drop_constraint("fk_pointaccount_basic_municipality_code", type_="foreignkey")
        accounts.drop_constraint("uq_pointaccount_my_key_hash", type_="unique")
        accounts.drop_column("basic_municipality_code")
        accounts.drop_column("my_key_hash")
    made = op.create_table(
        "pointentry",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("kind", words("entrykind", *OLD_KINDS), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("posted_at", INSTANT, nullable=False),
        sa.Column("facility", sa.String(), nullable=True),
        sa.Column("organisation_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["pointaccount.id"], name="fk_pointentry_account_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_pointentry_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pointentry"),
    )
    op.create_index("pointentry_by_account", "pointentry", ["account_id", "posted_at", "id"])
    for name in ("organisation_id", "posted_at"):
        op.create_index(f"ix_pointentry_{name}", "pointentry", [name])
    if rows:
        op.bulk_insert(made, rows)
    if bind.dialect.name == "postgresql":
        _walled("pointentry", "organisation_id")
