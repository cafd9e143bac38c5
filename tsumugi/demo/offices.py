"""Who works in the demo town: its municipalities, offices, clinics, schools, taxi operators, shops, and the staff."""

from datetime import date

from models.ids import Letter
from models.municipality import Municipality
from models.organisation import CallerKind, Organisation, StaffMember
from tsumugi.demo.draw import Draw
from tsumugi.demo.words import BOYS, CITIES, CLINICS, FAMILY_NAMES, GIRLS, SCHOOLS, SHOPS, TAXI_OPERATORS, city

CODES_SINCE = date(
    1970, 4, 1
)  # the first edition of the standard, from memory; when a code last changed is not kept here
OFFICES = (  # login name of its first member of staff, kind, name
    ("nurse", CallerKind.STAFF_HEALTH, "こども健康課"),
    ("taxi-desk", CallerKind.STAFF_TAXI, "交通政策課"),
    ("points-desk", CallerKind.STAFF_POINTS, "地域ポイント係"),
    ("registry-desk", CallerKind.STAFF_REGISTRY, "市民課"),
    ("education-desk", CallerKind.STAFF_EDUCATION, "学校教育課"),
    ("statistician", CallerKind.STATISTICIAN, "統計係"),
    ("auditor", CallerKind.AUDITOR, "監査事務局"),
    ("supervisor", CallerKind.SUPERVISOR, "こども健康課長室"),
    ("sysadmin", CallerKind.SYSTEM_ADMIN, "情報システム課"),
)
OUTSIDE = (  # login name of the first, kind, names
    ("clinic", CallerKind.CLINIC, CLINICS),
    ("school", CallerKind.SCHOOL, SCHOOLS),
    ("taxi-operator", CallerKind.TAXI_OPERATOR, TAXI_OPERATORS),
    ("shop", CallerKind.SHOP, SHOPS),
)
STAFF_OF_AN_OFFICE = 2


def open_offices(draw: Draw) -> None:
    """Fill in municipalities, organisations and staff; the first of each kind is in the cast."""
    home = city(draw.code)
    for each in dict.fromkeys((home, *CITIES)):
        row = Municipality(**each._asdict(), valid_from=CODES_SINCE, is_ours=each is home)
        draw.town.municipalities.append(row)
    for name, kind, title in OFFICES:
        office = _organisation(draw, kind, title, draw.code)
        staff = [_member(draw, office) for _ in range(STAFF_OF_AN_OFFICE)]
        draw.town.clients[name] = staff[0].id
    for name, kind, titles in OUTSIDE:
        places = [_organisation(draw, kind, title, draw.code) for title in titles]
        draw.town.clients[name] = places[0].id
    partner = next(each for each in CITIES[1::-1] if each.code != draw.code)
    kind, title = CallerKind.PARTNER_MUNICIPALITY, f"{partner.name}こども健康課"
    draw.town.clients["partner-city"] = _organisation(draw, kind, title, partner.code).id


def _organisation(draw: Draw, kind: CallerKind, name: str, municipality_code: str) -> Organisation:
    row = Organisation(id=draw.id(Letter.ORGANISATION), kind=kind, name=name, municipality_code=municipality_code)
    draw.town.organisations.append(row)
    return row


def _member(draw: Draw, office: Organisation) -> StaffMember:
    name = f"{draw.one(FAMILY_NAMES).text} {draw.one((*GIRLS, *BOYS)).text}"
    row = StaffMember(id=draw.id(Letter.ORGANISATION), organisation_id=office.id, kind=office.kind, name=name)
    draw.town.staff_members.append(row)
    return row
