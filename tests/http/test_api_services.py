"""The list of groups and versions, as `kubectl get apiservices` shows it."""

from k8slearn.cluster import Cluster
from tests.support.api_client import Client, names

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.com}
spec:
  group: example.com
  names: {plural: gadgets, kind: Gadget}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object}}
"""


def test_each_version_has_its_api_service():
    client = Client(Cluster(1, kubelet="auto"))
    path = "/apis/apiregistration.k8s.io/v1/apiservices"
    table = client.get(path, headers={"accept": TABLE})
    cells = {row["cells"][0]: row["cells"][1:3] for row in table["rows"]}
    assert cells["v1."] == cells["v1.apps"] == ["Local", "True"]
    assert cells["v1beta1.metrics.k8s.io"] == ["kube-system/metrics-server", "True"]
    assert "v1.apiregistration.k8s.io" not in cells
    assert [*cells] == sorted(cells)
    one = client.get(f"{path}/v1.apps")
    assert one["spec"]["groupPriorityMinimum"] == 17800
    # Without kubelets that measure there are no metrics.
    plain = Client(Cluster(1, kubelet="instant"))
    assert len(names(plain.get(path))) == len(cells) - 1


def test_a_definition_brings_its_api_service():
    cluster = Cluster(0)
    client = Client(cluster)
    cluster.apply(DEFINITION)
    cluster.run_until_quiet()
    one = client.get("/apis/apiregistration.k8s.io/v1/apiservices/v1.example.com")
    assert one["spec"]["versionPriority"] == 100
