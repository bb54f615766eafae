"""The Deployment controller: one ReplicaSet a template, and Pods moved from the old ones to the new one.

`decide` is the whole decision of one sync, pure and composed once. It rests on `limits` (how many more, how many
fewer), `bookkeeping` (what a ReplicaSet must know), `replica_sets` (which one is new), `scaling` (all of them at once
in mid-rollout) and `progress` (the status and its conditions). `controller` watches and carries out.
"""
