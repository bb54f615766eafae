"""The controllers: each compares what is with what should be, decides in pure functions, and acts through its client.

`runtime` is what all are built of (workqueue, expectations), `informer` what they know, `recorder` writes their Events,
`claims` says who owns what, `backoff` how long to wait. One module is one controller, named as kube-controller-manager
names it; `daemon` is a folder, since it is what the course is about; `custom` is for those that learners write.
"""
