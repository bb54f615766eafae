"""The containers of a Pod or a template. Kubernetes: kubectl/pkg/describe/describe.go, describeContainers"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.gotext import go_plain, go_quote
from k8slearn.apimachinery.objects import Object, name, namespace
from k8slearn.kinds.printing import NONE
from k8slearn.page.kubectl.describe.parts import Lines, moment

# Of a Pod's fields those whose names the client itself can read.
_READ = {"metadata.name": name, "metadata.namespace": namespace}


def containers(
    title: str,
    found: Sequence[Object],
    statuses: Iterable[Object] = (),
    pod: Object | None = None,
    indent: str = "",
) -> Lines:
    """Containers of one sort; `pod` is None for those of a template, which stand further in."""
    yield f"{indent}{title}:" if found else f"{indent}{title}: {NONE}"
    known = {status["name"]: status for status in statuses}
    for each in found:
        status = known.get(each["name"])
        yield f"  {' ' if indent else ''}{each['name']}:"
        yield from _basics(each, status)
        yield from _words("Command", each.get("command", ()))
        yield from _words("Args", each.get("args", ()))
        if status is not None:
            yield from _states(status)
        yield from resources(each.get("resources", {}), "    ")
        yield from _probes(each)
        yield from _environment(each, pod)
        yield from _mounts(each)


def _basics(container: Object, status: Object | None) -> Lines:
    if status is not None:
        yield f"    Container ID:\t{status.get('containerID', '')}"
    yield f"    Image:\t{container.get('image', '')}"
    if status is not None:
        yield f"    Image ID:\t{status.get('imageID', '')}"
    ports = container.get("ports", ())
    yield f"    {_ports('Port', ports, 'containerPort')}"
    yield f"    {_ports('Host Port', ports, 'hostPort')}"
    profile = container.get("securityContext", {}).get("seccompProfile")
    if profile:
        yield f"    SeccompProfile:\t{profile['type']}"
        if profile["type"] == "Localhost":
            yield f"      LocalhostProfile:\t{profile['localhostProfile']}"


def _ports(title: str, ports: Iterable[Object], field: str) -> str:
    shown = []
    for port in ports:
        text = f"{port.get(field, 0)}/{port.get('protocol', '')}"
        shown.append(f"{text} ({port['name']})" if port.get("name") else text)
    plural = "s" if len(shown) > 1 else ""
    return f"{title}{plural}:\t{', '.join(shown) or NONE}"


def _words(title: str, found: Sequence[str]) -> Lines:
    if found:
        yield f"    {title}:"
    for word in found:
        yield from (f"      {line}" for line in word.split("\n"))


def resources(found: Mapping[str, Mapping[str, str]], indent: str) -> Lines:
    """Limits and requests. Kubernetes: describeResources"""
    for title in ("Limits", "Requests"):
        amounts = found.get(title.lower(), {})
        if amounts:
            yield f"{indent}{title}:"
        for resource in sorted(amounts):
            yield f"{indent}  {resource}:\t{quantity.written(amounts[resource])}"


# States --------------------------------------------------------------------------------------------------------


def _states(status: Object) -> Lines:
    yield from _state("State", status.get("state", {}))
    last = status.get("lastState", {})
    if "terminated" in last:
        yield from _state("Last State", last)
    yield f"    Ready:\t{bool(status.get('ready'))}"
    yield f"    Restart Count:\t{status.get('restartCount', 0)}"


def _state(title: str, state: Object) -> Lines:
    """Kubernetes: describeStatus"""
    if "running" in state:
        yield f"    {title}:\tRunning"
        yield f"      Started:\t{moment(state['running'].get('startedAt'))}"
        return
    ended = state.get("terminated")
    if ended is None:
        yield f"    {title}:\tWaiting"
        yield from _reasons(state.get("waiting", {}), "reason")
        return
    yield f"    {title}:\tTerminated"
    yield from _reasons(ended, "reason", "message")
    yield f"      Exit Code:\t{ended.get('exitCode', 0)}"
    if ended.get("signal", 0) > 0:
        yield f"      Signal:\t{ended['signal']}"
    yield f"      Started:\t{moment(ended.get('startedAt'))}"
    yield f"      Finished:\t{moment(ended.get('finishedAt'))}"


def _reasons(entry: Object, *fields: str) -> Lines:
    for field in fields:
        if entry.get(field):
            yield f"      {field.capitalize()}:\t{entry[field]}"


# Probes --------------------------------------------------------------------------------------------------------


def _probes(container: Object) -> Lines:
    for title in ("Liveness", "Readiness", "Startup"):
        probe = container.get(f"{title.lower()}Probe")
        if probe is not None:
            yield f"    {title}:\t{_probe(probe)}"


def _probe(probe: Object) -> str:
    """Kubernetes: DescribeProbe"""
    told = (
        f"delay={probe.get('initialDelaySeconds', 0)}s timeout={probe.get('timeoutSeconds', 0)}s "
        f"period={probe.get('periodSeconds', 0)}s successThreshold={probe.get('successThreshold', 0)} "
        f"failureThreshold={probe.get('failureThreshold', 0)}"
    )
    if "exec" in probe:
        return f"exec {go_plain(probe['exec'].get('command', []))} {told}"
    if "httpGet" in probe:
        get = probe["httpGet"]
        address = f"{get.get('host', '')}:{get['port']}{get.get('path', '')}"
        return f"http-get {get.get('scheme', '').lower()}://{address} {told}"
    if "tcpSocket" in probe:
        socket = probe["tcpSocket"]
        return f"tcp-socket {socket.get('host', '')}:{socket['port']} {told}"
    if "grpc" in probe:
        grpc = probe["grpc"]
        return f"grpc <pod>:{grpc['port']} {grpc.get('service', '')} {told}"
    return f"unknown {told}"


# Environment ---------------------------------------------------------------------------------------------------


def _environment(container: Object, pod: Object | None) -> Lines:
    sources = container.get("envFrom", ())
    if sources:
        yield "    Environment Variables from:"
        yield from map(_env_from, sources)
    variables = container.get("env", ())
    yield "    Environment:" if variables else f"    Environment:\t{NONE}"
    for variable in variables:
        source = variable.get("valueFrom")
        if source is None:
            first, *rest = variable.get("value", "").split("\n")
            yield f"      {variable['name']}:\t{first}"
            yield from (f"      \t{line}" for line in rest)
        else:
            yield from _from(variable["name"], source, container, pod)


def _env_from(entry: Object) -> str:
    kind = "ConfigMap" if "configMapRef" in entry else "Secret"
    source = entry.get("configMapRef") or entry.get("secretRef") or {}
    if entry.get("prefix"):
        kind += f" with prefix '{entry['prefix']}'"
    return f"      {source.get('name', '')}\t{kind}\tOptional: {_optional(source)}"


def _optional(source: Object) -> str:
    return go_plain(bool(source.get("optional")))


def _from(
    variable: str, source: Object, container: Object, pod: Object | None
) -> Lines:
    """A variable whose value stands elsewhere. Kubernetes: describeContainerEnvVars"""
    start = f"      {variable}:\t"
    if "fieldRef" in source:
        ref = source["fieldRef"]
        path = ref["fieldPath"]
        value = ""
        if pod is not None and path in _READ:
            value = _READ[path](pod)
        yield f"{start}{value} ({ref.get('apiVersion', '')}:{path})"
    elif "resourceFieldRef" in source:
        ref = source["resourceFieldRef"]
        yield f"{start}{_amount(ref, container)} ({ref['resource']})"
    elif "secretKeyRef" in source:
        ref = source["secretKeyRef"]
        told = f"<set to the key '{ref['key']}' in secret '{ref.get('name', '')}'>"
        yield f"{start}{told}\tOptional: {_optional(ref)}"
    elif "configMapKeyRef" in source:
        ref = source["configMapKeyRef"]
        told = f"<set to the key '{ref['key']}' of config map '{ref.get('name', '')}'>"
        yield f"{start}{told}\tOptional: {_optional(ref)}"


def _amount(ref: Object, container: Object) -> str:
    """Kubernetes: kubectl/pkg/util/resource, ExtractContainerResourceValue"""
    which, _, resource = ref["resource"].partition(".")
    amount = container.get("resources", {}).get(which, {}).get(resource, "0")
    divisor = quantity.parse(ref.get("divisor") or "1").value or 1
    units = ceil(quantity.parse(amount).value / divisor)
    if not units and ref["resource"] in ("limits.cpu", "limits.memory"):
        return "node allocatable"
    return str(units)


# Mounts --------------------------------------------------------------------------------------------------------


def _mounts(container: Object) -> Lines:
    found = container.get("volumeMounts", ())
    yield "    Mounts:" if found else f"    Mounts:\t{NONE}"
    for mount in sorted(found, key=lambda each: str(each["mountPath"])):
        flags = "ro" if mount.get("readOnly") else "rw"
        if mount.get("subPath"):
            flags += f",path={go_quote(mount['subPath'])}"
        yield f"      {mount['mountPath']} from {mount['name']} ({flags})"
    devices = container.get("volumeDevices", ())
    if devices:
        yield "    Devices:" if found else f"    Devices:\t{NONE}"
    for device in sorted(devices, key=lambda each: str(each["devicePath"])):
        yield f"      {device['devicePath']} from {device['name']}"
