"""The files that a container finds: those that every kubelet puts there, and its volumes."""

from __future__ import annotations

from collections.abc import Callable
from posixpath import join, normpath

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, name, namespace
from k8slearn.kubelet.downward_api import items_of
from k8slearn.kubelet.environment import held_by
from k8slearn.kubelet.hosts import hostname, hosts_file
from k8slearn.network.resolver import resolver_of

# By path what is written there.
Files = dict[str, str]

# An image of its own a container of the model has not: these are what any has.
ROOTS = (
    "bin",
    "dev",
    "etc",
    "home",
    "lib",
    "mnt",
    "opt",
    "proc",
    "root",
    "run",
    "sbin",
    "sys",
    "tmp",
    "usr",
    "var",
)
LOGS = "/var/log/containers"

Logs = Callable[[Object, Object], str]
"""(Pod, container) → the file that its Node keeps of its log."""


def files_of(
    reader: Reader, then: Reader, pod: Object, container: Object, logs: Logs
) -> Files:
    """path → text. A directory without a file in it ends with a slash. `then` is the container's start."""
    found = {f"/{root}/": "" for root in ROOTS}
    found |= _kubelet_files(pod)
    volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes") or ()}
    for mount in container.get("volumeMounts") or ():
        volume = volumes.get(mount["name"], {})
        at = mount["mountPath"]
        inside = mount.get("subPath", "")
        found[join(at, "")] = ""
        # One file mounted by itself stays as it was: the kubelet writes a new one beside it. Not so the disk.
        stays = inside and "hostPath" not in volume
        source = then if stays else reader
        for path, text in _volume_files(source, pod, volume, logs).items():
            if not inside:
                found[join(at, path)] = text
            elif path == inside:
                # One file of the volume is the mount itself.
                found.pop(join(at, ""), None)
                found[at] = text
            elif path.startswith(join(inside, "")):
                found[join(at, path.removeprefix(join(inside, "")))] = text
    return found


def _kubelet_files(pod: Object) -> Files:
    """Kubernetes: pkg/kubelet/kubelet_pods.go ensureHostsFile, network/dns"""
    return {
        "/etc/hostname": f"{hostname(pod)}\n",
        "/etc/hosts": hosts_file(pod),
        "/etc/resolv.conf": str(resolver_of(pod)),
    }


def _volume_files(reader: Reader, pod: Object, volume: Object, logs: Logs) -> Files:
    """The files of one volume by their path in it; an emptyDir has none."""
    if "hostPath" in volume:
        return _host_files(reader, pod, volume["hostPath"]["path"], logs)
    found: Files = {}
    for source in (volume, *(volume.get("projected", {}).get("sources") or ())):
        found |= _source_files(reader, pod, source)
    return found


def _source_files(reader: Reader, pod: Object, source: Object) -> Files:
    for field, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
        about = source.get(field)
        if about is not None:
            wanted = about.get("secretName") or about.get("name", "")
            held = held_by(reader, pod, kind, wanted)
            items = about.get("items") or [{"key": key, "path": key} for key in held]
            return {
                item["path"]: held[item["key"]] for item in items if item["key"] in held
            }
    found = {}
    if "serviceAccountToken" in source:
        # Deviation: it says whose it is, and nobody can sign with it.
        account = pod["spec"].get("serviceAccountName", "")
        whose = f"system:serviceaccount:{namespace(pod)}:{account}"
        found[source["serviceAccountToken"]["path"]] = f"(token of {whose})"
    return {**found, **items_of(reader, pod, source.get("downwardAPI", {}))}


def _host_files(reader: Reader, pod: Object, path: str, logs: Logs) -> Files:
    """What lies on the Node below a path: the logs of its containers, which is what a daemon comes for."""
    node = pod["spec"].get("nodeName")
    found = {}
    for other in reader.list("Pod"):
        if other["spec"].get("nodeName") != node:
            continue
        for container in other["spec"]["containers"]:
            file = f"{name(other)}_{namespace(other)}_{container['name']}.log"
            whole = join(LOGS, file)
            # First, since to make up a log takes its time, and most paths have none.
            if not whole.startswith(join(path, "")):
                continue
            text = logs(other, container)
            if text:
                found[whole.removeprefix(join(path, ""))] = text
    return found


def entries(files: Files, path: str) -> list[str] | None:
    """The names in a directory, or the file itself; None where there is neither."""
    wanted = normpath(path)
    if wanted in files:
        return [path]
    below = join(wanted, "")
    found = {
        file.removeprefix(below).split("/")[0]
        for file in files
        if file.startswith(below)
    }
    if not found:
        return None
    return sorted(found - {""})


def is_directory(files: Files, path: str) -> bool:
    """Whether something lies below the path."""
    below = join(normpath(path), "")
    return any(file.startswith(below) for file in files)


def text_of(files: Files, path: str) -> str | None:
    """A file's text, None where there is no such file."""
    return files.get(normpath(path))
