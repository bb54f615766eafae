"""Missing objects that a Pod's volumes refer to, in the words of the kubelet's Events."""

from __future__ import annotations

from typing import Any

import pytest

from k8slearn.kubelet.references import missing_for_volume

THERE = {("ConfigMap", "conf"): {"data": {"a": "1"}}, ("Secret", "key"): {"data": {}}}
NO_KEY = "references non-existent config key: b"
CONF = {"name": "conf", "items": [{"key": "b", "path": "b"}]}
# A volume, and what is missing of it.
VOLUMES: dict[str, tuple[dict[str, Any], str]] = {
    "there": ({"configMap": {"name": "conf"}}, ""),
    "no Secret": ({"secret": {"secretName": "no"}}, 'secret "no" not found'),
    "optional": ({"secret": {"secretName": "no", "optional": True}}, ""),
    "no key": ({"configMap": CONF}, NO_KEY),
    "one of several": (
        {"projected": {"sources": [{"configMap": CONF}, {"secret": {"name": "key"}}]}},
        NO_KEY,
    ),
    "two of several": (
        {"projected": {"sources": [{"secret": {"name": "no"}}, {"configMap": CONF}]}},
        f'[secret "no" not found, {NO_KEY}]',
    ),
    "one twice": (
        {"projected": {"sources": [{"secret": {"name": "no"}}] * 2}},
        'secret "no" not found',
    ),
}


@pytest.mark.parametrize("case", VOLUMES)
def test_all_that_is_missing_is_told(case: str) -> None:
    volume, told = VOLUMES[case]

    def get(kind: str, name: str, _namespace: str) -> Any:
        return THERE.get((kind, name))

    assert missing_for_volume(volume, "default", get) == told
