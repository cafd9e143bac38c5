"""The deeds of the graph."""

from auth.groups import CHECKUP_BODY, GROWTH_HOME, VACC_RECORDS
from resolvers import checkup, growth, vaccination
from schema.checkup import Checkup
from schema.child import Child
from schema.deed import deed, deeds
from schema.growth import Growth
from schema.vaccination import Vaccination


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
