"""The kubelet: how long things take and what is broken (`pace`, `faults`), what it reports (`status`), what it does."""
