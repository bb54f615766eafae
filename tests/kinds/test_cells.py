"""Cells of tables that are made from several fields."""

import pytest

from k8slearn.kinds import BY_KIND

ADDRESSES = [{"ip": "9.9.9.9"}, {"hostname": "lb.example"}, {"ip": "8.8.8.8"}, {"ip": "9.9.9.9"}]  # fmt: skip
BALANCED = {"status": {"loadBalancer": {"ingress": ADDRESSES}}}
SHOWN = "8.8.8.8,9.9.9.9,lb.example"
POLICY_PARAM = {"policyName": "limits", "paramRef": {"name": "small"}}
MATCH = {"matchLabels": {"tier": "gold"}}
MATCH_IN_GO = (
    "&LabelSelector{MatchLabels:map[string]string{tier: gold,},"
    "MatchExpressions:[]LabelSelectorRequirement{},}"
)


def metric(kind, target, **named):
    return {"type": kind[0].upper() + kind[1:], kind: {**named, "target": target}}


def now(kind, **current):
    return {"type": kind[0].upper() + kind[1:], kind: {"current": current}}


def scaler(metrics, found=()):
    reference = {"kind": "Deployment", "name": "web"}
    spec = {"scaleTargetRef": reference, "minReplicas": 3, "metrics": metrics}
    return {"spec": spec, "status": {"currentMetrics": list(found)}}


def hosts(*names):
    return {"spec": {"rules": [{"host": name} if name else {} for name in names]}}


def marked(prefix):
    return {"metadata": {"annotations": {f"{prefix}/is-default-class": "true"}}}


def node(**info):
    return {"status": {"nodeInfo": {"kernelVersion": "6.1", **info}}}


def subset(**fields):
    return {"subsets": [fields]}


CPU = {"name": "cpu"}
EACH = {"averageValue": "30"}
WHOLE = {"value": "200"}
HALF = {"averageUtilization": 50}

CASES = [
    # A scaler's targets, and the measured values.
    *(
        ("HorizontalPodAutoscaler", "MinPods", scaler([]), "3"),
        ("HorizontalPodAutoscaler", "Targets", scaler([]), "<none>"),
        *(
            ("HorizontalPodAutoscaler", "Targets", scaler(*asked), shown)
            for asked, shown in (
                (([metric("pods", EACH)],), "<unknown>/30"),
                (([metric("pods", EACH)], [now("pods", averageValue="12")]), "12/30"),
                (([metric("external", EACH)],), "<unknown>/30 (avg)"),
                (([metric("object", WHOLE)], [now("object", value="7")]), "7/200"),
                (([metric("object", WHOLE)], [now("pods", value="7")]), "<unknown>/200"),
                (([metric("resource", HALF, **CPU)], [now("resource", averageUtilization=8)]), "cpu: 8%/50%"),
                (([metric("containerResource", {}, **CPU)],), "cpu: <unknown>/<auto>"),
                (([metric("pods", EACH)] * 3,), "<unknown>/30, <unknown>/30 + 1 more..."),
            )
        ),
    ),
    # Addresses of load balancers are sorted and distinct.
    ("Service", "External-IP", {"spec": {"type": "LoadBalancer"}, **BALANCED}, SHOWN),
    ("Ingress", "Address", BALANCED, SHOWN),
    # Of rules, not of hosts, it is said how many there are more.
    ("Ingress", "Hosts", hosts("a", "b", "c"), "a,b,c"),
    ("Ingress", "Hosts", hosts("a", "", "b", "c", "d"), "a,b,c + 2 more..."),
    ("Ingress", "Hosts", hosts("a", "b", "c", ""), "a,b,c + 1 more..."),
    # Which class is the default.
    ("IngressClass", "Name", marked("ingressclass.kubernetes.io"), "x (default)"),
    ("IngressClass", "Name", marked("storageclass.kubernetes.io"), "x"),
    ("StorageClass", "Name", marked("storageclass.beta.kubernetes.io"), "x (default)"),
    ("VolumeAttributesClass", "Name", marked("storageclass.kubernetes.io"), "x"),
    ("StorageClass", "AllowVolumeExpansion", {}, False),
    ("PriorityClass", "Global-Default", {"globalDefault": True}, True),
    # Missing and incomplete values.
    ("PersistentVolumeClaim", "Capacity", {"spec": {"volumeName": "disk"}}, "0"),
    ("ResourceClaim", "State", {"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}, "deleted"),
    ("ResourceSlice", "Node", {"spec": {}}, ""),
    ("Node", "Kernel-Version", node(), "6.1"),
    ("Node", "Kernel-Version", node(architecture="arm64"), "6.1 (arm64)"),
    ("FlowSchema", "MatchingPrecedence", {"spec": {"matchingPrecedence": 5}}, 5),
    ("ValidatingAdmissionPolicyBinding", "ParamRef", {"spec": POLICY_PARAM}, "*/small"),
    ("ValidatingAdmissionPolicyBinding", "ParamRef", {"spec": {"paramRef": {"selector": MATCH}}}, MATCH_IN_GO),
    # Endpoints.
    ("Endpoints", "Endpoints", {}, "<none>"),
    ("Endpoints", "Endpoints", subset(notReadyAddresses=[{"ip": "10.0.0.1"}]), ""),
    ("Endpoints", "Endpoints", subset(addresses=[{"ip": "fd00::7"}], ports=[{"port": 80}]), "[fd00::7]:80"),
    ("EndpointSlice", "Ports", {"ports": [{"name": "dns"}]}, "dns"),
    ("EndpointSlice", "Ports", {"ports": [{"name": ""}]}, "<unset>"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "title", "given", "shown"), CASES)
def test_a_cell_says_what_upstream_says(kind, title, given, shown):
    """Kubernetes: pkg/printers/internalversion/printers.go"""
    row = BY_KIND[kind]
    metadata = {"name": "x", **given.get("metadata", {})}
    line = row.cells({"spec": {}, **given, "metadata": metadata}, 0.0)
    column = [column.title for column in row.columns].index(title)
    cell = line[column]
    assert (cell, type(cell)) == (shown, type(shown))
