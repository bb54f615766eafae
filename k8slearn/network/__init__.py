"""A small network over the cluster's objects: who sends, to which address, who answers, or why nobody does.

It reads objects only and changes nothing; chance is a random.Random that is handed in. What it leaves out: UDP,
hostIP, session affinity, search lists of a dnsConfig, and whether a program really listens
(here a container listens on the ports it declares).
"""

from k8slearn.network.delivery import (
    ANSWERED,
    NXDOMAIN,
    OUTSIDE,
    REFUSED,
    TIMEOUT,
    Delivery,
    Hop,
    Place,
)
from k8slearn.network.dns import DnsAnswer, Record, resolve
from k8slearn.network.endpoints import Endpoint, Objects, endpoints, usable_endpoints
from k8slearn.network.request import request, send
from k8slearn.network.sender import Sender, node_address

__all__ = [
    "ANSWERED",
    "NXDOMAIN",
    "OUTSIDE",
    "REFUSED",
    "TIMEOUT",
    "Delivery",
    "DnsAnswer",
    "Endpoint",
    "Hop",
    "Objects",
    "Place",
    "Record",
    "Sender",
    "endpoints",
    "node_address",
    "request",
    "resolve",
    "send",
    "usable_endpoints",
]
