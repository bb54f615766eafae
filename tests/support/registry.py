"""Helpers for a registry without a cluster."""

import pytest

from k8slearn.apimachinery.errors import ApiError


def put(api, o, **meta):
    """Create an object in the namespace `default`."""
    return api.create(
        {**o, "metadata": {"namespace": "default", **o["metadata"], **meta}}
    )


def config(name="c", **data):
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name},
        "data": data,
    }


def refused(call, *args, **more):
    with pytest.raises(ApiError) as caught:
        call(*args, **more)
    return caught.value
