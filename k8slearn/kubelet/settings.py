"""What one Node's kubelet is told: the fields of KubeletConfiguration that change what is seen.

Kubernetes: pkg/kubelet/apis/config/v1beta1/defaults.go, SetDefaults_KubeletConfiguration
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MEMORY = "memory.available"
DISK = "nodefs.available"
PIDS = "pid.available"


@dataclass(frozen=True)
class KubeletConfiguration:
    """The settings of a kubelet by the names of its configuration; seconds are simulated.

    `memory_base` and what follows say what the machine itself uses; `started` is False for one that is yet to start.
    """

    serialize_image_pulls: bool = True
    registry_pull_qps: float = 5.0
    registry_burst: int = 10
    # Upstream says 10% of the disk, which is 8Gi of the 80Gi below.
    eviction_hard: Mapping[str, str] = field(
        default_factory=lambda: {MEMORY: "100Mi", DISK: "8Gi"}
    )
    eviction_soft: Mapping[str, str] = field(default_factory=dict)
    eviction_soft_grace_period: Mapping[str, float] = field(default_factory=dict)
    eviction_max_pod_grace_period: float = 0
    eviction_pressure_transition_period: float = 300.0
    memory_base: str = "500Mi"
    disk_base: str = "0"
    disk_size: str = "80Gi"
    pids: int = 32000
    started: bool = True
