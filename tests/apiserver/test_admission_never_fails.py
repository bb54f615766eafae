"""Every generated object is either accepted or refused; they are generated from the API's own types."""

import random

import pytest

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.patch import apply_patch
from k8slearn.apimachinery.schema import kind_type, struct
from k8slearn.apiserver.admission import admit_create, admit_update
from k8slearn.kinds import KINDS
from tests.support.manifests import DAEMON_SET, NODE, POD, SERVICE, stored

ODD = ["", "x", "X Y", "日志", None, True, 0, -1, 1.5, [], {}, [None], [{}], {"a": "b"}]
WORDS = [
    "",
    "x",
    "X Y",
    "日志",
    "a/b",
    "Exists",
    "In",
    "Gt",
    "Localhost",
    "None",
    "Always",
    "TCP",
    "10.0.0.1",
    "../x",
    "v1",
]
KEYS = ["a", "cpu", "x y", "example.com/gpu", "hugepages-2Mi", ""]
SIMPLE = {
    "string": WORDS,
    "int": [0, 1, -1, 80, 70000, 10**12],
    "bool": [True, False],
    "number": [1, 0.5],
    "quantity": ["1", "100m", "1Gi", "-1", "abc", 5, None],
    "int-or-string": [0, 1, "10%", "x", "-5%", "200%", None],
    "time": ["2026-01-01T00:00:00Z", "x", None],
    "bytes": ["YQ==", "%%", "日志"],
    "any": [{}],
}


def made_up(rng, wanted, depth=0):
    """A value of a type, sometimes of another type."""
    if rng.random() < 0.06 or depth > 8:
        return rng.choice(ODD)
    if wanted.kind == "struct":
        found = list(struct(wanted.struct).fields.values())
        chosen = rng.sample(found, min(len(found), rng.randint(0, 4))) + [
            f for f in found if f.required
        ]
        return {field.name: made_up(rng, field.type, depth + 1) for field in chosen}
    if wanted.kind == "list":
        return [
            made_up(rng, wanted.element, depth + 1) for _ in range(rng.randint(0, 2))
        ]
    if wanted.kind == "map":
        return {
            rng.choice(KEYS): made_up(rng, wanted.element, depth + 1)
            for _ in range(rng.randint(0, 2))
        }
    return rng.choice(SIMPLE[wanted.kind])


def answered(act):
    try:
        return act()
    except ApiError as error:
        assert error.message and error.code in (400, 422, 500)
        return None


@pytest.mark.parametrize("resource", KINDS, ids=lambda resource: resource.kind)
def test_new_objects(resource):
    rng = random.Random(resource.kind)
    for strict in ("Strict", "Ignore") * 100:
        o = made_up(rng, kind_type(resource.api_version, resource.kind))
        if isinstance(o, dict):
            o |= {"apiVersion": resource.api_version, "kind": resource.kind}
            o["metadata"] = {"name": "x"} if rng.random() < 0.8 else o.get("metadata")
        found = answered(
            lambda o=o, s=strict: admit_create(
                o, kind=resource.kind, namespace="default", strict=s
            )
        )
        assert found is None or found["metadata"].keys() & {"name", "generateName"}


@pytest.mark.parametrize(
    "old", [DAEMON_SET, POD, SERVICE, NODE], ids=lambda old: old["kind"]
)
def test_updates_and_patches(old):
    rng = random.Random(old["kind"])
    old = stored(old)
    spec = struct(kind_type(old["apiVersion"], old["kind"]).struct).fields["spec"].type
    for kind in ("strategic", "merge") * 100:
        change = {"spec": made_up(rng, spec)}
        answered(lambda change=change: admit_update({**old, **change}, old))
        answered(
            lambda change=change, kind=kind: admit_update(
                apply_patch(old, change, kind, strict="Ignore"), old
            )
        )
