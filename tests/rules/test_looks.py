"""How the access log spells fields, and how it is read again."""

from datetime import date

from models.ids import Letter, mint
from rules.looks import NAMES_KEPT, fields_seen, spelled, spelled_denials, told_of

TODAY = date(2026, 11, 23)


def test_fields_are_spelled_in_order_with_how_often():
    assert spelled({"Child.name": 2, "Child.id": 1}) == "Child.id:1 Child.name:2"


def test_denials_are_spelled_once_with_their_rule():
    assert spelled_denials([("B.b", "R"), ("A.a", "R"), ("B.b", "R")]) == "A.a:R B.b:R"


def test_not_all_of_a_thousand_denials_are_spelled():
    many = spelled_denials((f"A.f{number}", "R") for number in range(1_000))

    assert len(many.split()) == NAMES_KEPT


def test_the_fields_are_read_again():
    assert fields_seen(TODAY, "Child.id:1 Child.name:2") == ["Child.id", "Child.name"]
    assert fields_seen(TODAY, "") == []


def test_an_id_of_the_register_is_not_told():
    child, resident = (mint("102016", letter, bytes(16)) for letter in (Letter.CHILD, Letter.RESIDENT))

    assert [told_of(TODAY, each) for each in (child, resident, None)] == [child, None, None]
