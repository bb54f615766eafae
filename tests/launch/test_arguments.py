"""Invalid numbers are reported in a sentence, and nothing is started."""

import pytest

from k8slearn import cli
from k8slearn.cluster import Cluster
from k8slearn.launch import jupyter, lessons


@pytest.mark.parametrize("number", ["99999", "65536", "-1", "8.5", "x", "٣٠ ٣"])
@pytest.mark.parametrize("command", ["serve", "lab"])
def test_a_port_that_there_cannot_be(monkeypatch, tmp_path, capsys, command, number):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(lessons, "PACKAGE", tmp_path / "k8slearn")
    monkeypatch.setattr(jupyter, "serve", lambda *_: pytest.fail("it began"))
    with pytest.raises(SystemExit) as end:
        cli.main([command, f"--port={number}"])
    said = capsys.readouterr().err
    assert end.value.code == 2
    assert f"没有端口 {number}" in said and "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", ["-5", "1000000", "two"])
def test_a_number_of_nodes_that_there_cannot_be(capsys, number):
    with pytest.raises(SystemExit) as end:
        cli.main(["serve", f"--nodes={number}"])
    assert end.value.code == 2 and f"不能有 {number} 个 Node" in capsys.readouterr().err


@pytest.mark.parametrize("port", [99_999, -1, 65_536])
def test_a_cell_is_told_as_well(port):
    with pytest.raises(OSError, match=f"没有端口 {port}"):
        Cluster().serve(port=port)


def test_what_is_served_has_real_kubelets(monkeypatch):
    served = []

    def serve(cluster, **_):
        served.append(cluster)
        raise OSError("no port")

    monkeypatch.setattr(Cluster, "serve", serve)
    assert cli.main(["serve", "--nodes=1"]) == 2
    assert served[0].control_plane.kubelet.nodes is not None
