"""Programs that everybody knows: what a container does without a script, as long as all that it runs is known.

Whether it is started again is for the Pod's restartPolicy to say. Of what nobody can tell it is taken that an init
container and a Job's do it well, for they are written to end; others go on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from posixpath import basename

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.objects import Object, controller_ref, namespace
from k8slearn.kinds.pod_template.container_lists import is_sidecar
from k8slearn.kubelet.hosts import hostname
from k8slearn.kubelet.script import (
    CPU,
    DATE,
    MEMORY,
    NEVER,
    PLAY,
    RUN,
    Run,
    Script,
    Span,
)
from k8slearn.kubelet.shell_line import (
    LOGGED,
    ShellCommand,
    exit_code,
    is_left_out,
    line_of,
    steps_of,
)

MOMENT = 0.1
"""Simulated seconds of a program that does one thing."""
APART = 1e-6
"""Simulated seconds between two lines written at one moment."""
INIT_SECONDS = 1.0
JOB_SECONDS = 5.0
"""Simulated seconds of an init container, or a Job's, of which nobody knows what it does."""
SHELL_IMAGES = ("alpine", "busybox", "centos", "debian", "fedora", "netshoot", "ubuntu")
"""Images that are run to get a shell: it is what they begin with where no command is given."""
MESSAGE_PATH = "/dev/termination-log"
# What is known to go on, as "sleep infinity" and "tail -f".
_LOOPS = re.compile(r"\b(?:until|while|for)\b|infinity|\btail -f")
# Where everybody has the images of a bare name from: what somebody else keeps under it may be anything.
_HOMES = re.compile(r"^(?:registry\.k8s\.io/|(?:docker\.io/)?(?:library/)?)")
# The example of kubernetes.io, of which the Namespace is read from the Pod's own file.
_NAME_LOOP = re.compile(
    r"until nslookup (?P<service>[\w-]+)"
    r"(?:\.(?P<place>[\w-]+|\$\(cat [\w./]+/serviceaccount/namespace\))(?:\.svc(?:\.cluster\.local)?\.?)?)?"
    r"\s*;\s*do\s+(?:echo (?P<words>[^;|&<>$]+?)\s*;\s*)?sleep (?P<seconds>[1-9]\d*)\s*;\s*done\s*;?\s*"
)
_SLEEP = re.compile(r"(\d+(?:\.\d+)?)([smhd]?)")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def waits_for_client(container: Object) -> bool:
    """Whether a container does nothing until somebody attaches, and ends when that one leaves."""
    return bool(container.get("stdin") and container.get("stdinOnce"))


def arguments(container: Object) -> list[str]:
    """What a container runs, [] where its image says so; a shell's one simple line is the program in it."""
    argv = argv_of(container)
    line = line_of(argv)
    steps = None if line is None else steps_of(line)
    if steps is not None and len(steps) == 1 and not steps[0].into:
        return steps[0].argv
    return argv


def argv_of(container: Object) -> list[str]:
    """What the manifest says that a container runs, [] where its image says so."""
    return [*(container.get("command") or ()), *(container.get("args") or ())]


def argv_or_shell(container: Object) -> list[str]:
    """What a container runs, as far as it is known of its image: a shell, which ends at once where nobody types."""
    argv = argv_of(container)
    if argv:
        return argv
    return ["true"] if image_title(container) in SHELL_IMAGES else []


def image_title(container: Object) -> str:
    """The image without its version, one that everybody has from the same home by its bare name."""
    image = _HOMES.sub("", container.get("image", ""))
    folder, slash, last = image.partition("@")[0].rpartition("/")
    return folder + slash + last.partition(":")[0]


def program(pod: Object, container: Object) -> Script | None:
    """What a container does by the program that it runs, None where nobody can tell."""
    # What it says is for whoever attaches, and it waits for that.
    if container.get("stdin") or container.get("image", "").startswith(PLAY):
        return None
    argv = argv_or_shell(container)
    if "stress" in map(basename, (image_title(container), *argv[:1])):
        return _stressing(argv, container)
    line = line_of(argv)
    waiting = None if line is None else _waiting(pod, line)
    if waiting is not None:
        return waiting
    steps = [ShellCommand(argv=argv)] if line is None else steps_of(line)
    found = None
    if argv and steps:
        found = _played(pod, container, steps)
    if found is None and not _LOOPS.search(" ".join(argv)):
        if _is_init(pod, container):
            return Script(runs=(Run(0, INIT_SECONDS),))
        if _is_job_s(pod):
            return Script(runs=(Run(0, JOB_SECONDS),))
    return found


def _waiting(pod: Object, line: str) -> Script | None:
    """The loop of an init container that waits for a Service's name, None for another line."""
    found = _NAME_LOOP.fullmatch(line)
    if found is None:
        return None
    place = found["place"]
    if place is None or place.startswith("$"):
        place = namespace(pod)
    every = (float(found["seconds"]), found["words"]) if found["words"] else None
    return Script(every=every, is_known=True, awaits=f"{place}/{found['service']}")


