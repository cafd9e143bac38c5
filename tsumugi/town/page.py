"""docs/town.md: the format of a town file, its tables printed from the very shapes that the reader checks."""

from collections.abc import Iterator

from models.columns import table_of
from tsumugi.town.shape import FORMS, Form, Key, Kind

HEAD = """# Towns

Printed by `tsumugi docs town`; do not edit. `scripts/check` compares.

## The demo town
`tsumugi demo` (and `scripts/serve`) makes a synthetic town: 200 families unless `--families N` says otherwise, the same
for the same municipality code, size and day. Names and addresses come from word lists; no real person is meant. Two
towns of different codes share no id. The cast is the same whatever the size, each with a card or a key under its name:

| name | who | what the record holds of them |
|---|---|---|
| mother | resident | lives with the father and three children, joint authority over all; rides, has points, is served |
| father | resident | married to the mother; guardian of the two younger children, none of the eldest |
| ex-spouse | resident | joint authority over the mother's eldest child by a court decision of 2026; lives elsewhere |
| counterparty | resident | joint authority over children of another family, whose protection measure names them |
| grandmother | resident | invited by the mother to the youngest child's record until 2027-03-31 |
| adult-child | resident | turned 18 lately: the record is their own, the parents' rights have ended |
| stranger | resident | guardian of a child elsewhere in town; an application of theirs waits for staff |
| custodian | resident | has custody of a grandchild without parental authority |
| parent-without-care | resident | that child's mother, who keeps parental authority |
| parent-without-authority | resident | that child's father, who lost it |
| minor-guardian | resident | guardian of a minor, appointed by the court |
| foster-parent | resident | a child is placed with them |
| home-head | resident | head of a children's home; its children stand at every stage of the immunisation schedule |
| teenager, under-15 | residents | 16 and 13, with cards of their own; their parents' rights stand |
| expecting-mother, partner | residents | 21 weeks, own entries, a visit overdue; the father-to-be, invited |
| nurse | staff of the health section | purposes CHK, VAC, PRG, SUP, COR, EMG |
| taxi-desk, points-desk, registry-desk, education-desk | staff | purposes ELG and CLM; PTS; REG and COR; SCH |
| statistician, auditor, supervisor, sysadmin | staff | no content of any record |
| clinic | organisation | supplied records of the mother's children; consent for the middle child |
| school | organisation | the eldest child is its pupil; consent for vaccinations and allergies |
| taxi-operator, shop | organisation | drove the mother; sold to the mother |
| partner-city | organisation | the stranger's child moved here from it |

The town's clock stands at 2026-11-23 09:00 in Tokyo when the demo starts (`--at` chooses another moment, `tsumugi demo
clock set` moves it); it decides ages, relations, measures and rules. Logins go by the real clock.

## A town of your own
`tsumugi seed TOWN.toml` loads a town written by hand into an empty data folder (`TSUMUGI_DATA`), makes its cards and
keys, and `tsumugi demo` then serves it. Every id and every value is given; nothing is invented. Either the whole file
is right and all of it is loaded, or nothing is, and each fault is told with file, line and key, 50 at once:

```
hanamachi.toml:41: child.birth_date: 2027-01-05 is after the day of the town, as_of 2026-11-23
hanamachi.toml:52: vaccination.vaccine: "MRR" is no word of this key: RV1, RV5, HEPB, ...
hanamachi.toml:60: checkup.child_id: no [[child]] has "102016-C00000000000000000000000099"
hanamachi.toml:63: checkup.height: unknown key; [[checkup]] has id, child_id, kind, ...
hanamachi.toml:70: resident.name: is missing
hanamachi.toml:77: resident.id: is there already, in [[resident]] number 1
hanamachi.toml:80: name: no valid TOML: is there twice
```

The line is that of the value; of its `[[table]]`, when a key is missing. What does not depend on a faulty value is
still checked. A message never repeats a free text.

[examples/hanamachi.toml](examples/hanamachi.toml) is a complete small town; a test loads it.

The file is TOML in UTF-8. Before the first table stand two keys:

| key | value | |
|---|---|---|
| `code` | municipality code | whose server this is; there must be a `[[municipality]]` with it |
| `as_of` | date | the last day that the file tells of: nothing in it has happened after that |

Then tables, each as often as needed and in any order: `[[resident]]`, `[[child]]` and so on. A key that is not listed
below is a fault, and so is a reference to a row that is not in the file. Every municipality code, also the one at the
beginning of an id, belongs to a `[[municipality]]` of the file. What is not known is left out: there is no empty text.

### Values
| value | form |
|---|---|
| id | `<municipality code>-<kind letter><26 of 0-9 A-Z without I L O U>`, in quotes; unique in the whole file |
| municipality code | six digits in quotes, the last one the check digit of JIS X 0402 |
| text | in quotes, 1 to 1,000 characters; a text that may hold an Individual Number is refused |
| whole number | without quotes |
| date | `2026-11-23` without quotes, 1900-01-01 to 2199-12-31 |
| moment | `2026-11-23T09:00:00+09:00` without quotes, whole seconds, with its offset |
| word | one of the words listed, in quotes |
| words | several of them in one text, a space between them |
| true or false | without quotes |
| login name | 1 to 40 small letters, digits and hyphens, a letter first; unique among all `card` and `client` |

### Who logs in
A `[[resident]]` with `card = "NAME"` gets a card, a `[[staff_member]]` or `[[organisation]]` with `client = "NAME"` a
key; `--as NAME` then logs in. The kind of caller is `resident`, or the row's own `kind`. An organisation of one of the
staff kinds is an office of the city: it has no `client`, its members do.

### What must fit together
- An interval holds from its first day until the day **before** its end: `valid_from <= day < valid_to`. The end is
  never before the start; on the same day the interval is empty.
- Nothing happens before birth or after death, nor after `as_of`; a seat not before its rider's registration, a point
  entry not before its account was opened.
- A child that has a `resident_id` has that resident's birth date. A seat has its ride's organisation, and a rider has
  one seat in a ride.
- Points that come in (`CONVERTED`, `GRANTED`, `REFUNDED`) are above 0, others below; a balance is never below 0.
- A growth has at least one measure, and measures are possible at the child's age. Mass is grams, length millimetres,
  money whole yen, duty times minutes after midnight (27:00 is 1620).
- A `[[checkup]]` and a `[[pregnancy_checkup]]` hold only items that are on the form of their visit (checkups.md,
  pregnancy.md). What was corrected, and answers about parenting, are no part of a file.
- A `[[grant]]` and a `[[care]]` are about a child or about a pregnancy, never both. An entry of `[[guardianship]]` or
  `[[protection_measure]]` that replaces another (`replaces_id`) stands below it and is about the same child or family;
  the entry that it replaces is in force no more. A grant opens nothing unless whoever gave it may share the record.
- A day's slot of `[[duty_doctor]]` counts in its greatest `revision` as a whole. Degrees are millionths.
- A `[[vaccination]]` names a listed `vaccine`, or says in `product_text` what the handbook says, never both. Where the
  month or the year alone is known, `precision` says so and `given_on` is its first day. An entry that replaces another
  stands below it; with `is_void` the dose was never given, or an `[[immunity_fact]]` never was so. An illness has an
  `antigen`, a condition a `condition`, a recovery neither.
- `grant.grantee_id` is a resident (an invitation) or an organisation (a consent). Married parents each have an
  `AUTHORITY_JOINT` edge and the child's `family_id`; a parent who lives apart has another `family_id`.
- A protection measure names a family and its counterparty; it covers every child of that family.

## The tables
"""


def town_page() -> str:
    """docs/town.md, a trailing newline included."""
    return HEAD + "\n".join(_table(name, form) for name, form in FORMS.items())


def _table(name: str, form: Form) -> str:
    lines = [f"### [[{name}]]", "", (form.shelf.model.__doc__ or "").strip().splitlines()[0], ""]
    lines += ["| key | value | must be given | of |", "|---|---|---|---|"]
    nullable = table_of(form.shelf.model).columns
    for key in form.keys.values():
        given = "yes" if key.is_required else "no"
        unique = ", unique" if key.is_unique and key.name in nullable else ""
        lines.append(f"| `{key.name}` | {key.kind.value}{unique} | {given} | {'; '.join(_limits(key))} |")
    return "\n".join(lines) + "\n"


def _limits(key: Key) -> Iterator[str]:
    if key.letters:
        yield "letter " + " or ".join(key.letters)
    if key.targets:
        yield "a " + " or ".join(f"`[[{target}]]`" for target in key.targets)
    if key.words:
        yield ", ".join(f"`{word}`" for word in key.words)
    if key.kind is Kind.WHOLE:
        yield f"{key.low} to {key.high}"
