"""Partner cities among the callers: one from which a child moved, one with a consent, one that has neither."""

from models.organisation import Bond, CallerKind


def cities(town, reached):
    """Each with the purpose that it may state, and the first one without."""
    moved, consented, other = (town.organisation(CallerKind.PARTNER_MUNICIPALITY).id for _ in range(3))
    kind, granted = "partner_municipality", frozenset({"identity", "vacc_records"})
    about, case = {"rows": (kind,), "reached": reached}, town.case()
    town.care(case, moved, Bond.MOVED)
    town.call("partner", moved, kind, case, purpose="MOV", **about)
    town.call("partner without a purpose", moved, kind, case, **about)
    about, case = {"rows": (kind,), "reached": frozenset(), "granted": granted}, town.case()
    town.grant(case, consented, "IDENTITY VACC_RECORDS")
    town.call("consented partner", consented, kind, case, purpose="MOV", **about)
    town.call("other partner", other, kind, purpose="MOV")
