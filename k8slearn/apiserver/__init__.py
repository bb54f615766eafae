"""The API server: the store, and the one way into it."""
