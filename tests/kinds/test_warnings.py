"""Warnings for clients, in the words of v1.36."""

import pytest

from k8slearn import Cluster
from k8slearn.kinds.warnings import warnings
from k8slearn.locale import kinds as words
from tests.support.api_client import PODS, Client, daemon_set

OS = 'deprecated since v1.14; use "kubernetes.io/os" instead'
NO_POD = "a null labelSelector results in matching no pod"
HIDES = 'hides previous definition of "A", which may be dropped when using apply'
TERM = {"matchExpressions": [{"key": "beta.kubernetes.io/os", "operator": "Exists"}]}
ODD = {"matchExpressions": [{"key": "a", "operator": "In", "values": ["a b"]}]}
CEL = "x-kubernetes-validations"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def container(**more):
    return {"name": "c", "image": "i", **more}


def port(number=80, **more):
    return {"containerPort": number, "protocol": "TCP", **more}


def items(*paths):
    return [{"key": "k", "path": path} for path in paths]


POD_SPECS = {
    "node label": (
        {"nodeSelector": {"beta.kubernetes.io/os": "linux"}},
        [f"spec.nodeSelector[beta.kubernetes.io/os]: {OS}"],
    ),
    "node affinity": (
        {"affinity": {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [TERM, ODD]}}}},
        [
            f"spec.affinity.nodeAffinity.{REQUIRED}.nodeSelectorTerms[0].matchExpressions[0].key: "
            f"beta.kubernetes.io/os is {OS}"
        ],
    ),
    "preferred": (
        {"affinity": {"nodeAffinity": {PREFERRED: [{"preference": TERM}]}}},
        [
            f"spec.affinity.nodeAffinity.{PREFERRED}[0].preference.matchExpressions[0].key: "
            f"beta.kubernetes.io/os is {OS}"
        ],
    ),
    "spread": (
        {"topologySpreadConstraints": [{"topologyKey": "beta.kubernetes.io/os"}]},
        [
            f"spec.topologySpreadConstraints[0].topologyKey: beta.kubernetes.io/os is {OS}",
            f"spec.topologySpreadConstraints[0].labelSelector: {NO_POD}",
        ],
    ),
    "pod affinity": (
        {"affinity": {"podAntiAffinity": {
            REQUIRED: [{"labelSelector": {}}, {}], PREFERRED: [{"podAffinityTerm": {}}]}}},
        [
            f"spec.affinity.podAntiAffinity.{REQUIRED}[1].labelSelector: {NO_POD}",
            f"spec.affinity.podAntiAffinity.{PREFERRED}[0].podAffinityTerm.labelSelector: {NO_POD}",
        ],
    ),
    "dead volumes": (
        {"volumes": [{"name": "a", "gitRepo": {}}, {"name": "b", "glusterfs": {}}]},
        [
            "spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+",
            "spec.volumes[1].glusterfs: deprecated in v1.25, non-functional in v1.26+",
        ],
    ),
    "same file": (
        {"volumes": [{"name": "v", "configMap": {"name": "m", "items": items("a", "a/b", "ab")}}]},
        ['volume "v" (ConfigMap "m"): overlapping paths: "a/b" with "a"'],
    ),
    "projected": (
        {"volumes": [{"name": "v", "projected": {"sources": [
            {"serviceAccountToken": {"path": "t"}},
            {"secret": {"name": "s", "items": items("t/")}}, {}]}}]},
        [
            'volume "v" (Projected) has no sources provided',
            'volume "v" (Projected): overlapping paths: "t" (Secret "s") with "t" (ServiceAccountToken)',
        ],
    ),
    "repeated": (
        {"hostAliases": [{"ip": "1.1.1.1"}] * 2, "imagePullSecrets": [{"name": "s"}, {"name": "s"}, {}]},
        [
            'spec.hostAliases[1].ip: duplicate ip "1.1.1.1"',
            'spec.imagePullSecrets[1].name: duplicate name "s"',
            'spec.imagePullSecrets[2].name: invalid empty name ""',
        ],
    ),
    "fractions": (
        {"overhead": {"memory": "100m"}, "containers": [container(
            resources={"limits": {"memory": "1500m"}, "requests": {"ephemeral-storage": "1"}})]},
        [
            'spec.overhead[memory]: fractional byte value "100m" is invalid, must be an integer',
            'spec.containers[0].resources.limits[memory]: fractional byte value "1500m" is invalid, '
            "must be an integer",
        ],
    ),
    "env": (
        {"containers": [container(env=[
            {"name": "A", "value": "1"}, {"name": "A", "value": "$(A)2"}, {"name": "A", "value": "$(A)"}])]},
        [f"spec.containers[0].env[2]: {HIDES}"],
    ),
    "ports": (
        {"containers": [container(ports=[
            port(), port(), port(hostPort=80), port(hostPort=80, hostIP="1.1.1.1"), port(9, hostIP="::1")])]},
        [
            "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]",
            "spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[0]",
            "spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[1]",
            "spec.containers[0].ports[3]: overlapping port definition with spec.containers[0].ports[0]",
            "spec.containers[0].ports[3]: overlapping port definition with spec.containers[0].ports[1]",
            "spec.containers[0].ports[3]: dangerously ambiguous port definition with spec.containers[0].ports[2]",
            "spec.containers[0].ports[4]: hostIP set without hostPort: "
            "{Name: HostPort:0 ContainerPort:9 Protocol:TCP HostIP:::1}",
        ],
    ),
    "port names": (
        {"initContainers": [container(ports=[port(1, name="h")])],
         "containers": [container(ports=[port(2, name="h")])]},
        [
            'spec.containers[0].ports[0]: duplicate port name "h" with spec.initContainers[0].ports[0], services '
            "and probes that select ports by name will use spec.initContainers[0].ports[0]"
        ],
    ),
    "grace": (
        {"terminationGracePeriodSeconds": -1},
        ["spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"],
    ),
    "addresses": (
        {"dnsConfig": {"nameservers": ["::FFFF:1.2.3.4"]}, "hostAliases": [{"ip": "2001:DB8::1"}]},
        [
            'spec.dnsConfig.nameservers[0]: non-standard IP address "::FFFF:1.2.3.4" will be considered invalid '
            'in a future Kubernetes release: use "1.2.3.4"',
            'spec.hostAliases[0].ip: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
        ],
    ),
    "nothing": ({"containers": [container(env=[{"name": "A"}, {"name": "B"}], ports=[port(name="a")])]}, []),
}  # fmt: skip


