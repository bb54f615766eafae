"""Objects like those of managed clusters, written by hand after their documentation; the names are made up."""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]
NOW = "2026-10-05T08:30:00Z"
EARLIER = "2026-09-01T02:00:00Z"

CLOUDS: dict[str, Object] = {
    "eks": {
        "spec": {"providerID": "aws:///eu-west-1a/i-0a1b2c3d4e5f60718"},
        "labels": {
            "eks.amazonaws.com/nodegroup": "general",
            "node.kubernetes.io/instance-type": "m6i.xlarge",
            "topology.kubernetes.io/zone": "eu-west-1a",
        },
        "annotations": {"alpha.kubernetes.io/provided-node-ip": "10.0.12.34"},
        "resources": {"vpc.amazonaws.com/pod-eni": "18", "nvidia.com/gpu": "1"},
        "runtime": "containerd://",
    },
    "gke": {
        "spec": {
            "podCIDR": "10.60.3.0/24",
            "podCIDRs": ["10.60.3.0/24"],
            "providerID": "gce://made-up/europe-west4-a/gke-pool-1-abcd",
            "taints": [
                {"effect": "NoSchedule", "key": "dedicated", "value": "batch"}
            ],
        },
        "labels": {"cloud.google.com/gke-nodepool": "pool-1"},
        "annotations": {
            "container.googleapis.com/instance_id": "1234567890123456789",
            "node.gke.io/last-applied-node-labels": "a=b,c=d",
        },
        "resources": {"attachable-volumes-gce-pd": "15"},
        "runtime": "containerd://",
    },
    "ack": {
        "spec": {
            "podCIDR": "172.20.1.0/25",
            "podCIDRs": ["172.20.1.0/25"],
            "providerID": "cn-hangzhou.i-bp1abcdefghijk",
        },
        "labels": {"alibabacloud.com/nodepool-id": "np1234"},
        "annotations": {"csi.volume.kubernetes.io/nodeid": '{"a":"b"}'},
        "resources": {"aliyun/eni": "4"},
        # Clusters of 1.22 that were upgraded still run Docker by cri-dockerd.
        "runtime": "docker://",
    },
    "virtual": {
        "spec": {
            "taints": [
                {"effect": "NoSchedule", "key": "virtual-kubelet.io/provider", "value": "azure"}
            ]
        },
        "labels": {"type": "virtual-kubelet", "kubernetes.io/role": "agent"},
        "annotations": {},
        "resources": {},
        "runtime": "cri-o://",
    },
}  # fmt: skip


def node(title: str, cloud: Object, version: str) -> Object:
    """A Node of a cloud."""
    amounts = {"cpu": "3920m", "memory": "14584Mi", "pods": "58", "ephemeral-storage": "18242267924"}  # fmt: skip
    amounts |= cloud["resources"]
    conditions = [
        {
            "type": kind,
            "status": "False",
            "reason": f"KubeletHas{kind}",
            "message": "kubelet is fine",
            "lastHeartbeatTime": NOW,
            "lastTransitionTime": EARLIER,
        }
        for kind in ("MemoryPressure", "DiskPressure", "PIDPressure")
    ]
    # A condition by another agent.
    conditions.append({**conditions[0], "type": "FrequentKubeletRestart"})
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady"}
    conditions.append({**conditions[0], **ready, "message": "kubelet is posting"})
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": title,
            "uid": f"uid-{title}",
            "resourceVersion": "900001",
            "creationTimestamp": EARLIER,
            "labels": {**cloud["labels"], "kubernetes.io/hostname": title},
            "annotations": cloud["annotations"],
        },
        "spec": cloud["spec"],
        "status": {
            "addresses": [{"type": "InternalIP", "address": "10.0.12.34"}],
            "capacity": amounts,
            "allocatable": amounts,
            "conditions": conditions,
            "images": [
                {"names": ["docker.io/library/agent@sha256:00", "docker.io/library/agent:1"]}
            ],
            "nodeInfo": {"kubeletVersion": version, "containerRuntimeVersion": "x"},
        },
    }  # fmt: skip


