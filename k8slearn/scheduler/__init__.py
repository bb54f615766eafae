"""The scheduler: `decide` chooses a Node for a Pod in pure functions, `scheduler` binds the Pod or tries again."""
