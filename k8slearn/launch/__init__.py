"""What the commands `k8slearn lab` and `k8slearn doctor` do; nothing of the model is imported here."""
