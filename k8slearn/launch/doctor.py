"""`k8slearn doctor`: one screen that says what works on this machine and how to mend what does not."""

import json
import os
import shutil
import subprocess
import sys
import webbrowser
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path

import k8slearn
from k8slearn.launch import jupyter, lessons
from k8slearn.locale import launch as words
from k8slearn.toolkit.columns import padded

FINE = "✓"
WARNING = "!"
FAILURE = "✗"
WIDGET_MANAGER = "@jupyter-widgets/jupyterlab-manager"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the screen, and how to mend it where it is not fine."""

    mark: str
    subject: str
    detail: str
    remedy: str = ""


def add_arguments(parser: ArgumentParser) -> None:
    """The command has no arguments of its own."""


def run(arguments: Namespace) -> int:
    """Print the screen; 1 when something is missing without which the course does not run."""
    findings = [check() for check in CHECKS]
    print(words.DOCTOR_TITLE.format(version=k8slearn.__version__))
    for finding in findings:
        print("\n".join(lines(finding)))
    marks = {finding.mark for finding in findings}
    if FAILURE in marks:
        print(words.SOME_FAILURES)
        return 1
    # A warning is no failure: the course runs, only less comfortably.
    print(words.SOME_WARNINGS if WARNING in marks else words.ALL_WELL)
    return 0


def lines(finding: Finding) -> Iterator[str]:
    """Yield a finding's line and, where it is not fine, the remedy's."""
    yield f" {finding.mark} {padded(finding.subject, 10)}{finding.detail}"
    if finding.mark != FINE:
        yield f"   {'':10}→ {finding.remedy.format(python=sys.executable)}"


def check_python() -> Finding:
    """Is Python new enough?"""
    mark = FINE if sys.version_info >= (3, 11) else FAILURE
    found = sys.version.split()[0]
    return Finding(
        mark,
        words.PYTHON,
        words.PYTHON_FOUND.format(version=found, python=sys.executable),
        words.PYTHON_REMEDY,
    )


def check_packages() -> Finding:
    """Is every package that the metadata asks for here, in a version that fits?"""
    # The extras are for pages and tests; a learner needs none of them.
    every = requires("k8slearn") or []
    wanted = [requirement for requirement in every if "extra ==" not in requirement]
    unmet = [requirement for requirement in wanted if not is_met(requirement)]
    if unmet:
        names = " ".join(f"'{requirement}'" for requirement in unmet)
        remedy = words.PACKAGES_REMEDY.format(python=sys.executable, names=names)
        return Finding(
            FAILURE,
            words.PACKAGES,
            words.PACKAGES_MISSING.format(names=words.PACKAGES_SEPARATOR.join(unmet)),
            remedy,
        )
    shown = {name: version(name) for name in ("jupyterlab", "matplotlib")}
    return Finding(
        FINE, words.PACKAGES, words.PACKAGES_FINE.format(count=len(wanted), **shown)
    )


def is_met(requirement: str) -> bool:
    """Is a requirement such as `networkx>=3.4` met by what is installed?"""
    # Comes with JupyterLab, so the doctor must be able to start without it.
    from packaging.requirements import Requirement

    parsed = Requirement(requirement)
    try:
        return parsed.specifier.contains(version(parsed.name), prereleases=True)
    except PackageNotFoundError:
        return False


def check_widgets() -> Finding:
    """Does JupyterLab have the extension that shows widgets?"""
    from jupyter_core.paths import jupyter_path

    found = any(
        (Path(folder) / WIDGET_MANAGER / "package.json").is_file()
        for folder in jupyter_path("labextensions")
    )
    detail = words.WIDGETS_FINE if found else words.WIDGETS_MISSING
    return Finding(
        FINE if found else FAILURE, words.WIDGETS, detail, words.WIDGETS_REMEDY
    )


def check_kernel() -> Finding:
    """Is there the kernel that the lessons name?"""
    from jupyter_client.kernelspec import KernelSpecManager

    found = "python3" in KernelSpecManager().find_kernel_specs()
    detail = words.KERNEL_FINE if found else words.KERNEL_MISSING
    return Finding(
        FINE if found else FAILURE, words.KERNEL, detail, words.KERNEL_REMEDY
    )


def check_font() -> Finding:
    """Does the font that came along load?"""
    from k8slearn.view.fonts import FAMILY, register

    try:
        register()
    except OSError:
        return Finding(FAILURE, words.FONT, words.FONT_MISSING, words.FONT_REMEDY)
    return Finding(FINE, words.FONT, words.FONT_FINE.format(family=FAMILY))


def check_menus() -> Finding:
    """Will JupyterLab's menus be in Chinese?"""
    found = find_spec(jupyter.LANGUAGE_PACK) is not None
    detail = words.MENUS_FINE if found else words.MENUS_MISSING
    return Finding(FINE if found else WARNING, words.MENUS, detail, words.MENUS_REMEDY)


def check_lessons() -> Finding:
    """Are the lessons where `k8slearn lab` takes them from?"""
    folder = lessons.source_folder()
    count = len(lessons.lessons(folder))
    detail = (
        words.LESSONS_FINE.format(count=count, folder=folder)
        if count
        else words.LESSONS_MISSING
    )
    return Finding(
        FINE if count else FAILURE, words.LESSONS, detail, words.LESSONS_REMEDY
    )


def check_browser() -> Finding:
    """Can a browser be opened from here?"""
    try:
        webbrowser.get()
    except webbrowser.Error:
        return Finding(
            WARNING, words.BROWSER, words.BROWSER_MISSING, words.BROWSER_REMEDY
        )
    return Finding(FINE, words.BROWSER, words.BROWSER_FINE)


def check_kubectl() -> Finding:
    """Which kubectl will a lesson's kernel and terminal find, and does it run?"""
    # By the PATH of a lesson's kernel, in which ours comes first, not by that of this shell.
    variables = jupyter.environment(os.environ, Path())
    path = shutil.which("kubectl", path=variables["PATH"])
    found = kubectl_version(path) if path else None
    if found is None:
        return Finding(
            WARNING, words.KUBECTL, words.KUBECTL_MISSING, words.KUBECTL_REMEDY
        )
    return Finding(
        FINE, words.KUBECTL, words.KUBECTL_FINE.format(version=found, path=path)
    )


def kubectl_version(path: str) -> str | None:
    """Return what the program at `path` says its version is, or None when it does not answer within 10 s."""
    try:
        # --client: no cluster is asked, for there may be none, and waiting for it would take long.
        command = [path, "version", "--client", "-o", "json"]
        answer = subprocess.run(command, capture_output=True, timeout=10, check=True)
        return str(json.loads(answer.stdout)["clientVersion"]["gitVersion"])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError):
        return None


def check_port() -> Finding:
    """Is the usual port free?"""
    taken = jupyter.is_taken(jupyter.DEFAULT_PORT)
    detail = (words.PORT_TAKEN if taken else words.PORT_FINE).format(
        port=jupyter.DEFAULT_PORT
    )
    return Finding(WARNING if taken else FINE, words.PORT, detail, words.PORT_REMEDY)


# What all else needs comes first: mending from the top down is the right order.
CHECKS: tuple[Callable[[], Finding], ...] = (
    check_python,
    check_packages,
    check_lessons,
    check_kernel,
    check_widgets,
    check_font,
    check_menus,
    check_browser,
    check_kubectl,
    check_port,
)
