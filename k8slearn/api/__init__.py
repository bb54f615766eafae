"""The Kubernetes API: objects as plain JSON dicts, their rules, and the store that keeps them."""
