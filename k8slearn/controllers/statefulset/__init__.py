"""The StatefulSet controller: Pods with names, one after the other.

`decide` is the whole decision of one sync, pure; `identity` says which Pod is which and what it is made of, `claims`
who owns its volumes' claims. `controller` watches and carries out.
"""
