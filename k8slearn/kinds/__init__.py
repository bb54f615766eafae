"""The kinds: what the API server knows of each."""
