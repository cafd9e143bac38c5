"""Each sector has its own `sub` of a person, and nothing in two of them is alike."""

import random
from itertools import combinations

import pytest

from auth.seal import KEY_BYTES, Seal
from auth.sector import CORE, POINTS, of_organisation, of_partner
from models.ids import RANDOM_BYTES, Letter, mint
from models.organisation import CallerKind

CITY, OTHER_CITY = "102016", "131016"
LIKENESS = 6  # characters, 36 bits: by chance once in ten million pairs of a person


def ids(letter, number, seed):
    chance = random.Random(f"{letter} {seed}")
    return [mint(CITY, letter, chance.randbytes(RANDOM_BYTES)) for _ in range(number)]


ORGANISATIONS = ids(Letter.ORGANISATION, 2, 7)
SECTORS = [
    CORE,
    POINTS,
    of_partner(CITY),
    of_partner(OTHER_CITY),
    *(of_organisation(kind, id) for kind in (CallerKind.TAXI_OPERATOR, CallerKind.SHOP) for id in ORGANISATIONS),
]


def pieces(text):
    return {text[at : at + LIKENESS] for at in range(len(text) - LIKENESS + 1)}


def test_every_sector_has_a_name_of_its_own():
    assert len(set(SECTORS)) == 8


def test_two_sectors_share_nothing_of_one_person_and_a_sector_keeps_it():
    seals = [Seal(bytes(range(KEY_BYTES)), sector) for sector in SECTORS]
    for person in ids(Letter.RESIDENT, 25, 11):
        subs = [seal.close(person) for seal in seals]

        assert [seal.close(person) for seal in seals] == subs
        assert all(not pieces(one) & pieces(other) for one, other in combinations(subs, 2))
        assert [[seal.open(sub) == person for sub in subs] for seal in seals] == [
            [seal is other for other in seals] for seal in seals
        ]


@pytest.mark.parametrize("code", ["", "102017", "10201", CORE])
def test_a_partner_is_named_by_its_code(code):
    with pytest.raises(ValueError, match="six digits"):
        of_partner(code)


@pytest.mark.parametrize(
    ("kind", "id"), [(CallerKind.CLINIC, ORGANISATIONS[0]), (CallerKind.SHOP, "core"), (CallerKind.SHOP, "")]
)
def test_others_have_no_sector(kind, id):
    with pytest.raises(ValueError, match="only taxi operators and shops"):
        of_organisation(kind, id)
