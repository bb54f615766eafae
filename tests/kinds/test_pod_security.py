"""The Pod Security Standards: each rule's message, and its versions."""

import pytest

from k8slearn.kinds.pod_security import violations

STRICT = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def pod(*containers, **spec):
    made = [
        {"name": name, "image": "x", **about}
        for name, about in zip("abc", containers or ({},), strict=False)
    ]
    return {"metadata": {}, "spec": {"containers": made, **spec}}


def told(found, level="baseline", **about):
    return [str(each) for each in violations(found, level, **about)]


def secured(**context):
    return {"securityContext": context}


PROBE = {"httpGet": {"host": "10.0.0.1", "port": 80}}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (pod(hostNetwork=True, hostIPC=True), "host namespaces (hostNetwork=true, hostIPC=true)"),
        (pod(volumes=[{"name": "v", "hostPath": {"path": "/"}}]), 'hostPath volumes (volume "v")'),
        (
            pod({"ports": [{"hostPort": 9000}]}, {"ports": [{"hostPort": 10000}]}),
            'hostPort (containers "a", "b" use hostPorts 10000, 9000)',
        ),
        (pod(secured(privileged=True)), 'privileged (container "a" must not set securityContext.privileged=true)'),
        (
            pod(secured(capabilities={"add": ["CHOWN", "NET_RAW"]})),
            'non-default capabilities (container "a" must not include "NET_RAW" in securityContext.capabilities.add)',
        ),
        (
            pod({"livenessProbe": PROBE}),
            'probe or lifecycle host (container "a" uses probe or lifecycle host "10.0.0.1")',
        ),
        (
            pod(secured(procMount="Unmasked")),
            'procMount (container "a" must not set securityContext.procMount to "Unmasked")',
        ),
        (
            pod(securityContext={"seLinuxOptions": {"type": "spc_t", "user": "u"}}),
            'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set)',
        ),
        (
            pod(secured(seccompProfile={"type": "Unconfined"})),
            'seccompProfile (container "a" must not set securityContext.seccompProfile.type to "Unconfined")',
        ),
        (pod(securityContext={"sysctls": [{"name": "kernel.msgmax"}]}), "forbidden sysctls (kernel.msgmax)"),
        (
            pod(securityContext={"windowsOptions": {"hostProcess": True}}),
            "hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)",
        ),
        (
            pod(securityContext={"appArmorProfile": {"type": "Unconfined"}}),
            'forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined")',
        ),
    ],
)  # fmt: skip
def test_each_rule_of_the_baseline(found, expected):
    assert told(found) == [expected]


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (
            {"allowPrivilegeEscalation": None},
            'allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false)',
        ),
        (
            {"capabilities": {}},
            'unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"])',
        ),
        (
            {"capabilities": {"drop": ["ALL"], "add": ["CHOWN"]}},
            'unrestricted capabilities (container "a" must not include "CHOWN" in securityContext.capabilities.add)',
        ),
        (
            {"runAsNonRoot": None},
            'runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true)',
        ),
        (
            {"runAsNonRoot": False},
            'runAsNonRoot != true (container "a" must not set securityContext.runAsNonRoot=false)',
        ),
        ({"runAsUser": 0}, 'runAsUser=0 (container "a" must not set runAsUser=0)'),
    ],
)  # fmt: skip
def test_each_rule_of_the_restricted_level(context, expected):
    merged = {k: v for k, v in {**STRICT, **context}.items() if v is not None}
    assert told(pod(secured(**merged)), "restricted") == [expected]


def test_a_strict_pod_is_let_in_by_every_level():
    strict = pod(secured(**STRICT), volumes=[{"name": "v", "emptyDir": {}}])
    for level in ("privileged", "baseline", "restricted"):
        assert told(strict, level) == []


def test_what_the_pod_says_counts_for_its_containers():
    around = {"runAsNonRoot": True, "seccompProfile": {"type": "Localhost"}}
    own = {k: v for k, v in STRICT.items() if k not in around}
    assert told(pod(secured(**own), securityContext=around), "restricted") == []


