"""Node: a link, by which an organisation's patient number stands for a child; and the code with which it begins."""

from datetime import datetime
from typing import Any

import strawberry

from auth.groups import SHARE_GRANTS
from models.ids import Letter
from models.link import LINKS
from resolvers import link
from rules.linking import status
from schema.codes import LinkStatus
from schema.declare import computed, shown
from schema.faces import value
from schema.node import node

ROWS = LINKS.rows.c


@node(of=LINKS, letter=Letter.LINK)
class RecordLink:
    """An organisation's own number stands for the child, so that it can hand in records (医療機関等との連携)."""

    id: strawberry.ID = shown(SHARE_GRANTS, says="Opaque id (ID).")
    organisation: str = shown(SHARE_GRANTS, says="The clinic, school or partner city (機関).")
    issued_at: datetime = shown(SHARE_GRANTS, says="When the code was issued (発行日時).")
    expires_at: datetime = shown(SHARE_GRANTS, says="Until when the code can be redeemed (コードの期限).")
    linked_at: datetime | None = shown(SHARE_GRANTS, says="When it was redeemed (連携日時).")
    revoked_at: datetime | None = shown(SHARE_GRANTS, says="When it was revoked (取消日時).")
    status: LinkStatus = computed(
        SHARE_GRANTS,
        by=status,
        over=(ROWS.expires_at, ROWS.linked_at, ROWS.revoked_at),
        says="How it stands today (状態).",
    )


@value
class LinkCode:
    """A code to hand to the organisation (連携コード). It works once, and is told to its issuer alone."""

    link_id: strawberry.ID
    link_code: str
    expires_at: datetime

    @classmethod
    def is_type_of(cls, row: Any, _info: Any) -> bool:
        """Whether a result is one."""
        return isinstance(row, link.LinkCode)


@value
class Linked:
    """The number stands from now on (連携の成立). For whom is not told: the desk knows who brought the code."""

    linked_at: datetime

    @classmethod
    def is_type_of(cls, row: Any, _info: Any) -> bool:
        """Whether a result is one."""
        return isinstance(row, link.Linked)
