"""The demo town as a whole: the same code, size and day always make the same town."""

from datetime import date

from models.ids import is_municipality_code
from tsumugi.demo import cast, stages, wards
from tsumugi.demo.cast import JOINT_AFTER_DIVORCE_SINCE, settle_cast
from tsumugi.demo.dealings import deal
from tsumugi.demo.diary import keep_diaries
from tsumugi.demo.draw import Draw
from tsumugi.demo.duty import publish_duties
from tsumugi.demo.offices import open_offices
from tsumugi.demo.people import settle_people
from tsumugi.demo.stages import settle_stages
from tsumugi.demo.wards import settle_wards
from tsumugi.town.rows import Town

CODE = "102016"
FAMILIES = 200
TODAY = date(2026, 11, 23)
HOUSEHOLDS = cast.HOUSEHOLDS + wards.HOUSEHOLDS + stages.HOUSEHOLDS


def make_town(code: str = CODE, families: int = FAMILIES, today: date = TODAY) -> Town:
    """A town with its cast, seeded by its code: towns of different codes share no id.

    The cast comes first, so its ids and records do not depend on `families`. Raises ValueError for a code without its
    check digit, for fewer families than the cast needs, and for a day on which no divorced parents could share
    authority yet.
    """
    if not is_municipality_code(code):
        raise ValueError("a municipality code has six digits, the last of which is its check digit")
    if families < HOUSEHOLDS:
        raise ValueError(f"the cast alone lives in {HOUSEHOLDS} households")
    if today <= JOINT_AFTER_DIVORCE_SINCE:
        raise ValueError(f"the demo town begins after {JOINT_AFTER_DIVORCE_SINCE}")
    draw = Draw(code, today)
    open_offices(draw)
    deal(draw, settle_cast(draw))
    settle_wards(draw)
    settle_stages(draw)
    publish_duties(draw)
    settle_people(draw, families)
    keep_diaries(draw)
    return draw.town
