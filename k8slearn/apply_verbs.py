"""`kubectl apply` from Python, as it is and as `kubectl apply --server-side --field-manager=NAME`."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from k8slearn.apimachinery import manifests
from k8slearn.apimachinery.empty_values import told_as_sent
from k8slearn.apimachinery.errors import ApiError, together
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

    def apply(self, manifest: str | Object) -> Any:
        """Create or update what a manifest (YAML text of one or several documents, or a dict) describes.

        Returns the object, or a list for several documents. Raises ApiError where the API server would refuse; like
        kubectl after it has done the rest. Kubernetes: kubectl/pkg/cmd/apply/apply.go, Run
        """
        documents, refused = manifests.readable(manifest)
        applied = []
        for document in documents:
            try:
                with told_as_sent(document):
                    applied.append(self._apply_one(document))
            except ApiError as error:
                refused.append(error)
        if refused:
            raise together(refused)
        if len(applied) == 1:
            return applied[0]
        return applied

    @abstractmethod
    def _apply_one(self, document: Object) -> Object:
        """Create or update one object."""

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
