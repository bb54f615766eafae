"""Validation of a Pod's volumes, kind by kind.

Kubernetes: pkg/apis/core/validation/validation_test.go TestValidateVolumes
"""

import pytest

from tests.support.manifests import POD, admitted, changed, refused

CLAIM = {
    "accessModes": ["ReadWriteOnce"],
    "resources": {"requests": {"storage": "1Gi"}},
}
AT = "spec.volumes[0]"
IN_CLAIM = f"{AT}.ephemeral.volumeClaimTemplate.metadata"


def claim_of_its_own(**metadata):
    return {"ephemeral": {"volumeClaimTemplate": {"metadata": metadata, "spec": CLAIM}}}


@pytest.mark.parametrize(
    ("source", "messages"),
    [
        (claim_of_its_own(name="data"), [f"{IN_CLAIM}.name: Forbidden: cannot be set"]),
        (claim_of_its_own(uid="u"), [f"{IN_CLAIM}.uID: Forbidden: cannot be set"]),
        (claim_of_its_own(labels={"a": "b"}, annotations={"c": "d"}), []),
        (
            {"csi": {"driver": "d.io", "nodePublishSecretRef": {}}},
            [f"{AT}.csi.nodePublishSecretRef.name: Required value"],
        ),
        (
            {"fc": {"targetWWNs": ["a"], "wwids": ["b"], "lun": 256}},
            [
                f'{AT}.fc.targetWWNs: Invalid value: ["a"]: '
                "targetWWNs and wwids can not be specified simultaneously",
                f"{AT}.fc.lun: Invalid value: 256: must be between 0 and 255, inclusive",
            ],
        ),
        (
            {"gcePersistentDisk": {"partition": 256}},
            [
                f"{AT}.persistentDisk.pdName: Required value",
                f"{AT}.persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive",
            ],
        ),
    ],
)
def test_what_stands_in_a_volume_is_held_to_rules(source, messages):
    pod = changed(POD, "spec.volumes", [{"name": "v", **source}])
    if not messages:
        admitted(pod)
        return
    assert [str(cause) for cause in refused(pod).causes] == messages
