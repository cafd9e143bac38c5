"""The statements of the hand-written server, as somebody who knows each database would write them.

A child has few checkups and doses, so all of them are read and the page is cut in Python, which is the fastest way.
On PostgreSQL relations are read from their views, and the second wall is opened before records are read.
"""

from enum import Enum, auto


class Ask(Enum):
    """What the database is asked."""

    ME = auto()  # me, today
    KEPT_AWAY = auto()  # me, today
    EDGES = auto()  # me, today
    OPEN = auto()  # the family, children with commas between
    FAMILY = auto()  # the family
    FAMILY_CHILDREN = auto()  # the family, ids of children
    CHECKUPS = auto()  # ids of children
    DOSES = auto()  # ids of children
    FIRST_CHILDREN = auto()  # how many
    SHORT_CHECKUPS = auto()  # ids of children
    CHILDREN = auto()  # ids of children
    SHORT_DOSES = auto()  # ids of children


_TEXTS = {
    Ask.ME: "SELECT family_id FROM {relations}resident WHERE id = $1 AND (died_on IS NULL OR died_on > $2)",
    Ask.KEPT_AWAY: """
        SELECT m.family_id FROM {relations}protectionmeasure m
        WHERE m.counterparty_id = $1 AND m.valid_from <= $2 AND m.valid_to > $2
            AND NOT EXISTS (SELECT 1 FROM {relations}protectionmeasure later WHERE later.replaces_id = m.id)
    """,
    Ask.EDGES: """
        SELECT g.child_id, c.family_id, g.holder_id, g.kind, r.family_id, c.birth_date, c.moved_out_on
        FROM {relations}guardianship g
        JOIN {relations}child c ON c.id = g.child_id
        JOIN {relations}resident r ON r.id = g.holder_id
        WHERE g.child_id IN (SELECT mine.child_id FROM {relations}guardianship mine WHERE mine.holder_id = $1)
            AND g.valid_from <= $2 AND (g.valid_to IS NULL OR g.valid_to > $2)
            AND NOT EXISTS (SELECT 1 FROM {relations}guardianship later WHERE later.replaces_id = g.id)
            AND (r.died_on IS NULL OR r.died_on > $2)
    """,
    Ask.FAMILY: "SELECT id, postal_code, address, phone FROM family WHERE id = $1",
    Ask.FAMILY_CHILDREN: """
        SELECT id, name, name_kana, birth_date, sex, allergies FROM child
        WHERE family_id = $1 AND id {in_2} ORDER BY birth_date, id LIMIT 10
    """,
    Ask.CHECKUPS: """
        SELECT child_id, id, kind, checked_on, weight_g, height_mm, head_mm, judgement, findings, development, venue
        FROM checkup WHERE child_id {in_1} AND NOT is_replaced ORDER BY child_id, checked_on, id
    """,
    Ask.DOSES: """
        SELECT child_id, vaccine, given_on, lot, clinic, doctor, municipality_code
        FROM vaccination WHERE child_id {in_1} AND NOT is_replaced AND NOT is_void ORDER BY child_id, given_on, id
    """,
    Ask.FIRST_CHILDREN: "SELECT id, name FROM child ORDER BY birth_date, id LIMIT $1",
    Ask.SHORT_CHECKUPS: """
        SELECT child_id, kind, checked_on, weight_g, height_mm
        FROM checkup WHERE child_id {in_1} AND NOT is_replaced ORDER BY child_id, checked_on, id
    """,
    Ask.CHILDREN: "SELECT id, name, birth_date, sex FROM child WHERE id {in_1}",
    Ask.SHORT_DOSES: """
        SELECT child_id, vaccine, given_on
        FROM vaccination WHERE child_id {in_1} AND NOT is_replaced AND NOT is_void ORDER BY child_id, given_on, id
    """,
}
_OPEN = "SELECT set_config('tsumugi.family', $1, true), set_config('tsumugi.child', $2, true)"

SQLITE = {
    ask: text.format(
        relations="",
        in_1="IN (SELECT value FROM json_each(?1))",
        in_2="IN (SELECT value FROM json_each(?2))",
    ).replace("$", "?")
    for ask, text in _TEXTS.items()
}
POSTGRESQL = {
    Ask.OPEN: _OPEN,
    **{ask: text.format(relations="relations.", in_1="= ANY($1)", in_2="= ANY($2)") for ask, text in _TEXTS.items()},
}
