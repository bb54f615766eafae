"""The ReplicaSet controller: as many Pods as its spec says.

`decide` is the whole decision of one sync, pure; `ranking` says which Pods go first, `controller` carries it out.
"""
