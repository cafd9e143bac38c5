"""The words that several parts of the graph use: codes of refusals, how a link stands."""

import strawberry

from models.refusal import RefusalCode
from rules.linking import LinkStatus

__all__ = ["LinkStatus", "RefusalCode"]

strawberry.enum(RefusalCode, description="Why a deed was not done (拒否理由).")
strawberry.enum(LinkStatus, description="How a link stands (連携の状態).")
