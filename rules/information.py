"""What the city tells by week of pregnancy and by age, in both languages, and on which days it may be told.

The English is the project's collection of what Japanese cities tell; the Japanese says the same. No medical advice: who
decides is the doctor, and what is due for one child stands in its own schedule.
"""

import calendar
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import Enum
from typing import NamedTuple

from models.notice import NoticeKind
from models.resident import Sex
from rules.wording import Wording

TERM = timedelta(days=280)  # from the first day of the last period to the expected day of birth
LATE = timedelta(days=14)  # information that could not be told on its day is told up to two weeks later, or never
MONTHS = 12
SCHOOL_STARTS = (4, 1)  # School Education Act, Enforcement Regulations 59
SCHOOL_AGE_YEARS = 6


class Trigger(Enum):
    """What an item waits for."""

    PREGNANCY_WEEK = "a week of pregnancy is reached"
    DAY_OF_LIFE = "so many days after birth"
    MONTH_OF_AGE = "so many months of age"
    SCHOOL_YEAR = "the year before school begins"
    AGE_YEAR = "so many years of age"
    FISCAL_YEAR_OF_AGE = "the fiscal year in which so many years are reached"


class Item(NamedTuple):
    """One thing to tell; `sex`: only where the child is of this one."""

    trigger: Trigger
    value: int
    words: Wording
    sex: Sex | None = None

    @property
    def key(self) -> str:
        """Which it is, once for each child or pregnancy."""
        return f"{self.trigger.name}:{self.value}"

    @property
    def kind(self) -> NoticeKind:
        """As what it is told."""
        is_before_birth = self.trigger is Trigger.PREGNANCY_WEEK
        return NoticeKind.WEEK_OF_PREGNANCY if is_before_birth else NoticeKind.AGE


def _week(value: int, *words: str) -> Item:
    return Item(Trigger.PREGNANCY_WEEK, value, Wording(*words))


def _month(value: int, *words: str) -> Item:
    return Item(Trigger.MONTH_OF_AGE, value, Wording(*words))


# Source: the examples that this project collected from what cities send (among them the services of Ibaraki and Koto).
BEFORE_BIRTH = (
    _week(
        8,
        "妊娠8週のお知らせ",
        "Week 8",
        "最初の妊婦健診のあと、市役所に妊娠届を出し、母子健康手帳と受診票を受け取りましょう。",
        "First prenatal visit: take the pregnancy notification to city hall and receive the handbook and vouchers.",
    ),
    _week(
        12,
        "妊娠12週のお知らせ",
        "Week 12",
        "妊婦歯科健診の予約ができます。",
        "Dental check for pregnant women can be booked.",
    ),
    _week(
        16,
        "妊娠16週のお知らせ",
        "Week 16",
        "今月の母親学級の日程をご覧ください。",
        "Prenatal class dates of this month.",
    ),
    _week(
        20,
        "妊娠20週のお知らせ",
        "Week 20",
        "ちょうど半分です。2枚目の超音波検査の受診票を使う時期です。",
        "Half-way: ultrasound voucher 2 may be used about now.",
    ),
    _week(24, "妊娠24週のお知らせ", "Week 24", "これからは2週間に1回の健診です。", "From now a visit every two weeks."),
    _week(
        28,
        "妊娠28週のお知らせ",
        "Week 28",
        "妊婦のRSウイルスワクチン（2026年4月から定期接種）は28週0日から36週6日までです。かかりつけ医にご相談ください。",
        "Maternal RSV vaccine (routine since 2026-04): from 28 weeks until 37 weeks is reached; talk to your clinic.",
    ),
    _week(
        32,
        "妊娠32週のお知らせ",
        "Week 32",
        "里帰り出産の方は、市外で受けた健診の費用の払い戻しを申請できます。",
        "If you go home to your parents to give birth: apply for the out-of-city voucher refund.",
    ),
    _week(
        36,
        "妊娠36週のお知らせ",
        "Week 36",
        "これからは毎週の健診です。夜間・休日の連絡先を確かめておきましょう。",
        "From now a visit every week; night and holiday numbers.",
    ),
)
AFTER_BIRTH = (
    Item(
        Trigger.DAY_OF_LIFE,
        14,
        Wording(
            "生後2週のお知らせ",
            "Two weeks after birth",
            "出生届は14日以内です。産後2週の健診を受けましょう。",
            "Birth report within 14 days; postpartum checkup 2 weeks.",
        ),
    ),
    _month(
        1,
        "生後1か月のお知らせ",
        "One month",
        "保健師が家庭を訪問します。1か月児健診は生後28日から41日までです。",
        "Home visit by the health nurse; 1-month checkup (days 28-41).",
    ),
    _month(
        2,
        "生後2か月のお知らせ",
        "Two months",
        "予防接種が始まります：ロタウイルス、B型肝炎、肺炎球菌、5種混合（生後2か月になる前日から）。",
        "Vaccines start: rotavirus, hepatitis B, pneumococcus, 5-in-1 (from the day before the 2-month day).",
    ),
    _month(3, "生後3か月のお知らせ", "Three months", "3〜4か月児健診のご案内です。", "3-4 month checkup invitation."),
    _month(
        5,
        "生後5か月のお知らせ",
        "Five months",
        "BCGの標準的な接種期間が始まります。離乳食教室もあります。",
        "BCG standard period starts; weaning class.",
    ),
    _month(
        9,
        "生後9か月のお知らせ",
        "Nine months",
        "9〜10か月児健診の受診票をお使いください。",
        "9-10 month checkup voucher.",
    ),
    _month(
        12,
        "1歳のお知らせ",
        "One year",
        "麻しん風しん（1期）、水痘（1回目）、肺炎球菌（追加）は1歳の誕生日の前日から受けられます。",
        "MR 1, varicella 1, pneumococcus booster can be given from the eve of the first birthday.",
    ),
    _month(
        18,
        "1歳6か月のお知らせ",
        "Eighteen months",
        "1歳6か月児健診（法定）のご案内です。",
        "1y6m checkup invitation (legal).",
    ),
    _month(
        36,
        "3歳のお知らせ",
        "Three years",
        "3歳児健診と日本脳炎（1期）の時期です。",
        "3-year checkup; Japanese encephalitis 1 starts.",
    ),
    Item(
        Trigger.SCHOOL_YEAR,
        -1,
        Wording(
            "就学前年度のお知らせ",
            "The year before school",
            "麻しん風しん（2期）は3月31日までです。",
            "MR 2 until 31 March.",
        ),
    ),
    Item(
        Trigger.AGE_YEAR,
        9,
        Wording("9歳のお知らせ", "Nine years", "日本脳炎（2期）の時期です。", "Japanese encephalitis 2."),
    ),
    Item(Trigger.AGE_YEAR, 11, Wording("11歳のお知らせ", "Eleven years", "二種混合（2期）の時期です。", "DT 2.")),
    Item(
        Trigger.FISCAL_YEAR_OF_AGE,
        12,
        Wording("12歳になる年度のお知らせ", "The year of turning twelve", "HPVワクチンが受けられます。", "HPV opens."),
        Sex.FEMALE,
    ),
)
DUE = {
    NoticeKind.VACCINATION_DUE: Wording(
        "予防接種の時期です",
        "A vaccination can be given",
        "受けられる予防接種があります。予防接種スケジュールをご覧のうえ、かかりつけ医にご相談ください。",
        "A vaccination can be given. See the schedule, and talk to your clinic.",
    ),
    NoticeKind.CHECKUP_DUE: Wording(
        "健診の時期です",
        "A checkup can be had",
        "受けられる健診があります。健診の案内をご覧ください。",
        "A checkup can be had. See the list of checkups.",
    ),
}
WORDS = {item.key: item.words for item in (*BEFORE_BIRTH, *AFTER_BIRTH)}
# How often a service tells: from this day of life on, once in so many days. Ibaraki Kizuna Mail, as announced in 2015:
# daily in pregnancy and until 100 days, every 3 days to 1 year, weekly to 2 years, every 2 weeks to 3 years. Later on,
# a decision of this project: every 4 weeks.
RHYTHM = ((0, 1), (100, 3), (365, 7), (730, 14), (1_095, 28))


