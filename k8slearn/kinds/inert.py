"""Kinds without behaviour here: stored, held to their schema and rules, shown in their columns; nothing follows of it.

A kind is one line of the table: its version and name, whether changes of its spec are counted in metadata.generation,
and the component that a real cluster has for it; `-` stands for no. All else is facts. A kind that gets a behaviour
gets a module and a row of its own in `k8slearn.kinds`, and its line goes.
"""

from __future__ import annotations

from k8slearn.apimachinery import validation as text
from k8slearn.kinds.cells import cells_by_title
from k8slearn.kinds.inert_defaults import with_defaults
from k8slearn.kinds.inert_rules import rules, status_rules, update_rules
from k8slearn.kinds.kind import ALL_METADATA, Kind
from k8slearn.kinds.metadata import NameRule

# Kubernetes: pkg/registry/*/strategy.go for the generation, pkg/controller for the components.
_TABLE = """
v1                               PersistentVolume                  -           -
admissionregistration.k8s.io/v1  MutatingAdmissionPolicy           generation  kube-apiserver
admissionregistration.k8s.io/v1  MutatingAdmissionPolicyBinding    generation  -
admissionregistration.k8s.io/v1  MutatingWebhookConfiguration      generation  kube-apiserver
admissionregistration.k8s.io/v1  ValidatingAdmissionPolicy         generation  kube-apiserver
admissionregistration.k8s.io/v1  ValidatingAdmissionPolicyBinding  generation  -
admissionregistration.k8s.io/v1  ValidatingWebhookConfiguration    generation  kube-apiserver
apiregistration.k8s.io/v1        APIService                        -           kube-aggregator
autoscaling/v2                   HorizontalPodAutoscaler           -           horizontal-pod-autoscaler
flowcontrol.apiserver.k8s.io/v1  FlowSchema                        generation  -
flowcontrol.apiserver.k8s.io/v1  PriorityLevelConfiguration        generation  -
networking.k8s.io/v1             IPAddress                         -           -
networking.k8s.io/v1             Ingress                           generation  ingress-controller
networking.k8s.io/v1             IngressClass                      generation  -
networking.k8s.io/v1             NetworkPolicy                     generation  -
networking.k8s.io/v1             ServiceCIDR                       -           service-cidr-controller
node.k8s.io/v1                   RuntimeClass                      -           -
rbac.authorization.k8s.io/v1     ClusterRole                       -           -
rbac.authorization.k8s.io/v1     ClusterRoleBinding                -           -
rbac.authorization.k8s.io/v1     Role                              -           -
rbac.authorization.k8s.io/v1     RoleBinding                       -           -
resource.k8s.io/v1               DeviceClass                       generation  -
resource.k8s.io/v1               ResourceClaim                     -           resource-claim-controller
resource.k8s.io/v1               ResourceClaimTemplate             -           -
resource.k8s.io/v1               ResourceSlice                     generation  -
storage.k8s.io/v1                CSIDriver                         -           -
storage.k8s.io/v1                CSINode                           -           -
storage.k8s.io/v1                CSIStorageCapacity                -           -
storage.k8s.io/v1                StorageClass                      -           -
storage.k8s.io/v1                VolumeAttachment                  -           attachdetach-controller
storage.k8s.io/v1                VolumeAttributesClass             -           -
"""

_NONE = "-"
# Who may do what is named as a segment of a path: RBAC's names have colons, as in system:node.
_NAME_RULES: dict[str, NameRule] = {"rbac.authorization.k8s.io/v1": text.path_segment}


def _kinds(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Kubernetes: AllowCreateOnUpdate, AllowUnconditionalUpdate, ReturnDeletedObject, ResetObjectMetaForStatus
_CREATED_BY_PUT = _kinds("ClusterRole ClusterRoleBinding Role RoleBinding RuntimeClass")
_NEED_VERSION = _kinds("""
    APIService CSIDriver CSINode CSIStorageCapacity RuntimeClass VolumeAttachment
    MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration
    ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration
""")
_RETURNED = _kinds("""
    CSIDriver CSINode DeviceClass PersistentVolume ResourceClaim ResourceClaimTemplate
    ResourceSlice StorageClass VolumeAttachment VolumeAttributesClass
""")
_STATUS_ALONE = _kinds("""
    APIService FlowSchema PriorityLevelConfiguration ResourceClaim ServiceCIDR
    ValidatingAdmissionPolicy VolumeAttachment
""")


def row_of_line(line: str) -> Kind:
    """The row that a line of the table stands for."""
    api_version, kind, generation, component = line.split()
    return Kind(
        api_version,
        kind,
        default=with_defaults,
        create_rules=rules,
        update_rules=update_rules,
        status_rules=status_rules,
        generation=generation != _NONE,
        missing_component="" if component == _NONE else component,
        name_rule=_NAME_RULES.get(api_version, text.dns_subdomain),
        created_by_put=kind in _CREATED_BY_PUT,
        needs_version=kind in _NEED_VERSION,
        returned_on_delete=kind in _RETURNED,
        left_by_status=ALL_METADATA if kind in _STATUS_ALONE else frozenset(),
        cells=cells_by_title(api_version, kind),
    )


INERT: tuple[Kind, ...] = tuple(map(row_of_line, _TABLE.strip().splitlines()))
