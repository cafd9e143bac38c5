"""What is kept of a document stays small, whatever combinations of conditions are asked."""

from itertools import product

from engine.question import MEMO_KEPT

NAMES = "abcdefgh"
TEXT = (
    "query ("
    + " ".join(f"${name}: Boolean!" for name in NAMES)
    + ") {"
    + " ".join(f"{name}: __typename @skip(if: ${name})" for name in NAMES)
    + "}"
)


async def test_every_combination_of_conditions_is_answered_and_few_are_kept(ask):
    kept = []
    for values in product((True, False), repeat=len(NAMES)):
        told = await ask("anonymous", TEXT, **dict(zip(NAMES, values, strict=True)))
        kept.append(len(ask.engine._documents.read(TEXT).memo))
        assert told.data == {name: "Query" for name, skipped in zip(NAMES, values, strict=True) if not skipped}

    assert len(kept) > MEMO_KEPT >= max(kept)
