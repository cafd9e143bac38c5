"""The tables from the first birthday to the age of 13: measles and rubella, varicella, Japanese encephalitis, DT."""

from datetime import date

from models.vaccination import Vaccine
from rules.immunisation import sources as src
from rules.immunisation.reckoning import (
    day_past_months,
    days_between,
    eve_of_school,
    months,
    months_later,
    on,
    year_before_school,
    years,
)
from rules.immunisation.terms import (
    AfterSeries,
    Born,
    Course,
    Dose,
    Extension,
    Least,
    Series,
    Span,
    Usual,
    Variant,
    Version,
)

SHORTAGE = Span(on(date(2025, 4, 1)), on(date(2027, 3, 31)))
MR_FIRST = Span(months(12), months(24))
MR_1 = Series(
    id="mr-1",
    name="Measles and rubella, first",
    name_ja="麻しん風しん 第1期",
    products=(Vaccine.MR,),
    versions=(
        Version(
            id="mr-1",
            effective_from=date(2006, 4, 1),
            window=MR_FIRST,
            variants=(Variant(id="one-dose", doses=(Dose(n=1, standard=MR_FIRST),)),),
            sources=(src.CABINET_ORDER, src.CLINIC_AGES, src.GUIDELINE),
        ),
    ),
    extensions=(
        Extension(
            id="mr1-2024-shortage",
            cohort=Born(date(2022, 4, 2), date(2023, 4, 1)),
            window=SHORTAGE,
            condition="not received in fiscal year 2024 because of the shortage",
            sources=(src.ETAJIMA, src.KASHIWARA, src.CHUO),
        ),
    ),
    notes=("As early as possible.",),
)
MR_SECOND = Span(year_before_school, eve_of_school)  # which is within "age 5 or more and under 7"
MR_2 = Series(
    id="mr-2",
    name="Measles and rubella, second",
    name_ja="麻しん風しん 第2期",
    products=(Vaccine.MR,),
    versions=(
        Version(
            id="mr-2",
            effective_from=date(2006, 6, 2),
            window=MR_SECOND,
            variants=(Variant(id="one-dose", doses=(Dose(n=1, standard=MR_SECOND),)),),
            sources=(src.CABINET_ORDER, src.SCHOOL_ACT, src.GUIDELINE),
        ),
    ),
    extensions=(
        Extension(
            id="mr2-2024-shortage",
            cohort=Born(date(2018, 4, 2), date(2019, 4, 1)),
            window=SHORTAGE,
            condition="not received in fiscal year 2024 because of the shortage",
            sources=(src.ETAJIMA, src.KASHIWARA),
        ),
    ),
)

VARICELLA = Series(
    id="varicella",
    name="Varicella (chickenpox)",
    name_ja="水痘",
    products=(Vaccine.VARICELLA,),
    versions=(
        Version(
            id="varicella",
            effective_from=date(2014, 10, 1),
            window=Span(months(12), months(36)),
            variants=(
                Variant(
                    id="two-dose",
                    doses=(
                        Dose(n=1, standard=Span(months(12), months(15))),
                        Dose(n=2, least=(Least(months_later(3)),), usual=Usual(months_later(6), months_later(12))),
                    ),
                ),
            ),
            sources=(src.CABINET_ORDER, src.GUIDELINE),
        ),
    ),
)

WEEK_APART = (Least(days_between(6)),)
JE_SPECIAL = Born(date(1995, 4, 2), date(2007, 4, 1))  # the last of them reaches 20 on 2027-03-31
AT_3 = Span(years(3), years(4))
JE_1 = Series(
    id="je-1",
    name="Japanese encephalitis, first",
    name_ja="日本脳炎 第1期",
    products=(Vaccine.JE,),
    versions=(
        Version(
            id="je-1",
            effective_from=date(2009, 6, 2),
            window=Span(months(6), months(90)),
            variants=(
                Variant(
                    id="three-dose",
                    doses=(
                        Dose(n=1, standard=AT_3),
                        Dose(n=2, least=WEEK_APART, usual=Usual(days_between(6), days_between(28)), standard=AT_3),
                        Dose(
                            n=3,
                            least=(Least(months_later(6)),),
                            usual=Usual(months_later(12)),
                            standard=Span(years(4), years(5)),
                        ),
                    ),
                ),
            ),
            sources=(src.CABINET_ORDER, src.SAKURA, src.ITAKURA, src.GUIDELINE),
        ),
    ),
    extensions=(
        Extension(
            id="je-special-1",
            cohort=JE_SPECIAL,
            window=Span(day_past_months(90), years(20)),
            least=WEEK_APART,
            sources=(src.ITAKURA, src.TAJIRI),
        ),
        Extension(  # over for the whole cohort since 2022-09-30
            id="je-special-2",
            cohort=Born(date(2007, 4, 2), date(2009, 10, 1)),
            window=Span(years(9), years(13)),
            sources=(src.ITAKURA,),
        ),
    ),
    notes=("0.25 mL under 3 years, 0.5 mL from 3 (from memory).",),
)
JE_2 = Series(
    id="je-2",
    name="Japanese encephalitis, second",
    name_ja="日本脳炎 第2期",
    products=(Vaccine.JE,),
    versions=(
        Version(
            id="je-2",
            effective_from=date(2010, 8, 27),
            window=Span(years(9), years(13)),
            variants=(Variant(id="one-dose", doses=(Dose(n=1, standard=Span(years(9), years(10))),)),),
            sources=(src.CABINET_ORDER, src.ITAKURA, src.TAJIRI, src.GUIDELINE),
        ),
    ),
    after_series=AfterSeries("je-1", days_between(6)),
    extensions=(
        Extension(
            id="je-special-1",
            cohort=JE_SPECIAL,
            window=Span(day_past_months(156), years(20)),
            least=WEEK_APART,
            sources=(src.ITAKURA, src.TAJIRI),
        ),
    ),
    notes=("About 5 years after the first phase is advised.",),
)

DT_2 = Series(
    id="dt-2",
    name="Diphtheria and tetanus, second",
    name_ja="ジフテリア破傷風 第2期",
    products=(Vaccine.DT,),
    versions=(
        Version(
            id="dt-2",
            effective_from=date(1995, 4, 1),
            window=Span(years(11), years(13)),
            variants=(Variant(id="one-dose", doses=(Dose(n=1, standard=Span(years(11), years(12))),)),),
            sources=(src.CABINET_ORDER, src.GUIDELINE),
        ),
    ),
)

COURSES = (
    Course(id="mr", series=(MR_1, MR_2), are_phases=True, unlisted=(Vaccine.MEASLES_SINGLE, Vaccine.RUBELLA_SINGLE)),
    Course(id="varicella", series=(VARICELLA,)),
    Course(id="je", series=(JE_1, JE_2), are_phases=True),
    Course(id="dt", series=(DT_2,)),
)
