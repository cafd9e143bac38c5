"""Random tests are repeatable: each runs under the fixed and the fresh seed, and one seed draws one sequence."""

from hypothesis import given, settings
from hypothesis import strategies as any_

from tests.seeds import SEEDS, sown


@given(number=any_.integers(0, 10**9))
def test_a_hypothesis_test_gets_both_seeds_without_asking(request, number):
    assert request.node.callspec.params["seed"] in SEEDS


def drawn(seed):
    numbers = []

    @settings(max_examples=20)
    @given(number=any_.integers(0, 10**9))
    def draw(number):
        numbers.append(number)

    sown(draw, seed)()
    return numbers


def test_one_seed_draws_one_sequence_and_another_seed_another(seed):
    assert drawn(seed) == drawn(seed)
    assert drawn(seed) != drawn(seed + 1)
