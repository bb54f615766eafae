"""`k8slearn binder`: the link that opens this repository on mybinder.org, made from its git remote.

How a link is made of a repository: binderhub.readthedocs.io, "Repository Providers".
"""

from __future__ import annotations

import re
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote

from k8slearn.locale import launch as words

LINK = "https://mybinder.org/v2/{repository}/HEAD?urlpath=lab/tree/notebooks/00_start.ipynb"
BADGE = "[![{text}](https://mybinder.org/badge_logo.svg)]({link})"
# git's forms for a repository on another machine: a URL, or user@host:path for ssh.
URL = re.compile(
    r"(?P<scheme>https?|ssh|git|git\+ssh)://"
    r"(?:[^@/]*@)?(?P<host>[^/:]+)(?::\d+)?/(?P<path>.+)"
)
BY_SSH = re.compile(r"(?:[^@/:]+@)?(?P<host>[^/:]{2,}):(?!//)(?P<path>.+)")
NOT_PUBLIC = (".local", ".localdomain", ".lan", ".internal", ".intranet", ".corp")


@dataclass(frozen=True, slots=True)
class Remote:
    """A repository on another machine."""

    host: str
    path: str


class NoLinkError(Exception):
    """No link can be made; the message is one Chinese sentence."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "folder",
        type=Path,
        nargs="?",
        default=Path(),
        metavar="FOLDER",
        help=words.BINDER_FOLDER_HELP,
    )
    parser.add_argument("--remote", default="", help=words.BINDER_REMOTE_HELP)


def run(arguments: Namespace) -> int:
    """Print the link and the line for a README; 2 when there is none."""
    try:
        address = remote_address(arguments.folder, arguments.remote)
        link = link_of(address)
    except NoLinkError as error:
        print(error, file=sys.stderr)
        return 2
    badge = BADGE.format(text=words.BINDER_BADGE, link=link)
    print(words.BINDER_LINK.format(link=link, badge=badge))
    return 0


def remote_address(folder: Path, wanted: str = "") -> str:
    """The address that the repository of a folder was cloned from. Raises NoLinkError."""
    named = _git(folder, "remote").split()
    if not named:
        raise NoLinkError(words.BINDER_NO_REMOTE.format(folder=folder.absolute()))
    if wanted and wanted not in named:
        listed = words.BINDER_SEPARATOR.join(named)
        raise NoLinkError(words.BINDER_NO_SUCH.format(remote=wanted, known=listed))
    chosen = wanted
    if not chosen:
        # git's own name for where a clone came from.
        chosen = "origin" if "origin" in named else named[0]
    return _git(folder, "remote", "get-url", chosen).strip()


def _git(folder: Path, *arguments: str) -> str:
    """What `git` prints for these arguments; '' where it fails or is not installed."""
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return ""
    if done.returncode:
        return ""
    return done.stdout


def link_of(address: str) -> str:
    """The link for a remote as git writes it. Raises NoLinkError."""
    remote = _parse(address)
    if remote is None or not _is_public(remote.host):
        raise NoLinkError(words.BINDER_UNKNOWN.format(address=_without_secret(address)))
    return LINK.format(repository=_repository(remote))


def _parse(address: str) -> Remote | None:
    found = URL.fullmatch(address) or BY_SSH.fullmatch(address)
    if found is None:
        return None
    path = found["path"].strip("/").removesuffix(".git")
    # A host's name does not depend on how it is written, a path does.
    host = found["host"].lower()
    if not path or path.startswith(("~", ".")):
        return None
    return Remote(host, path)


def _is_public(host: str) -> bool:
    """Can mybinder.org reach this host? A name without a dot, or an IP address, is of a local network."""
    if "." not in host or host.endswith(NOT_PUBLIC):
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return True


def _repository(remote: Remote) -> str:
    """The part of the link that names the repository; for hosts without a provider of their own, an https address."""
    host = remote.host.removeprefix("www.")
    if host == "github.com" and remote.path.count("/") == 1:
        return f"gh/{quote(remote.path)}"
    if host == "gitlab.com":
        return f"gl/{quote(remote.path, safe='')}"
    address = f"https://{remote.host}/{remote.path}.git"
    return f"git/{quote(address, safe='')}"


def _without_secret(address: str) -> str:
    """The address without the user and token that it may carry, so that they are not printed."""
    return re.sub(r"(?<=://)[^@/]*@", "", address)
