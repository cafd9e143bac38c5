"""The tables of diphtheria, pertussis, tetanus, polio, Hib and pneumococcus: combined products, and start by age."""

from dataclasses import replace
from datetime import date

from models.vaccination import Vaccine
from rules.immunisation import sources as src
from rules.immunisation.reckoning import day_past_months, days_between, months, months_later, years
from rules.immunisation.terms import Course, Dose, Least, Series, Span, Switch, Usual, Variant, Version

THREE_WEEKS = (Least(days_between(20)),)
SIX_MONTHS = (Least(months_later(6)),)
PRIMARY = Usual(days_between(20), days_between(56))

DPT_IPV_HIB = Series(
    id="dpt-ipv-hib",
    name="Diphtheria, pertussis, tetanus, polio, Hib (5 in 1)",
    name_ja="5種混合",
    products=(Vaccine.DPT_IPV_HIB,),
    versions=(
        Version(
            id="dpt-ipv-hib",
            effective_from=date(2024, 4, 1),
            window=Span(months(2), months(90)),
            variants=(
                Variant(
                    id="four-dose",
                    doses=(
                        Dose(n=1, standard=Span(months(2), months(7))),
                        Dose(n=2, least=THREE_WEEKS, usual=PRIMARY),
                        Dose(n=3, least=THREE_WEEKS, usual=PRIMARY),
                        Dose(n=4, least=SIX_MONTHS, usual=Usual(months_later(6), months_later(18))),
                    ),
                ),
            ),
            sources=(src.CABINET_ORDER, src.ORDINANCE, src.INAMI, src.MINAMI_ALPS, src.GUIDELINE),
        ),
    ),
    illness_cap=years(15),
)


def _four_in_one(start: Span, *, is_bounded: bool = False) -> tuple[Variant, ...]:
    most = days_between(56) if is_bounded else None
    second = Dose(n=2, least=THREE_WEEKS, most=most, usual=PRIMARY, standard=start)
    return (
        Variant(
            id="four-dose",
            doses=(
                Dose(n=1, standard=start),
                second,
                replace(second, n=3),
                Dose(n=4, least=SIX_MONTHS, usual=Usual(months_later(12), months_later(18))),
            ),
        ),
    )


FROM_3_MONTHS = Span(months(3), months(90))
DPT_IPV = Series(
    id="dpt-ipv",
    name="Diphtheria, pertussis, tetanus, polio (4 in 1)",
    name_ja="4種混合",
    products=(Vaccine.DPT_IPV,),
    versions=(
        Version(  # until then the ordinance itself said 20 to 56 days
            id="dpt-ipv-to-56-days",
            effective_from=date(2012, 11, 1),
            effective_to=date(2014, 3, 31),
            window=FROM_3_MONTHS,
            variants=_four_in_one(Span(months(3), months(12)), is_bounded=True),
            sources=(src.ORDINANCE_2013, src.SAIJO, src.MEMORY),
        ),
        Version(
            id="dpt-ipv-from-3m",
            effective_from=date(2014, 4, 1),
            effective_to=date(2023, 3, 31),
            window=FROM_3_MONTHS,
            variants=_four_in_one(Span(months(3), months(12))),
            sources=(src.SAIJO, src.ORDINANCE_2013, src.ATSUGI),
        ),
        Version(
            id="dpt-ipv-from-2m",
            effective_from=date(2023, 4, 1),
            window=Span(months(2), months(90)),
            variants=_four_in_one(Span(months(2), months(12))),
            sources=(src.UTSUNOMIYA, src.MOKA, src.CLINIC_2023),
        ),
    ),
    illness_cap=years(15),
    succeeded_by="dpt-ipv-hib",
)

HIB_APART = (Least(days_between(27), by_doctor=days_between(20)),)
HIB_NEXT = Dose(n=2, must_be_by=months(12), least=HIB_APART, usual=Usual(days_between(27), days_between(56)))
HIB_THIRD = replace(HIB_NEXT, n=3)


def _hib_booster(n: int) -> Dose:
    return Dose(
        n=n,
        least=(Least(months_later(7)),),
        usual=Usual(months_later(7), months_later(13)),
        after_skip=Dose(n=n, not_before=day_past_months(12), least=HIB_APART),
    )


