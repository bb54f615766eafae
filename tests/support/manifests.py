"""Small valid objects to change, and how the API server answers."""

import copy

import pytest

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apiserver.admission import admit_create

LABELS = {"app": "web"}
CONTAINER = {"name": "web", "image": "nginx:1.27"}
DAEMON_SET = {
    "apiVersion": "apps/v1",
    "kind": "DaemonSet",
    "metadata": {"name": "web"},
    "spec": {
        "selector": {"matchLabels": LABELS},
        "template": {
            "metadata": {"labels": LABELS},
            "spec": {"containers": [CONTAINER]},
        },
    },
}
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web"},
    "spec": {"containers": [CONTAINER]},
}
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web"},
    "spec": {"selector": LABELS, "ports": [{"port": 80}]},
}
NODE = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node1"}}


def changed(o, path, value):
    """A copy of an object with one field set; in the dotted path numbers are indexes of lists."""
    found = copy.deepcopy(o)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = found
    for step in steps:
        place = place[step] if isinstance(place, list) else place.setdefault(step, {})
    place[last] = value
    return found


def admitted(o, **options):
    return admit_create(o, kind=o["kind"], namespace="default", **options)


def stored(o):
    """The object as the store would hold it."""
    found = admitted(o)
    return {
        **found,
        "metadata": {
            **found["metadata"],
            "uid": "u1",
            "resourceVersion": "7",
            "generation": 1,
        },
    }


def refused(o, **options):
    with pytest.raises(ApiError) as caught:
        admitted(o, **options)
    return caught.value


def fields(error):
    return [
        (cause.field, cause.reason.removeprefix("FieldValue")) for cause in error.causes
    ]


# The manifests for the uses named in the original document.
USES = [
    "glusterd",
    "ceph",
    "fluentd",
    "logstash",
    "node-exporter",
    "collectd",
    "datadog",
    "newrelic",
    "gmond",
]
