"""The memory of `k8slearn serve` over many writes: it has to be flat beyond the bound.

    python -m tests.benchmarks.bench_history [WRITES]

Four clients patch Nodes, Pods, a DaemonSet and ConfigMaps over HTTPS as fast as they are answered.
"""

import http.client
import json
import re
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

CLIENTS = 4
EVERY = 5_000
MERGE = "application/merge-patch+json"
MAPS = "/api/v1/namespaces/default/configmaps"
SETS = "/apis/apps/v1/namespaces/default/daemonsets"


class Connection:
    """One client of the served cluster."""

    def __init__(self, kubeconfig):
        config = yaml.safe_load(kubeconfig.read_text())
        cluster = config["clusters"][0]["cluster"]
        port = int(cluster["server"].rpartition(":")[2])
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.line = http.client.HTTPSConnection("127.0.0.1", port, context=context)
        self.token = config["users"][0]["user"]["token"]

    def ask(self, method, path, body=None, media_type="application/json"):
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": media_type,
        }
        self.line.request(method, path, body and json.dumps(body), headers)
        answer = self.line.getresponse()
        data = json.loads(answer.read())
        assert answer.status < 300, data
        return data


def daemon_set():
    labels = {"app": "web"}
    pod = {"containers": [{"name": "main", "image": "web:1"}]}
    template = {"metadata": {"labels": labels}, "spec": pod}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    return {"metadata": {"name": "web"}, "spec": spec}


def write(kubeconfig, client, end):
    """Patch one object after the other, each with another value."""
    connection = Connection(kubeconfig)
    name = f"map-{client}"
    connection.ask("POST", MAPS, {"metadata": {"name": name}, "data": {}})
    number = 0
    while not end.is_set():
        number += 1
        label = {"metadata": {"labels": {f"client-{client}": f"v{number}"}}}
        targets = (
            (f"{MAPS}/{name}", {"data": {"value": f"{number}" * 20}}),
            (f"/api/v1/nodes/node{number % 20 + 1}", label),
            (f"{SETS}/web", label),
        )
        path, body = targets[number % 3]
        connection.ask("PATCH", path, body, MERGE)


def resident(pid):
    """MB of memory that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1024


def main(writes):
    with TemporaryDirectory() as folder:
        kubeconfig = Path(folder) / "kubeconfig"
        command = [sys.executable, "-m", "k8slearn", "serve", "--nodes", "20"]
        # Its figures are of the store: they go on being compared with those from before kubelets were the default.
        command += ["--kubelet", "simple"]
        server = subprocess.Popen(
            [*command, "--kubeconfig", str(kubeconfig)], stdout=subprocess.PIPE
        )
        server.stdout.readline()
        connection = Connection(kubeconfig)
        connection.ask("POST", SETS, daemon_set())
        end = threading.Event()
        for client in range(CLIENTS):
            arguments = (kubeconfig, client, end)
            threading.Thread(target=write, args=arguments, daemon=True).start()
        began, shown, revision = time.monotonic(), 0, 0
        while revision < writes:
            time.sleep(0.2)
            listed = connection.ask("GET", f"{MAPS}?limit=1")
            revision = int(listed["metadata"]["resourceVersion"])
            if revision >= shown:
                shown += EVERY
                seconds = time.monotonic() - began
                print(
                    f"{revision:7} writes {resident(server.pid):5} MB {seconds:6.0f} s",
                    flush=True,
                )
        end.set()
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
