"""Field groups: every field of the graph belongs to one or more, and the group says who may see it and how."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auth.caller import Acr
from auth.policy import Policy, Right

People = tuple[Policy, ...]
RIGHTS_BY_WORD = {
    "read": Right.READ,
    "write": Right.READ | Right.WRITE,
    "masked": Right.READ | Right.MASKED,
    "consent": Right.READ | Right.CONSENT,
    "duty": Right.READ | Right.DUTY,
    "duty_write": Right.READ | Right.WRITE | Right.DUTY,
    "own": Right.READ | Right.OWN,
}


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """One column of the permission matrix.

    `reveals_place`: every field of the group tells where somebody is, so a masked right opens nothing of it.
    `acr`: how surely somebody must be recognised, at least, before the group opens to them.
    `rights` gives each policy its alternatives: a clinic sees its own rows, and others by consent.
    """

    name: str
    says: str
    reveals_place: bool
    rights: Mapping[Policy, tuple[Right, ...]]
    is_public: bool = False
    acr: Acr = Acr.CARD_PIN

    def __repr__(self) -> str:
        return self.name

    def alternatives(self, policy: Policy) -> tuple[Right, ...]:
        """The rights any of which opens the group to this policy; empty when nothing does."""
        return self.rights.get(policy, ())


def group(name: str, says: str, *, place: bool = False, acr: Acr = Acr.CARD_PIN, **people: People) -> Group:
    """A group from lists of people, each named by its right: read, write, masked, consent, duty, duty_write, own."""
    rights: dict[Policy, tuple[Right, ...]] = {}
    for policy, right in _spread(people):
        rights[policy] = (*rights.get(policy, ()), right)
    return Group(name, says, place, rights, acr=acr)


def _spread(people: Mapping[str, People]) -> Iterator[tuple[Policy, Right]]:
    for word, policies in people.items():
        for policy in policies:
            yield policy, RIGHTS_BY_WORD[word]
