"""The files by which kubectl finds served clusters: one of each server's own, and one that several servers share.

A shared file has one context for each server that runs, the one served last at the end; it is the current one until
it goes, and then it is the one before. What kubectl itself has put there (a namespace, another current context) stays.
"""

from __future__ import annotations

import os
import socket
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from k8slearn.http.credentials import Credentials, write_private
from k8slearn.locale import http as words

# A kubeconfig, or a part of one.
Config = dict[str, Any]

NAME = "k8slearn"
"""What a context is called when no lesson gives it a name; and the users in our files begin with it."""
MARK = "# written by k8slearn; it is overwritten at the next start\n"
"""The first line of our kubeconfigs: a file without it is somebody's own and is left alone."""
SESSION = "JPY_SESSION_NAME"
"""In it Jupyter tells a kernel which notebook it belongs to."""
LOCK_SECONDS = 5.0
"""Real seconds after which a lock is one that somebody killed has left: it is held for a few milliseconds."""


def lesson_name() -> str:
    """What to call the cluster of this process: as the notebook that it runs, such as 04_update_strategy."""
    notebook = Path(os.environ.get(SESSION, ""))
    # A console has a session too, whose name says nothing.
    if notebook.suffix == ".ipynb":
        return notebook.stem
    return NAME


def may_write(path: Path) -> bool:
    """Whether a kubeconfig may be written there: nothing is, or an empty file, or one of ours."""
    # The learner's own clusters, even where the file is not there yet.
    if path.resolve() == Path("~/.kube/config").expanduser().resolve():
        return False
    if not path.exists():
        return True
    if not path.is_file():
        return False
    text = path.read_bytes()
    return not text or text.startswith(MARK.encode()) or _is_ours(text)


def _is_ours(text: bytes) -> bool:
    """`kubectl config set-context` leaves no comment in a file, so that it is known by its users as well."""
    try:
        config = yaml.safe_load(text)
        users = [user["name"] for user in config["users"]]
    except (yaml.YAMLError, LookupError, TypeError):
        return False
    return bool(users) and all(str(user).startswith(NAME) for user in users)


def enter(path: Path, name: str, url: str, credentials: Credentials) -> str:
    """Add a server to a kubeconfig and make it the current one; returns its name there: another may have this one."""
    with _locked(path):
        config = _read(path)
        # One that was killed may have had the very port that is ours now.
        _forget(config, _ended(config) | _served_at(config, url))
        name = _free(name, {context["name"] for context in config["contexts"]})
        user = f"{NAME}-{name}"
        cluster = {
            "server": url,
            "certificate-authority-data": b64encode(credentials.authority).decode(),
        }
        context = {"cluster": name, "user": user}
        config["clusters"].append({"name": name, "cluster": cluster})
        config["users"].append({"name": user, "user": {"token": credentials.token}})
        config["contexts"].append({"name": name, "context": context})
        config["current-context"] = name
        _write(path, config)
    return name


def leave(path: Path, url: str, *, for_terminals: bool = False) -> None:
    """Take a server out of a kubeconfig; without any the file goes, or tells terminals what to do first."""
    # The folder may be gone with the launcher that made it.
    if not path.exists():
        return
    with _locked(path):
        config = _read(path)
        _forget(config, _ended(config) | _served_at(config, url))
        if config["contexts"]:
            _write(path, config)
        elif for_terminals:
            say_nobody_serves(path)
        else:
            path.unlink(missing_ok=True)


def say_nobody_serves(path: Path) -> None:
    """Write a kubeconfig whose error says what to do first; without a file kubectl would try localhost:8080."""
    _write(path, {**_read(Path(os.devnull)), "current-context": words.NOBODY_SERVES})


def _read(path: Path) -> Config:
    """What stands in a file of ours; nothing if it is not there, or no kubeconfig."""
    config = None
    with suppress(OSError, yaml.YAMLError):
        config = yaml.safe_load(path.read_bytes())
    if not isinstance(config, dict):
        config = {"apiVersion": "v1", "kind": "Config"}
    for part in ("clusters", "users", "contexts"):
        config[part] = config.get(part) or []
    return config


def _write(path: Path, config: Config) -> None:
    text = yaml.safe_dump(config, sort_keys=False, allow_unicode=True)
    write_private(path, (MARK + text).encode())


def _server(entry: Config) -> str:
    return str(entry["cluster"].get("server", ""))


def _served_at(config: Config, url: str) -> set[str]:
    return {each["name"] for each in config["clusters"] if _server(each) == url}


def _ended(config: Config) -> set[str]:
    """The clusters whose server is no more: a kernel that was killed could not take it out."""
    return {each["name"] for each in config["clusters"] if not _listens(_server(each))}


def _listens(url: str) -> bool:
    # On one machine who does not listen refuses at once.
    with socket.socket() as probe:
        probe.settimeout(1.0)
        address = urlsplit(url)
        return probe.connect_ex((address.hostname or "", address.port or 0)) == 0


def _forget(config: Config, names: set[str]) -> None:
    """Remove clusters with their contexts and users; if the current context goes, the last one left becomes current."""

    def stays(entry: Config) -> bool:
        return entry["context"].get("cluster") not in names

    users = {f"{NAME}-{name}" for name in names}
    config["contexts"] = [each for each in config["contexts"] if stays(each)]
    config["clusters"] = [e for e in config["clusters"] if e["name"] not in names]
    config["users"] = [e for e in config["users"] if e["name"] not in users]
    left = [each["name"] for each in config["contexts"]]
    if config.get("current-context") not in left:
        config["current-context"] = left[-1] if left else ""


def _free(name: str, taken: set[str]) -> str:
    """The name, or the first of name-2, name-3, … that is not taken: a notebook may be open twice."""
    free = name
    number = 1
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Within it nobody else changes the file, not even `kubectl config`. client-go: clientcmd/config.go, lockFile"""
    lock = path.with_name(path.name + ".lock")
    end = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL, 0))
            break
        except FileExistsError:
            if time.monotonic() > end:
                break
            time.sleep(0.01)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
