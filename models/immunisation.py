"""The words of the immunisation rules: what is said of a dose, and of a series of doses."""

from enum import StrEnum


class Antigen(StrEnum):
    """What a product protects from; the history of a disease uses the same words."""

    ROTAVIRUS = "rotavirus"
    HEPATITIS_B = "hepatitis_b"
    PNEUMOCOCCUS = "pneumococcus"
    DIPHTHERIA = "diphtheria"
    PERTUSSIS = "pertussis"
    TETANUS = "tetanus"
    POLIO = "polio"
    HIB = "hib"
    TUBERCULOSIS = "tuberculosis"
    MEASLES = "measles"
    RUBELLA = "rubella"
    VARICELLA = "varicella"
    JAPANESE_ENCEPHALITIS = "japanese_encephalitis"
    HPV = "hpv"
    RSV = "rsv"
    MUMPS = "mumps"
    INFLUENZA = "influenza"


class Condition(StrEnum):
    """What a doctor has to be asked about before a series goes on."""

    INTUSSUSCEPTION = "intussusception"
    CONGENITAL_GUT_DISORDER = "congenital_gut_disorder"
    SEVERE_COMBINED_IMMUNODEFICIENCY = "severe_combined_immunodeficiency"
    MOTHER_HBS_ANTIGEN_POSITIVE = "mother_hbs_antigen_positive"


class LegalStatus(StrEnum):
    """Whether a dose is one of the routine programme (定期接種)."""

    ROUTINE = "routine"
    ROUTINE_BY_EXCEPTION = "routine_by_exception"
    NOT_ROUTINE = "not_routine"
    UNKNOWN = "unknown"


class Counts(StrEnum):
    """Whether a dose fills its place in the series: another question than its legal status."""

    COUNTED = "counted"
    NOT_COUNTED = "not_counted"
    NEEDS_REVIEW = "needs_review"


class Reason(StrEnum):
    """Why a dose is judged as it is."""

    OK = "ok"
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    TOO_SOON = "too_soon"
    TOO_LATE = "too_late"
    LIVE_CONFLICT = "live_conflict"
    WRONG_PRODUCT = "wrong_product"
    UNKNOWN_PRODUCT = "unknown_product"
    PRODUCT_NOT_IN_PROGRAMME_ON_DATE = "product_not_in_programme_on_date"
    EXTRA_DOSE = "extra_dose"
    SERIES_NOT_STARTED_IN_TIME = "series_not_started_in_time"
    NOT_IN_TARGET = "not_in_target"
    EXCLUDED_HISTORY_OF_DISEASE = "excluded_history_of_disease"
    EXPIRED_LOT = "expired_lot"
    WRONG_ROUTE_OR_VOLUME = "wrong_route_or_volume"
    DUPLICATE_RECORD = "duplicate_record"
    INCOMPLETE_DATE = "incomplete_date"
    RECORDED_BEFORE_BIRTH = "recorded_before_birth"
    RECORDED_IN_FUTURE = "recorded_in_future"
    AFTER_DEATH = "after_death"


class Caution(StrEnum):
    """What ought to be known about a dose although it is in order."""

    LATE_FIRST_DOSE = "late_first_dose"
    THIRD_DOSE_NEEDED = "third_dose_needed"
    OUT_OF_SEASON = "out_of_season"


class SeriesStatus(StrEnum):
    """How a series stands on a day."""

    COMPLETE = "complete"
    DUE = "due"
    OVERDUE = "overdue"
    NOT_YET = "not_yet"
    AGED_OUT = "aged_out"
    IMMUNE_EXCLUDED = "immune_excluded"
    ASK_PHYSICIAN = "ask_physician"
    NEEDS_REVIEW = "needs_review"
    CLOSED = "closed"


class SeriesReason(StrEnum):
    """Why a series stands as it does, where its dates do not say so."""

    RECORD_CLOSED = "record_closed"  # after a death or a move, and not which: a move tells of a place
    NOT_IN_TARGET = "not_in_target"
    NOT_STARTED_IN_TIME = "not_started_in_time"
    NOT_IN_PROGRAMME = "not_in_programme"
    OTHER_SERIES = "other_series"
    COVERED_BY_COMBINED = "covered_by_combined"
    HAD_THE_DISEASE = "had_the_disease"
    DOUBTFUL_DOSE = "doubtful_dose"
    CONDITION = "condition"
    NO_DAY_LEFT = "no_day_left"


class Programme(StrEnum):
    """Who stands behind a series."""

    ROUTINE_A = "routine_a"
    ROUTINE_A_EXCEPTION = "routine_a_exception"
    VOLUNTARY = "voluntary"


class VaccineKind(StrEnum):
    """What the interval rules ask of a product."""

    LIVE_INJECTED = "live_injected"
    LIVE_ORAL = "live_oral"
    LIVE_NASAL = "live_nasal"
    INACTIVATED = "inactivated"
