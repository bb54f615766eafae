"""How references to variables are put in, as upstream's own table has it."""

import pytest

from k8slearn.kubelet.environment import expanded

KNOWN = {"HOST": "db-0", "PORT": "5432", "EMPTY": ""}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$(HOST):$(PORT)", "db-0:5432"),
        ("[$(EMPTY)]", "[]"),
        ("$(NOBODY)-$(PORT)", "$(NOBODY)-5432"),
        ("$$(HOST)", "$(HOST)"),
        ("$$$(HOST)", "$db-0"),
        ("$$$$(HOST)", "$$(HOST)"),
        ("$(HO$$ST)", "$(HO$$ST)"),
        ("$(A$(HOST))", "$(A$(HOST))"),
        ("$(A$(HOST)$(PORT)", "$(A$(HOST)5432"),
        ("$(HOST", "$(HOST"),
        ("$(HO$$ST", "$(HO$ST"),
        ("$HOST $ $()", "$HOST $ $()"),
    ],
)
def test_a_reference_reaches_to_the_first_bracket(text, found):
    assert expanded(text, KNOWN) == found
