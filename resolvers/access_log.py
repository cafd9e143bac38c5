"""The access log is written: all entries of one operation in one transaction, under one signature."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple

from auth.caller import Holder
from auth.chain import HEAD, AuditKey, hash_of_sorted, moment
from auth.purpose import EMERGENCY, Stated
from models.ask import Do, rows_of
from models.ids import LETTER_AT, Letter, mint_together, together_bytes
from models.store import Store
from models.subject import Noun
from resolvers import breakglass
from resolvers.inscription import OWN, Inscription
from resolvers.looks import Looks
from resolvers.texts import Texts
from rules.looks import MEASURE, parted, spelled, spelled_denials

OWN_COVERED = OWN[:-1]  # all but the hash
SHORT = 200  # entries; a page of a hundred has 101
SPELLINGS_KEPT = 4_000  # a list of a hundred has some twenty
Spelling = tuple[bool, str, int]  # whether residents are not told of it, what was seen, of how many cells
NOUNS = {
    Letter.CHILD.value: Noun.CHILD.value,
    Letter.FAMILY.value: Noun.FAMILY.value,
    Letter.PREGNANCY.value: Noun.PREGNANCY.value,
    Letter.RIDER.value: Noun.RIDER.value,
    Letter.RIDE.value: Noun.RIDE.value,
    Letter.CLAIM.value: Noun.CLAIM.value,
    Letter.ACCOUNT.value: Noun.ACCOUNT.value,
    Letter.APPLICATION.value: Noun.APPLICATION.value,
    Letter.REVIEW.value: Noun.REVIEW.value,
    Letter.SCHOOL_REVIEW.value: Noun.SCHOOL_REVIEW.value,
}


class Draft(NamedTuple):
    """What was seen of one subject, before it is known where the entry will stand. `noun`: what the subject is."""

    subject_id: str | None
    noun: str | None
    fields: str = ""
    cells: int = 0
    is_denied: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """Who asked, for which purpose, when (the domain clock), in which municipality."""

    holder: Holder
    stated: Stated | None
    now: datetime
    municipality_code: str


class Book:
    """The access log of one server: where it is kept, and the key that signs it."""

    def __init__(self, store: Store, key: AuditKey) -> None:
        self._journal = store.journal
        self._key = key
        self._statements = Inscription(self._journal.dialect)
        self._texts = Texts(self._journal.dialect)

    async def write(self, operation: Operation, drafts: Sequence[Draft]) -> None:
        """Write entries; when this returns they are durable. Raises whatever the database raises."""
        is_emergency = operation.stated is not None and operation.stated.purpose is EMERGENCY
        is_short = len(drafts) <= SHORT and not is_emergency  # whose first look is announced to many
        await self._journal.write(lambda: self._work(operation, drafts), is_short=is_short)

    async def _work(self, operation: Operation, drafts: Sequence[Draft]) -> None:
        """Steps of one transaction (models/journal.py): the end of the chain, and what follows it."""
        holder, stated, now = operation.holder, operation.stated, operation.now
        ((seq, last_hash, office_id, office, *_),) = await rows_of(self._statements.tail(holder.id))
        shared = {
            "at": now,
            "actor_id": holder.id,
            "actor_kind": holder.kind.name,
            "office_id": office_id,
            "office": office,
            "purpose_code": stated.purpose.code if stated else None,
            "case_reference": stated.case if stated else None,
        }
        lines = _lines(seq, last_hash, {**shared, "at": moment(now)}, operation.municipality_code, drafts)
        seal = {"first_seq": seq + 1, "seq": lines[-1][0], "hash": lines[-1][-1], "signed_at": moment(now)}
        head = {**self._key.signed(HEAD, seal), "signed_at": now}
        await Do(*self._statements.written(shared, lines, head))
        seen = [each.subject_id for each in drafts if each.cells and each.subject_id]
        await breakglass.told(self._texts, holder.id, stated, now, seen)


def _lines(
    seq: int, last_hash: str, shared: dict[str, Any], code: str, drafts: Sequence[Draft]
) -> list[tuple[Any, ...]]:
    """The entries behind the last one, each hashed to the one before: what is its own, as OWN of the statements."""
    lines = []
    ids = mint_together(code, Letter.LOG, len(drafts), secrets.token_bytes(together_bytes(len(drafts))))
    covered = dict.fromkeys(sorted([*shared, *OWN_COVERED])) | shared  # in the chain's order, which one dict keeps
    for id, (subject_id, noun, fields, cells, is_denied) in zip(ids, drafts, strict=True):
        seq, previous_hash = seq + 1, last_hash
        covered["cells"], covered["fields"], covered["id"], covered["is_denied"] = cells, fields, id, is_denied
        covered["noun"], covered["previous_hash"], covered["seq"] = noun, previous_hash, seq
        covered["subject_id"] = subject_id
        last_hash = hash_of_sorted(covered)
        lines.append((seq, id, noun, subject_id, fields, cells, is_denied, previous_hash, last_hash))
    return lines


def drafts(watched: Iterable[Looks | None], denied: Sequence[tuple[str, str]]) -> list[Draft]:
    """What is to be written of an operation: what was seen of each subject, vain tries, what was denied beforehand.

    `denied` are pairs of field and rule. Subjects are in the order of their ids, however the answer was found.
    """
    found = list(dict.fromkeys([each for each in watched if each is not None and each.has_any]))
    if not (found or denied):
        return []
    barred = spelled_denials(denied)
    tries = sorted({each for looks in found for each in looks.tries.items()})
    entries = [*_seen(found), *(Draft(id, MEASURE if untold else _noun(id), is_denied=True) for id, untold in tries)]
    if barred:
        entries.append(Draft(None, None, barred, is_denied=True))
    return entries


def _seen(watched: Sequence[Looks]) -> Iterator[Draft]:
    """One draft a subject, and one more for what residents are not told of."""
    alone: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    layers: dict[int, tuple[list[str], Mapping[str | None, int]]] = {}
    for looks in watched:
        for subject_id, seen in looks.cells.items():
            alone[subject_id].update(seen)
        for fields, times in looks.alike:
            layers.setdefault(id(times), ([], times))[0].extend(fields)
    names = tuple(tuple(fields) for fields, _ in layers.values())
    together = [times for _, times in layers.values()]
    subjects = sorted(set(alone).union(*together), key=lambda each: each or "")
    counts = [[times.get(each, 0) for each in subjects] for times in together]
    spellings: dict[Any, tuple[Spelling, ...]] = {}  # many subjects were seen alike
    for subject_id, alike in zip(subjects, zip(*counts, strict=True) if counts else repeat(()), strict=False):
        single = tuple(alone[subject_id].items()) if subject_id in alone else ()
        spelt = spellings.get((alike, single))
        if spelt is None:
            spelt = spellings[alike, single] = _spelled(names, alike, single)
        for is_untold, text, cells in spelt:
            yield Draft(subject_id, MEASURE if is_untold else _noun(subject_id), text, cells)


@lru_cache(maxsize=SPELLINGS_KEPT)
def _spelled(
    names: tuple[tuple[str, ...], ...], times: tuple[int, ...], single: tuple[tuple[str, int], ...]
) -> tuple[Spelling, ...]:
    """What was seen so many times, and what was seen alone; a field under two names is there twice."""
    every = Counter(dict(single))
    for number, fields in zip(times, names, strict=True):
        for field in fields:
            every[field] += number
    return tuple((is_untold, spelled(each), sum(each.values())) for is_untold, each in parted(+every))


def _noun(subject_id: str | None) -> str | None:
    """What a subject is, by the letter of its id."""
    return NOUNS.get(subject_id[LETTER_AT : LETTER_AT + 1]) if subject_id else None
