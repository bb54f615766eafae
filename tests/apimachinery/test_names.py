"""Names that the server generates."""

from random import Random

import pytest

from k8slearn.apimachinery.names import SAFE_CHARACTERS, SUFFIX_LENGTH, generated_name


@pytest.mark.parametrize("seed", range(20))
def test_a_suffix_is_drawn_as_choice_draws_its_letters(seed):
    rng, other = Random(seed), Random(seed)
    letters = [other.choice(SAFE_CHARACTERS) for _ in range(SUFFIX_LENGTH)]
    assert generated_name("agent-", rng) == "agent-" + "".join(letters)
    assert rng.getstate() == other.getstate()
