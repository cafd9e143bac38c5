"""What the people of the crowded town are to one another, said in words: nothing here is computed by the product."""

from tests.differential.town import BORN
from tests.hanamori import BIRTHS, HOMES, OFFICES, STAFF

RELATIONS = {  # what a resident is to a child, as the permission matrix calls it
    ("mother", "haru"): "guardian_joint_resident",  # with ex, who lives elsewhere
    ("ex", "haru"): "guardian_joint_nonresident",
    ("mother", "aki"): "guardian_sole",  # married: each
    ("father", "aki"): "guardian_sole",
    ("mother", "kiku"): "guardian_sole",
    ("mother", "kaede"): "custodian_only",
    ("mother", "natsu"): "guardian_sole",
    ("natsu", "natsu"): "self_15_17",
    ("grown", "grown"): "self_18plus",  # of age today: nobody's ward
    ("sheltered", "fuyu"): "guardian_joint_resident",  # the counterparty is kept away
    ("stranger", "yuki"): "guardian_sole",
    ("stranger", "sora"): "facility_or_foster",  # moved out three weeks ago, read for ninety days
}
CONSENTS = {  # to whom a guardian opened which groups of a child
    ("grandmother", "aki"): {"identity", "vacc_records"},
    ("clinic", "aki"): {"identity", "vacc_records"},
    ("school", "haru"): {"vacc_records"},
}
BONDS = {("school", "haru"), ("staff_education", "haru"), ("partner", "yuki")}  # the board: its schools' pupils
EXPECTING = {"mother": {"mother", "ended"}, "sheltered": {"sheltered"}}
PARTNERS = {("father", "mother"): {"pregnancy_core"}}  # the counterparty's was taken back
ALIVE = set(HOMES) - {"late"}
CHILDREN = {name: home for name, (home, *_) in (BIRTHS | BORN).items()}
KINDS = {**dict.fromkeys(HOMES, "resident"), **{name: kind.value for name, kind in (OFFICES | STAFF).items()}}
AGES = {"natsu": "self_15_17"}  # of residents with a card; the others are grown


def to_oneself(who):
    """What somebody is to the own things; a pregnant woman also as such, as long as she is."""
    found = {AGES.get(who, "self_18plus")} if who in ALIVE else set()
    return found | ({"pregnant_self"} if who in EXPECTING else set())


def to_person(who, person):
    """What somebody is to a resident: to oneself, or to a ward who is one."""
    found = to_oneself(who) if who == person else set()
    return found | ({RELATIONS[who, person]} if (who, person) in RELATIONS and person in HOMES else set())


def to_family(who, home):
    """To where one lives, and to where one's wards live; a measure or an end of minority takes it away."""
    found = to_oneself(who) if HOMES.get(who) == home else set()
    wards = {relation for (holder, about), relation in RELATIONS.items() if holder == who and CHILDREN[about] == home}
    return found | wards
