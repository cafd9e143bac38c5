"""Nodes: what was shared of a child's record, and of the record before birth."""

from datetime import date, datetime

import strawberry

from auth.groups import SHARE_GRANTS
from models.field_group import FieldGroup
from models.ids import Letter
from models.share import CHILD_SHARES, PREGNANCY_SHARES
from rules.sharing import ShareStatus, groups, status
from schema.declare import computed, shown
from schema.node import node

strawberry.enum(
    FieldGroup, description="Parts of a record to which a permission belongs (項目群); docs/permissions.md."
)
strawberry.enum(ShareStatus, description="How a share stands (共有の状態).")
OF_CHILD, BEFORE_BIRTH = CHILD_SHARES.rows.c, PREGNANCY_SHARES.rows.c


@node(of=CHILD_SHARES, letter=Letter.SHARE)
class Share:
    """What a guardian opened of a child's record to somebody, or invited them to (共有)."""

    id: strawberry.ID = shown(SHARE_GRANTS, says="Opaque id, the same before and after an invitation is accepted (ID).")
    given_by: str = shown(SHARE_GRANTS, says="Who gave it (共有した人).")
    shared_with: str | None = shown(SHARE_GRANTS, says="Who has it, once accepted (共有先).")
    given_at: datetime = shown(SHARE_GRANTS, says="When it was given or the invitation accepted (共有日時).")
    valid_from: date | None = shown(SHARE_GRANTS, says="From this day on; null while an invitation waits (開始日).")
    valid_to: date = shown(SHARE_GRANTS, says="Until the day before this one (終了日).")
    expires_at: datetime | None = shown(
        SHARE_GRANTS, says="When an invitation expires; null if there was none (招待の期限)."
    )
    revoked_at: datetime | None = shown(SHARE_GRANTS, says="When it was revoked (取消日時).")
    field_groups: list[FieldGroup] = computed(
        SHARE_GRANTS, by=groups, over=(OF_CHILD.field_groups,), says="What it opens (項目群)."
    )
    status: ShareStatus = computed(
        SHARE_GRANTS,
        by=status,
        over=(OF_CHILD.valid_from, OF_CHILD.valid_to, OF_CHILD.expires_at, OF_CHILD.revoked_at),
        says="How it stands today (状態).",
    )


@node(of=PREGNANCY_SHARES, letter=Letter.PARTNER_SHARE)
class PartnerShare:
    """What a mother opened of the record before birth to her partner, or invited them to (妊娠中の共有)."""

    id: strawberry.ID = shown(SHARE_GRANTS, says="Opaque id, the same before and after an invitation is accepted (ID).")
    given_by: str = shown(SHARE_GRANTS, says="Who gave it (共有した人).")
    shared_with: str | None = shown(SHARE_GRANTS, says="Who has it, once accepted (共有先).")
    given_at: datetime = shown(SHARE_GRANTS, says="When it was given or the invitation accepted (共有日時).")
    valid_from: date | None = shown(SHARE_GRANTS, says="From this day on; null while an invitation waits (開始日).")
    valid_to: date = shown(SHARE_GRANTS, says="Until the day before this one (終了日).")
    expires_at: datetime | None = shown(
        SHARE_GRANTS, says="When an invitation expires; null if there was none (招待の期限)."
    )
    revoked_at: datetime | None = shown(SHARE_GRANTS, says="When it was revoked (取消日時).")
    field_groups: list[FieldGroup] = computed(
        SHARE_GRANTS, by=groups, over=(BEFORE_BIRTH.field_groups,), says="What it opens (項目群)."
    )
    status: ShareStatus = computed(
        SHARE_GRANTS,
        by=status,
        over=(BEFORE_BIRTH.valid_from, BEFORE_BIRTH.valid_to, BEFORE_BIRTH.expires_at, BEFORE_BIRTH.revoked_at),
        says="How it stands today (状態).",
    )
