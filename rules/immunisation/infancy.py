"""The tables of the first year of life: rotavirus, hepatitis B, BCG."""

from datetime import date

from models.immunisation import Condition
from models.vaccination import Vaccine
from rules.immunisation import sources as src
from rules.immunisation.reckoning import birth, days, days_between, months, years
from rules.immunisation.terms import Born, Course, Dose, Least, Series, Span, Variant, Version

FOUR_WEEKS = (Least(days_between(27)),)
ROTA_FROM = date(2020, 10, 1)
ROTA_COHORT = Born(date(2020, 8, 1))
ROTA_FIRST = Dose(n=1, standard=Span(months(2), days(104)), advised_by=days(104))  # 104 days are 14 weeks 6 days
ROTA_SOURCES = (src.CABINET_ORDER, src.ORDINANCE, src.ROTA_ANSWERS, src.GUIDELINE)
ROTA_DOCTOR = frozenset(  # contraindications, from memory
    {Condition.INTUSSUSCEPTION, Condition.CONGENITAL_GUT_DISORDER, Condition.SEVERE_COMBINED_IMMUNODEFICIENCY}
)
ROTA_NOTES = (
    "A first dose from 15 weeks 0 days on is inside the legal window, and not advised for safety.",
    "An oral dose that was spat out is not repeated.",
    "Doses taken before 2020-10-01 are routine doses already received.",
)

ROTA_RV1 = Series(
    id="rota-rv1",
    name="Rotavirus, 1-valent",
    name_ja="ロタウイルス（1価）",
    products=(Vaccine.RV1,),
    versions=(
        Version(
            id="rota-rv1",
            effective_from=ROTA_FROM,
            window=Span(days(42), days(168)),
            variants=(Variant(id="two-dose", doses=(ROTA_FIRST, Dose(n=2, least=FOUR_WEEKS))),),
            sources=(*ROTA_SOURCES, src.CLINIC_ROTA),
        ),
    ),
    cohort=ROTA_COHORT,
    credits_earlier=True,
    has_illness_exception=False,
    ask_physician=ROTA_DOCTOR,
    notes=ROTA_NOTES,
)
ROTA_RV5 = Series(
    id="rota-rv5",
    name="Rotavirus, 5-valent",
    name_ja="ロタウイルス（5価）",
    products=(Vaccine.RV5,),
    versions=(
        Version(
            id="rota-rv5",
            effective_from=ROTA_FROM,
            window=Span(days(42), days(224)),
            variants=(
                Variant(id="three-dose", doses=(ROTA_FIRST, Dose(n=2, least=FOUR_WEEKS), Dose(n=3, least=FOUR_WEEKS))),
            ),
            sources=ROTA_SOURCES,
        ),
    ),
    cohort=ROTA_COHORT,
    credits_earlier=True,
    has_illness_exception=False,
    ask_physician=ROTA_DOCTOR,
    notes=ROTA_NOTES,
)

HEPB_STANDARD = Span(months(2), months(9))
HEPB = Series(
    id="hepb",
    name="Hepatitis B",
    name_ja="B型肝炎",
    products=(Vaccine.HEPB,),
    versions=(
        Version(
            id="hepb",
            effective_from=date(2016, 10, 1),
            window=Span(birth, months(12)),
            variants=(
                Variant(
                    id="three-dose",
                    doses=(
                        Dose(n=1, standard=HEPB_STANDARD),
                        Dose(n=2, least=FOUR_WEEKS, standard=HEPB_STANDARD),
                        Dose(n=3, least=(Least(days_between(139), dose=1),), standard=HEPB_STANDARD),
                    ),
                ),
            ),
            sources=(src.CABINET_ORDER, src.TAKASAKI, src.GUIDELINE),
        ),
    ),
    cohort=Born(date(2016, 4, 1)),
    ask_physician=frozenset({Condition.MOTHER_HBS_ANTIGEN_POSITIVE}),
    excluded=frozenset({Condition.MOTHER_HBS_ANTIGEN_POSITIVE}),  # given under health insurance instead, from memory
)

BCG_ONCE = (Variant(id="one-dose", doses=(Dose(n=1, standard=Span(months(5), months(8))),)),)
BCG = Series(
    id="bcg",
    name="BCG (tuberculosis)",
    name_ja="BCG（結核）",
    products=(Vaccine.BCG,),
    versions=(
        Version(
            id="bcg-to-6m",
            effective_to=date(2013, 3, 31),
            window=Span(birth, months(6)),
            variants=(Variant(id="one-dose", doses=(Dose(n=1),)),),
            sources=(src.MEMORY,),
        ),
        Version(
            id="bcg",
            effective_from=date(2013, 4, 1),
            window=Span(birth, months(12)),
            variants=BCG_ONCE,
            sources=(src.CABINET_ORDER, src.GUIDELINE),
        ),
    ),
    illness_cap=years(4),
    notes=("A municipality may choose another standard period.",),
)

COURSES = (
    Course(id="rota", series=(ROTA_RV1, ROTA_RV5)),
    Course(id="hepb", series=(HEPB,)),
    Course(id="bcg", series=(BCG,)),
)
