"""The codes of refusals as the graph spells them, for deeds and for the items of a batch."""

import strawberry

from models.refusal import RefusalCode

__all__ = ["RefusalCode"]

strawberry.enum(RefusalCode, description="Why a deed was not done (拒否理由).")
