"""The image for mybinder.org: it installs the checkout with locked versions and opens the first lesson."""

import json
import os
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from k8slearn.launch.binder_link import LINK
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
    steps = [
        log.index(step)
        for step in ('-r "binder/requirements.txt"', "RUN ./binder/postBuild")
    ]
    assert steps == sorted(steps), "the dependencies are there when the package comes"
    assert "python=3.11" in log
    assert 'R2D_ENTRYPOINT="${REPO_DIR}/binder/start"' in log


LOCKS = ("requirements.lock", "tests/requirements.lock", "binder/requirements.txt")


def locked(file):
    """Return a lock's requirements, each with its hashes, that apply to this Python on this machine."""
    text = (ROOT / file).read_text().replace("\\\n", "")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    found = [(Requirement(line.partition(" --hash")[0]), line) for line in lines]
    return [
        (requirement, line)
        for requirement, line in found
        if requirement.marker is None or requirement.marker.evaluate()
    ]


def test_the_checkout_is_installed_over_locked_dependencies():
    assert (
        "pip install --quiet --no-deps --no-build-isolation -e ."
        in (BINDER / "postBuild").read_text()
    )
    names = {requirement.name for requirement, _ in locked("binder/requirements.txt")}
    assert {"notebook", "jupyterlab", "hatchling", "editables"} <= names


@pytest.mark.parametrize("file", LOCKS)
def test_a_lock_has_each_dependency_once_with_version_and_hashes(file):
    names = [canonicalize_name(requirement.name) for requirement, _ in locked(file)]
    assert len(names) == len(set(names))
    for requirement, line in locked(file):
        assert str(requirement.specifier).startswith("==")
        assert "--hash=sha256:" in line


@pytest.mark.parametrize("file", LOCKS)
def test_what_is_compiled_has_the_hashes_of_every_machine(file):
    # With a single wheel the lock would only work for one Python on one platform.
    few = {req.name for req, line in locked(file) if line.count("--hash") <= 3}
    assert {name for name in few if is_compiled(name)} == set()


def is_compiled(name):
    """Return whether what is installed here was made for this kind of machine."""
    try:
        wheel = distribution(name).read_text("WHEEL") or ""
    except PackageNotFoundError:
        return False
    return "Root-Is-Purelib: false" in wheel


def test_what_learners_get_is_what_was_tested():
    assert pins("requirements.lock") <= pins("tests/requirements.lock")


def pins(file):
    """Return the names, versions and hashes of a lock; the machines that they are for may differ."""
    found = set()
    for requirement, line in locked(file):
        hashes = line.partition(" --hash")[2]
        found.add((requirement.name, str(requirement.specifier), hashes))
    return found


def wanted_here():
    """Return what pyproject.toml asks for, with and without the tests and the site."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [
        need for needs in project["optional-dependencies"].values() for need in needs
    ]
    wanted = map(Requirement, project["dependencies"] + extras)
    return [need for need in wanted if need.name != project["name"]]


def test_the_lock_fits_what_the_package_asks_for():
    versions = {
        canonicalize_name(requirement.name): str(requirement.specifier)[2:]
        for requirement, _ in locked("tests/requirements.lock")
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


def test_the_link_opens_a_lesson_that_there_is():
    assert (ROOT / LINK.partition("/tree/")[2]).is_file()
    # A badge in the README would be dead in copies that are not on a public host.
    assert "badge_logo" not in (ROOT / "README.md").read_text()
