"""A dose of a case with everything that can be said of it: a correction, a review, and what the rules go by."""

from datetime import UTC, date, datetime

from models.ids import Letter
from models.immunisation import Antigen
from models.immunity import ImmunityFact, ImmunityFactKind
from models.vaccination import Vaccination, VaccinationReview, Vaccine

TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 1, tzinfo=UTC)
CODE = "102016"


def vaccinated(town, case, mark):
    """The entry that stands in the place of another; every value is given, also what never comes together."""
    about = {"child_id": case.child.id, "vaccine": Vaccine.MR, "given_on": TODAY}
    first = town.add(Vaccination(id=town.id(Letter.VACCINATION), is_replaced=True, **about))
    row = Vaccination(
        id=town.id(Letter.VACCINATION),
        product_text=f"{mark}-product",
        lot=f"{mark}-lot",
        clinic=f"{mark}-clinic",
        doctor=f"{mark}-doctor",
        municipality_code=CODE,
        organisation_id=town.clinic.id,
        recorded_at=AT,
        correction_reason=f"{mark}-why",
        replaces_id=first.id,
        **about,
    )
    said = {"child_id": case.child.id, "recorded_at": AT, "recorded_by_id": case.person.id}
    review = {"vaccination_id": row.id, "is_counted": True, "evidence": f"{mark}-review"}
    town.add(VaccinationReview(id=town.id(Letter.LOG), **said, **review))
    illness = {"kind": ImmunityFactKind.ILLNESS, "antigen": Antigen.MUMPS, "happened_on": TODAY, "evidence": "e"}
    town.add(ImmunityFact(id=town.id(Letter.LOG), **said, **illness))
    return row
