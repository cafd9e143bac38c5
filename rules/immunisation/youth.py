"""The tables of HPV, of the vaccine for pregnant women, and of the voluntary vaccines."""

from datetime import date

from models.immunisation import Programme
from models.resident import Sex
from models.vaccination import Vaccine
from rules.immunisation import sources as src
from rules.immunisation.reckoning import (
    days,
    days_between,
    end_of_fiscal_year_of,
    eve_of_school,
    fiscal_year_of,
    months,
    months_and_a_half_later,
    months_later,
    no_end,
    on,
    weeks_later,
    year_before_school,
    years,
)
from rules.immunisation.terms import (
    Born,
    Course,
    Dose,
    Least,
    Season,
    Series,
    Span,
    Started,
    Switch,
    Usual,
    Variant,
    Version,
)

GIRLS = Span(fiscal_year_of(12), end_of_fiscal_year_of(16))
AT_13 = Span(fiscal_year_of(13), end_of_fiscal_year_of(13))
HPV_FIRST = Dose(n=1, standard=AT_13)
HPV_SECOND = Dose(n=2, least=(Least(months_later(1)),), usual=Usual(months_later(2)))
HPV_THIRD = Dose(n=3, least=(Least(months_later(3)),), usual=Usual(months_later(6), dose=1))
HPV_UNTIL = date(2026, 3, 31)

HPV9 = Series(
    id="hpv9",
    name="HPV, 9-valent",
    name_ja="HPV（9価）",
    products=(Vaccine.HPV9,),
    versions=(
        Version(
            id="hpv9",
            effective_from=date(2023, 4, 1),
            window=GIRLS,
            variants=(
                Variant(
                    id="two-dose",
                    start_by=years(15),
                    only=frozenset({Vaccine.HPV9}),
                    is_left_when_too_soon=True,
                    doses=(HPV_FIRST, Dose(n=2, least=(Least(months_later(5)),), usual=Usual(months_later(6)))),
                ),
                Variant(id="three-dose", doses=(HPV_FIRST, HPV_SECOND, HPV_THIRD)),
            ),
            sources=(src.CABINET_ORDER, src.KUNITACHI, src.YAITA, src.NEWSLETTER_2026, src.GUIDELINE),
        ),
    ),
    sex=Sex.FEMALE,
)
HPV4 = Series(
    id="hpv4",
    name="HPV, 4-valent",
    name_ja="HPV（4価）",
    products=(Vaccine.HPV4,),
    versions=(
        Version(  # one city page counts the third dose from the first; three others from the second
            id="hpv4",
            effective_from=date(2013, 4, 1),
            effective_to=HPV_UNTIL,
            window=GIRLS,
            variants=(Variant(id="three-dose", doses=(HPV_FIRST, HPV_SECOND, HPV_THIRD)),),
            sources=(src.YAITA, src.OGAWA, src.HEKINAN, src.NEWSLETTER_2026),
        ),
    ),
    sex=Sex.FEMALE,
    succeeded_by="hpv9",
)
HPV2 = Series(
    id="hpv2",
    name="HPV, 2-valent",
    name_ja="HPV（2価）",
    products=(Vaccine.HPV2,),
    versions=(
        Version(
            id="hpv2",
            effective_from=date(2013, 4, 1),
            effective_to=HPV_UNTIL,
            window=GIRLS,
            variants=(
                Variant(
                    id="three-dose",
                    doses=(
                        HPV_FIRST,
                        Dose(n=2, least=(Least(months_later(1)),), usual=Usual(months_later(1))),
                        Dose(
                            n=3,
                            least=(Least(months_later(5), dose=1), Least(months_and_a_half_later(2), dose=2)),
                            usual=Usual(months_later(6), dose=1),
                        ),
                    ),
                ),
            ),
            sources=(src.YAITA, src.OGAWA, src.COUNCIL_INTERVALS),
        ),
    ),
    sex=Sex.FEMALE,
    succeeded_by="hpv9",
)
CATCH_UP_FROM = date(2022, 4, 1)
HPV_CATCH_UP = Series(  # closed; kept to judge the doses of its time
    id="hpv-catchup",
    name="HPV, catch-up",
    name_ja="HPV（キャッチアップ接種）",
    programme=Programme.ROUTINE_A_EXCEPTION,
    products=(Vaccine.HPV9, Vaccine.HPV4, Vaccine.HPV2),
    versions=(
        Version(
            id="hpv-catchup",
            effective_from=CATCH_UP_FROM,
            effective_to=HPV_UNTIL,
            window=Span(on(CATCH_UP_FROM), on(HPV_UNTIL)),
            variants=(
                Variant(
                    id="three-dose",
                    doses=(
                        Dose(n=1),
                        Dose(n=2, least=(Least(months_later(1)),)),
                        Dose(n=3, least=(Least(months_later(3)),)),
                    ),
                ),
            ),
            sources=(src.YAITA, src.OGAWA, src.SAKURAI, src.SAZA),
        ),
    ),
    cohort=Born(date(1997, 4, 2), date(2009, 4, 1)),
    sex=Sex.FEMALE,
    has_illness_exception=False,
    started=Started(date(2025, 4, 1), CATCH_UP_FROM, date(2025, 3, 31)),
)

