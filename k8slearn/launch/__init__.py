"""What the commands `k8slearn lab`, `site` and `doctor` do; nothing of the model is imported here."""
