"""The DaemonSet controller.

`decide` is the whole decision of one sync, pure and composed once. It rests on `placement` (which Nodes), `pods` (what
is wanted on one Node), `tally` (all Nodes, counted and sorted), `update` (the rolling update) and `status`.
`controller` watches and carries out; `view` is what it remembers, `history` and `revisions` are the past templates.
"""
