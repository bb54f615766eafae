"""Zero is not absent: a field with a pointer type in Go keeps an explicit zero in every kind of write."""

import pytest

from k8slearn.apimachinery.client_side_apply import apply_to, with_last_applied
from k8slearn.apimachinery.patch import apply_patch
from k8slearn.apimachinery.schema import ZEROS, Type, kind_type, struct
from k8slearn.apiserver.decoding import converted, read
from k8slearn.apiserver.structured_merge import merged
from k8slearn.apiserver.typed_values import complaints, field_set, slot_of
from k8slearn.cluster import Cluster
from k8slearn.kinds import BY_KIND
from tests.support.api_client import DAEMON_SETS, PODS, Client, daemon_set

# A different value, so that setting it to zero is a change.
OTHERS = {"int": 1, "bool": True, "string": "x", "number": 1.5}
SAMPLES = {
    "int": 1,
    "bool": True,
    "string": "x",
    "number": 1.5,
    "quantity": "1",
    "time": "2026-01-01T00:00:00Z",
}


TELLING = ("name", "key", "type", "uid", "mountPath", "port", "containerPort", "ip")
"""Fields that identify elements of lists, though not all are required."""


def pointers(kind: Type, seen=(), at=()):
    """The ways to every pointer to a plain value in a type: (steps, the field)."""
    if kind.kind in ("list", "map"):
        yield from pointers(kind.element, seen, (*at, kind.kind))
        return
    if kind.kind != "struct" or kind.struct in seen:
        return
    for name, field in struct(kind.struct).fields.items():
        if field.type.kind in ZEROS and field.keeps_empty and not field.required:
            yield (*at, name), field
        elif field.type.kind in ("list", "map", "struct"):
            yield from pointers(field.type, (*seen, kind.struct), (*at, name))


def each_once():
    """One path to each pointer field of each struct."""
    found = {}
    for row in BY_KIND.values():
        kind = kind_type(row.api_version, row.kind)
        if kind is None:
            continue
        for way, field in pointers(kind):
            owner = ".".join(step for step in way if step not in ("list", "map"))
            found.setdefault((id(field)), (row, way, field, owner))
    return list(found.values())


ALL = each_once()


def document(row, way, value):
    """An object of a kind with a single value, and the keys of the list elements on the path to it."""
    kind = kind_type(row.api_version, row.kind)
    o = {"apiVersion": row.api_version, "kind": row.kind, "metadata": {"name": "x"}}
    place, key = o, None
    for step, after in zip(way, (*way[1:], None), strict=True):
        if step == "list":
            kind = kind.element
            inner = element(kind)
            place[key] = [inner]
            place = inner
            continue
        if step == "map":
            kind = kind.element
            inner = {}
            place[key] = {"k": inner}
            place = inner
            continue
        kind, key = struct(kind.struct).fields[step].type, step
        if after is None:
            place[key] = value
        elif after not in ("list", "map"):
            place = place.setdefault(key, {})
    return o


def element(kind):
    """The fields that identify an element of a list, so that it can be merged and patched."""
    if kind.kind != "struct":
        return {}
    found = {}
    for name, field in struct(kind.struct).fields.items():
        if field.type.kind in SAMPLES and (field.required or name in TELLING):
            found[name] = SAMPLES[field.type.kind]
    return found


def is_key(row, way):
    """Whether the field is one that identifies an element of a list."""
    kind, keys = kind_type(row.api_version, row.kind), ()
    for step in way[:-1]:
        if step in ("list", "map"):
            kind = kind.element
        else:
            field = struct(kind.struct).fields[step]
            kind, keys = field.type, field.keys
    return way[-1] in keys


def value_at(o, way):
    for step in way:
        if step == "list":
            (o,) = o
        elif step == "map":
            o = o["k"]
        else:
            o = o[step]
    return o