def pod(spec, name="p", **annotations):
    return {"kind": "Pod", "metadata": {"name": name, "annotations": annotations}, "spec": spec}  # fmt: skip


@pytest.mark.parametrize("about", POD_SPECS)
def test_pods(about):
    spec, told = POD_SPECS[about]
    assert warnings(pod(spec), None) == told
    assert warnings(pod(spec), pod({})) == []


@pytest.mark.parametrize("about", POD_SPECS)
def test_a_template_is_told_of_when_it_changes(about):
    spec, told = POD_SPECS[about]
    there = {"kind": "DaemonSet", "metadata": {"name": "d"}, "spec": {"template": {"spec": spec}}}  # fmt: skip
    here = [each.replace("spec.", "spec.template.spec.") for each in told]
    assert warnings(there, None) == here
    assert warnings(there, there) == []


ANNOTATIONS = {
    "scheduler.alpha.kubernetes.io/critical-pod": 'non-functional in v1.16+; use the "priorityClassName" field instead',
    "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
    "seccomp.security.alpha.kubernetes.io/pod": 'non-functional in v1.27+; use the "seccompProfile" field instead',
    "container.seccomp.security.alpha.kubernetes.io/c": (
        'non-functional in v1.27+; use the "seccompProfile" field instead'
    ),
    "container.apparmor.security.beta.kubernetes.io/c": (
        'deprecated since v1.30; use the "appArmorProfile" field instead'
    ),
}


@pytest.mark.parametrize("key", ANNOTATIONS)
def test_annotations_of_old(key):
    told = [f"metadata.annotations[{key}]: {ANNOTATIONS[key]}"]
    assert warnings(pod({"containers": [container()]}, **{key: ""}), None) == told


def named(kind, name="x", annotations=None, **more):
    meta = {"name": name, "annotations": annotations or {}}
    return {"kind": kind, "metadata": meta, **more}


