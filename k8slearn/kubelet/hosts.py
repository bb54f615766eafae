"""What a Pod is called, and the names that its /etc/hosts has. Pure functions.

Kubernetes: pkg/kubelet/kubelet_pods.go, GeneratePodHostNameAndDomain, managedHostsFileContent
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object, name, namespace

# kubeadm's default; the kubelet writes it into each Pod's search list, too.
ZONE = "cluster.local"
# Kubernetes: truncatePodHostnameIfNeeded: as much as one label of DNS has room for.
LONGEST = 63
# As much as the kernel has room for.
KERNEL = 64
_LOCAL = (
    "127.0.0.1\tlocalhost",
    "::1\tlocalhost ip6-localhost ip6-loopback",
    "fe00::\tip6-localnet",
    "fe00::\tip6-mcastprefix",
    "fe00::1\tip6-allnodes",
    "fe00::2\tip6-allrouters",
)


def hostname(pod: Object) -> str:
    """What `hostname` says in the Pod: a Pod on its Node's network has the Node's name."""
    spec = pod["spec"]
    if spec.get("hostNetwork"):
        return str(spec.get("nodeName", ""))
    short = _short_name(pod)
    domain = _domain(pod)
    if spec.get("setHostnameAsFQDN") and domain:
        return f"{short}.{domain}"
    return short


def flaw_of_name(pod: Object) -> str:
    """Why the kernel takes no such name, '' if it does. Kubernetes: pkg/kubelet/util GetNodenameForKernel"""
    full = hostname(pod)
    if not pod["spec"].get("setHostnameAsFQDN") or len(full) <= KERNEL:
        return ""
    about = f"{KERNEL} is the max, {len(full)} characters requested"
    why = "failed to construct FQDN from pod hostname and cluster domain"
    return f"{why}, FQDN {full} is too long ({about})"


def _short_name(pod: Object) -> str:
    own = pod["spec"].get("hostnameOverride")
    if own:
        return str(own)
    wanted = str(pod["spec"].get("hostname") or name(pod))
    if len(wanted) <= LONGEST:
        return wanted
    # What is cut off must not leave an end that no label may have.
    return wanted[:LONGEST].rstrip("-.")


def _domain(pod: Object) -> str:
    """Where the Pod's name stands in DNS, '' for a Pod that says nothing of it."""
    spec = pod["spec"]
    if not spec.get("subdomain") or spec.get("hostnameOverride"):
        return ""
    return f"{spec['subdomain']}.{namespace(pod)}.svc.{ZONE}"


def hosts_file(pod: Object) -> str:
    """The text of /etc/hosts."""
    spec = pod["spec"]
    shared = " (host network)" if spec.get("hostNetwork") else ""
    lines = [f"# Kubernetes-managed hosts file{shared}.", *_LOCAL]
    lines += _own_lines(pod)
    aliases = spec.get("hostAliases") or ()
    if aliases:
        lines += ["", "# Entries added by HostAliases."]
    for alias in aliases:
        names = "\t".join(alias.get("hostnames") or ())
        lines.append(f"{alias.get('ip', '')}\t{names}")
    return "".join(f"{line}\n" for line in lines)


def _own_lines(pod: Object) -> list[str]:
    status = pod.get("status", {})
    addresses = status.get("podIPs") or [{"ip": status.get("podIP", "")}]
    if pod["spec"].get("hostNetwork"):
        return [f"{each['ip']}\t{hostname(pod)}" for each in addresses]
    named = _short_name(pod)
    domain = _domain(pod)
    if domain:
        named = f"{named}.{domain}\t{named}"
    return [f"{each['ip']}\t{named}" for each in addresses]
