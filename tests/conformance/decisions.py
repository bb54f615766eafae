from k8slearn.parity.decisions import *  # noqa: F403
