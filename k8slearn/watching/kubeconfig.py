"""Finds the kubeconfig and the context as kubectl does, and reads them by lightkube."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from k8slearn.locale import watching as words
from k8slearn.watching.errors import NotConnected

DEFAULT = "~/.kube/config"
LESSONS = "K8SLEARN_KUBECONFIG"
"""An environment variable of the course's JupyterLab, where KUBECONFIG leads to the lessons' clusters."""
OWN = "K8SLEARN_OWN_KUBECONFIG"
"""An environment variable: the KUBECONFIG from before the course's JupyterLab was started."""


def load_context(context: str | None, kubeconfig: str | Path | None) -> Any:
    """lightkube's SingleConfig: server, user and namespace of a context, None for the current one.

    Raises NotConnected with a sentence.
    """
    lightkube = import_lightkube()
    paths = [Path(kubeconfig)] if kubeconfig else named_paths()
    there = [path for path in paths if path.expanduser().is_file()]
    if not there:
        return _in_cluster(lightkube, context, paths)
    problem = NotConnected("")
    for path in there:
        try:
            return _from_file(lightkube, path, context)
        except NotConnected as error:
            # KUBECONFIG is a list: the next file may have the context.
            problem = error
    raise problem


def import_lightkube() -> Any:
    """The module lightkube. Raises NotConnected with how to install it."""
    try:
        import lightkube
    except ImportError:
        raise NotConnected(words.NO_LIGHTKUBE) from None
    return lightkube


def named_paths() -> list[Path]:
    """The files that KUBECONFIG names, or kubectl's default."""
    named = os.environ.get("KUBECONFIG", "")
    if os.environ.get(LESSONS):
        named = os.environ.get(OWN, "")
    paths = [Path(path) for path in named.split(os.pathsep) if path]
    return paths or [Path(DEFAULT)]


def _in_cluster(lightkube: Any, context: str | None, paths: Sequence[Path]) -> Any:
    """The configuration of the service account of the Pod that this runs in, if it does."""
    try:
        return lightkube.KubeConfig.from_service_account().get()
    except Exception:
        looked = words.COMMA.join(map(str, paths))
        raise NotConnected(words.NO_KUBECONFIG.format(paths=looked)) from None


def _from_file(lightkube: Any, path: Path, context: str | None) -> Any:
    try:
        config = lightkube.KubeConfig.from_file(path)
    except Exception as error:
        # An edited file may cause any error in the library.
        told = words.BAD_KUBECONFIG.format(path=path, error=error or repr(error))
        raise NotConnected(told) from None
    known = words.COMMA.join(config.contexts) or words.NONE
    chosen = context or config.current_context
    if not chosen:
        raise NotConnected(words.NO_CURRENT.format(path=path, known=known))
    if chosen not in config.contexts:
        told = words.NO_CONTEXT.format(path=path, context=chosen, known=known)
        raise NotConnected(told)
    try:
        single = config.get(chosen)
    except KeyError as error:
        # The context names a cluster or a user that does not exist.
        told = words.BAD_KUBECONFIG.format(path=path, error=error)
        raise NotConnected(told) from None
    if single.user is None:
        # For lightkube a missing user is an error; kubectl makes requests without credentials.
        return single._replace(user=_anonymous_user())
    return single


def _anonymous_user() -> Any:
    from lightkube.config.models import User

    return User()
