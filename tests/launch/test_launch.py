"""`k8slearn lab` and `k8slearn doctor`: what they open, leave alone and print."""

import errno
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import k8slearn
from k8slearn import cli, files
from k8slearn.launch import doctor, jupyter, layout, lessons
from k8slearn.locale import launch as words
from tests.support.paths import ROOT


def write(folder, **files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.ipynb").write_text(text)
    return folder


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """The package as if installed from a wheel with two lessons."""
    package = tmp_path / "site-packages" / "k8slearn"
    write(
        package / "_notebooks", **{"00_start": "start", "04_update_strategy": "update"}
    )
    (package / "_notebooks" / "assets").mkdir()
    (package / "_notebooks" / "assets" / "lab.png").write_bytes(b"png")
    monkeypatch.setattr(lessons, "PACKAGE", package)
    monkeypatch.chdir(tmp_path)
    return package / "_notebooks"


@pytest.fixture
def started(monkeypatch):
    """The arguments with which JupyterLab would have been started."""
    calls = []
    monkeypatch.setattr(
        jupyter,
        "serve",
        lambda arguments, variables: calls.append((arguments, dict(variables))),
    )
    return calls


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """The package as if it ran from a clone."""
    root = tmp_path / "checkout"
    write(root / "notebooks", **{"00_start": "{}"})
    (root / "pyproject.toml").write_text("")
    monkeypatch.setattr(lessons, "PACKAGE", root / "k8slearn")
    return root


@pytest.mark.parametrize("where", ["checkout", "."])
def test_a_checkout_is_left_alone_its_lessons_laid_out_where_git_does_not_look(
    checkout, started, tmp_path, monkeypatch, where
):
    monkeypatch.chdir(tmp_path / where)
    before = sorted((checkout / "notebooks").iterdir())
    assert cli.main(["lab", "--no-browser"]) == 0
    arguments, _ = started[0]
    folder = checkout / lessons.DEFAULT_FOLDER
    assert f"--ServerApp.root_dir={folder}" in arguments
    assert "--LabApp.default_url=/lab/tree/00_start.ipynb" in arguments
    assert "--no-browser" in arguments
    assert (folder / "00_start.ipynb").read_text() == "{}"
    assert sorted((checkout / "notebooks").iterdir()) == before
    assert f"/{lessons.DEFAULT_FOLDER}/" in (ROOT / ".gitignore").read_text()


def test_who_writes_lessons_opens_them_in_place(checkout, started, monkeypatch):
    monkeypatch.chdir(checkout)
    before = sorted(checkout.rglob("*"))
    assert cli.main(["lab", "--dir", "notebooks"]) == 0
    assert f"--ServerApp.root_dir={checkout / 'notebooks'}" in started[0][0]
    assert sorted(checkout.rglob("*")) == before


def test_a_wheel_lays_its_lessons_out(wheel, started, tmp_path, capsys):
    assert cli.main(["lab", "4"]) == 0
    folder = tmp_path / lessons.DEFAULT_FOLDER
    assert (folder / "assets" / "lab.png").read_bytes() == b"png"
    assert f"--ServerApp.root_dir={folder}" in started[0][0]
    assert "--LabApp.default_url=/lab/tree/04_update_strategy.ipynb" in started[0][0]
    assert (
        words.LAID_OUT.format(folder=folder, written=3, upgraded=0)
        in capsys.readouterr().out
    )


def test_an_upgrade_never_overwrites_what_the_learner_changed(
    wheel, started, tmp_path, capsys
):
    cli.main(["lab", "--dir", "mine"])
    mine = write(tmp_path / "mine", **{"00_start": "my answer", "notes": "my own"})
    write(
        wheel,
        **{"00_start": "start 2", "04_update_strategy": "update 2", "notes": "theirs"},
    )
    capsys.readouterr()
    assert cli.main(["lab", "--dir", "mine"]) == 0
    assert {path.stem: path.read_text() for path in mine.glob("*.ipynb")} == {
        "00_start": "my answer",
        "04_update_strategy": "update 2",
        "notes": "my own",
    }
    said = capsys.readouterr().out
    assert words.KEPT.format(name="00_start.ipynb") in said
    assert words.KEPT.format(name="notes.ipynb") in said


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("20", "20_gallery"), ("9", "09_myths"), ("99", "99_for_teachers")],
)
def test_lessons_beyond_ten_are_laid_out_and_found(wheel, tmp_path, wanted, found):
    write(
        wheel,
        **{
            "09_myths": "m",
            "20_gallery": "g",
            "21_glossary": "w",
            "90_how_true": "t",
            "99_for_teachers": "t",
        },
    )
    lessons.lay_out(wheel, tmp_path / "mine")
    assert len(lessons.lessons(tmp_path / "mine")) == 7
    assert lessons.find_lesson(tmp_path / "mine", wanted) == f"{found}.ipynb"


