"""`k8slearn serve`: a cluster of its own for kubectl, until interrupted."""

from __future__ import annotations

import signal
import sys
import threading
import time
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

from k8slearn.apimachinery.objects import START
from k8slearn.http import texts


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--port", type=int, default=0, help=texts.PORT_HELP)
    parser.add_argument(
        "--kubeconfig", type=Path, metavar="FILE", help=texts.KUBECONFIG_HELP
    )
    parser.add_argument(
        "--kubelet", choices=("auto", "manual"), default="auto", help=texts.KUBELET_HELP
    )
    parser.add_argument(
        "--nodes", type=int, default=0, metavar="N", help=texts.NODES_HELP
    )
    parser.add_argument(
        "--seed", type=int, default=None, metavar="N", help=texts.SEED_HELP
    )


def run(arguments: Namespace) -> int:
    """Serve until interrupted (0); 2 when the port or the file cannot be had."""
    from k8slearn.cluster import Cluster
    from k8slearn.http.serving import Server

    seed = arguments.seed if arguments.seed is not None else time.time_ns() % 2**32
    cluster = Cluster(
        arguments.nodes, seed=seed, kubelet=arguments.kubelet, start=seconds_now()
    )
    try:
        server = Server(cluster, port=arguments.port, kubeconfig=arguments.kubeconfig)
    except OSError as error:
        print(error.strerror or error, file=sys.stderr)
        return 2
    with server:
        end = ending()
        print(texts.READY.format(url=server.url, path=server.kubeconfig), flush=True)
        end.wait()
    return 0


def seconds_now() -> float:
    """The present as a simulated second, so that ages which kubectl works out by itself are true."""
    return (datetime.now(UTC) - START).total_seconds()


def ending() -> threading.Event:
    """What is set by Ctrl-C or by a request to end."""
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end.set())
    return end
