"""The Job controller: Pods that end, counted once each.

`decide` is the whole decision of one sync, pure; `pods` says what one of its Pods counts for, `indexes` which numbers
of an Indexed Job are done, `failures` how long the next try waits and what a failure policy says. `controller` watches
and carries out, `ttl` removes what has ended.
"""
