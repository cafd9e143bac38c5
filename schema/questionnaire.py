"""Node: answers to the questions on parenting, for whoever gave them and for support."""

from datetime import date, datetime

import strawberry

from auth.groups import CHECKUP_PARENTING_Q
from models import questionnaire as rows
from models.checkup import CheckupKind
from models.ids import Letter
from models.questionnaire import Reply
from schema.declare import shown
from schema.node import node

strawberry.enum(Reply, description="An answer; nobody has to give one (回答).")


@node(of=rows.Questionnaire, letter=Letter.QUESTIONNAIRE)
class Questionnaire:
    """The questions on parenting of one visit, as one person answered them (育児の質問票)."""

    id: strawberry.ID = shown(CHECKUP_PARENTING_Q, says="Opaque id (ID).")
    kind: CheckupKind = shown(CHECKUP_PARENTING_Q, says="Of which visit (健診の種類).")
    answered_on: date = shown(CHECKUP_PARENTING_Q, says="The day (回答日).")
    has_hit: Reply | None = shown(CHECKUP_PARENTING_Q, says="Hit the child in anger (感情的に叩いた).")
    has_left_alone: Reply | None = shown(CHECKUP_PARENTING_Q, says="Left it alone at home (残して外出した).")
    worries_about_money: Reply | None = shown(CHECKUP_PARENTING_Q, says="Worries about money (経済的な心配).")
    note: str | None = shown(CHECKUP_PARENTING_Q, says="What else there is to say (自由記入).")
    recorded_at: datetime = shown(CHECKUP_PARENTING_Q, says="When this entry was made (登録日時).")
    replaces_id: strawberry.ID | None = shown(CHECKUP_PARENTING_Q, says="The entry before this one (前の回答).")
    is_replaced: bool = shown(CHECKUP_PARENTING_Q, says="Whether a later entry has taken its place (更新済み).")
