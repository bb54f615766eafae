"""Replays what the real Kubernetes did and reports where the model differs."""
