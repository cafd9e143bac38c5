"""The products that a handbook may hold, with the days on which each is in the routine programme."""

from datetime import date

from models.immunisation import Antigen, VaccineKind
from models.vaccination import Vaccine
from rules.immunisation import sources as src
from rules.immunisation.terms import Product

DPT = frozenset({Antigen.DIPHTHERIA, Antigen.PERTUSSIS, Antigen.TETANUS})
POLIO = frozenset({Antigen.POLIO})
HIB = frozenset({Antigen.HIB})
PNEUMOCOCCUS = frozenset({Antigen.PNEUMOCOCCUS})
HPV = frozenset({Antigen.HPV})

ROWS = (
    Product(
        vaccine=Vaccine.RV1,
        name="経口弱毒生ヒトロタウイルスワクチン（1価）",
        kind=VaccineKind.LIVE_ORAL,
        antigens=frozenset({Antigen.ROTAVIRUS}),
        routine_from=date(2020, 10, 1),
        sources=(src.CABINET_ORDER, src.CLINIC_ROTA),
    ),
    Product(
        vaccine=Vaccine.RV5,
        name="5価経口弱毒生ロタウイルスワクチン",
        kind=VaccineKind.LIVE_ORAL,
        antigens=frozenset({Antigen.ROTAVIRUS}),
        routine_from=date(2020, 10, 1),
        sources=(src.CABINET_ORDER, src.CLINIC_ROTA),
    ),
    Product(
        vaccine=Vaccine.HEPB,
        name="組換え沈降B型肝炎ワクチン",
        kind=VaccineKind.INACTIVATED,
        antigens=frozenset({Antigen.HEPATITIS_B}),
        routine_from=date(2016, 10, 1),
        sources=(src.CLINIC_HISTORY, src.GUIDELINE),
    ),
    Product(
        vaccine=Vaccine.PCV7,
        name="沈降7価肺炎球菌結合型ワクチン",
        kind=VaccineKind.INACTIVATED,
        antigens=PNEUMOCOCCUS,
        routine_from=date(2013, 4, 1),
        routine_to=date(2013, 10, 31),
        sources=(src.MEMORY,),
    ),
    Product(
        vaccine=Vaccine.PCV13,
        name="沈降13価肺炎球菌結合型ワクチン",
        kind=VaccineKind.INACTIVATED,
        antigens=PNEUMOCOCCUS,
        routine_from=date(2013, 11, 1),
        routine_to=date(2024, 9, 30),
        sources=(src.TONDABAYASHI, src.KUMANO, src.MEMORY),  # the first day is from memory
    ),
    Product(
        vaccine=Vaccine.PCV15,
        name="沈降15価肺炎球菌結合型ワクチン",
        kind=VaccineKind.INACTIVATED,
        antigens=PNEUMOCOCCUS,
        routine_from=date(2024, 4, 1),
        sources=(src.INAMI, src.CLINIC_2024),
    ),
    Product(
        vaccine=Vaccine.PCV20,
        name="沈降20価肺炎球菌結合型ワクチン",
        kind=VaccineKind.INACTIVATED,
        antigens=PNEUMOCOCCUS,
        routine_from=date(2024, 10, 1),
        sources=(src.TONDABAYASHI, src.KUMANO),
    ),
    Product(
        vaccine=Vaccine.DPT_IPV_HIB,
        name="5種混合",
        kind=VaccineKind.INACTIVATED,
        antigens=DPT | POLIO | HIB,
        routine_from=date(2024, 4, 1),
        sources=(src.INAMI, src.MINAMI_ALPS),
    ),
    Product(
        vaccine=Vaccine.DPT_IPV,
        name="4種混合",
        kind=VaccineKind.INACTIVATED,
        antigens=DPT | POLIO,
        routine_from=date(2012, 11, 1),
        sold_until=date(2025, 7, 31),  # the source names the month; the whole month is left for it
        sources=(src.UTSUNOMIYA, src.MEMORY),  # the first day is from memory
    ),
    Product(
        vaccine=Vaccine.DPT,
        name="3種混合",
        kind=VaccineKind.INACTIVATED,
        antigens=DPT,
        sources=(src.MEMORY,),
    ),
    Product(
        vaccine=Vaccine.IPV,
        name="不活化ポリオ",
        kind=VaccineKind.INACTIVATED,
        antigens=POLIO,
        routine_from=date(2012, 9, 1),
        sources=(src.MEMORY,),
    ),
    Product(
        vaccine=Vaccine.HIB,
        name="乾燥ヘモフィルスb型ワクチン",
        kind=VaccineKind.INACTIVATED,
        antigens=HIB,
        routine_from=date(2013, 4, 1),
        sources=(src.CLINIC_HISTORY,),
    ),
    Product(
        vaccine=Vaccine.BCG,
        name="BCG",
        kind=VaccineKind.LIVE_INJECTED,
        antigens=frozenset({Antigen.TUBERCULOSIS}),
        sources=(src.CABINET_ORDER,),
    ),
    Product(
        vaccine=Vaccine.MR,
        name="麻しん風しん混合",
        kind=VaccineKind.LIVE_INJECTED,
        antigens=frozenset({Antigen.MEASLES, Antigen.RUBELLA}),
        routine_from=date(2006, 4, 1),
        sources=(src.CABINET_ORDER, src.MEMORY),
    ),
    Product(
        vaccine=Vaccine.MEASLES_SINGLE,
        name="麻しん単独",
        kind=VaccineKind.LIVE_INJECTED,
        antigens=frozenset({Antigen.MEASLES}),
        sources=(src.MEMORY,),
    ),
    Product(
        vaccine=Vaccine.RUBELLA_SINGLE,
        name="風しん単独",
        kind=VaccineKind.LIVE_INJECTED,
        antigens=frozenset({Antigen.RUBELLA}),
        sources=(src.MEMORY,),
    ),
    Product(
        vaccine=Vaccine.VARICELLA,
        name="乾燥弱毒生水痘ワクチン",
        kind=VaccineKind.LIVE_INJECTED,
        antigens=frozenset({Antigen.VARICELLA}),
        routine_from=date(2014, 10, 1),
        sources=(src.CLINIC_HISTORY,),
    ),
    Product(
        vaccine=Vaccine.JE,
        name="乾燥細胞培養日本脳炎ワクチン",
        kind=VaccineKind.INACTIVATED,
        antigens=frozenset({Antigen.JAPANESE_ENCEPHALITIS}),
        sources=(src.CABINET_ORDER,),
    ),
    Product(
        vaccine=Vaccine.DT,
        name="沈降ジフテリア破傷風混合トキソイド",
        kind=VaccineKind.INACTIVATED,
        antigens=frozenset({Antigen.DIPHTHERIA, Antigen.TETANUS}),
        sources=(src.CABINET_ORDER,),
    ),
    Product(
        vaccine=Vaccine.HPV2,
        name="2価HPV",
        kind=VaccineKind.INACTIVATED,
        antigens=HPV,
        routine_from=date(2013, 4, 1),
        routine_to=date(2026, 3, 31),
        sources=(src.CLINIC_HISTORY, src.NEWSLETTER_2026),
    ),
    Product(
        vaccine=Vaccine.HPV4,
        name="4価HPV",
        kind=VaccineKind.INACTIVATED,
        antigens=HPV,
        routine_from=date(2013, 4, 1),
        routine_to=date(2026, 3, 31),
        sources=(src.CLINIC_HISTORY, src.NEWSLETTER_2026),
    ),
    Product(
        vaccine=Vaccine.HPV9,
        name="9価HPV",
        kind=VaccineKind.INACTIVATED,
        antigens=HPV,
        routine_from=date(2023, 4, 1),
        sources=(src.CLINIC_2023,),
    ),
    Product(
        vaccine=Vaccine.RSV_MATERNAL,
        name="組換えRSウイルスワクチン（妊婦）",
        kind=VaccineKind.INACTIVATED,
        antigens=frozenset({Antigen.RSV}),
        routine_from=date(2026, 4, 1),
        sources=(src.COUNCIL_2026, src.NEWSLETTER_2026),
    ),
    Product(
        vaccine=Vaccine.MUMPS,
        name="おたふくかぜ",
        kind=VaccineKind.LIVE_INJECTED,
        antigens=frozenset({Antigen.MUMPS}),
        sources=(src.CLINIC_KINDS,),
    ),
    Product(
        vaccine=Vaccine.FLU_INACT,
        name="インフルエンザHA",
        kind=VaccineKind.INACTIVATED,
        antigens=frozenset({Antigen.INFLUENZA}),
        sources=(src.MEMORY,),
    ),
    Product(
        vaccine=Vaccine.FLU_LAIV,
        name="経鼻弱毒生インフルエンザ",
        kind=VaccineKind.LIVE_NASAL,
        antigens=frozenset({Antigen.INFLUENZA}),
        sources=(src.MEMORY,),
    ),
)
PRODUCTS = {row.vaccine: row for row in ROWS}