def test_a_user_namespace_makes_root_harmless():
    lax = secured(**{**STRICT, "runAsNonRoot": False, "runAsUser": 0})
    assert told(pod(lax, hostUsers=False), "restricted") == []


def test_restricted_asks_for_more_instead_of_asking_twice():
    found = told(pod(volumes=[{"name": "v", "hostPath": {"path": "/"}}]), "restricted")
    assert not any("hostPath volumes" in each for each in found)
    assert 'restricted volume types (volume "v" uses restricted volume type "hostPath")' in found  # fmt: skip


def test_an_older_version_has_fewer_rules():
    probing = pod({"livenessProbe": PROBE})
    assert told(probing, minor=33) == [] and told(probing, minor=34)


# Upstream's own tables: pod-security-admission/policy/check_*_test.go

ARMOR = "container.apparmor.security.beta.kubernetes.io/"
SECCOMP = "seccomp.security.alpha.kubernetes.io/"


def noted(found, **notes):
    return {**found, "metadata": {"annotations": notes}}


def test_annotations_of_old_name_no_bad_profile():
    found = noted(
        pod(),
        **{
            ARMOR: "bogus",
            f"{ARMOR}a": "",
            f"{ARMOR}b": "runtime/default",
            f"{ARMOR}c": "localhost/",
            f"{ARMOR}e": "unconfined",
        },
    )
    detail = f'annotations must not set AppArmor profile type to "{ARMOR}="bogus"", "{ARMOR}e="unconfined""'
    assert told(found) == [f"forbidden AppArmor profiles ({detail})"]
    found = noted(pod(), **{f"{SECCOMP}pod": "unconfined", f"container.{SECCOMP}a": "x"})  # fmt: skip
    detail = f'forbidden annotations container.{SECCOMP}a="x", {SECCOMP}pod="unconfined"'  # fmt: skip
    assert told(found, minor=18) == [f"seccompProfile ({detail})"]
    assert told(found, minor=19) == []


@pytest.mark.parametrize("system", ["linux", "windows"])
def test_windows_has_nothing_to_drop(system):
    found = pod(secured(runAsNonRoot=True), os={"name": system})
    assert len(told(found, "restricted")) == (3 if system == "linux" else 0)
    assert len(told(found, "restricted", minor=24)) == 3


def test_a_user_namespace_may_see_all_of_proc_but_not_where_restricted():
    found = pod(secured(**STRICT, procMount="Unmasked"), hostUsers=False)
    expected = [
        'procMount (container "a" must not set securityContext.procMount to "Unmasked")'
    ]
    assert told(found) == []
    for level, minor in (("baseline", 34), ("restricted", 34), ("restricted", 35)):
        assert told(found, level, minor=minor) == expected


@pytest.mark.parametrize(
    ("name", "since"),
    [
        ("net.ipv4.tcp_syncookies", 0),
        ("net.ipv4.ip_local_reserved_ports", 27),
        ("net.ipv4.tcp_fin_timeout", 29),
        ("net.ipv4.tcp_rmem", 32),
    ],
)
def test_a_sysctl_is_safe_from_a_version_on(name, since):
    found = pod(securityContext={"sysctls": [{"name": name}]})
    assert told(found, minor=since) == []
    if since:
        assert told(found, minor=since - 1) == [f"forbidden sysctls ({name})"]


def test_an_image_is_a_volume_that_restricted_lets_in():
    found = pod(secured(**STRICT), volumes=[{"name": "v", "image": {"reference": "x"}}])
    assert told(found, "restricted") == []


def test_where_restricted_does_not_ask_for_more_yet_baseline_is_asked():
    found = pod(secured(runAsNonRoot=True, capabilities={"add": ["NET_RAW"]}))
    detail = 'container "a" must not include "NET_RAW" in securityContext.capabilities.add'  # fmt: skip
    assert told(found, "restricted", minor=7) == [
        f"non-default capabilities ({detail})"
    ]
