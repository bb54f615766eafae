"""`k8slearn serve`: a cluster of its own for kubectl, until interrupted."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from k8slearn.launch.arguments import nodes, port
from k8slearn.launch.ending import ending
from k8slearn.locale import launch as words


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--port", type=port, default=0, help=words.SERVE_PORT_HELP)
    parser.add_argument(
        "--kubeconfig", type=Path, metavar="FILE", help=words.SERVE_KUBECONFIG_HELP
    )
    parser.add_argument(
        "--kubelet",
        choices=("simple", "auto", "instant", "manual"),
        # Jobs, logs and `kubectl top` need a complete kubelet.
        default="auto",
        help=words.SERVE_KUBELET_HELP,
    )
    parser.add_argument(
        "--nodes", type=nodes, default=0, metavar="N", help=words.SERVE_NODES_HELP
    )
    parser.add_argument(
        "--seed", type=int, default=None, metavar="N", help=words.SERVE_SEED_HELP
    )


def run(arguments: Namespace) -> int:
    """Serve until interrupted (0); 2 when the port or the file cannot be had."""
    # Here, since `k8slearn --help` and the other commands need neither a cluster nor a web server.
    from k8slearn.cluster import Cluster
    from k8slearn.http.api import WINDOW
    from k8slearn.pacing import seconds_now

    seed = arguments.seed
    if seed is None:
        seed = time.time_ns() % 2**32
    # It starts at the present: kubectl works out some ages by the computer's clock.
    # Before anything is written: a signal during the start leaves nothing behind either.
    end = ending()
    cluster = Cluster(
        arguments.nodes,
        seed=seed,
        kubelet=arguments.kubelet,
        start=seconds_now(),
        # Only what clients can ask for: the server may run for days.
        history=WINDOW,
    )
    try:
        server = cluster.serve(
            port=arguments.port, kubeconfig=arguments.kubeconfig, environment=False
        )
    except OSError as error:
        print(error.strerror or error, file=sys.stderr)
        return 2
    with server:
        ready = words.SERVE_READY.format(url=server.url, path=server.kubeconfig)
        print(ready, flush=True)
        end.wait()
    return 0
