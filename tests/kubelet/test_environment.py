"""The expansion of references to variables, by upstream's own table."""

import pytest

from k8slearn import Cluster
from k8slearn.kubelet.environment import expanded
from tests.support.helpers import bare_pod

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


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("$(NAME)/logs", None),
        ("$$(NOPE)", None),
        ("$(NOPE)/logs", 'missing value for "NOPE"'),
        ("$(HOSTNAME)", 'missing value for "HOSTNAME"'),
        ("$(ROOT)", "error SubPath `/tmp` must not be an absolute path"),
        ("a/$(UP)", "unable to provision SubPath `a/..`: must not contain '..'"),
    ],
)
def test_a_path_in_a_volume_that_leads_nowhere_holds_its_container(path, why):
    cluster = Cluster(1, kubelet="auto")
    values = {"NAME": "web", "ROOT": "/tmp", "UP": ".."}
    mount = {"name": "data", "mountPath": "/data", "subPathExpr": path}
    container = {
        "name": "main",
        "image": "app:1",
        "env": [{"name": name, "value": value} for name, value in values.items()],
        "volumeMounts": [mount],
    }
    volumes = [{"name": "data", "emptyDir": {}}]
    cluster.create(bare_pod("p", containers=[container], volumes=volumes))
    cluster.run(10)
    (status,) = cluster.get("Pod", "p")["status"]["containerStatuses"]
    waiting = status["state"].get("waiting")
    if why is None:
        assert waiting is None
    else:
        assert waiting == {"reason": "CreateContainerConfigError", "message": why}
