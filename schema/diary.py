"""Node: an entry of a child's diary."""

from datetime import datetime

import strawberry

from auth.groups import NOTES_HOME
from models.diary import Appetite, Mood, Symptom
from models.entry_view import DiaryEntries
from models.ids import Letter
from resolvers import diary
from rules.diary import symptoms
from rules.entries import EntryStatus
from schema.declare import computed, shown
from schema.deed import deed
from schema.entry import recorded
from schema.node import node

strawberry.enum(Symptom, description="What a parent sees or hears (症状).")
strawberry.enum(Mood, description="How a child was (機嫌).")
strawberry.enum(Appetite, description="How a child ate or drank (食欲).")
RECORDED_AT, STATUS, REPLACES, REASON = recorded(NOTES_HOME, DiaryEntries)


@node(of=DiaryEntries, letter=Letter.DIARY)
class DiaryEntry:
    """How a child was, as a guardian wrote it down (体調の記録). Milk, sleep and counts are of that day so far."""

    id: strawberry.ID = shown(NOTES_HOME, says="Opaque id (ID).")
    observed_at: datetime = shown(NOTES_HOME, says="When (日時).")
    temperature_decicelsius: int | None = shown(NOTES_HOME, says="Tenths of a degree Celsius: 375 is 37.5 (体温).")
    symptoms: list[Symptom] = computed(
        NOTES_HOME, by=symptoms, over=(DiaryEntries.rows.c.symptoms,), says="What was seen or heard (症状)."
    )
    mood: Mood | None = shown(NOTES_HOME, says="Mood (機嫌).")
    appetite: Appetite | None = shown(NOTES_HOME, says="Appetite (食欲).")
    breast_feeds: int | None = shown(NOTES_HOME, says="Feeds at the breast (母乳の回数).")
    milk_ml: int | None = shown(NOTES_HOME, says="Milk from the bottle in millilitres (ミルク).")
    sleep_minutes: int | None = shown(NOTES_HOME, says="Sleep (睡眠時間).")
    urine_count: int | None = shown(NOTES_HOME, says="Wet nappies or times (尿の回数).")
    stool_count: int | None = shown(NOTES_HOME, says="Stools (便の回数).")
    stool_colour: int | None = shown(NOTES_HOME, says="Number on the card of the handbook, 1 to 7 (便の色).")
    note: str | None = shown(NOTES_HOME, says="In a guardian's words (メモ).")
    recorded_at: datetime = RECORDED_AT
    status: EntryStatus = STATUS
    replaces_id: strawberry.ID | None = REPLACES
    correction_reason: str | None = REASON


RECORD_CONDITION = deed(NOTES_HOME, by=diary.record, says="A guardian writes down how a child was (体調の記録).")
CORRECT_CONDITION = deed(
    NOTES_HOME,
    by=diary.correct,
    about=(DiaryEntry,),
    key="condition_id",
    says="An entry of the diary is put right by a new one (体調の記録の訂正).",
)
