"""The deeds of the graph."""

from auth.groups import ACCESS_LOG, CHECKUP_BODY, GROWTH_HOME, SHARE_GRANTS, VACC_RECORDS
from models.organisation import CallerKind
from resolvers import audit, checkup, growth, sharing, vaccination
from schema.access_log import AccessEntry
from schema.checkup import Checkup
from schema.child import Child
from schema.deed import deed, deeds
from schema.growth import Growth
from schema.pregnancy import Pregnancy
from schema.share import PartnerShare, Share
from schema.vaccination import Vaccination

SUPERVISORS = frozenset({CallerKind.SUPERVISOR})


@deeds(about=Child)
class Mutation:
    """What may be done. The same idempotency key with the same input has the same answer for 30 days."""

    record_growth: Growth = deed(
        GROWTH_HOME, by=growth.record, says="A guardian records what was measured at home (成長の記録)."
    )
    submit_checkup: Checkup = deed(
        CHECKUP_BODY, by=checkup.submit, says="A clinic submits a checkup that it carried out (健診結果の登録)."
    )
    record_vaccination: Vaccination = deed(
        VACC_RECORDS, by=vaccination.record, says="Health staff write down a dose that was given (接種の記録)."
    )
    invite: Share = deed(
        SHARE_GRANTS,
        by=sharing.invite,
        says="A guardian invites somebody by mail to parts of a child's record, until a day (招待).",
    )
    invite_partner: PartnerShare = deed(
        SHARE_GRANTS,
        by=sharing.invite_partner,
        about=(Pregnancy,),
        key="pregnancy_id",
        says="A pregnant woman invites her partner by mail to parts of her record, until a day (パートナーの招待).",
    )
    share_with: Share = deed(
        SHARE_GRANTS,
        by=sharing.share_with,
        says="A guardian opens parts of a child's record to a clinic, a school or the education office (機関との共有).",
    )
    accept_invitation: Child | Pregnancy = deed(
        SHARE_GRANTS,
        by=sharing.accept,
        key=None,
        locks=True,
        says="Whoever has the link and a card accepts an invitation, and answers with what is open now (招待の受諾).",
    )
    revoke_sharing: Share | PartnerShare = deed(
        SHARE_GRANTS,
        by=sharing.revoke,
        about=(Share, PartnerShare),
        key="id",
        ends=True,
        says="An invitation or what it opened is taken back, for the next request already (共有の取消).",
    )
    withhold_access_log: AccessEntry = deed(
        ACCESS_LOG,
        kinds=SUPERVISORS,
        by=audit.withhold,
        about=(AccessEntry,),
        key="entry_id",
        says="A supervisor decides that entries of one case stay hidden from residents until a day (閲覧記録の非開示).",
    )
    confirm_break_glass: AccessEntry = deed(
        ACCESS_LOG,
        kinds=SUPERVISORS,
        by=audit.confirm,
        about=(AccessEntry,),
        key="entry_id",
        says="A supervisor confirms a look in an emergency (緊急閲覧の事後承認).",
    )