def _stressing(argv: list[str], container: Object) -> Script:
    """What `stress` uses (`--vm 1 --vm-bytes 150M --cpu 2`), or vish/stress (`-cpus 2 -mem-total 150Mi`)."""
    words = " ".join(argv).replace("=", " ").split()
    said = {word.lstrip("-"): value for word, value in pairwise([*words, ""])}
    limit = container.get("resources", {}).get("limits", {}).get("cpu")
    try:
        cpus = quantity.parse(said.get("cpu") or said.get("cpus") or f"{CPU}m").value
        if limit is not None:
            cpus = min(cpus, quantity.parse(limit).value)
        run = Run(0, seconds_of([said.get("timeout") or said.get("t", "")]) or NEVER)
        memory = _stressed_memory(said)
        return Script(runs=(run,), memory=memory, cpu=int(cpus * 1000))
    except (ValueError, quantity.QuantityError):
        # What it cannot read, nobody knows.
        return Script()


def _stressed_memory(said: Mapping[str, str]) -> int:
    if "vm" not in said:
        return int(quantity.parse(said.get("mem-total") or f"{MEMORY}").value)
    # Its K, M and G are powers of 1024.
    each = said.get("vm-bytes", "256M").upper().rstrip("B")
    if each[-1:].isalpha():
        each += "i"
    return int(said["vm"]) * int(quantity.parse(each).value)


def _is_job_s(pod: Object) -> bool:
    owner = controller_ref(pod)
    return owner is not None and owner["kind"] == "Job"


def _is_init(pod: Object, container: Object) -> bool:
    """Whether a container is to end before the next one begins: a sidecar is not."""
    for one in pod["spec"].get("initContainers") or ():
        if one["name"] == container["name"]:
            return not is_sidecar(one)
    return False


def _played(pod: Object, container: Object, steps: list[ShellCommand]) -> Script | None:
    """The script of programs one after the other, None where one of them is not known."""
    at = 0.0
    code = 0
    lines: list[tuple[float, str]] = []
    files: dict[str, Span] = {}
    message = ""
    path = container.get("terminationMessagePath", MESSAGE_PATH)
    rest = MOMENT
    for step in steps:
        if is_left_out(step, code):
            continue
        title = basename(step.argv[0])
        args = step.argv[1:]
        if title == "exit":
            code = exit_code(args, code)
            break
        known = KNOWN.get(title)
        # Not known is how long one sleeps "infinity", too.
        seconds = seconds_of(args) if title == "sleep" else 0.0
        if known is None or seconds is None:
            return None
        at += seconds
        files |= _changed_files(files, title, args, at)
        written = known(pod, [title, *args])
        code = int(title == "false")
        rest = 0.0 if title == "sleep" else MOMENT
        if written is not None and step.into in LOGGED:
            # A little apart, so that they keep their order when they are sorted.
            lines.append((at + len(lines) * APART, written))
        elif written and step.into == path and not written.startswith("\0"):
            message += written if args[:1] == ["-n"] else f"{written}\n"
    return Script(
        runs=(Run(code, at + rest),),
        lines=tuple(lines),
        message=message,
        is_known=True,
        files=tuple(files.items()),
    )


def _changed_files(
    files: dict[str, Span], title: str, args: list[str], at: float
) -> dict[str, Span]:
    """When the files are there that a program makes or takes away."""
    found = {}
    for path in args:
        if title == "touch":
            found[path] = Span(since=at)
        elif title == "rm" and path in files:
            found[path] = Span(files[path].since, at)
    return found


def seconds_of(args: list[str]) -> float | None:
    """Seconds of a `sleep`, None where it is for ever or nobody can tell."""
    seconds = 0.0
    for arg in args:
        found = _SLEEP.fullmatch(arg)
        if found is None:
            return None
        seconds += float(found[1]) * _UNITS[found[2]]
    return seconds


def _echo(_pod: Object, argv: list[str]) -> str:
    args = argv[1:]
    while args and args[0] in ("-e", "-n"):
        args = args[1:]
    text = " ".join(args)
    if "$" in text:
        return _look(_pod, ["echo", text])
    return text


def _look(_pod: Object, argv: list[str]) -> str:
    # Whether it finds what it looks for is seen by who reads the log; that it does is taken for granted.
    return RUN + json.dumps(argv)


def _date(_pod: Object, _argv: list[str]) -> str:
    return DATE


def _hostname(pod: Object, _argv: list[str]) -> str:
    return hostname(pod)


def _nothing(_pod: Object, _argv: list[str]) -> None:
    """It writes nothing."""


KNOWN: dict[str, Callable[[Object, list[str]], str | None]] = {
    ":": _nothing,
    "cat": _look,
    "date": _date,
    "echo": _echo,
    "env": _look,
    "false": _nothing,
    "hostname": _hostname,
    "ls": _look,
    "printenv": _look,
    "rm": _nothing,
    "sleep": _nothing,
    "touch": _nothing,
    "true": _nothing,
}
"""What a program writes; how it ends is said where it is played."""