RSV_MATERNAL = Series(
    id="rsv-maternal",
    name="RSV, for pregnant women",
    name_ja="RSウイルス（妊婦）",
    products=(Vaccine.RSV_MATERNAL,),
    versions=(
        Version(  # counted from the first day of week 0: 28 weeks 0 days to 36 weeks 6 days
            id="rsv-maternal",
            effective_from=date(2026, 4, 1),
            window=Span(days(196), days(258)),
            variants=(Variant(id="one-dose", doses=(Dose(n=1),)),),
            sources=(src.COUNCIL_2026, src.NEWSLETTER_2026),
        ),
    ),
    is_for_the_pregnant=True,
    has_illness_exception=False,
)

NEXT_DAY = (Least(days_between(0)),)  # no least interval is published
MUMPS = Series(
    id="mumps-voluntary",
    name="Mumps",
    name_ja="おたふくかぜ",
    programme=Programme.VOLUNTARY,
    products=(Vaccine.MUMPS,),
    versions=(
        Version(
            id="mumps-voluntary",
            window=Span(months(12), no_end),
            variants=(
                Variant(
                    id="two-dose",
                    doses=(
                        Dose(n=1, standard=Span(months(12), months(24))),
                        Dose(n=2, least=NEXT_DAY, standard=Span(year_before_school, eve_of_school)),
                    ),
                ),
            ),
            sources=(src.CLINIC_KINDS, src.MEMORY),
        ),
    ),
    has_illness_exception=False,
    notes=("Two doses are the advice of the paediatric society (from memory); local subsidies differ.",),
)
INFLUENZA = Series(
    id="influenza-voluntary-u13",
    name="Influenza, under 13",
    name_ja="インフルエンザ（13歳未満）",
    programme=Programme.VOLUNTARY,
    products=(Vaccine.FLU_INACT,),
    versions=(
        Version(
            id="influenza-voluntary-u13",
            window=Span(months(6), years(13)),
            variants=(
                Variant(
                    id="two-dose",
                    doses=(Dose(n=1), Dose(n=2, least=NEXT_DAY, usual=Usual(weeks_later(2), weeks_later(4)))),
                ),
            ),
            sources=(src.CLINIC_FLU, src.MEMORY),
        ),
    ),
    has_illness_exception=False,
    season=Season(first_month=10, last_month=3),
)

COURSES = (
    Course(
        id="hpv",
        series=(HPV9, HPV4, HPV2, HPV_CATCH_UP),
        switches=(  # after information, at the doctor's
            Switch(Vaccine.HPV2, Vaccine.HPV9, sources=(src.KUNITACHI, src.YAITA)),
            Switch(Vaccine.HPV4, Vaccine.HPV9, sources=(src.KUNITACHI, src.YAITA)),
        ),
    ),
    Course(id="rsv", series=(RSV_MATERNAL,)),
    Course(id="mumps", series=(MUMPS,)),
    Course(id="influenza", series=(INFLUENZA,), unlisted=(Vaccine.FLU_LAIV,)),
)
