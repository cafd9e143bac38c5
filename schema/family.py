"""Node: a family, one household at one address."""

import strawberry

from auth.groups import ACCESS_LOG, ADDRESS_CONTACT, PROTECTION_FLAG
from models import family as rows
from models import register_view as views
from models.access_log import AccessEntry as AccessEntryRow
from models.child import Child as ChildRow
from models.guardian_card import GuardianCard as CardView
from models.ids import Letter
from rules.guardians import Relation, cards
from rules.standing import not_ended
from schema.access_log import AccessEntry
from schema.child import Child
from schema.declare import computed, each, edge, shown
from schema.faces import Connection, value
from schema.node import node
from schema.register import Measure

strawberry.enum(Relation, name="GuardianRelation", description="Who a guardian is to the children (続柄).")


@value
class GuardianCard:
    """Somebody who guards children of the family (保護者): a name and a relation, no way back."""

    name: str
    relation: Relation


@node(of=rows.Family, letter=Letter.FAMILY)
class Family:
    """A household (世帯). All of it tells where the family lives."""

    id: strawberry.ID = shown(ADDRESS_CONTACT, says="Opaque id (ID).")
    postal_code: str = shown(ADDRESS_CONTACT, says="Postal code (郵便番号).")
    address: str = shown(ADDRESS_CONTACT, says="Address (住所).")
    phone: str | None = shown(ADDRESS_CONTACT, says="Phone (電話番号).")
    guardians: list[GuardianCard] = computed(
        ADDRESS_CONTACT,
        by=cards,
        over=(
            each(
                CardView.c.family_id,
                CardView.c.holder_id,
                CardView.c.name,
                CardView.c.kind,
                CardView.c.valid_from,
                CardView.c.valid_to,
                CardView.c.birth_date,
                CardView.c.died_on,
                order=(CardView.c.valid_from, CardView.c.id),
            ),
        ),
        says="Who guards its children today (保護者).",
    )
    children: Connection[Child] | None = edge(
        ADDRESS_CONTACT,
        lists=True,
        to=ChildRow.family_id,
        order=(ChildRow.birth_date, ChildRow.id),
        says="Its children, eldest first, those whose record is open to the caller (子ども).",
    )
    access_log: Connection[AccessEntry] | None = edge(
        ACCESS_LOG,
        to=AccessEntryRow.subject_id,
        order=(AccessEntryRow.seq,),
        newest_first=True,
        says="Who looked at the address, newest first (閲覧記録).",
    )
    measures: list[Measure] | None = computed(
        PROTECTION_FLAG,
        by=not_ended,
        over=(
            each(
                views.Measure.c.family_id,
                *views.Measure.c["counterparty", "valid_to", "recorded_at", "evidence"],
                order=(views.Measure.c.valid_from, views.Measure.c.id),
            ),
        ),
        says="Protection measures that hold or will (支援措置).",
    )
