"""What a town file's entries say of one another in dates and figures: nobody is vaccinated before birth."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any

from models.checkup import CheckupKind
from models.growth import Measure
from models.ids import LETTER_AT, Letter
from models.pregnancy_checkup import MaternalVisit
from models.vaccination import DatePrecision
from rules.births import fits
from rules.body import first_out_of_range
from rules.checkup_items import ITEMS as OF_CHILDREN
from rules.immunisation.record import span
from rules.items import Item
from rules.pregnancy_items import ITEMS as OF_WOMEN
from tsumugi.town.draft import Draft, Entry
from tsumugi.town.rows import TOKYO
from tsumugi.town.values import LAST_DAY

ORDERED = (  # the second value is never before the first; the same day is an interval without a day
    ("municipality", "valid_from", "valid_to"),
    ("guardianship", "valid_from", "valid_to"),
    ("protection_measure", "valid_from", "valid_to"),
    ("grant", "valid_from", "valid_to"),
    ("grant", "recorded_at", "revoked_at"),
    ("care", "valid_from", "valid_to"),
    ("rider", "registered_on", "valid_to"),
    ("resident", "birth_date", "died_on"),
    ("resident", "birth_date", "moved_out_on"),
    ("child", "birth_date", "died_on"),
    ("child", "birth_date", "moved_out_on"),
    ("allergy", "since", "over_on"),
    ("pregnancy", "notified_on", "ended_on"),
    ("pregnancy", "notified_on", "due_on"),
    ("duty_doctor", "starts_minute", "ends_minute"),
)
PAST = (  # what happened is not after `as_of`
    ("resident", "birth_date"),
    ("resident", "died_on"),
    ("child", "birth_date"),
    ("child", "died_on"),
    ("child", "moved_out_on"),
    ("resident", "moved_out_on"),
    ("pregnancy", "notified_on"),
    ("pregnancy", "ended_on"),
    ("checkup", "checked_on"),
    ("school_checkup", "checked_on"),
    ("pregnancy_checkup", "checked_on"),
    ("vaccination", "given_on"),
    ("immunity_fact", "happened_on"),
    ("growth", "measured_on"),
    ("diary_entry", "observed_at"),
    ("allergy", "since"),
    ("allergy", "over_on"),
    ("physician", "since"),
    ("ride", "boarded_at"),
    ("seat", "boarded_at"),
    ("point_account", "opened_on"),
    ("point_entry", "posted_at"),
)
ALIVE = (  # the day lies within the life of the person that the other key points to
    ("guardianship", "valid_from", "child_id", "child"),
    ("guardianship", "valid_from", "holder_id", "resident"),
    ("grant", "valid_from", "child_id", "child"),
    ("care", "valid_from", "child_id", "child"),
    ("checkup", "checked_on", "child_id", "child"),
    ("school_checkup", "checked_on", "child_id", "child"),
    ("immunity_fact", "happened_on", "child_id", "child"),
    ("growth", "measured_on", "child_id", "child"),
    ("diary_entry", "observed_at", "child_id", "child"),
    ("allergy", "since", "child_id", "child"),
    ("allergy", "over_on", "child_id", "child"),
    ("physician", "since", "child_id", "child"),
    ("rider", "registered_on", "resident_id", "resident"),
    ("point_account", "opened_on", "resident_id", "resident"),
)
SINCE = (  # the day is not before the other entry's own first day
    ("seat", "boarded_at", "rider_id", "rider", "registered_on"),
    ("point_entry", "posted_at", "account_id", "point_account", "opened_on"),
)
KEPT = ("growth", "diary_entry", "allergy", "physician")  # entries of guardians, which later ones replace
SAME = (  # both entries hold the same value
    ("child", "birth_date", "resident_id", "resident"),
    ("seat", "organisation_id", "ride_id", "ride"),
    ("guardianship", "child_id", "replaces_id", "guardianship"),
    ("protection_measure", "family_id", "replaces_id", "protection_measure"),
    ("vaccination", "child_id", "replaces_id", "vaccination"),
    ("immunity_fact", "child_id", "replaces_id", "immunity_fact"),
    ("vaccination_review", "child_id", "vaccination_id", "vaccination"),
    *((table, "child_id", "replaces_id", table) for table in KEPT),
)
EITHER = (  # one of the two, not both
    ("grant", "child_id", "pregnancy_id"),
    ("care", "child_id", "pregnancy_id"),
    ("vaccination", "vaccine", "product_text"),
)
# Both, or neither.
TOGETHER = (("pregnancy", "ended_on", "outcome"), *((table, "replaces_id", "correction_reason") for table in KEPT))
FACT_WORDS = (("antigen", "ILLNESS"), ("condition", "CONDITION"))
INTO = ("CONVERTED", "GRANTED", "REFUNDED")  # points come into an account; spent and expired points leave it
MEASURES = tuple(measure.value for measure in Measure)


def check_sense(draft: Draft) -> None:
    """Note every date and figure that cannot be."""
    for table, first, second in ORDERED:
        for entry, earlier, later in draft.having(table, first, second):
            if later < earlier:
                draft.fault(entry, second, f"{_shown(later)} is before {first}, {_shown(earlier)}")
    _check_company(draft)
    _check_past(draft)
    _check_lives(draft)
    _check_births(draft)
    _check_doses(draft)
    _check_facts(draft)
    _check_pairs(draft)
    _check_points(draft)
    _check_measures(draft)
    _check_items(draft)


def _check_company(draft: Draft) -> None:
    for table, first, second in EITHER:
        for entry in draft.entries[table]:
            if (first in entry.values) is (second in entry.values):
                draft.fault(entry, second, f"either {first} or {second} is given")
    for entry, id_, pregnancy_id in draft.having("grant", "id", "pregnancy_id"):
        if id_[LETTER_AT] != Letter.PARTNER_SHARE:
            draft.fault(entry, "id", f"about {pregnancy_id}, so its kind letter is {Letter.PARTNER_SHARE}")
    for table, first, second in TOGETHER:
        for entry in draft.entries[table]:
            if (first in entry.values) is not (second in entry.values):
                draft.fault(entry, second, f"{first} and {second} are given together")


def _check_past(draft: Draft) -> None:
    as_of = draft.head.get("as_of", LAST_DAY)
    for table, key in PAST:
        for entry, value in draft.having(table, key):
            if _day(value) > as_of:
                draft.fault(entry, key, f"{_day(value)} is after the day of the town, as_of {as_of}")


def _check_lives(draft: Draft) -> None:
    for table, key, pointer, target in ALIVE:
        for entry, day, id_ in draft.having(table, key, pointer):
            life = draft.by_key[target].get(id_)
            if life is not None:
                _check_life(draft, entry, (key, _day(day)), life)
    for table, key, pointer, target, since in SINCE:
        for entry, value, id_ in draft.having(table, key, pointer):
            first = _of(draft, target, id_, since)
            if first is not None and _day(value) < first:
                draft.fault(entry, key, f"{_day(value)} is before {target}.{since}, {first}")
    for entry, boarded_at, rider_id in draft.having("seat", "boarded_at", "rider_id"):
        person = draft.by_key["resident"].get(_of(draft, "rider", rider_id, "resident_id"))
        if person is not None:
            _check_life(draft, entry, ("boarded_at", _day(boarded_at)), person)


def _check_life(draft: Draft, entry: Entry, dated: tuple[str, date], life: Entry) -> None:
    key, day = dated
    birth, death = life.values.get("birth_date"), life.values.get("died_on")
    if birth is not None and day < birth:
        draft.fault(entry, key, f"{day} is before the {life.table}'s birth_date, {birth}")
    if death is not None and day > death:
        draft.fault(entry, key, f"{day} is after the {life.table}'s died_on, {death}")


def _check_doses(draft: Draft) -> None:
    """Where the month or the year alone is known, some day of it lies within the life of the child."""
    for entry, day, child_id in draft.having("vaccination", "given_on", "child_id"):
        precision = DatePrecision[entry.values.get("precision", DatePrecision.DAY.name)]
        days = span(day, precision)
        life = draft.by_key["child"].get(child_id)
        if days.first != day:
            draft.fault(entry, "given_on", f"{day} is not the first day of its {precision.name.lower()}, {days.first}")
        elif life is not None:
            born = life.values.get("birth_date", day)
            _check_life(draft, entry, ("given_on", min(max(day, born), days.last)), life)


def _check_facts(draft: Draft) -> None:
    for entry, kind in draft.having("immunity_fact", "kind"):
        for key, owner in FACT_WORDS:
            if (key in entry.values) is not (kind == owner):
                draft.fault(entry, key, f"is given for {owner}, and for no other kind")


def _check_births(draft: Draft) -> None:
    for entry, due_on, born in draft.having("child", "due_on", "birth_date"):
        if not fits(due_on, born):
            draft.fault(entry, "due_on", f"cannot be the expected day of a child born on {_shown(born)}")


def _check_pairs(draft: Draft) -> None:
    for table, key, pointer, target in SAME:
        for entry, value, id_ in draft.having(table, key, pointer):
            other = _of(draft, target, id_, key)
            if other is not None and other != value:
                draft.fault(entry, key, f"{_shown(value)} is not that of the {target}, {_shown(other)}")


def _check_points(draft: Draft) -> None:
    by_account: defaultdict[str, list[tuple[datetime, int, Entry]]] = defaultdict(list)
    for entry, kind, points in draft.having("point_entry", "kind", "points"):
        if points == 0 or (points > 0) is not (kind in INTO):
            draft.fault(
                entry, "points", f"{points} has the wrong sign for {kind}: {', '.join(INTO)} are above 0, others below"
            )
    for entry, account_id, posted_at, points in draft.having("point_entry", "account_id", "posted_at", "points"):
        by_account[account_id].append((posted_at, points, entry))
    for entries in by_account.values():
        balance = 0
        for _, points, entry in sorted(entries, key=lambda each: each[0]):
            balance += points
            if balance < 0:
                draft.fault(entry, "points", f"leaves {balance} points in the account; a balance is never below 0")


def _check_measures(draft: Draft) -> None:
    for entry in draft.entries["growth"]:
        if not entry.values.keys() & {*MEASURES, "is_void"}:
            draft.fault(entry, MEASURES[0], f"is missing; a growth has at least one of {', '.join(MEASURES)}")
    for table, key in (("checkup", "checked_on"), ("growth", "measured_on")):
        for entry, day, child_id in draft.having(table, key, "child_id"):
            born = _of(draft, "child", child_id, "birth_date")
            measures = {measure: entry.values.get(measure.value) for measure in Measure}
            is_birth = entry.values.get("kind") == CheckupKind.BIRTH.name
            wrong = born and first_out_of_range(born, day, measures, is_birth=is_birth)
            if wrong:
                draft.fault(entry, wrong.value, f"{measures[wrong]} cannot be right at the age of that day")


def _check_items(draft: Draft) -> None:
    forms: tuple[tuple[str, type[Enum], Iterable[Item]], ...] = (
        ("checkup", CheckupKind, OF_CHILDREN),
        ("pregnancy_checkup", MaternalVisit, OF_WOMEN),
    )
    for table, kinds, items in forms:
        for entry, kind in draft.having(table, "kind"):
            for item in items:
                if item.name in entry.values and item.visits is not None and kinds[kind] not in item.visits:
                    draft.fault(entry, item.name, f"is not on the form of {kind}")


def _of(draft: Draft, table: str, id_: str | None, key: str) -> Any:
    entry = draft.by_key[table].get(id_ or "")
    return None if entry is None else entry.values.get(key)


def _day(value: date) -> date:
    """The day in Tokyo on which a moment falls; a date is one."""
    return value.astimezone(TOKYO).date() if isinstance(value, datetime) else value


def _shown(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
