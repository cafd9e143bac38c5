"""Node: a pregnancy, the mother's own record before birth."""

from datetime import date

import strawberry

from auth.groups import NOTICES, PREGNANCY_CORE, SHARE_GRANTS
from models import pregnancy as rows
from models.columns import standing
from models.ids import Letter
from models.notice_view import NOTICES as NOTICE_ROWS
from models.organisation import CallerKind
from models.pregnancy import Outcome
from models.pregnancy_checkup import DueDate as DueDateRow
from models.pregnancy_checkup import PregnancyCheckup as CheckupRow
from models.share import PREGNANCY_SHARES
from rules import pregnancy as rules
from rules.standing import everything
from schema.declare import computed, each, edge, shown
from schema.faces import Connection
from schema.node import node
from schema.notice import Notice
from schema.pregnancy_checkup import ANY_PART, DueDate, Gestation, PregnancyCheckup, VisitPlan
from schema.share import PartnerShare

# A clinic sees of a pregnancy what it supplied: what is put together from everybody's rows is not for it.
WHOLE = frozenset(CallerKind) - {CallerKind.CLINIC}
DUE_VALUES = (DueDateRow.due_on, DueDateRow.basis, DueDateRow.recorded_at)
DUE_ORDER = (DueDateRow.number, DueDateRow.id)
strawberry.enum(Outcome, name="PregnancyOutcome", description="How a pregnancy ended (妊娠の転帰).")


@node(of=rows.Pregnancy, letter=Letter.PREGNANCY)
class Pregnancy:
    """A pregnancy from its notification on (妊娠). Before birth it is the mother's alone."""

    id: strawberry.ID = shown(PREGNANCY_CORE, says="Opaque id (ID).")
    notified_on: date = shown(PREGNANCY_CORE, says="The day of the notification (妊娠届出日).")
    due_on: date = shown(PREGNANCY_CORE, says="The expected date of birth (出産予定日).")
    ended_on: date | None = shown(PREGNANCY_CORE, says="The day on which it ended (終了日).")
    outcome: Outcome | None = shown(PREGNANCY_CORE, says="How it ended (転帰).")
    gestation: Gestation | None = computed(
        PREGNANCY_CORE,
        by=rules.gestation,
        over=(rows.Pregnancy.due_on, rows.Pregnancy.ended_on),
        says="Week, day and month today; null from its end on (妊娠週数).",
    )
    due_dates: list[DueDate] | None = computed(
        PREGNANCY_CORE,
        by=everything,
        over=(each(DueDateRow.pregnancy_id, *DUE_VALUES, order=DUE_ORDER),),
        kinds=WHOLE,
        says="Every entry about the expected day, in the order in which they were made (予定日の履歴).",
    )
    visit_plan: VisitPlan | None = computed(
        PREGNANCY_CORE,
        by=rules.plan,
        over=(
            *(rows.Pregnancy.due_on, rows.Pregnancy.ended_on, rows.Pregnancy.outcome),
            each(
                CheckupRow.pregnancy_id,
                *(CheckupRow.kind, CheckupRow.visit_number),
                order=(CheckupRow.checked_on, CheckupRow.id),
                only=standing(CheckupRow),
            ),
        ),
        kinds=WHOLE,
        says="Which examinations are done, due, overdue and to come, as of today (妊産婦健診の予定).",
    )
    checkups: Connection[PregnancyCheckup] | None = edge(
        *ANY_PART,
        to=CheckupRow.pregnancy_id,
        order=(CheckupRow.checked_on, CheckupRow.id),
        only=standing(CheckupRow),
        says="Examinations as their records stand, earliest first (妊産婦健診).",
    )
    checkup_history: Connection[PregnancyCheckup] | None = edge(
        *ANY_PART,
        to=CheckupRow.pregnancy_id,
        order=(CheckupRow.checked_on, CheckupRow.id),
        says="Every entry about examinations, those that were corrected too, earliest first (妊産婦健診の履歴).",
    )
    notices: Connection[Notice] | None = edge(
        NOTICES,
        to=NOTICE_ROWS.rows.c.pregnancy_id,
        order=(NOTICE_ROWS.rows.c.published_at, NOTICE_ROWS.rows.c.id),
        newest_first=True,
        says="What is told about the pregnancy, newest first (お知らせ).",
    )
    sharing: Connection[PartnerShare] | None = edge(
        SHARE_GRANTS,
        to=PREGNANCY_SHARES.rows.c.pregnancy_id,
        order=(PREGNANCY_SHARES.rows.c.given_at, PREGNANCY_SHARES.rows.c.id),
        newest_first=True,
        says="To whom the record was opened, invitations that wait included, newest first (共有).",
    )