@pytest.mark.parametrize("folder", ["mine", "mine/sub", "mine/sub/deeper"])
def test_a_file_in_the_place_of_the_folder_is_not_touched(
    wheel, started, tmp_path, capsys, folder
):
    (tmp_path / "mine").write_text("a file")
    assert cli.main(["lab", "--dir", folder]) == 2
    assert (tmp_path / "mine").read_text() == "a file"
    assert "--dir" in capsys.readouterr().err and started == []


WHY = {
    errno.EACCES: "没有权限",
    errno.EROFS: "那里是只读的",
    errno.ENOSPC: "磁盘满了",
    errno.ENAMETOOLONG: "名字太长",
}


def refuse(number):
    raise OSError(number, os.strerror(number))


@pytest.mark.parametrize("number", WHY)
@pytest.mark.parametrize("call", ["mkdir", "replace"])
def test_a_folder_that_will_not_do_gets_a_sentence(
    wheel, started, monkeypatch, capsys, number, call
):
    owner = layout.Path if call == "mkdir" else layout.files
    monkeypatch.setattr(owner, call, lambda *given, **more: refuse(number))
    assert cli.main(["lab", "--dir", "mine"]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1 and WHY[number] in said.err
    assert said.out == "" and started == []


def test_lessons_in_a_read_only_folder_are_opened_all_the_same(
    wheel, started, tmp_path, monkeypatch, capsys
):
    cli.main(["lab", "--dir", "mine"])
    alone = files.alone

    def in_scratch_folder(path):
        return alone(path) if path.name == files.HELD else refuse(errno.EROFS)

    monkeypatch.setattr(files, "alone", in_scratch_folder)
    monkeypatch.setattr(files, "replace", lambda *given: refuse(errno.EROFS))
    capsys.readouterr()
    assert cli.main(["lab", "--dir", "mine"]) == 0, "nothing had to be written"
    assert capsys.readouterr().err == ""
    write(wheel, **{"00_start": "start 2"})
    assert cli.main(["lab", "--dir", "mine"]) == 0
    assert "那里是只读的" in capsys.readouterr().err
    assert len(started) == 3
    assert (tmp_path / "mine" / "00_start.ipynb").read_text() == "start"


def test_without_room_for_scratch_files_there_is_a_sentence(
    wheel, started, monkeypatch, capsys
):
    monkeypatch.setattr(files, "mkdtemp", lambda prefix: refuse(errno.EROFS))
    assert cli.main(["lab"]) == 2
    assert "TMPDIR" in capsys.readouterr().err and started == []


def test_a_home_that_is_read_only_is_not_written_to(monkeypatch, tmp_path):
    monkeypatch.setattr(jupyter, "can_write", lambda folder: False)
    monkeypatch.setenv("JUPYTER_DATA_DIR", "/theirs")
    found = jupyter.environment({}, tmp_path)
    for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
        assert Path(found[name]).parent == tmp_path
    assert "/theirs" in found["JUPYTER_PATH"].split(os.pathsep)


def test_whether_a_folder_can_be_written_to_is_asked_of_what_is_there(
    tmp_path, monkeypatch
):
    asked = []
    monkeypatch.setattr(os, "access", lambda place, how: asked.append(place))
    assert not jupyter.can_write(tmp_path / "not" / "there")
    assert asked == [tmp_path]


@pytest.mark.parametrize(
    "wanted",
    ["4", "04", "04_update_strategy.ipynb", "notebooks/04_update_strategy.ipynb"],
)
def test_a_lesson_is_found_by_number_or_name(wheel, wanted):
    assert lessons.find_lesson(wheel, wanted) == "04_update_strategy.ipynb"


def test_an_unknown_lesson_lists_those_there_are(wheel, started, capsys):
    assert cli.main(["lab", "77"]) == 2
    assert "04_update_strategy.ipynb" in capsys.readouterr().err
    assert started == []


def test_the_learners_own_jupyter_settings_are_layered_under_not_replaced(
    wheel, started, monkeypatch
):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/theirs")
    cli.main(["lab", "--", "--LabApp.expose_app_in_browser=True"])
    arguments, variables = started[0]
    ours, theirs = variables["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert theirs == "/theirs"
    assert not Path(ours).exists(), "the scratch folder goes when JupyterLab ends"
    assert not {"JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "HOME"} & set(variables)
    assert arguments[-1] == "--LabApp.expose_app_in_browser=True"


def test_menus_are_chinese_and_no_news_pops_up(tmp_path):
    jupyter.write_overrides(tmp_path / "labconfig" / "default_setting_overrides.json")
    written = json.loads(
        (tmp_path / "labconfig" / "default_setting_overrides.json").read_text()
    )
    assert written["@jupyterlab/translation-extension:plugin"] == {"locale": "zh_CN"}
    assert (
        written["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    )


def test_without_the_language_pack_the_menus_stay_as_they_are(monkeypatch):
    monkeypatch.setattr(jupyter, "find_spec", lambda name: None)
    assert "@jupyterlab/translation-extension:plugin" not in jupyter.setting_overrides()


def test_our_programs_are_found_first_and_once():
    path = jupyter.environment({"PATH": f"/usr/bin{os.pathsep}/bin"}, Path("/c"))[
        "PATH"
    ].split(os.pathsep)
    assert path[1:] == ["/usr/bin", "/bin"]
    again = jupyter.environment({"PATH": os.pathsep.join(path)}, Path("/c"))[
        "PATH"
    ].split(os.pathsep)
    assert again == path


def test_terminals_look_for_the_cluster_in_a_file_of_our_own():
    found = jupyter.environment(
        {"KUBECONFIG": "/somebody/.kube/config"}, Path("/scratch")
    )
    assert (
        found["KUBECONFIG"]
        == found["K8SLEARN_KUBECONFIG"]
        == str(Path("/scratch/kubeconfig"))
    )


@pytest.mark.parametrize(("user", "allowed"), [(0, True), (1000, False)])
def test_root_is_allowed_only_to_root(monkeypatch, user, allowed, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    arguments = jupyter.server_arguments(
        tmp_path, "00_start.ipynb", tmp_path, None, True
    )
    assert ("--allow-root" in arguments) == allowed


@pytest.mark.parametrize(("user", "told"), [(0, 1), (1000, 0)])
def test_root_is_told_what_is_done_for_it(
    wheel, started, monkeypatch, capsys, user, told
):
    monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    assert cli.main(["lab"]) == 0
    assert capsys.readouterr().out.count(words.ALLOW_ROOT) == told


def test_a_chosen_port_is_not_silently_changed(tmp_path):
    chosen = jupyter.server_arguments(tmp_path, "00_start.ipynb", tmp_path, 9999, True)
    assert {"--ServerApp.port=9999", "--ServerApp.port_retries=0"} <= set(chosen)
    usual = jupyter.server_arguments(tmp_path, "00_start.ipynb", tmp_path, None, True)
    assert "--ServerApp.port_retries=0" not in usual


def test_a_taken_port_is_told_before_anything_is_done(wheel, started, tmp_path, capsys):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert cli.main(["lab", "--port", str(port)]) == 2
    assert capsys.readouterr().err == words.PORT_IN_USE.format(port=port) + "\n"
    assert not (tmp_path / lessons.DEFAULT_FOLDER).exists()


def test_doctor_fits_one_screen_and_is_content_here(capsys, wheel):
    assert cli.main(["doctor"]) == 0
    screen = capsys.readouterr().out.splitlines()
    assert k8slearn.__version__ in screen[0]
    assert len(screen) <= 24


def test_doctor_names_a_package_that_is_too_old_and_how_to_mend_it(monkeypatch, capsys):
    monkeypatch.setattr(
        doctor,
        "requires",
        lambda name: ["networkx>=999", "pyyaml>=1", "pytest>=999; extra == 'test'"],
    )
    assert cli.main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "pip install --upgrade 'networkx>=999'\n" in said
    assert words.SOME_FAILURES in said


def test_doctor_misses_widgets_kernel_and_lessons(monkeypatch, tmp_path):
    monkeypatch.setattr(
        "jupyter_core.paths.jupyter_path", lambda *parts: [str(tmp_path)]
    )
    monkeypatch.setattr(
        "jupyter_client.kernelspec.KernelSpecManager.find_kernel_specs",
        lambda self: {"ir": ""},
    )
    monkeypatch.setattr(lessons, "PACKAGE", tmp_path / "k8slearn")
    findings = [doctor.check_widgets(), doctor.check_kernel(), doctor.check_lessons()]
    assert [finding.mark for finding in findings] == [doctor.FAILURE] * 3


def test_doctor_warns_of_a_kubectl_that_does_not_run(monkeypatch, tmp_path):
    broken = tmp_path / "kubectl"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(doctor.shutil, "which", lambda name, path: str(broken))
    assert doctor.check_kubectl().mark == doctor.WARNING


def test_doctor_finds_the_kubectl_that_came_along():
    finding = doctor.check_kubectl()
    assert finding.mark == doctor.FINE
    assert "v1." in finding.detail


def test_every_remedy_is_a_sentence_without_holes(monkeypatch):
    monkeypatch.setattr(
        doctor.webbrowser, "get", lambda: (_ for _ in ()).throw(doctor.webbrowser.Error)
    )
    for check in doctor.CHECKS:
        assert "{" not in "".join(doctor.lines(check()))


def test_jupyterlab_starts_without_the_grammars_of_iris():
    looked = (
        "import sys; from k8slearn.launch import jupyter; jupyter.skip_iri_grammars(); "
        "import jupyterlab.labapp; print('lark' in sys.modules, 'jsonschema' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", looked], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True"]