A_NAME = "which can result in surprising behavior; a DNS label is recommended: [must not contain dots]"
CLASS = "volume.beta.kubernetes.io/storage-class"
OTHERS = [
    (pod({}, "a.b"), [f"metadata.name: this is used in the Pod's hostname, {A_NAME}"]),
    (
        named("Deployment", "a.b", spec={}),
        [f"metadata.name: this is used in Pod names and hostnames, {A_NAME}"],
    ),
    (
        named("Service", spec={"type": "ClusterIP", "externalIPs": ["192.0.2.1"]}),
        [
            "spec.externalIPs is deprecated and may no longer be implemented in some clusters"
        ],
    ),
    (
        named(
            "Service",
            spec={
                "type": "ClusterIP",
                "clusterIP": "None",
                "clusterIPs": ["None"],
                "sessionAffinity": "ClientIP",
            },
        ),
        ["spec.SessionAffinity is ignored for headless services"],
    ),
    (
        named("Service", spec={"type": "ClusterIP", "externalName": "a.b"}),
        ['spec.externalName is ignored when spec.type is not "ExternalName"'],
    ),
    (
        named(
            "Service",
            spec={
                "trafficDistribution": "PreferClose",
                "loadBalancerSourceRanges": ["10.0.0.1/8"],
            },
        ),
        [
            'spec.loadBalancerSourceRanges[0]: CIDR value "10.0.0.1/8" is ambiguous in this context '
            '(should be "10.0.0.0/8" or "10.0.0.1/32"?)',
            'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
        ],
    ),
    (
        named("EndpointSlice", addressType="FQDN"),
        ["spec.addressType: FQDN endpoints are deprecated"],
    ),
    (
        named("Ingress", annotations={"kubernetes.io/ingress.class": "x"}, spec={}),
        [
            "annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"
        ],
    ),
    (
        named(
            "PersistentVolume",
            annotations={CLASS: "x"},
            spec={"persistentVolumeReclaimPolicy": "Recycle"},
        ),
        [
            f'metadata.annotations[{CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead',
            "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended "
            "approach is to use dynamic provisioning.",
        ],
    ),
    (
        named(
            "RuntimeClass",
            scheduling={"nodeSelector": {"beta.kubernetes.io/os": "linux"}},
        ),
        [f"scheduling.nodeSelector: {OS}"],
    ),
    (
        named("Node", spec={"externalID": "x"}),
        ["spec.externalID: this field is deprecated, and is unused by Kubernetes"],
    ),
    (
        named("Secret", type="kubernetes.io/tls", data={"tls.crt": "eA=="}),
        ["tls: failed to find any PEM data in certificate input"],
    ),
    (named("ConfigMap"), []),
    (
        named(
            "CustomResourceDefinition",
            spec={
                "versions": [{"schema": {"a": [{}]}}, {"schema": {"a": [{CEL: []}]}}]
            },
        ),
        [f"spec.versions[1].schema: {words.NO_CEL}"],
    ),
]


@pytest.mark.parametrize("o, told", OTHERS, ids=lambda v: "")
def test_other_kinds(o, told):
    assert warnings(o, None) == told


def test_over_http_a_patch_without_effect_says_nothing():
    client = Client(Cluster(1, kubelet="manual"))
    path = "/apis/apps/v1/namespaces/default/daemonsets"
    body = daemon_set()
    body["spec"]["template"]["spec"]["nodeSelector"] = {"beta.kubernetes.io/os": "x"}
    told = f"spec.template.spec.nodeSelector[beta.kubernetes.io/os]: {OS}"
    assert client.ask("POST", path, body).warnings == [told]
    merge = {"content-type": "application/merge-patch+json"}

    def patched(change, part=""):
        where = f"{path}/web{part}"
        return client.ask("PATCH", where, change, headers=merge).warnings

    assert patched({}) == []
    assert patched({"metadata": {"labels": {"a": "b"}}}) == []
    assert patched({"status": {"numberReady": 1}}, "/status") == []
    assert patched({"spec": {"template": {"spec": {"nodeName": "n"}}}}) == [told]
    bare = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a.b"}}
    bare["spec"] = {"containers": [{"name": "c", "image": "i"}]}
    assert "hostname" in client.ask("POST", PODS, bare).warnings[0]
