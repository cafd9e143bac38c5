"""Who asks: everybody of Hanamori, at each level of login, with every purpose, good, bad and none."""

from dataclasses import dataclass

from auth.caller import Acr, Holder
from auth.purpose import PURPOSES
from models.organisation import CallerKind
from tests.hanamori import HOLDERS


@dataclass(frozen=True)
class Asker:
    """Somebody with a name that tests print, and the header of a purpose."""

    name: str
    holder: Holder
    purpose: str | None = None


def askers():
    """Each holder without a purpose, with each that its kind may state, and some with what nobody may."""
    for name, holder in HOLDERS.items():
        yield Asker(name, holder)
        for code, purpose in PURPOSES.items():
            if holder.kind in purpose.kinds:
                yield Asker(f"{name} for {code}", holder, f"{code}:2026-1")
    for name in ("ex", "natsu", "counterparty"):
        yield Asker(f"{name} by tap", HOLDERS[name]._replace(acr=Acr.TAP))
    yield Asker("nobody of the register", Holder("102016-R" + "0" * 26, CallerKind.RESIDENT, Acr.CARD_PIN))
    yield Asker("mother for CHK", HOLDERS["mother"], "CHK:2026-1")
    yield Asker("staff_health for nonsense", HOLDERS["staff_health"], "nonsense")


ASKERS = {asker.name: asker for asker in askers()}
# Who sees something. The others are asked as well, one time in six.
SEEING = [
    ASKERS[name]
    for name, times in {
        **dict.fromkeys(("mother", "father", "ex", "natsu", "grown", "grandmother", "stranger"), 2),
        **dict.fromkeys(
            ("sheltered", "counterparty", "late", "tapped", "partner for MOV", "shop", "school", "taxi"), 1
        ),
        **dict.fromkeys(("clinic for EMG", "staff_health for CHK", "staff_registry for REG"), 2),
        "clinic": 5,  # consent and rows of its own
        **{f"staff_health for {code}": 1 for code in ("VAC", "PRG", "SUP", "COR", "EMG")},
        **dict.fromkeys(("staff_registry for COR", "staff_taxi for ELG", "staff_taxi for CLM"), 1),
        **dict.fromkeys(("staff_points for PTS", "staff_education for SCH"), 1),
        **dict.fromkeys(("auditor for AUD", "supervisor for AUD"), 1),
    }.items()
    for _ in range(times)
]


def somebody(chance):
    """An asker by chance."""
    return chance.choice(SEEING) if chance.random() < 5 / 6 else chance.choice(list(ASKERS.values()))
