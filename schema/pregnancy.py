"""Node: a pregnancy, the mother's own record before birth."""

from datetime import date

import strawberry

from auth.groups import PREGNANCY_CORE, SHARE_GRANTS
from models import pregnancy as rows
from models.ids import Letter
from models.pregnancy import Outcome
from models.share import PREGNANCY_SHARES
from schema.declare import edge, shown
from schema.faces import Connection
from schema.node import node
from schema.share import PartnerShare

strawberry.enum(Outcome, name="PregnancyOutcome", description="How a pregnancy ended (妊娠の転帰).")


@node(of=rows.Pregnancy, letter=Letter.PREGNANCY)
class Pregnancy:
    """A pregnancy from its notification on (妊娠). Before birth it is the mother's alone."""

    id: strawberry.ID = shown(PREGNANCY_CORE, says="Opaque id (ID).")
    notified_on: date = shown(PREGNANCY_CORE, says="The day of the notification (妊娠届出日).")
    due_on: date = shown(PREGNANCY_CORE, says="The expected date of birth (出産予定日).")
    ended_on: date | None = shown(PREGNANCY_CORE, says="The day on which it ended (終了日).")
    outcome: Outcome | None = shown(PREGNANCY_CORE, says="How it ended (転帰).")
    sharing: Connection[PartnerShare] | None = edge(
        SHARE_GRANTS,
        to=PREGNANCY_SHARES.rows.c.pregnancy_id,
        order=(PREGNANCY_SHARES.rows.c.given_at, PREGNANCY_SHARES.rows.c.id),
        newest_first=True,
        says="To whom the record was opened, invitations that wait included, newest first (共有).",
    )
