"""What the kubelets of all Nodes have in common."""

from __future__ import annotations

from k8slearn.apiserver.client import Client
from k8slearn.chance import Chance
from k8slearn.controllers.recorder import Recorder
from k8slearn.kubelet.behaviours import Behaviours
from k8slearn.kubelet.faults import Faults
from k8slearn.kubelet.pod_network import PodNetwork


class SharedByKubelets:
    """What the kubelets of all Nodes have in common: chance, faults, behaviours asked for, addresses."""

    def __init__(
        self, client: Client, rng: Chance, faults: Faults, network: PodNetwork
    ) -> None:
        self.client = client
        self.rng = rng
        self.faults = faults
        self.recorder = Recorder(client, "kubelet", burst=float("inf"))
        self.behaviours = Behaviours(client)
        self.network = network
