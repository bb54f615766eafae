"""`k8slearn serve` in another process that logs its requests: a line "client method verb" for each.

`python -m tests.support.counted_serve FILE …` takes the arguments of `k8slearn serve` after the file.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from k8slearn.apimachinery.errors import ApiError
from k8slearn.cli import main
from k8slearn.http.api import Api
from k8slearn.http.request import parse

START_SECONDS = 60
STOP_SECONDS = 10


def count_into(file: Path) -> None:
    """Log each request of this process from now on."""
    handle = Api.handle

    def counted(api: Api, request: Any) -> Any:
        try:
            verb = parse(request, api.versions).verb
        except ApiError:
            # Requests about the server itself have no verb.
            verb = "get" if request.method == "GET" else request.method.lower()
        with file.open("a") as lines:
            lines.write(f"{request.agent} {request.method} {verb}\n")
        return handle(api, request)

    Api.handle = counted  # type: ignore[method-assign]


def requests_of(file: Path, agent: str) -> Counter[tuple[str, str]]:
    """The numbers of a client's requests by method and verb."""
    found: Counter[tuple[str, str]] = Counter()
    for line in file.read_text().splitlines():
        client, method, verb = line.split(" ")
        if client == agent:
            found[method, verb] += 1
    return found


@contextmanager
def serving(file: Path, kubeconfig: Path, port: int, nodes: int) -> Iterator[None]:
    """Run a server in another process during the context."""
    command = [sys.executable, "-m", "tests.support.counted_serve", str(file)]
    command += ["--port", str(port), "--kubeconfig", str(kubeconfig)]
    command += ["--nodes", str(nodes), "--seed", "1", "--kubelet", "simple"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        end = time.monotonic() + START_SECONDS
        assert process.stdout is not None
        # It prints one line when it is ready.
        assert process.stdout.readline() and time.monotonic() < end
        yield
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)
        process.stdout.close()


if __name__ == "__main__":
    count_into(Path(sys.argv[1]))
    sys.exit(main(["serve", *sys.argv[2:]]))
