"""Pictures of a cluster, as a pure function of its objects."""
