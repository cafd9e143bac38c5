"""What an explanation says to the person: one plain sentence per reason, in Japanese and English."""

from datetime import date, timedelta
from typing import NamedTuple

from models.reason import ReasonCode, Relation

C, R = ReasonCode, Relation
DAY = timedelta(days=1)
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]

# (Japanese, English), after "you see this as".
RELATIONS: dict[Relation, tuple[str, str]] = {
    R.GUARDIAN_SOLE: ("親権者", "a guardian with parental authority"),
    R.GUARDIAN_JOINT_RESIDENT: ("共同親権者（同居）", "a joint guardian who lives with the child"),
    R.GUARDIAN_JOINT_NONRESIDENT: ("共同親権者（別居）", "a joint guardian who lives elsewhere"),
    R.CUSTODIAN_ONLY: ("監護者", "the custodian of the child"),
    R.AUTHORITY_WITHOUT_CARE: ("親権者（監護者は別の方）", "a guardian while another person is the custodian"),
    R.MINOR_GUARDIAN: ("未成年後見人", "the guardian of a minor"),
    R.FACILITY_OR_FOSTER: ("施設長または里親", "the head of the facility or the foster parent"),
    R.INVITED_FAMILY: ("招待されたご家族", "an invited member of the family"),
    R.SELF_UNDER15: ("本人", "the person it is about"),
    R.SELF_15_17: ("本人", "the person it is about"),
    R.SELF_18PLUS: ("本人", "the person it is about"),
    R.PREGNANT_SELF: ("妊婦本人", "the pregnant woman"),
    R.PARTNER_BEFORE_BIRTH: ("妊婦のパートナー", "the partner of the pregnant woman"),
    R.STAFF_EDUCATION: ("教育委員会の担当者", "staff of the education board"),
    R.CLINIC: ("医療機関", "a clinic"),
    R.SCHOOL: ("在籍校", "the school of the child"),
    R.TAXI_OPERATOR: ("タクシー事業者", "a taxi company"),
    R.SHOP: ("加盟店または公共施設", "a shop or public facility"),
    R.PARTNER_MUNICIPALITY: ("転出入先の自治体", "the city between which and ours the person moved"),
}
# The field groups that can be shared, by their name in the permission table.
PARTS: dict[str, tuple[str, str]] = {
    "IDENTITY": ("氏名・生年月日・性別", "name, birth date and sex"),
    "VACC_RECORDS": ("予防接種の記録", "the vaccinations given"),
    "VACC_FORECAST": ("次の予防接種の予定", "the next vaccinations"),
    "CHECKUP_BODY": ("健診の身体計測", "the measurements at checkups"),
    "CHECKUP_FINDINGS": ("健診の所見", "the findings at checkups"),
    "DENTAL": ("歯科健診の所見", "the dental findings"),
    "ALLERGY_ALERT": ("アレルギーと緊急時の注意", "allergies and emergency notes"),
    "GROWTH_HOME": ("家庭での成長記録", "the growth records made at home"),
    "NOTES_HOME": ("家庭の日記", "the diary"),
    "PREGNANCY_CORE": ("妊娠の基本情報", "the pregnancy and its dates"),
    "PREGNANCY_VISIT": ("妊婦健診の記録", "the visits in pregnancy"),
    "NOTICES": ("お知らせ", "the notices"),
}
SENTENCES: dict[ReasonCode, tuple[str, str]] = {
    C.EVERYBODY: ("だれでも見られます。", "Everybody sees this."),
    C.RELATION: ("あなたは{what}として{until}見られます。", "You see this as {what}{until}."),
    C.CONSENT: (
        "「{what}」があなたに共有されているため{until}見られます。",
        "You see this because this part is shared with you: {what}{until}.",
    ),
    C.SUPPLIED: (
        "あなたが登録した記録なので{until}見られます。",
        "You see this because you supplied the record{until}.",
    ),
    C.DUTY: (
        "業務として、利用目的「{what}」により{until}見られます。",
        "You see this by duty, for the purpose {what}{until}.",
    ),
    C.NOT_VISIBLE: ("この項目は見られません。", "You do not see this."),
    C.PURPOSE_REQUIRED: (
        "見るには、この項目を対象とする利用目的（{what}）を示す必要があります。",
        "To see this, state a purpose that covers it: {what}.",
    ),
    C.ACR_REQUIRED: (
        "見るには、カードと暗証番号でログインする必要があります。",
        "To see this, log in with your card and its PIN.",
    ),
}


class Said(NamedTuple):
    """What a sentence needs: `what` in (Japanese, English), and the first day on which it is over, if it is known."""

    code: ReasonCode
    what: tuple[str, str] = ("", "")
    over_on: date | None = None


def sentence(said: Said, language: str) -> str:
    """The sentence in `ja` or `en`; every other language reads English."""
    (japanese, english), (what_ja, what_en) = SENTENCES[said.code], said.what
    if language == "ja":
        return japanese.format(what=what_ja, until=_until_ja(said.over_on))
    return english.format(what=what_en, until=_until_en(said.over_on))


def last_day(over_on: date | None) -> date | None:
    """The last day before something is over."""
    return over_on and over_on - DAY


def _until_ja(over_on: date | None) -> str:
    return f"、{over_on.year}年{over_on.month}月{over_on.day}日の前日まで" if over_on else ""


def _until_en(over_on: date | None) -> str:
    day = last_day(over_on)
    return f", until {day.day} {MONTHS[day.month - 1]} {day.year}" if day else ""