HIB = Series(
    id="hib",
    name="Haemophilus influenzae b",
    name_ja="Hib感染症",
    products=(Vaccine.HIB,),
    versions=(
        Version(
            id="hib",
            effective_from=date(2013, 4, 1),
            window=Span(months(2), months(60)),
            variants=(
                Variant(
                    id="start-2-7m",
                    start_by=months(7),
                    doses=(Dose(n=1, standard=Span(months(2), months(7))), HIB_NEXT, HIB_THIRD, _hib_booster(4)),
                ),
                Variant(id="start-7-12m", start_by=months(12), doses=(Dose(n=1), HIB_NEXT, _hib_booster(3))),
                Variant(id="start-12-60m", doses=(Dose(n=1),)),
            ),
            sources=(src.AIOI, src.CLINIC_HIB, src.IKEDA, src.SANUKI),
        ),
    ),
    illness_cap=years(10),
    succeeded_by="dpt-ipv-hib",
)

FOUR_WEEKS = (Least(days_between(27)),)
SIXTY_DAYS = (Least(days_between(60)),)
TO_12_MONTHS = Span(months(2), months(12))
PCV = Series(
    id="pcv",
    name="Pneumococcus",
    name_ja="小児用肺炎球菌",
    products=(Vaccine.PCV13, Vaccine.PCV15, Vaccine.PCV20),
    versions=(
        Version(
            id="pcv",
            effective_from=date(2013, 11, 1),
            window=Span(months(2), months(60)),
            variants=(
                Variant(
                    id="start-2-7m",
                    start_by=months(7),
                    doses=(
                        Dose(n=1, standard=Span(months(2), months(7))),
                        Dose(n=2, must_be_by=months(24), least=FOUR_WEEKS, standard=TO_12_MONTHS),
                        Dose(
                            n=3,
                            must_be_by=months(24),
                            least=FOUR_WEEKS,
                            standard=TO_12_MONTHS,
                            skipped_after=months(12),
                        ),
                        Dose(n=4, not_before=months(12), least=SIXTY_DAYS, standard=Span(months(12), months(15))),
                    ),
                ),
                Variant(
                    id="start-7-12m",
                    start_by=months(12),
                    doses=(
                        Dose(n=1),
                        Dose(n=2, must_be_by=months(24), least=FOUR_WEEKS, standard=TO_12_MONTHS),
                        Dose(n=3, not_before=months(12), least=SIXTY_DAYS),
                    ),
                ),
                Variant(id="start-12-24m", start_by=months(24), doses=(Dose(n=1), Dose(n=2, least=SIXTY_DAYS))),
                Variant(id="start-24-60m", doses=(Dose(n=1),)),
            ),
            sources=(src.TAMBA, src.KASUKABE, src.CLINIC_PCV, src.KUMANO, src.TONDABAYASHI, src.GUIDELINE),
        ),
    ),
    illness_cap=years(6),
)

COURSES = (
    Course(
        id="dpt",
        series=(DPT_IPV_HIB, DPT_IPV),
        switches=(
            Switch(
                Vaccine.DPT_IPV,
                Vaccine.DPT_IPV_HIB,
                even_with=Vaccine.HIB,
                freely_from=date(2025, 8, 1),  # after the sale of the old product ended, in 2025-07
                sources=(src.UTSUNOMIYA,),
            ),
        ),
        unlisted=(Vaccine.DPT, Vaccine.IPV),
    ),
    Course(id="hib", series=(HIB,), covered_by=Vaccine.DPT_IPV_HIB),
    Course(
        id="pcv",
        series=(PCV,),
        switches=(  # from 15 to 20: in principle the same product to the end
            Switch(Vaccine.PCV13, Vaccine.PCV15, sources=(src.KUMANO, src.TONDABAYASHI)),
            Switch(Vaccine.PCV13, Vaccine.PCV20, sources=(src.KUMANO, src.TONDABAYASHI)),
        ),
        unlisted=(Vaccine.PCV7,),
    ),
)
