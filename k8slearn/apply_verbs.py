"""Server-side apply from Python: what `kubectl apply --server-side --field-manager=NAME` does."""

from __future__ import annotations

from k8slearn.apimachinery import manifests
from k8slearn.apimachinery.objects import Object, full_name, name, namespace
from k8slearn.apiserver.applying import apply
from k8slearn.apiserver.client import row_for
from k8slearn.apiserver.identity import Identity
from k8slearn.apiserver.server_side_apply import check
from k8slearn.apiserver.verbs import Verbs
from k8slearn.controlplane import USER, ControlPlane


class ApplyVerbs(Verbs):
    """What a user does to objects; fields can also be applied in somebody's name."""

    control_plane: ControlPlane

    def server_side_apply(
        self, manifest: str | Object, *, manager: str, force: bool = False
    ) -> Object:
        """Apply one object's fields as `manager`; `force` takes those that are others'. Raises ApiError 409."""
        [wanted] = manifests.objects(manifest)
        registry = self.control_plane.registry
        row = row_for(wanted, registry.custom)
        slot = registry.custom.slot_of(row.api_version, row.kind)
        check(wanted, row.api_version, row.kind, slot)
        where = ""
        if row.namespaced:
            where = namespace(wanted) or "default"
        place = (row.stored_kind, name(wanted), where)
        by = Identity(USER, manager)
        about = full_name(wanted)
        with self.control_plane.lock, self.control_plane.acting(USER, about):
            return apply(registry, place, wanted, by, force=force).object
