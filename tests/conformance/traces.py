from k8slearn.parity.traces import *  # noqa: F403
