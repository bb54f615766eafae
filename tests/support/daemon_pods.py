"""Nodes with their Pods as the DaemonSet controller sees them, made by hand."""

NOW = 100.0


def pod(name, rev="new", state="ready", *, age=50, bound=True, ready_for=40):
    """A Pod; `state` is ready, unready, pending, failed, succeeded, or one of them and "-ending"."""
    base = state.removesuffix("-ending")
    phase = {"failed": "Failed", "succeeded": "Succeeded", "pending": "Pending"}.get(
        base, "Running"
    )
    since = (
        f"2026-01-01T00:0{int(NOW - ready_for) // 60}:{int(NOW - ready_for) % 60:02}Z"
    )
    ready = {
        "type": "Ready",
        "status": "True" if base == "ready" else "False",
        "lastTransitionTime": since,
    }
    made = f"2026-01-01T00:0{int(NOW - age) // 60}:{int(NOW - age) % 60:02}Z"
    meta = {
        "name": name,
        "labels": {"controller-revision-hash": rev},
        "creationTimestamp": made,
    }
    meta |= {"deletionTimestamp": made} if state.endswith("-ending") else {}
    spec = {"nodeName": "node1"} if bound else {}
    return {
        "metadata": meta,
        "spec": spec,
        "status": {"phase": phase, "conditions": [ready]},
    }


def node(name, *pods, wanted=True, gone=False):
    """A Node with its Pods, given as "old ready", "new unready", "new ready-ending", …"""
    found = [
        pod(f"{name}-{i}", *text.split(), age=50 - i) for i, text in enumerate(pods)
    ]
    taint = [] if wanted else [{"key": "k", "effect": "NoSchedule"}]
    about = (
        None
        if gone
        else {"kind": "Node", "metadata": {"name": name}, "spec": {"taints": taint}}
    )
    return name, about, found
