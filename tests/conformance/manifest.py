"""Replays manifest_verdicts; the replay itself is in the package, since lessons show it too."""

from k8slearn.parity.manifests import *  # noqa: F403
