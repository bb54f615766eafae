"""What mybinder.org builds: it installs the checkout at the versions of the lock, and opens at the first lesson."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from k8slearn.launch.jupyter import environment, install_defaults
from tests.support.paths import ROOT

BINDER = ROOT / "binder"


def dockerfile():
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(ROOT)]
    run = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=True,
    )
    return run.stdout


def test_repo2docker_understands_the_repository():
    log = dockerfile()
    in_order = (
        "src/ ${REPO_DIR}/",
        '-r "binder/requirements.txt"',
        "RUN ./binder/postBuild",
    )
    steps = [log.index(step) for step in in_order]
    assert steps == sorted(steps), "the lock is copied before pip needs it"
    assert "python=3.11" in log
    assert 'R2D_ENTRYPOINT="${REPO_DIR}/binder/start"' in log


def test_the_checkout_is_installed_at_locked_versions():
    lines = (BINDER / "requirements.txt").read_text().splitlines()
    assert {"-e .", "-c ../requirements.lock"} <= set(lines)
    assert (BINDER / "../requirements.lock").resolve().is_file()


def locked_here():
    """Return the lock's requirements that apply to this Python on this machine."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    locked = [Requirement(line) for line in lines if not line.startswith("#")]
    return [
        requirement
        for requirement in locked
        if requirement.marker is None or requirement.marker.evaluate()
    ]


def wanted_here():
    """Return what pyproject.toml asks for, with and without the tests and the site."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [
        need for needs in project["optional-dependencies"].values() for need in needs
    ]
    wanted = map(Requirement, project["dependencies"] + extras)
    return [need for need in wanted if need.name != project["name"]]


def test_the_lock_has_every_dependency_once():
    names = [canonicalize_name(requirement.name) for requirement in locked_here()]
    assert len(names) == len(set(names))
    assert all(
        str(requirement.specifier).startswith("==") for requirement in locked_here()
    )


def test_the_lock_fits_what_the_package_asks_for():
    versions = {
        canonicalize_name(locked.name): str(locked.specifier)[2:]
        for locked in locked_here()
    }
    for wanted in wanted_here():
        assert wanted.specifier.contains(versions[canonicalize_name(wanted.name)]), (
            wanted
        )


def test_scripts_can_be_run():
    for name in ("postBuild", "start"):
        assert os.access(BINDER / name, os.X_OK)
        subprocess.run(["bash", "-n", BINDER / name], check=True)


def test_start_hands_over_to_the_command_it_is_given():
    said = subprocess.run(
        [BINDER / "start", "echo", "a b"], capture_output=True, text=True, check=True
    ).stdout
    assert said == "a b\n"


def test_start_tells_terminals_where_the_cluster_is_as_the_launcher_does(tmp_path):
    command = [
        BINDER / "start",
        sys.executable,
        "-c",
        "import json, os; print(json.dumps(dict(os.environ)))",
    ]
    here = os.environ | {
        "TMPDIR": str(tmp_path),
        "KUBECONFIG": "/somebody/.kube/config",
    }
    found = json.loads(
        subprocess.run(
            command, capture_output=True, text=True, check=True, env=here
        ).stdout
    )
    scratch = Path(found["KUBECONFIG"]).parent
    assert scratch.is_dir() and scratch.parent == tmp_path
    as_launched = environment({}, scratch)
    ours = set(as_launched) - {"JUPYTER_CONFIG_PATH", "PATH"}
    assert {name: found[name] for name in ours} == {
        name: as_launched[name] for name in ours
    }


def test_defaults_of_an_environment(tmp_path):
    install_defaults(tmp_path)
    settings = json.loads(
        (tmp_path / "share/jupyter/lab/settings/overrides.json").read_text()
    )
    server = json.loads(
        (tmp_path / "etc/jupyter/jupyter_server_config.d/k8slearn.json").read_text()
    )
    assert settings["@jupyterlab/translation-extension:plugin"] == {"locale": "zh_CN"}
    assert server["ServerApp"]["terminado_settings"]["shell_command"][0].endswith(
        "bash"
    )


def test_the_badge_opens_the_first_lesson():
    assert (
        "HEAD?urlpath=lab/tree/notebooks/00_start.ipynb"
        in (ROOT / "README.md").read_text()
    )
