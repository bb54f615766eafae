"""Invalid names of images, for which no registry is asked."""

import pytest

from k8slearn import Cluster
from tests.support.helpers import bare_pod

HEX = "0123456789abcdef" * 4
FORMAT = "invalid reference format"
WHOLE = f"invalid repository name ({HEX}), cannot specify 64-byte hexadecimal strings"


@pytest.mark.parametrize(
    ("image", "why"),
    [
        ("https://registry.example/web", FORMAT),
        ("registry.example//web", FORMAT),
        ("registry.example/web/", FORMAT),
        ("web:1:2", FORMAT),
        ("-web", FORMAT),
        ("web-:1", FORMAT),
        ("my__web._1", FORMAT),
        ("web@sha256:abc", FORMAT),
        ("web:", FORMAT),
        ("Web:1", f"{FORMAT}: repository name (library/Web) must be lowercase"),
        (HEX, WHOLE),
        ("registry.example:5000/a/b__c/d--e.f:1.0-x_Y", ""),
        (f"web:1@sha256:{HEX}", ""),
        (HEX[:-1], ""),
    ],
)
def test_a_name_that_no_registry_could_have(image, why):
    cluster = Cluster(1, kubelet="auto", seed=1)
    pod = bare_pod("p")
    pod["spec"]["containers"][0]["image"] = image
    cluster.create(pod)
    cluster.run(30)
    [status] = cluster.get("Pod", "p")["status"]["containerStatuses"]
    waiting = status["state"].get("waiting", {})
    assert waiting.get("reason", "") == ("InvalidImageName" if why else "")
    start = f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": '
    assert waiting.get("message", "") == (start + why if why else "")


def test_a_name_in_capitals_before_a_slash_is_taken_for_a_registry():
    cluster = Cluster(1, kubelet="auto", seed=1)
    pod = bare_pod("p")
    pod["spec"]["containers"][0]["image"] = "Shop/web:1"
    cluster.create(pod)
    cluster.run(30)
    [status] = cluster.get("Pod", "p")["status"]["containerStatuses"]
    assert status["state"]["waiting"]["message"].endswith("lookup Shop: no such host")