def test_every_kind_that_has_one_is_looked_at():
    assert len(ALL) > 250
    names = {way[-1] for _, way, _, _ in ALL}
    assert {"terminationGracePeriodSeconds", "replicas", "suspend", "lun"} <= names


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case[0].kind} {case[3]}")
def test_a_zero_survives(case):
    row, way, field, _ = case
    zero = ZEROS[field.type.kind]
    sent = document(row, way, zero)
    made = read(sent, kind=row.kind, api_version=row.api_version).object
    assert value_at(made, way) == zero, "created"
    other = document(row, way, OTHERS[field.type.kind])
    live = read(other, kind=row.kind, api_version=row.api_version).object
    for type in ("merge", "strategic"):
        assert value_at(apply_patch(live, sent, type), way) == zero, type
    slot = slot_of(row.api_version, row.kind)
    if is_key(row, way):
        # Another value is another element.
        return
    assert not list(complaints(sent, slot))
    applied = converted(merged(live, sent, slot), "/x; x")
    assert value_at(applied, way) == zero, "apply"
    before = with_last_applied(live)
    patch = apply_to(before, sent)
    assert value_at(apply_patch(before, patch), way) == zero, "client-side apply"
    assert field_set(sent, slot)


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case[0].kind} {case[3]}")
def test_no_default_takes_the_place_of_a_zero(case):
    row, way, field, _ = case
    # Of texts an empty one is replaced, as upstream's defaults do; an affinity's seconds go with the affinity.
    if field.type.kind == "string" or "sessionAffinityConfig" in way:
        return
    zero = ZEROS[field.type.kind]
    made = read(document(row, way, zero), kind=row.kind, api_version=row.api_version)
    assert value_at(row.default(made.object), way) == zero


# Through the API ------------------------------------------------------------------------------------------------------

POD = {"containers": [{"name": "main", "image": "a"}]}
WRITES = ("merge", "strategic", "json", "apply", "PUT")


@pytest.fixture(scope="module")
def client():
    return Client(Cluster())


def nested(path, value):
    """A value at a path, as a patch that sets it alone."""
    for step in reversed(path.split("/")):
        value = {step: value}
    return value


@pytest.mark.parametrize("verb", WRITES)
@pytest.mark.parametrize(
    ("path", "one", "zero"),
    [
        ("spec/template/spec/terminationGracePeriodSeconds", 9, 0),
        ("spec/template/spec/automountServiceAccountToken", True, False),
        ("spec/template/spec/enableServiceLinks", True, False),
        ("spec/template/spec/securityContext/runAsUser", 9, 0),
        ("spec/revisionHistoryLimit", 9, 0),
    ],
    ids=lambda value: str(value).rpartition("/")[2],
)
def test_a_zero_is_written_by_every_verb(client, verb, path, one, zero):
    name = f"z-{verb.lower()}-{path.rpartition('/')[2].lower()}"
    sent = daemon_set(name)
    code, _ = client.call("POST", DAEMON_SETS, sent)
    assert code == 201
    address = f"{DAEMON_SETS}/{name}"
    client.patch(address, nested(path, one), "merge", fieldManager="a")
    patch = nested(path, zero)
    if verb == "PUT":
        live = client.get(address)
        changed = apply_patch(live, patch, "merge")
        code, found = client.call("PUT", address, changed)
    elif verb == "apply":
        identity = {
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": {"name": name},
        }
        code, found = client.patch(
            address, identity | patch, "apply", fieldManager="b", force="true"
        )
    elif verb == "json":
        operation = {"op": "replace", "path": f"/{path}", "value": zero}
        code, found = client.patch(address, [operation], "json")
    else:
        code, found = client.patch(address, patch, verb)
    assert code == 200, found
    for step in path.split("/"):
        found = found[step]
    assert found == zero and isinstance(found, type(zero))


def test_a_zero_is_created(client):
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "z"}}
    given = {
        "terminationGracePeriodSeconds": 0,
        "hostUsers": False,
        "shareProcessNamespace": False,
    }
    code, made = client.call("POST", PODS, pod | {"spec": POD | given})
    assert code == 201
    assert {key: made["spec"][key] for key in given} == given