class Told(NamedTuple):
    """An item with the day on which it is told."""

    day: date
    item: Item


def wording(key: str) -> Wording | None:
    """The words of a generated notice; None for the key of what was published."""
    for kind, words in DUE.items():
        if key.startswith(f"{kind.name}:"):
            return words
    return WORDS.get(key)


def due_key(kind: NoticeKind, day: date) -> str:
    """Which notice says that something has been due from this day on: one a day and kind, however much it is."""
    return f"{kind.name}:{day.isoformat()}"


def before_birth(today: date, due_on: date) -> list[Item]:
    """What is to be told today of a pregnancy that ends about `due_on`."""
    began_on = due_on - TERM
    days = [Told(began_on + timedelta(weeks=item.value), item) for item in BEFORE_BIRTH]
    return _now(today, days)


def after_birth(today: date, birth_date: date, sex: Sex) -> list[Item]:
    """What is to be told today of a child: each item on the first day of the rhythm that no other item has."""
    wanted = [Told(_day(birth_date, item), item) for item in AFTER_BIRTH if item.sex in (None, sex)]
    return _now(today, _spread(birth_date, sorted(wanted, key=lambda each: each.day)))


def is_lately(today: date, day: date) -> bool:
    """Whether what falls on this day is still told today."""
    return day <= today < day + LATE


def _now(today: date, days: Iterable[Told]) -> list[Item]:
    return [each.item for each in days if is_lately(today, each.day)]


def _spread(birth_date: date, wanted: list[Told]) -> Iterator[Told]:
    earliest = birth_date
    for each in wanted:
        day = slot(birth_date, max(each.day, earliest))
        earliest = day + timedelta(days=1)
        yield Told(day, each.item)


def slot(birth_date: date, day: date) -> date:
    """The first day from this one on, on which the rhythm lets something be told."""
    age = (day - birth_date).days
    since, every = next(row for row in reversed(RHYTHM) if row[0] <= age)
    return day + timedelta(days=-(age - since) % every)


def _day(birth_date: date, item: Item) -> date:
    """The day on which an item is due, by the everyday count of months and years."""
    if item.trigger is Trigger.DAY_OF_LIFE:
        return birth_date + timedelta(days=item.value)
    if item.trigger is Trigger.MONTH_OF_AGE:
        return months_after(birth_date, item.value)
    if item.trigger is Trigger.AGE_YEAR:
        return months_after(birth_date, item.value * MONTHS)
    if item.trigger is Trigger.SCHOOL_YEAR:
        return date(_school_year(birth_date, SCHOOL_AGE_YEARS) + item.value + 1, *SCHOOL_STARTS)
    return date(_school_year(birth_date, item.value), *SCHOOL_STARTS)


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later; where there is none, the last of that month."""
    years, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))


def _school_year(birth_date: date, years: int) -> int:
    """The fiscal year in which an age is reached, on the eve of the birthday: 1 April belongs to the year before.

    Source: Act on Calculation of Ages; School Education Act 17.
    """
    eve = months_after(birth_date, years * MONTHS) - timedelta(days=1)
    return eve.year if (eve.month, eve.day) >= SCHOOL_STARTS else eve.year - 1