def daemon_set() -> Object:
    """A DaemonSet from a server before 1.34, with `creationTimestamp: null`."""
    template: Object = {
        "metadata": {"creationTimestamp": None, "labels": {"app": "agent"}},
        "spec": {
            "containers": [
                {
                    "name": "agent",
                    "image": "agent:1",
                    "imagePullPolicy": "IfNotPresent",
                    "env": [{"name": "API_TOKEN", "value": "s3cr3t-value-1"}],
                    "resources": {},
                    "readinessProbe": {
                        "failureThreshold": 3,
                        "httpGet": {"path": "/", "port": 80, "scheme": "HTTP"},
                        "periodSeconds": 10,
                        "successThreshold": 1,
                        "timeoutSeconds": 1,
                    },
                    "terminationMessagePath": "/dev/termination-log",
                    "terminationMessagePolicy": "File",
                    "volumeMounts": [{"mountPath": "/etc/agent", "name": "settings"}],
                }
            ],
            "dnsPolicy": "ClusterFirst",
            "restartPolicy": "Always",
            "schedulerName": "default-scheduler",
            "securityContext": {},
            "terminationGracePeriodSeconds": 30,
            "tolerations": [{"operator": "Exists"}],
            "volumes": [
                {"name": "settings", "configMap": {"name": "agent", "defaultMode": 420}}
            ],
        },
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {
            "name": "agent",
            "namespace": "monitoring",
            "uid": "uid-agent",
            "resourceVersion": "900100",
            "generation": 4,
            "creationTimestamp": EARLIER,
            "annotations": {"deprecated.daemonset.template.generation": "4"},
        },
        "spec": {
            "revisionHistoryLimit": 10,
            "selector": {"matchLabels": {"app": "agent"}},
            "template": template,
            "updateStrategy": {
                "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1},
                "type": "RollingUpdate",
            },
        },
        "status": {
            "currentNumberScheduled": 1,
            "desiredNumberScheduled": 1,
            "numberAvailable": 1,
            "numberMisscheduled": 0,
            "numberReady": 1,
            "observedGeneration": 4,
            "updatedNumberScheduled": 1,
        },
    }  # fmt: skip


def pod(node_name: str, cloud: Object) -> Object:
    """The DaemonSet's Pod on a Node, with the status of another version's kubelet."""
    spec = daemon_set()["spec"]["template"]["spec"]
    digest = "5d9b7c6f4"
    status: Object = {
        "name": "agent",
        "image": "docker.io/library/agent:1",
        "imageID": "docker.io/library/agent@sha256:1111",
        "containerID": f"{cloud['runtime']}{'ab' * 32}",
        "ready": True,
        "started": True,
        "restartCount": 2,
        "state": {"running": {"startedAt": EARLIER}},
        "lastState": {
            "terminated": {
                "exitCode": 137,
                "reason": "OOMKilled",
                "startedAt": EARLIER,
                "finishedAt": EARLIER,
                "containerID": f"{cloud['runtime']}{'cd' * 32}",
            }
        },
        # Fields since 1.31 and 1.33.
        "allocatedResources": {"cpu": "100m"},
        "resources": {"requests": {"cpu": "100m"}},
        "volumeMounts": [{"mountPath": "/etc/agent", "name": "settings"}],
        "user": {"linux": {"gid": 0, "uid": 0, "supplementalGroups": [0]}},
    }
    conditions = [
        {"type": kind, "status": "True", "lastProbeTime": None, "lastTransitionTime": EARLIER}
        for kind in ("Initialized", "Ready", "ContainersReady", "PodScheduled")
    ]  # fmt: skip
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "agent-x7k2p",
            "generateName": "agent-",
            "namespace": "monitoring",
            "uid": "uid-pod",
            "resourceVersion": "900200",
            "creationTimestamp": EARLIER,
            "labels": {
                "app": "agent",
                "controller-revision-hash": digest,
                "pod-template-generation": "4",
            },
            "ownerReferences": [
                {
                    "apiVersion": "apps/v1",
                    "blockOwnerDeletion": True,
                    "controller": True,
                    "kind": "DaemonSet",
                    "name": "agent",
                    "uid": "uid-agent",
                }
            ],
        },
        "spec": {
            **spec,
            "nodeName": node_name,
            "serviceAccount": "default",
            "serviceAccountName": "default",
            "priority": 0,
            "enableServiceLinks": True,
            "preemptionPolicy": "PreemptLowerPriority",
        },
        "status": {
            "phase": "Running",
            "conditions": conditions,
            "containerStatuses": [status],
            "hostIP": "10.0.12.34",
            "podIP": "10.0.12.77",
            "podIPs": [{"ip": "10.0.12.77"}],
            "qosClass": "BestEffort",
            "startTime": EARLIER,
        },
    }


def revision() -> Object:
    """The DaemonSet's present revision, which lacks one default that the template now has."""
    template = daemon_set()["spec"]["template"]
    older = {k: v for k, v in template["spec"].items() if k != "schedulerName"}
    return {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": {
            "name": "agent-5d9b7c6f4",
            "namespace": "monitoring",
            "uid": "uid-revision",
            # From another etcd: the same version as the Pod's.
            "resourceVersion": "900200",
            "creationTimestamp": EARLIER,
            "labels": {"app": "agent", "controller-revision-hash": "5d9b7c6f4"},
            "ownerReferences": pod("", CLOUDS["eks"])["metadata"]["ownerReferences"],
        },
        "data": {"spec": {"template": {**template, "spec": older, "$patch": "replace"}}},
        "revision": 3,
    }  # fmt: skip


def dump(cloud_name: str, version: str = "v1.28.9", *, revisions: bool = True) -> Object:  # fmt: skip
    """A List of a small cluster in a cloud."""
    cloud = CLOUDS[cloud_name]
    title = f"{cloud_name}-node-1"
    items = [node(title, cloud, version), daemon_set(), pod(title, cloud)]
    if revisions:
        items.append(revision())
    return {"apiVersion": "v1", "kind": "List", "items": items}
